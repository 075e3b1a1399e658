/* The audit log: what people did in the console, newest first. */
import {get} from './api.js';
import {el, show, table} from './dom.js';
import {time} from './format.js';

const COLUMNS = [
  ['Time', row => time(row.timestamp), ''],
  ['Person', row => row.person || '(no name)', ''],
  ['Role', row => row.role, ''],
  ['Action', row => el('span', {class: 'mono'}, row.action), ''],
  ['On', row => el('span', {class: 'mono'}, row.path), 'text'],
  ['Fields', row => row.fields.join(', ') || '–', ''],
  ['Refused', row => row.refused === null ? '–' : 'with ' + row.refused, ''],
];

/** Shows a page of the log. */
export async function audit(main, {query, go, signal}) {
  const from = query.get('from');
  const page = await get('/console/audit', from ? {limit: 50, iterator: from} : {limit: 50}, signal);
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Audit log'),
    el('section', {class: 'card'}, table('Audit log', COLUMNS, page.data, 'Nothing was done in the console so far.')),
    el('div', {class: 'row'},
      from ? el('button', {type: 'button', onclick: () => go('audit', {})}, 'Newest') : null,
      page.done ? null : el('button', {type: 'button', onclick: () => go('audit', {from: page.iterator})}, 'Older'))));
}
