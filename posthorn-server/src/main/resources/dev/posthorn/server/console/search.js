/* The search: whatever a person has at hand leads to its screen. */
import {get} from './api.js';
import {el, link, show, table} from './dom.js';

const PLACES = {
  application: one => ['application', one.id],
  endpoint: one => ['endpoint', one.appId, one.id],
  message: one => ['message', one.id],
  'event type': one => ['event-type', one.id],
  task: one => ['task', one.id],
  key: () => ['keys'],
};
const NAMES = {key: 'API key'};

const place = one => PLACES[one.kind](one);
const kind = one => NAMES[one.kind] ?? one.kind.charAt(0).toUpperCase() + one.kind.slice(1);

/** Shows what was found; a single finding is shown itself. */
export async function search(main, {query, instead, signal}) {
  const text = query.get('text') ?? '';
  const {data, partial} = await get('/console/search', {text}, signal);
  if (data.length === 1 && !partial) {
    const [screen, ...ids] = place(data[0]);
    instead(screen, {}, ...ids);
    return;
  }
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Search for ', el('span', {class: 'mono'}, text)),
    el('section', {class: 'card'}, table('Findings', [
      ['What', kind, ''],
      ['Name', one => link(one.name || one.id, ...place(one)), 'text'],
      ['Id', one => el('span', {class: 'mono'}, one.id), 'id'],
      ['Application', one => one.appId && one.appId !== one.id ? link(one.appId, 'application', one.appId) : '–', ''],
    ], data, 'Nothing was found. Search for an id, a uid, an event id, the name of an event type, or three characters of a URL or of an application’s name.'),
    partial ? el('p', {class: 'soft small'}, 'There may be more: search for more characters, or for an id.') : null)));
}
