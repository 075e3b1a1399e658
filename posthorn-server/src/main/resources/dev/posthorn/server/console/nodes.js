/* The server processes that share the store: who owns what, since when, and what waits for whom. */
import {get, path, repeat, request} from './api.js';
import {el, show, table} from './dom.js';
import {brief, number, plural, time} from './format.js';

const EACH_MILLIS = 2000;
const STATES = {joining: '… Joining', active: '✓ Active', draining: '↷ Draining'};

function lease(row) {
  if (row.leaseSeconds === null) {
    return '–';
  }
  return row.leaseSeconds < 0 ? el('b', {class: 'problem'}, '✗ over') : brief(row.leaseSeconds) + ' s left';
}

/** Shows the nodes, and asks before one is drained; figures change by themselves, questions stay. */
export async function nodes(main, {signal}) {
  const list = el('div', {class: 'stack'});
  const said = el('div', {role: 'status'});

  async function drain(row, draining) {
    show(said, 'Asking …');
    try {
      draw(await request('PUT', '/console/nodes' + path(row.id) + '/drain', {body: {draining}, signal}));
      show(said, el('p', {}, row.name + (draining ? ' gives its partitions away.' : ' takes partitions again.')));
    } catch (failure) {
      show(said, el('p', {class: 'problem'}, failure.message));
    }
  }

  function ask(row) {
    const yes = el('button', {type: 'button', class: 'main', onclick: () => drain(row, true)}, 'Drain it');
    show(said, el('section', {class: 'card', 'aria-label': 'Drain a node'},
      el('p', {}, el('b', {}, row.name), ` gives its ${plural(row.partitions, 'partition')} to the others, and takes none until it starts again or you cancel that. It still accepts messages, but its readiness probe answers 503.`),
      el('div', {class: 'row start'}, yes, el('button', {type: 'button', onclick: () => show(said)}, 'Do nothing'))));
    yes.focus();
  }

  const action = row => row.state === 'draining'
    ? el('button', {type: 'button', 'data-key': 'cancel ' + row.id, onclick: () => drain(row, false)}, 'Cancel the drain')
    : el('button', {type: 'button', 'data-key': 'drain ' + row.id, 'aria-label': 'Drain ' + row.name, onclick: () => ask(row)}, 'Drain');

  function draw(all) {
    const shared = all.shared;
    show(list,
      all.unowned === 0 ? null : el('p', {class: 'card problem', role: 'alert'}, `✗ Nobody owns ${plural(all.unowned, 'partition')}: nothing in them is delivered.`),
      el('section', {class: 'card'}, table('Nodes', [
        ['Node', row => [el('b', {}, row.name), el('div', {class: 'soft small'}, 'version ' + row.version)], 'text'],
        ['State', row => STATES[row.state], ''],
        ['Partitions', row => `${number(row.partitions)} of ${number(all.partitions)}`, 'number'],
        ['Since', row => time(row.since), ''],
        ...shared ? [['Lease', lease, ''], ['Waits for it', row => row.waiting === 0 ? 'nothing' : `${number(row.waiting)}, for ${brief(row.lagSeconds)} s`, '']] : [],
        ...shared ? [['Action', action, '']] : [],
      ], all.data, 'No process has the store open.')),
      el('p', {class: 'soft small'}, shared
        ? 'Each node accepts messages for all applications, and delivers for those in its partitions. “Waits for it”: what others have accepted, and it has not taken in.'
        : 'There is one node: the store is a file, which one process has. Several servers share a PostgreSQL database.'));
  }

  const look = async () => draw(await get('/console/nodes', {}, signal));
  await look();
  show(main, el('div', {class: 'stack'}, el('h1', {}, 'Nodes'), said, list));
  repeat(look, EACH_MILLIS, signal);
}
