/* One endpoint: what holds its deliveries back, its health by the hour, and what can be done. */
import {get, path, repeat, request} from './api.js';
import {answer, longest, waterfall} from './attempts.js';
import {conditions} from './conditions.js';
import {el, link, show, table} from './dom.js';
import {brief, number, time, until} from './format.js';
import {replay} from './replay.js';
import {schedule} from './schedule.js';
import {secrets} from './secrets.js';
import {sendTest} from './sendtest.js';
import {strip} from './strip.js';

const HOURS = 48;
const ATTEMPTS = 25;
const SIGNS = {well: '✓', notice: '✓', warning: '!', critical: '✕'};
const RESULT = {0: '✓ Succeeded', 2: '✕ Failed', 4: '– Canceled'};

function state(found) {
  const [first] = found;
  return [el('span', {class: 'sign', 'aria-hidden': 'true'}, SIGNS[first.level]), el('p', {}, first.text)];
}

function tiles(now, hours) {
  const day = hours.filter(hour => Date.now() - new Date(hour.start) < 24 * 3600000);
  const sum = name => day.reduce((all, hour) => all + hour[name], 0);
  const all = [
    ['Waiting', (now.moreWaiting ? 'over ' : '') + number(now.waiting), now.nextDue === null ? '' : 'next due ' + until(now.nextDue)],
    ['In flight', number(now.inFlight), 'window of ' + now.window + ', at most ' + now.concurrency],
    ['Delivered', number(sum('success')), 'in a day'],
    ['Given up', number(sum('fail')), 'in a day'],
    ['Failed attempts', number(sum('failedAttempts')), 'of ' + number(sum('attempts')) + ' in a day'],
  ];
  return all.map(([name, value, more]) => el('div', {}, el('dt', {}, name), el('dd', {}, value, ' ', el('small', {}, more))));
}

function facts(endpoint, now) {
  return [
    ['URL', el('span', {class: 'mono'}, endpoint.url)],
    ['Endpoint', el('span', {class: 'mono'}, [endpoint.id, endpoint.uid].filter(Boolean).join(' · '))],
    ['Description', endpoint.description],
    ['Event types', endpoint.eventTypes?.join(', ') ?? 'all'],
    ['Channels', endpoint.channels?.join(', ') ?? 'all'],
    ['Order', endpoint.ordered ? 'one delivery at a time, in order' : null],
    ['Rate limit', endpoint.throttleRate === null ? 'none' : number(endpoint.throttleRate) + ' attempts a second'],
    ['Timeout', brief(now.timeoutSeconds) + ' s'],
    ['Metadata', Object.entries(endpoint.metadata).map(([name, value]) => name + ': ' + value).join(', ')],
    ['Created', time(endpoint.createdAt)],
    ['Changed', time(endpoint.updatedAt)],
  ].filter(([, value]) => value).map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]);
}

