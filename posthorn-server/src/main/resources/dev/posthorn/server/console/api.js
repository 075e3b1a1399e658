/* The only way to the server: every request of the console is one of the documented API. */

export const BASE = new URL('../api/v1', import.meta.url).pathname;
const HEADERS = {'X-Posthorn-Console': '1'};

/** A request without a usable answer; the message is for people. Its status is 0 if there was none. */
export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

let signedOut = () => {};

/** Sets what happens when the server no longer knows the session. */
export function onSignedOut(task) {
  signedOut = task;
}

async function send(method, path, {query = {}, body, signal, accept = 'application/json'} = {}) {
  const search = new URLSearchParams(query).toString();
  const headers = {...HEADERS, Accept: accept};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(BASE + path + (search ? '?' + search : ''), {
      method, headers, signal, body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store', credentials: 'same-origin', redirect: 'error',
    });
  } catch (failure) {
    if (signal?.aborted) {
      throw failure;
    }
    throw new Refused(0, 'The server cannot be reached. The console tries again by itself.');
  }
  if (!response.ok) {
    const refused = new Refused(response.status, await reason(response));
    if (response.status === 401) {
      signedOut(refused);
    }
    throw refused;
  }
  return response;
}

async function reason(response) {
  const answer = await response.json().catch(() => null);
  const detail = answer?.detail;
  const text = Array.isArray(detail)
    ? detail.map(one => one.loc.slice(1).join('.') + ' ' + one.msg).join('; ')
    : typeof detail === 'string' ? detail : 'the server answered with status ' + response.status;
  return text.charAt(0).toUpperCase() + text.slice(1) + '.';
}

/** Sends a request and returns the parsed answer, or null if it has none. */
export async function request(method, path, options) {
  const response = await send(method, path, options);
  return response.status === 204 ? null : response.json();
}

/** Returns the parsed answer to GET. */
export const get = (path, query, signal) => request('GET', path, {query, signal});

/** Makes a path of parts, each encoded. */
export const path = (...parts) => parts.map(part => '/' + encodeURIComponent(part)).join('');

/** Reads events until the stream ends. */
async function read(where, onEvent, signal) {
  const response = await send('GET', where, {signal, accept: 'text/event-stream'});
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part; !(part = await reader.read()).done;) {
    const lines = (rest + part.value).split('\n');
    rest = lines.pop();
    lines.filter(line => line.startsWith('data: ')).forEach(line => onEvent(JSON.parse(line.slice(6))));
  }
}

const pause = (time, signal) => new Promise(done => {
  const timer = setTimeout(done, time);
  signal.addEventListener('abort', () => { clearTimeout(timer); done(); }, {once: true});
});

/** Repeats a task while somebody looks at the page; one that fails is tried again the next time. */
export function repeat(task, millis, signal) {
  let timer;
  const wait = () => { timer = setTimeout(run, millis); };
  async function run() {
    if (!document.hidden) {
      await task().catch(() => {});
    }
    if (!signal.aborted) {
      wait();
    }
  }
  signal.addEventListener('abort', () => clearTimeout(timer), {once: true});
  wait();
}

/**
 * Passes events on for as long as the signal allows: not while nobody looks at the page, and again
 * after the stream has ended or failed. The state is live, paused, lost or refused.
 */
export function live(where, onEvent, onState, signal) {
  let stop = null;
  async function run(running) {
    for (let wait = 1000; !running.aborted; wait = Math.min(wait * 2, 30000)) {
      try {
        await read(where, event => { wait = 1000; onState('live'); onEvent(event); }, running);
      } catch (failure) {
        if (failure.status >= 400 && failure.status < 500 && failure.status !== 429) {
          onState('refused', failure.message); // asking again would not help
          return;
        }
      }
      if (!running.aborted) {
        onState('lost');
        await pause(wait, running);
      }
    }
  }
  function change() {
    stop?.abort();
    stop = null;
    if (signal.aborted) {
      document.removeEventListener('visibilitychange', change);
    } else if (document.hidden) {
      onState('paused');
    } else {
      stop = new AbortController();
      run(stop.signal);
    }
  }
  document.addEventListener('visibilitychange', change);
  signal.addEventListener('abort', change, {once: true});
  change();
}
