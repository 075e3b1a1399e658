/* The live tail: messages and attempts as they happen, newest first, a bounded number of them. */
import {get, live} from './api.js';
import {el, link, show} from './dom.js';
import {millis, number, time} from './format.js';

const MOST = 200;
const ERRORS = ['dns', 'refused_address', 'connect', 'tls', 'protocol', 'timeout_dns', 'timeout_connect', 'timeout_tls', 'timeout_first_byte', 'timeout_body'];
const STATES = {
  live: ['live', 'Live'],
  paused: ['quiet', 'Paused while nobody looks'],
  lost: ['quiet', 'Not connected; trying again'],
};
const CHOICES = {
  kind: [['', 'Messages and attempts'], ['message', 'Messages'], ['attempt', 'Attempts']],
  outcome: [['', 'Any outcome'], ['success', 'Succeeded'], ['fail', 'Failed']],
  status_code_class: [['', 'Any status'], ['200', '2xx'], ['300', '3xx'], ['400', '4xx'], ['500', '5xx'], ['0', 'No response']],
};
const TEXTS = [
  ['app_id', 'Application', 'id or uid'], ['endpoint_id', 'Endpoint', 'ep_…'], ['event_types', 'Event type', 'invoice.paid'],
  ['error', 'Error', 'timeout_connect'], ['text', 'Text', 'in ids, URLs, tags'],
];

/** A form whose values are those of the URL; suggestions come from what was seen. */
function filters(query, go) {
  const lists = Object.fromEntries(TEXTS.map(([name]) => [name, el('datalist', {id: 'known-' + name})]));
  const known = Object.fromEntries(TEXTS.map(([name]) => [name, new Set()]));
  const suggest = (name, value) => {
    if (value && known[name].size < MOST && !known[name].has(value)) {
      known[name].add(value);
      lists[name].append(el('option', {value}));
    }
  };
  const form = el('form', {class: 'filters card', 'aria-label': 'Filters', onsubmit: event => {
    event.preventDefault();
    go('tail', Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value)));
  }},
  Object.entries(CHOICES).map(([name, options]) => el('select', {name, 'aria-label': options[0][1], onchange: () => form.requestSubmit()},
    options.map(([value, text]) => el('option', {value, selected: value === (query.get(name) ?? '')}, text)))),
  TEXTS.map(([name, text, example]) => [
    el('label', {class: 'inline'}, text + ' ', el('input', {name, list: 'known-' + name, value: query.get(name) ?? '', placeholder: example, spellcheck: 'false'})), lists[name]]),
  el('button', {type: 'submit'}, 'Filter'),
  query.size > 0 ? el('button', {type: 'button', onclick: () => go('tail', {})}, 'Clear') : null);
  return {form, suggest};
}

function what(event) {
  if (event.kind === 'message') {
    return [el('b', {}, 'Message'), ' for ', number(event.matchedEndpoints), event.matchedEndpoints === 1 ? ' endpoint' : ' endpoints',
      event.matchedEndpoints === 0 ? el('span', {class: 'level warning'}, ' · nobody receives it') : null];
  }
  const result = event.responseStatusCode === 0 ? event.error ?? 'no attempt' : String(event.responseStatusCode);
  return [el('b', {class: event.success ? 'good' : 'bad'}, (event.success ? '✓ ' : '✕ ') + result), ' in ', millis(event.durationMs),
    event.nextAttempt ? [', next ', time(event.nextAttempt)] : null];
}

function row(event) {
  return el('tr', {},
    el('td', {}, time(event.timestamp)),
    el('td', {class: 'text'}, what(event)),
    el('td', {}, event.eventType ?? '–'),
    el('td', {class: 'text'}, event.kind === 'message' ? link(event.appName || event.appId, 'application', event.appId) : link(event.url, 'endpoint', event.appId, event.endpointId)),
    el('td', {class: 'id'}, link(event.msgId, 'message', event.msgId)));
}

/** Shows the tail until the signal is aborted. */
export async function tail(main, {query, go, signal}) {
  const {form, suggest} = filters(query, go);
  const body = el('tbody', {});
  const nothing = el('p', {class: 'soft'}, 'Nothing has happened since you opened this page.');
  const connection = el('span', {class: 'soft small', role: 'status'});
  const held = el('span', {class: 'soft small'});
  let paused = false;
  let waiting = []; // newest last, while paused
  let lost = 0;

  function add(events) {
    body.prepend(...events.slice(-MOST).reverse().map(row));
    while (body.children.length > MOST) {
      body.lastChild.remove();
    }
    nothing.hidden = body.children.length > 0;
  }

  function count() {
    held.textContent = [
      waiting.length > 0 ? number(waiting.length) + ' wait' : '',
      lost > 0 ? number(lost) + ' were too many to be shown; filter' : '',
    ].filter(Boolean).join(' · ');
  }

  const pausing = el('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
    paused = !paused;
    pausing.setAttribute('aria-pressed', String(paused));
    pausing.textContent = paused ? 'Go on' : 'Pause';
    if (!paused) {
      add(waiting);
      waiting = [];
      count();
    }
  }}, 'Pause');

  show(main, el('div', {class: 'stack'},
    el('div', {class: 'row'}, el('h1', {}, 'Live tail'), el('span', {class: 'row'}, held, connection, pausing)),
    form,
    el('section', {class: 'card'},
      el('div', {class: 'wide', tabindex: 0, role: 'region', 'aria-label': 'Events'},
        el('table', {},
          el('thead', {}, el('tr', {}, ['Time', 'What', 'Event type', 'Where', 'Message'].map(text => el('th', {scope: 'col'}, text)))), body)),
      nothing),
    el('p', {class: 'soft small'}, 'Of this server process and this environment, since you opened the page; the last ' + MOST + ' events.')));
  get('/event-type', {limit: 250}, signal)
    .then(all => all.data.forEach(one => suggest('event_types', one.name)))
    .catch(() => {}); // names can be typed
  ERRORS.forEach(name => suggest('error', name));
  live('/console/tail?' + query, ({data, skipped}) => {
    for (const event of data) {
      suggest('app_id', event.appId);
      suggest('endpoint_id', event.endpointId);
      suggest('event_types', event.eventType);
      suggest('error', event.error);
    }
    lost += skipped;
    if (paused) {
      const all = waiting.concat(data);
      lost += Math.max(0, all.length - MOST);
      waiting = all.slice(-MOST);
    } else {
      add(data);
    }
    count();
  }, (now, why) => {
    [connection.className, connection.textContent] = now === 'refused'
      ? ['problem small', why] : ['soft small ' + STATES[now][0], STATES[now][1]];
  }, signal);
}
