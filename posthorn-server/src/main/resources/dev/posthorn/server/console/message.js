/* One message: its payload, who receives it and why not the others, and each attempt. */
import {BASE, get, path, repeat, request} from './api.js';
import {answer, longest, waterfall} from './attempts.js';
import {el, link, show, table} from './dom.js';
import {time} from './format.js';

const MOST = 100;
const REASONS = {
  matched: 'Matches', disabled: 'Not: the endpoint is disabled',
  event_type: 'Not: other event types', channel: 'Not: other channels',
};
const STATES = {success: '✓ Succeeded', fail: '✕ Failed', pending: '… Waiting', sending: '↻ Retrying', canceled: '– Canceled'};
const WAITING = ['pending', 'sending'];
function pretty(raw) {
  try {
    return JSON.stringify(JSON.parse(raw.payload), null, 2);
  } catch {
    return null; // not JSON: there is only one form
  }
}

/** A command that sends the same message again, as a new one. */
function curl(message, raw) {
  const quoted = text => "'" + text.replaceAll("'", "'\\''") + "'";
  const body = '{"eventType":' + JSON.stringify(message.eventType) + ',"payload":' + raw.payload + '}';
  return 'curl -X POST ' + quoted(location.origin + BASE + path('app', message.appId, 'msg'))
    + " -H 'Authorization: Bearer TOKEN' -H 'Content-Type: application/json' -d " + quoted(body);
}

function payload(message, raw) {
  const text = el('pre', {tabindex: 0, 'aria-label': 'Payload'});
  const said = el('span', {class: 'soft small', role: 'status'});
  const formatted = pretty(raw);
  text.textContent = formatted ?? raw.payload;
  const switching = el('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
    const exact = switching.getAttribute('aria-pressed') === 'false';
    switching.setAttribute('aria-pressed', String(exact));
    text.textContent = exact ? raw.payload : formatted;
  }}, 'As sent');
  const copying = el('button', {type: 'button', onclick: async () => {
    try {
      await navigator.clipboard.writeText(curl(message, raw));
      said.textContent = 'Copied.';
    } catch {
      said.textContent = 'The browser does not allow copying here.';
    }
  }}, 'Copy as curl');
  return el('section', {class: 'card'},
    el('div', {class: 'row'}, el('h2', {}, 'Payload'), el('span', {class: 'soft small'}, raw.contentType),
      el('span', {}, formatted === null ? null : [switching, ' ', copying], ' ', said)),
    text);
}

/** Shows a message by its id. */
export async function message(main, {ids: [id], signal, session}) {
  const found = await get('/msg' + path(id), {with_content: false}, signal);
  const base = '/app' + path(found.appId);
  const of = base + '/msg' + path(id);
  const may = session.capabilities.includes('CreateAttempts');
  const targets = el('div', {});
  const tries = el('div', {});
  const said = el('span', {class: 'soft small', role: 'status'});
  let waits = false;
  let again = 0; // until then, and while deliveries wait, the tables follow

  async function act(endpoint, action, done) {
    said.textContent = '';
    try {
      await request('POST', of + '/endpoint' + path(endpoint, action));
      said.textContent = done;
      again = Date.now() + 10000;
      await load();
    } catch (failure) {
      said.textContent = failure.message;
    }
  }

  function buttons(row) {
    if (!may || row.reason === undefined) {
      return null;
    }
    return [
      el('button', {type: 'button', 'data-key': 'resend ' + row.id, onclick: () => act(row.id, 'resend', 'Sent again; look at the attempts.')}, 'Resend'),
      ' ',
      WAITING.includes(row.statusText) && session.capabilities.includes('Administer')
        ? el('button', {type: 'button', 'data-key': 'cancel ' + row.id, onclick: () => act(row.id, 'cancel', 'Canceled.')}, 'Cancel')
        : null,
    ];
  }

  async function load() {
    const [why, sent, attempts] = await Promise.all([
      get(of + '/why', {limit: MOST}, signal),
      get(of + '/endpoint', {limit: MOST, expanded_statuses: true}, signal),
      get(base + '/attempt/msg' + path(id), {limit: MOST, expanded_statuses: true}, signal),
    ]);
    const states = new Map(sent.data.map(one => [one.id, one]));
    const urls = new Map(sent.data.map(one => [one.id, one.url]));
    const rows = why.data.map(one => ({...one, ...states.get(one.endpointId), id: one.endpointId}));
    rows.push(...sent.data.filter(one => !why.data.some(known => known.endpointId === one.id)));
    waits = sent.data.some(one => WAITING.includes(one.statusText));
    const most = longest(attempts.data);
    show(targets, table('Endpoints', [
      ['Endpoint', row => link(row.url, 'endpoint', found.appId, row.id), 'text'],
      ['Matches now', row => REASONS[row.reason] ?? 'Deleted', ''],
      ['Delivery', row => row.statusText === undefined ? 'None' : STATES[row.statusText], ''],
      ['Next attempt', row => row.nextAttempt ? time(row.nextAttempt) : '–', ''],
      ['', buttons, ''],
    ], rows, 'The application has no endpoint.'),
    why.done && sent.done ? null : el('p', {class: 'soft small'}, 'Only the first ' + MOST + ' endpoints are shown.'));
    show(tries, table('Attempts', [
      ['Time', row => time(row.timestamp), ''],
      ['Endpoint', row => link(urls.get(row.endpointId) ?? row.url, 'endpoint', found.appId, row.endpointId), 'text'],
      ['Result', answer, 'result'],
      ['Duration', row => waterfall(row, most), 'text'],
    ], attempts.data, 'No attempt was made so far.'),
    attempts.done ? null : el('p', {class: 'soft small'}, 'Only the last ' + MOST + ' attempts are shown.'));
  }

  const [raw] = await Promise.all([
    get(of + '/raw', {}, signal).catch(failure => {
      if (failure.status === 404) {
        return null; // its payload was removed
      }
      throw failure;
    }),
    load(),
  ]);
  const facts = [
    ['Event type', link(found.eventType, 'event-type', found.eventType)], ['Accepted', time(found.timestamp)], ['Application', link(found.appUid ?? found.appId, 'application', found.appId)],
    ['Event id', found.eventId], ['Channels', found.channels?.join(', ')], ['Tags', found.tags?.join(', ')],
    ['Deliver at', found.deliverAt && time(found.deliverAt)],
  ].filter(([, value]) => value);
  show(main, el('div', {class: 'stack'},
    el('div', {class: 'row'}, el('h1', {}, 'Message ', el('span', {class: 'mono'}, found.id)),
      el('button', {type: 'button', 'data-key': 'refresh', onclick: () => load().catch(failure => { said.textContent = failure.message; })}, 'Refresh')),
    el('dl', {class: 'facts card'}, facts.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    el('section', {class: 'card'}, el('div', {class: 'row'}, el('h2', {}, 'Endpoints'), said), targets),
    el('section', {class: 'card'}, el('h2', {}, 'Attempts, newest first'), tries),
    raw === null ? el('p', {class: 'soft'}, 'The payload was removed.') : payload(found, raw)));
  repeat(async () => {
    if (waits || Date.now() < again) {
      await load();
    }
  }, 2000, signal);
}
