'use strict';

// The only API operations that this page calls.
const OPERATIONS = {
  whoami: ['GET', '/api/v1/auth/whoami'],
  logout: ['POST', '/api/v1/auth/logout'],
  application: ['GET', '/api/v1/app/{app_id}'],
  eventTypes: ['GET', '/api/v1/event-type'],
  eventTypeExample: ['GET', '/api/v1/event-type/{event_type_name}/example'],
  endpoints: ['GET', '/api/v1/app/{app_id}/endpoint'],
  addEndpoint: ['POST', '/api/v1/app/{app_id}/endpoint'],
  checkUrl: ['POST', '/api/v1/app/{app_id}/endpoint-url/check'],
  endpoint: ['GET', '/api/v1/app/{app_id}/endpoint/{endpoint_id}'],
  status: ['GET', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/delivery-status'],
  changeEndpoint: ['PATCH', '/api/v1/app/{app_id}/endpoint/{endpoint_id}'],
  deleteEndpoint: ['DELETE', '/api/v1/app/{app_id}/endpoint/{endpoint_id}'],
  headers: ['GET', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/headers'],
  changeHeaders: ['PATCH', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/headers'],
  resumeEndpoint: ['POST', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/resume'],
  secret: ['GET', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/secret'],
  rotateSecret: ['POST', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/secret/rotate'],
  countFailed: ['POST', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/recover/count'],
  recover: ['POST', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/recover'],
  sendExample: ['POST', '/api/v1/app/{app_id}/endpoint/{endpoint_id}/send-example'],
  attempts: ['GET', '/api/v1/app/{app_id}/attempt/endpoint/{endpoint_id}'],
  payload: ['GET', '/api/v1/app/{app_id}/msg/{msg_id}/raw'],
  resend: ['POST', '/api/v1/app/{app_id}/msg/{msg_id}/endpoint/{endpoint_id}/resend'],
};
const STORED = 'posthorn.portal';
const HOUR_MILLIS = 3600000;

let words = {}; // of the page, in its language
let language = 'en';
let session = null; // {appId, token}
let endpoint = null; // the endpoint on display
let page = 0; // incremented with each view, so that a late response for an earlier view can be recognized
let editing = null; // the endpoint in the form, or null for a new one
let eventTypes = [];
let descriptions = new Map(); // of event types, by name
let attemptsAsked = 0;
let nextAttempts = null;

const at = id => document.getElementById(id);

// ---- the language, and what the page is called

/** Returns words of the page's language; "count" chooses the form for a number. */
function t(name, values = {}) {
  const text = words[name] ?? name;
  return text.replace(/\{(\w+)\}/g, (braces, key) => values[key] ?? braces);
}

const counted = (name, n) => t(name + (new Intl.PluralRules(language).select(n) === 'one' ? '.one' : '.other'), {n});

async function translate() {
  const response = await fetch('/portal/page.json', {cache: 'no-store', credentials: 'omit', redirect: 'error'});
  const page = await response.json();
  ({words, language} = page);
  document.documentElement.lang = language;
  document.querySelectorAll('[data-t]').forEach(node => { node.textContent = t(node.dataset.t); });
  document.querySelectorAll('[data-t-label]').forEach(node => node.setAttribute('aria-label', t(node.dataset.tLabel)));
  document.title = t('title');
  at('title').textContent = t('title');
  at('brand').hidden = page.name === '' && !page.logo;
  at('brand-name').textContent = page.name;
  if (page.logo) {
    at('logo').src = '/portal/logo';
    at('logo').hidden = false;
  }
}

// ---- the session: from the link's fragment, which the browser never sends; kept until the tab closes

function begin() {
  const key = /^#key=(.+)$/.exec(location.hash);
  if (key) {
    history.replaceState(null, '', location.pathname); // keep the token out of the history and of copied links
    session = decoded(key[1]);
    remember(session);
  } else if (session === null) {
    session = remembered();
  }
}

function decoded(key) {
  try {
    const base64 = decodeURIComponent(key).replaceAll('-', '+').replaceAll('_', '/');
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    const {appId, token} = JSON.parse(new TextDecoder().decode(bytes));
    return typeof appId === 'string' && typeof token === 'string' ? {appId, token} : null;
  } catch {
    return null;
  }
}

function remember(what) {
  try {
    if (what === null) {
      sessionStorage.removeItem(STORED);
    } else {
      sessionStorage.setItem(STORED, JSON.stringify(what));
    }
  } catch {
    // Storage may be blocked, in a frame for example: then the session ends with the page.
  }
}

function remembered() {
  try {
    return JSON.parse(sessionStorage.getItem(STORED));
  } catch {
    return null;
  }
}

function end(why) {
  session = null;
  remember(null);
  page++;
  document.querySelectorAll('dialog[open]').forEach(dialog => dialog.close());
  ['list', 'one', 'leave'].forEach(id => { at(id).hidden = true; });
  hideSecret();
  at('title').textContent = t('title');
  at('news').textContent = '';
  problem(why);
}

// ---- the API

class Refused extends Error {}

async function call(name, {path = {}, query = {}, body} = {}) {
  if (session === null) {
    throw new Refused(t('noLink'));
  }
  const [method, template] = OPERATIONS[name];
  const values = {app_id: session.appId, ...path};
  const url = template.replace(/\{(\w+)\}/g, (braces, variable) => encodeURIComponent(values[variable]));
  const search = new URLSearchParams(query).toString();
  const headers = {Authorization: 'Bearer ' + session.token};
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(search ? url + '?' + search : url, {
      method, headers, body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store', credentials: 'omit', redirect: 'error', referrerPolicy: 'no-referrer',
    });
  } catch {
    throw new Refused(t('noServer'));
  }
  const answer = response.status === 204 ? null : await response.json().catch(() => null);
  if (response.ok) {
    return answer;
  }
  if (response.status === 401) {
    end(t('over'));
    throw new Refused(t('over'));
  }
  throw new Refused(response.status === 403 ? t('forbidden') : reason(response, answer));
}

function reason(response, answer) {
  const detail = answer === null ? null : answer.detail;
  if (Array.isArray(detail)) {
    return detail.map(one => one.loc.slice(1).join('.') + ' ' + one.msg).join('; ');
  }
  return typeof detail === 'string' ? detail : t('status', {n: response.status});
}

async function all(name, most) {
  const rows = [];
  const query = {limit: 250};
  for (let done = false; !done && rows.length < most; ) {
    const found = await call(name, {query});
    rows.push(...found.data);
    query.iterator = found.iterator;
    done = found.done;
  }
  return rows;
}

const ofEndpoint = () => ({endpoint_id: endpoint.id});

// ---- notifications

function problem(text) {
  at('problem').textContent = text;
  at('problem').hidden = text === '';
}

function news(text) {
  problem('');
  at('news').textContent = text;
}

/** Runs a click's action; the button is disabled until it ends. */
async function run(button, action) {
  if (button) {
    button.disabled = true;
  }
  try {
    await action();
  } catch (e) {
    if (!(e instanceof Refused)) {
      console.error(e);
    }
    problem(e instanceof Refused ? e.message : words.wrong ?? 'This page cannot be loaded. Reload it.');
  } finally {
    if (button) {
      button.disabled = false;
    }
  }
}

const onClick = (id, action) => at(id).addEventListener('click', () => run(at(id), action));

function ask(text, yes) {
  const dialog = at('question');
  at('question-text').textContent = text;
  at('question-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise(answer => {
    dialog.addEventListener('close', () => answer(dialog.returnValue === 'yes'), {once: true});
  });
}

// ---- elements: data from the API is only ever inserted as text

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

const cell = (...children) => element('td', {}, ...children);

function time(text) {
  return text === null ? '' : element('time', {dateTime: text}, new Date(text).toLocaleString(language));
}

const state = row => t(row.state);
const types = row => (row.eventTypes === null ? t('all') : row.eventTypes.join(', '));

// ---- views

async function show() {
  begin();
  problem('');
  at('news').textContent = '';
  if (session === null) {
    end(t('noLink'));
    return;
  }
  const shown = ++page;
  const [who, application] = await Promise.all([call('whoami'), call('application')]);
  if (shown !== page) {
    return;
  }
  document.title = t('titleOf', {name: application.name});
  at('title').textContent = document.title;
  at('leave').hidden = false;
  for (const needy of document.querySelectorAll('[data-needs]')) {
    needy.hidden = !needy.dataset.needs.split(' ').some(need => who.capabilities.includes(need));
  }
  const known = await all('eventTypes', 5000);
  eventTypes = known.map(type => type.name);
  descriptions = new Map(known.map(type => [type.name, type.description]));
  if (shown !== page) {
    return;
  }
  const one = /^#endpoint=(.+)$/.exec(location.hash);
  await (one ? showEndpoint(decodeURIComponent(one[1]), shown) : showList(shown));
}

async function showList(shown) {
  const rows = await all('endpoints', 5000);
  if (shown !== page) {
    return;
  }
  at('endpoints').hidden = rows.length === 0;
  at('no-endpoints').hidden = rows.length > 0;
  at('endpoints').tBodies[0].replaceChildren(...rows.map(row =>
    element('tr', {},
      cell(element('a', {href: '#endpoint=' + encodeURIComponent(row.id)}, row.url)),
      cell(row.description), cell(state(row)), cell(types(row)))));
  at('one').hidden = true;
  at('list').hidden = false;
  at('list-title').focus();
}

async function showEndpoint(id, shown) {
  const found = await call('endpoint', {path: {endpoint_id: id}});
  if (shown !== page) {
    return;
  }
  hideSecret();
  at('code').open = false;
  at('code-shared').hidden = true;
  at('warning').hidden = true;
  at('verify').reset();
  at('verify-result').textContent = '';
  at('recover-since').value = local(new Date(Date.now() - 24 * 3600000));
  fill(found);
  at('example').hidden = eventTypes.length === 0;
  at('no-examples').hidden = eventTypes.length > 0;
  at('example-type').replaceChildren(...eventTypes.map(name => element('option', {value: name}, name)));
  at('list').hidden = true;
  at('one').hidden = false;
  at('url').focus();
  await Promise.all([showAttempts(false), showWarning(shown)]);
}

/** Warns of an endpoint that will be disabled. */
async function showWarning(shown) {
  const {failingSince, disabledFrom} = await call('status', {path: ofEndpoint()});
  if (shown === page) {
    at('warning').hidden = failingSince === null || Date.now() - new Date(failingSince) < HOUR_MILLIS || endpoint.disabled;
    at('warning').textContent = t('failing', {since: moment(failingSince), until: moment(disabledFrom)});
  }
}

const moment = text => new Date(text).toLocaleString(language);

function fill(row) {
  endpoint = row;
  at('url').textContent = row.url;
  at('state').textContent = state(row);
  at('description').textContent = row.description || t('none');
  at('types').textContent = types(row);
  at('created').replaceChildren(time(row.createdAt));
  at('disable').hidden = row.disabled;
  at('enable').hidden = !row.disabled;
  at('resume').hidden = !row.paused;
}

// ---- attempts

async function showAttempts(more) {
  const shown = page;
  const asked = ++attemptsAsked;
  const query = {limit: 20, with_msg: true, expanded_statuses: true};
  if (at('filter').value !== '') {
    query.status = at('filter').value;
  }
  if (more) {
    query.iterator = nextAttempts;
  }
  const found = await call('attempts', {path: ofEndpoint(), query});
  if (shown !== page || asked !== attemptsAsked) {
    return;
  }
  const body = at('attempts').tBodies[0];
  const rows = found.data.map(attemptRow);
  if (more) {
    body.append(...rows);
  } else {
    body.replaceChildren(...rows);
  }
  nextAttempts = found.iterator;
  at('older').hidden = found.done;
  at('attempts').hidden = body.rows.length === 0;
  at('no-attempts').hidden = body.rows.length > 0 || !found.done;
}

function attemptRow(attempt) {
  const type = attempt.msg ? attempt.msg.eventType : '';
  const details = element('button', {type: 'button'}, t('details'));
  details.setAttribute('aria-label', t('detailsOf', {type, id: attempt.msgId}));
  details.addEventListener('click', () => run(details, () => showDetails(attempt)));
  const last = element('td', {className: 'buttons'}, details);
  if (!at('example').closest('section').hidden) { // the link allows resending
    const again = element('button', {type: 'button'}, t('resend'));
    again.setAttribute('aria-label', t('resendOf', {type, id: attempt.msgId}));
    again.addEventListener('click', () => run(again, () => resend(attempt)));
    last.append(again);
  }
  return element('tr', {},
    cell(time(attempt.timestamp)), cell(type), result(attempt), cell(attempt.error || ''),
    cell(attempt.responseDurationMs + ' ms'), cell(time(attempt.nextAttempt)), last);
}

function result(attempt) {
  const word = t(attempt.statusText);
  const text = attempt.responseStatusCode === 0 ? word : word + ', ' + attempt.responseStatusCode;
  return element('td', {className: attempt.status === 0 ? 'good' : attempt.status === 2 ? 'bad' : ''}, text);
}

async function showDetails(attempt) {
  const pairs = [
    [t('message'), attempt.msgId], [t('attempt'), String(attempt.attempt)], [t('result'), result(attempt).textContent],
    [t('error'), attempt.error || t('none')], [t('time'), moment(attempt.timestamp)],
    [t('duration'), attempt.responseDurationMs + ' ms'],
  ];
  drawPhases(attempt.timings);
  at('details-list').replaceChildren(
    ...pairs.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]));
  at('details-response').textContent = attempt.response || t('empty');
  let payload;
  try {
    payload = (await call('payload', {path: {msg_id: attempt.msgId}})).payload;
  } catch (e) {
    if (session === null || !(e instanceof Refused)) {
      throw e;
    }
    payload = '(' + e.message + ')';
  }
  at('details-payload').textContent = payload;
  at('details').showModal();
}

async function resend(attempt) {
  await call('resend', {path: {msg_id: attempt.msgId, ...ofEndpoint()}});
  news(t('resending'));
  soon();
}

/** Refreshes the attempts once the requested delivery has probably been made. */
function soon() {
  const shown = page;
  setTimeout(() => {
    if (shown === page && session !== null) {
      run(null, () => showAttempts(false));
    }
  }, 1500);
}

// ---- the phases of an attempt

function phases(timings) {
  const known = [
    ['DNS', timings.dnsMicros], ['TCP', timings.connectMicros], ['TLS', timings.tlsMicros], [t('firstByte'), timings.firstByteMicros],
  ];
  const rest = timings.totalMicros - known.reduce((sum, [, micros]) => sum + micros, 0);
  return [...known, [t('rest'), rest]].filter(([, micros]) => micros > 0);
}

const svg = (tag, attributes) => {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  Object.entries(attributes).forEach(([key, value]) => made.setAttributeNS(null, key, String(value)));
  return made;
};

/** Draws the phases as a waterfall: each begins where the one before it ended. */
function drawPhases(timings) {
  let from = 0;
  at('details-phases').tBodies[0].replaceChildren(...phases(timings).map(([name, micros]) => {
    const width = 1000 * micros / timings.totalMicros;
    const bar = svg('svg', {viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'});
    bar.append(svg('rect', {x: from, y: 0, width: Math.max(width, 4), height: 10}));
    from += width;
    const head = element('th', {scope: 'row'}, name);
    return element('tr', {}, head, cell(bar), cell((micros / 1000).toFixed(1) + ' ms'));
  }));
}

// ---- recovering

/** A time of the viewer's zone, as the field for it has it. */
const local = date => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

async function recover() {
  const body = {since: new Date(at('recover-since').value).toISOString()};
  const {count, approximated} = await call('countFailed', {path: ofEndpoint(), body});
  if (count === 0 && !approximated) {
    news(t('nothingFailed'));
    return;
  }
  const amount = counted('messages', count);
  if (await ask(t('recoverAsk', {messages: approximated ? t('atLeast', {n: amount}) : amount}), t('deliver'))) {
    await call('recover', {path: ofEndpoint(), body});
    news(t('delivering'));
    soon();
  }
}

// ---- checking a signature, with the rules of Standard Webhooks 1.0.0

const bytes = text => new TextEncoder().encode(text);
const decode64 = text => Uint8Array.from(atob(text), character => character.charCodeAt(0));

function parsedHeaders(text) {
  const found = {};
  for (const line of text.split('\n')) {
    const part = /^\s*["']?(?:-H\s+["']?)?(?:webhook|svix)-(id|timestamp|signature)["']?\s*[:=]\s*["']?([^"']*)/i.exec(line);
    if (part) {
      found[part[1].toLowerCase()] = part[2].trim().replace(/,$/, '');
    }
  }
  return found;
}

async function signs(key, {id, timestamp, signature}, body) {
  const data = bytes(id + '.' + timestamp + '.' + body);
  for (const one of signature.split(/\s+/).filter(part => part.startsWith('v1,'))) {
    try {
      if (await crypto.subtle.verify('HMAC', key, decode64(one.slice(3)), data)) {
        return true;
      }
    } catch {
      // Not Base64: it matches nothing.
    }
  }
  return false;
}

/** Returns the body as the server sent it, or null if it has no such message. */
async function sentBody(id) {
  try {
    return (await call('payload', {path: {msg_id: id}})).payload;
  } catch (e) {
    if (session === null || !(e instanceof Refused)) {
      throw e;
    }
    return null;
  }
}

function firstDifference(one, other) {
  let index = 0;
  while (index < one.length && one[index] === other[index]) {
    index++;
  }
  return index + 1;
}

async function checked(headers, body) {
  const missing = ['id', 'timestamp', 'signature'].filter(name => !headers[name]);
  if (missing.length > 0) {
    return t('missing', {names: missing.map(name => 'webhook-' + name).join(', ')});
  }
  const {key: secret} = await call('secret', {path: ofEndpoint()});
  if (!secret.startsWith('whsec_')) {
    return t('keyPair');
  }
  if (crypto.subtle === undefined) {
    return t('https');
  }
  const key = await crypto.subtle.importKey('raw', decode64(secret.slice(6)), {name: 'HMAC', hash: 'SHA-256'}, false, ['verify']);
  const age = Math.abs(Date.now() / 1000 - Number(headers.timestamp));
  if (await signs(key, headers, body)) {
    return t('right') + (age > 300 ? ' ' + t('clock', {n: Math.round(age / 60)}) : '');
  }
  const sent = await sentBody(headers.id);
  if (sent === null) {
    return t('idUnknown');
  }
  if (sent !== body) {
    return t('bodyDiffers', {n: firstDifference(body, sent)}) + ' ' + t(await signs(key, headers, sent) ? 'bodyOnly' : 'bodyToo');
  }
  return t('onlyRest');
}

async function verify() {
  at('verify-result').textContent = '';
  at('verify-result').textContent = await checked(parsedHeaders(at('verify-headers').value), at('verify-body').value);
}

// ---- the secret

function hideSecret() {
  at('secret').value = '';
  ['secret', 'hide-secret', 'copy-secret'].forEach(id => { at(id).hidden = true; });
}

async function showSecret() {
  const shown = page;
  const {key} = await call('secret', {path: ofEndpoint()});
  if (shown === page) {
    at('secret').value = key;
    at('secret').hidden = false;
    at('hide-secret').hidden = false;
    at('copy-secret').hidden = navigator.clipboard === undefined;
  }
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Refused(t('noCopy'));
  }
  news(t('copied'));
}

/** Shows code that verifies signatures, which the server has as files; it is for shared secrets. */
async function showCode() {
  if (!at('code').open) {
    return;
  }
  const shown = page;
  const asked = at('code-language').value;
  const pair = !at('show-secret').hidden && !(await call('secret', {path: ofEndpoint()})).key.startsWith('whsec_');
  const response = await fetch('/portal/verify.' + asked, {credentials: 'omit', redirect: 'error'});
  const text = await response.text();
  if (shown === page && asked === at('code-language').value) {
    at('code-pair').hidden = !pair;
    at('code-shared').hidden = pair;
    at('code-text').textContent = text;
    at('copy-code').hidden = navigator.clipboard === undefined;
  }
}

async function rotate() {
  if (await ask(t('replaceAsk'), t('replace'))) {
    await call('rotateSecret', {path: ofEndpoint(), body: {}});
    hideSecret();
    news(t('replaced'));
  }
}

// ---- changing endpoints

async function change(body, text) {
  fill(await call('changeEndpoint', {path: ofEndpoint(), body}));
  news(text);
}

async function disable() {
  if (await ask(t('disableAsk'), t('disable'))) {
    await change({disabled: true}, t('disabledNews'));
  }
}

async function remove() {
  if (await ask(t('deleteAsk'), t('delete'))) {
    await call('deleteEndpoint', {path: ofEndpoint()});
    location.hash = '';
  }
}

/** Opens the form for an endpoint, or for a new one if null. */
function edit(row) {
  editing = row;
  const chosen = row === null || row.eventTypes === null ? [] : row.eventTypes;
  at('editor-title').textContent = t(row === null ? 'add' : 'editTitle');
  at('edit-url').value = row === null ? 'https://' : row.url;
  at('edit-description').value = row === null ? '' : row.description;
  at('edit-url-said').textContent = t('urlHint');
  at('edit-find').value = '';
  at('edit-find-label').hidden = eventTypes.length < 8;
  at('edit-types').replaceChildren(...eventTypes.map(name => choice(name, chosen.includes(name))));
  at('edit-others').value = chosen.filter(name => !eventTypes.includes(name)).join(', ');
  which().value = chosen.length > 0 ? 'some' : 'all';
  toggleSome();
  editorProblem('');
  at('editor').showModal();
}

/** An event type to choose, with a button that shows its schema and an example. */
function choice(name, checked) {
  const look = element('button', {type: 'button'}, t('look'));
  look.setAttribute('aria-label', t('lookAt', {type: name}));
  look.addEventListener('click', () => run(look, () => lookAt(name)));
  return element('p', {className: 'choice'},
    element('label', {}, element('input', {type: 'checkbox', value: name, checked}), ' ' + name,
      element('span', {className: 'hint'}, descriptions.get(name) ? ' – ' + descriptions.get(name) : '')),
    look);
}

function findTypes() {
  const wanted = at('edit-find').value.trim().toLowerCase();
  [...at('edit-types').children].forEach(row => { row.hidden = !row.textContent.toLowerCase().includes(wanted); });
}

async function lookAt(name) {
  const {schema, example} = await call('eventTypeExample', {path: {event_type_name: name}});
  at('type-title').textContent = name;
  at('type-description').textContent = descriptions.get(name) ?? '';
  at('type-example').textContent = JSON.stringify(example, null, 2);
  at('type-schema').textContent = schema === null ? t('none') : JSON.stringify(schema, null, 2);
  at('type').showModal();
}

let checks = 0;

/** Has the server send a request to the URL in the form: whoever types on sees the last result. */
async function checkUrl() {
  const check = ++checks;
  const said = at('edit-url-said');
  const say = text => {
    if (check === checks) {
      said.textContent = text;
    }
  };
  const url = at('edit-url').value.trim();
  if (url === '' || url === 'https://') {
    say(t('urlHint'));
    return;
  }
  say(t('checking'));
  try {
    const {reached, status, detail} = await call('checkUrl', {body: {url}});
    say(!reached ? t('unreached', {why: detail}) : t(status < 400 ? 'reached' : 'refused', {n: status}));
  } catch (e) {
    if (session === null || !(e instanceof Refused)) {
      throw e;
    }
    say('✕ ' + e.message);
  }
}

const which = () => at('editor').querySelector('form').elements.which;

function toggleSome() {
  at('edit-some').hidden = which().value !== 'some';
}

function editorProblem(text) {
  at('editor-problem').textContent = text;
  at('editor-problem').hidden = text === '';
}

function edited() {
  const checked = [...at('edit-types').querySelectorAll('input:checked')].map(box => box.value);
  const others = at('edit-others').value.split(',').map(text => text.trim()).filter(text => text !== '');
  const chosen = [...new Set([...checked, ...others])];
  if (which().value === 'some' && chosen.length === 0) {
    throw new Refused(t('chooseTypes'));
  }
  return {
    url: at('edit-url').value.trim(),
    description: at('edit-description').value,
    eventTypes: which().value === 'some' ? chosen : null,
  };
}

/** Removes hidden headers before the URL changes to another server, which must not receive them. */
async function mayMove(url) {
  if (!URL.canParse(url) || new URL(url).origin === new URL(editing.url).origin) {
    return true;
  }
  const {sensitive} = await call('headers', {path: ofEndpoint()});
  if (sensitive.length === 0) {
    return true;
  }
  const names = sensitive.join(', ');
  if (!await ask(t('headersAsk', {names}), t('headersRemove'))) {
    return false;
  }
  await call('changeHeaders', {
    path: ofEndpoint(), body: {headers: Object.fromEntries(sensitive.map(name => [name, null]))},
  });
  return true;
}

async function save() {
  try {
    if (editing === null) {
      const made = await call('addEndpoint', {body: edited()});
      at('editor').close();
      location.hash = '#endpoint=' + encodeURIComponent(made.id);
    } else {
      const wanted = edited();
      if (await mayMove(wanted.url)) {
        await change(wanted, t('saved'));
        at('editor').close();
      }
    }
  } catch (e) {
    if (session === null || !(e instanceof Refused)) {
      throw e;
    }
    editorProblem(e.message);
  }
}

// ---- event handlers

onClick('leave', async () => {
  await call('logout');
  end(t('left'));
});
onClick('add', () => edit(null));
onClick('edit', () => edit(endpoint));
onClick('disable', disable);
onClick('enable', () => change({disabled: false}, t('enabledNews')));
onClick('resume', async () => {
  fill(await call('resumeEndpoint', {path: ofEndpoint()}));
  news(t('resumed'));
});
onClick('delete', remove);
onClick('show-secret', showSecret);
onClick('hide-secret', hideSecret);
onClick('copy-secret', () => copy(at('secret').value));
onClick('copy-code', () => copy(at('code-text').textContent));
onClick('look', () => lookAt(at('example-type').value));
at('code').addEventListener('toggle', () => run(null, showCode));
at('code-language').addEventListener('change', () => run(null, showCode));
at('edit-url').addEventListener('change', () => run(null, checkUrl));
at('edit-find').addEventListener('input', findTypes);
onClick('rotate', rotate);
onClick('refresh', () => showAttempts(false));
onClick('older', () => showAttempts(true));
at('filter').addEventListener('change', () => run(null, () => showAttempts(false)));
at('editor').querySelector('form').addEventListener('change', toggleSome);
at('editor').querySelector('form').addEventListener('submit', event => {
  event.preventDefault();
  run(event.submitter, save);
});
at('verify').addEventListener('submit', event => {
  event.preventDefault();
  run(event.submitter, verify);
});
at('recover').addEventListener('submit', event => {
  event.preventDefault();
  run(event.submitter, recover);
});
at('example').addEventListener('submit', event => {
  event.preventDefault();
  run(event.submitter, async () => {
    await call('sendExample', {path: ofEndpoint(), body: {eventType: at('example-type').value}});
    news(t('exampleNews'));
    soon();
  });
});
for (const closer of document.querySelectorAll('[data-closes]')) {
  closer.addEventListener('click', () => closer.closest('dialog').close());
}
addEventListener('hashchange', () => run(null, show));
run(null, async () => {
  await translate();
  await show();
});
