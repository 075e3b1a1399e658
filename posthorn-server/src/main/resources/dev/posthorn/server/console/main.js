/* The console: the session, the screens and the way between them, which is the fragment of the URL. */
import {get, onSignedOut, request} from './api.js';
import {audit} from './audit.js';
import {el, show} from './dom.js';
import {endpoint} from './endpoint.js';
import {endpoints} from './endpoints.js';
import {application, applications, eventType, eventTypes, keys, task, tasks} from './lists.js';
import {message} from './message.js';
import {nodes} from './nodes.js';
import {overview} from './overview.js';
import {search} from './search.js';
import {environment, settings} from './settings.js';
import {signIn, useLink} from './signin.js';
import {tail} from './tail.js';

const SCREENS = {
  '': overview, application, applications, audit, endpoint, endpoints, environment, 'event-type': eventType, 'event-types': eventTypes,
  keys, message, nodes, search, settings, tail, task, tasks,
};
const NAMES = [
  ['', 'Overview'], ['tail', 'Live tail'], ['applications', 'Applications'], ['endpoints', 'Endpoints'], ['event-types', 'Event types'],
];
const MORE = [['tasks', 'Tasks'], ['keys', 'API keys'], ['audit', 'Audit log'], ['nodes', 'Nodes'], ['environment', 'Environment'], ['settings', 'Settings']];
const SERVERS = ['keys', 'nodes', 'settings'];
const OVER = 'The session has ended. Sign in again.';

const main = document.getElementById('main');
const nav = document.getElementById('nav');
const who = document.getElementById('who');
let session = null;
let shown = new AbortController();

/** Goes to a screen; the URL says everything about it. */
function go(screen, query, ...ids) {
  location.hash = fragment(screen, query, ids);
}

/** Goes to a screen in place of the one at "here", so that the way back leaves it out; unless somebody has left that. */
const instead = here => (screen, query, ...ids) => {
  if (location.hash === here) { // it changes at once, "hashchange" comes later
    location.replace(fragment(screen, query, ids));
  }
};

function fragment(screen, query, ids) {
  const search = new URLSearchParams(query).toString();
  return '#/' + [screen, ...ids.map(encodeURIComponent)].filter(part => part !== '').join('/') + (search ? '?' + search : '');
}

function place() {
  const [route, search = ''] = location.hash.replace(/^#\/?/, '').split('?');
  const [screen = '', ...ids] = route.split('/');
  return {screen, ids: ids.map(decodeURIComponent), query: new URLSearchParams(search)};
}

async function open() {
  shown.abort();
  shown = new AbortController();
  const {signal} = shown;
  if (session === null) {
    return;
  }
  const {screen, ids, query} = place();
  show(nav, NAMES.map(to(screen)), menu(screen), box(screen === 'search' ? query.get('text') : ''));
  document.title = 'Posthorn console';
  if (!Object.hasOwn(SCREENS, screen)) {
    failed('There is no such screen.');
    return;
  }
  try {
    await SCREENS[screen](main, {ids, query, go, instead: instead(location.hash), signal, session});
  } catch (failure) {
    if (!signal.aborted && failure.status !== 401) {
      failed(failure.message);
    }
  }
}

const to = screen => ([name, text]) =>
  el('a', {href: '#/' + name, 'aria-current': name === screen ? 'page' : null, 'data-key': name}, text);

/** The screens that are needed less often; the menu closes when the focus leaves it. */
function menu(screen) {
  const label = el('summary', {'data-key': 'more'}, MORE.find(([name]) => name === screen)?.[1] ?? 'More');
  const whole = el('details', {class: 'menu', onfocusout: event => {
    if (!whole.contains(event.relatedTarget)) {
      whole.open = false;
    }
  }, onkeydown: event => {
    if (event.key === 'Escape') {
      whole.open = false;
      label.focus();
    }
  }}, label, el('div', {tabindex: -1}, MORE.filter(one => offers(one[0])).map(to(screen))));
  return whole;
}

/** Whether the program around the console has signed this person in: no session of ours ends. */
const isGuest = () => session.expiresAt === null;
const offers = name => isGuest() ? !SERVERS.includes(name) : !['settings', 'nodes'].includes(name) || session.capabilities.includes('Administer');

const finder = el('input', {'aria-label': 'Find by id, uid, event id, name or URL', placeholder: 'id, uid, event id, URL',
  required: true, spellcheck: 'false', 'data-key': 'find'});
const finding = el('form', {class: 'find', role: 'search', onsubmit: event => {
  event.preventDefault();
  go('search', {text: finder.value.trim()});
}}, finder, el('button', {type: 'submit', 'data-key': 'find it'}, 'Find'));
let searched = '';

/** The box that finds everything: it shows what was searched for, but what is being typed remains. */
function box(text) {
  if (finder.value.trim() === searched || finder.value === '') {
    finder.value = text;
  }
  searched = text;
  return finding;
}

/** Says why a screen cannot be shown. */
function failed(why) {
  show(main, el('div', {class: 'card', role: 'alert'},
    el('h1', {}, 'This screen cannot be shown'),
    el('p', {}, why),
    el('button', {type: 'button', onclick: open}, 'Try again')));
}

function begin(started) {
  session = started;
  nav.hidden = false;
  const said = [session.name, session.environment, session.role].filter(Boolean).join(' · ');
  show(who,
    el('span', {class: 'who', title: said}, said),
    !isGuest() && el('button', {type: 'button', class: 'plain', onclick: leave}, 'Sign out'));
  open();
}

async function leave() {
  try {
    await request('DELETE', '/console/session');
  } catch (failure) {
    if (failure.status !== 401) {
      failed(failure.message);
      return;
    }
  }
  enter('');
}

async function enter(problem) {
  session = null;
  shown.abort();
  nav.hidden = true;
  show(who);
  document.title = 'Sign in · Posthorn console';
  begin(await signIn(main, problem));
  main.focus();
}

async function start() {
  const code = /^#code=([\w-]+)$/.exec(location.hash);
  if (code) {
    history.replaceState(null, '', location.pathname); // keep the code out of the history
  }
  try {
    begin(await (code ? useLink(code[1]) : get('/console/session')));
  } catch (failure) {
    enter(code || failure.status !== 401 ? failure.message : '');
  }
}

onSignedOut(() => {
  if (session !== null) {
    enter(OVER);
  }
});
window.addEventListener('hashchange', () => location.hash.startsWith('#code=') ? start() : open());
start();