function tls(endpoint, identity, ca) {
  const plain = endpoint.url.startsWith('http:');
  const config = identity.config;
  return el('dl', {class: 'facts'}, [
    ['Connection', plain ? 'HTTP: payloads travel unencrypted' : 'HTTPS'],
    ['Receiver', ca.cert === null ? 'any certificate that the server trusts' : 'only certificates of the endpoint’s own authorities'],
    ['Client certificate', config === null ? 'none' : [config.subject, ', until ', time(config.notAfter), new Date(config.notAfter) < Date.now() ? ': it has expired' : '']],
  ].map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
}

/** Returns the buttons that change the state. */
function actions(endpoint, act) {
  const button = (text, key, run) => el('button', {type: 'button', 'data-key': key, onclick: run}, text);
  if (endpoint.disabled) {
    return button('Enable', 'state', () => act('PATCH', '', {disabled: false}, 'Enabled.'));
  }
  return endpoint.paused
    ? button('Resume', 'state', () => act('POST', '/resume', undefined, 'Resumed.'))
    : button('Pause', 'state', () => act('POST', '/pause', undefined, 'Paused: deliveries wait until someone resumes it.'));
}

function list(attempts) {
  const most = longest(attempts.data);
  return table('Attempts', [
    ['Time', row => time(row.timestamp), ''],
    ['Message', row => link(row.msgId, 'message', row.msgId), 'id'],
    ['Result', row => [RESULT[row.status], ': ', answer(row)], 'result'],
    ['Duration', row => waterfall(row, most), 'text'],
  ], attempts.data, 'No attempt was made so far.');
}

/** Shows an endpoint by its application and its id. */
export async function endpoint(main, {ids: [app, id], signal, session}) {
  const of = '/app' + path(app) + '/endpoint' + path(id);
  const may = name => session.capabilities.includes(name);
  const line = el('section', {class: 'state card', 'aria-live': 'polite', 'aria-atomic': 'true', 'aria-label': 'State'});
  const more = el('ul', {class: 'plain card', 'aria-label': 'Conditions', hidden: true});
  const parts = {
    buttons: el('div', {class: 'row'}), figures: el('dl', {class: 'tiles'}), facts: el('dl', {class: 'facts'}),
    health: el('div'), tries: el('div'), retries: el('div'), tls: el('div'),
  };
  const said = el('span', {class: 'soft small', role: 'status'});
  const title = el('span', {class: 'mono'});
  let hours = [];
  let newest;
  let shown = '';

  async function act(method, action, body, done) {
    said.textContent = '';
    try {
      await request(method, of + action, {body});
      said.textContent = done;
      await load();
    } catch (failure) {
      said.textContent = failure.message;
    }
  }

  const signing = secrets(of, may, () => load());

  async function load() {
    const [found, now] = await Promise.all([get(of, {}, signal), get(of + '/delivery-status', {}, signal)]);
    const all = conditions(found, now);
    line.className = 'state card ' + (all[0].level === 'notice' ? 'well' : all[0].level);
    if (shown !== all[0].text) { // screen readers repeat what is replaced
      shown = all[0].text;
      show(line, state(all));
    }
    more.hidden = all.length < 2;
    show(more, all.slice(1).map(one => el('li', {}, el('p', {}, one.text))));
    title.textContent = found.url;
    show(parts.buttons, may('ManageEndpoint') ? actions(found, act) : null, said);
    show(parts.figures, tiles(now, hours));
    show(parts.facts, facts(found, now), el('dt', {}, 'Application'), el('dd', {}, link(app, 'application', app)));
    show(parts.retries, schedule(now.retrySchedule));
    signing.update(now.signingSecrets);
    return found;
  }

  async function history() {
    const since = new Date(Date.now() - HOURS * 3600000).toISOString();
    const [counted, attempts] = await Promise.all([
      get(of + '/stats/hourly', {since}, signal),
      get('/app' + path(app) + '/attempt/endpoint' + path(id), {limit: ATTEMPTS, expanded_statuses: true}, signal),
    ]);
    hours = counted.data;
    show(parts.health, strip(hours, HOURS));
    const first = attempts.data[0]?.id ?? '';
    if (newest !== first && !parts.tries.querySelector('details[open]')) { // nobody reads a response
      newest = first;
      show(parts.tries, list(attempts));
    }
  }

  const [, identity, ca] = await Promise.all([history(), get(of + '/mtls-config', {}, signal), get(of + '/ca', {}, signal)]);
  const found = await load();
  show(parts.tls, tls(found, identity, ca));
  const card = (heading, ...children) => el('section', {class: 'card'}, el('h2', {}, heading), children);
  show(main, el('div', {class: 'stack'},
    el('div', {class: 'row'}, el('h1', {}, 'Endpoint ', title), parts.buttons),
    line, more, parts.figures,
    card('Last ' + HOURS + ' hours', parts.health),
    el('div', {class: 'stack two'},
      el('div', {class: 'stack'}, card('Settings', parts.facts), card('Signing secrets', signing.node)),
      el('div', {class: 'stack'}, card('Retries', parts.retries), card('TLS', parts.tls))),
    may('CreateAttempts') ? el('div', {class: 'stack two'},
      card('Send a test', sendTest(app, id, () => history(), signal)),
      card('Deliver again', replay(of, signal))) : null,
    card('Last attempts, newest first', parts.tries)));
  repeat(load, 2000, signal);
  repeat(history, 5000, signal);
}
