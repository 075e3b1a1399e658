/* Delivering again: how many deliveries that would be, then the start, then the progress. */
import {get, path, request} from './api.js';
import {el, show} from './dom.js';
import {number} from './format.js';

const TASKS = [
  ['recover', 'Messages that failed, one attempt each'],
  ['replay-missing', 'Messages that match the endpoint, and were never sent to it'],
  ['bulk-replay', 'All messages, whatever became of them'],
];
const DAY = 24 * 3600000;

/** A time of the viewer's zone, as the field for it has it. */
const local = date => new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 16);

const amount = (count, approximated) => (approximated ? 'at least ' : '') + number(count) + (count === 1 ? ' delivery' : ' deliveries');

/** Makes the form. */
export function replay(of, signal) {
  const task = el('select', {name: 'task'}, TASKS.map(([name, text]) => el('option', {value: name}, text)));
  const since = el('input', {type: 'datetime-local', name: 'since', required: true, value: local(new Date(Date.now() - DAY))});
  const until = el('input', {type: 'datetime-local', name: 'until'});
  const said = el('p', {class: 'small', role: 'status'});
  const buttons = el('div', {class: 'row start'});
  const fields = el('fieldset', {},
    el('label', {class: 'field'}, 'What', task),
    el('div', {class: 'row start'}, el('label', {class: 'inline'}, 'Since ', since), el('label', {class: 'inline'}, 'Until ', until)));
  const progress = el('progress', {hidden: true, 'aria-label': 'Deliveries started'});
  const count = el('button', {type: 'submit', 'data-key': 'count'}, 'Count');

  const body = () => ({
    since: new Date(since.value).toISOString(),
    ...(until.value ? {until: new Date(until.value).toISOString()} : {}),
  });

  /** What was counted no longer holds. */
  function reset() {
    said.textContent = '';
    progress.hidden = true;
    fields.disabled = false;
    show(buttons, count);
  }

  async function ask(event) {
    event.preventDefault();
    const order = body();
    said.textContent = 'Counting …';
    try {
      const found = await request('POST', of + '/' + task.value + '/count', {body: order, signal});
      const words = amount(found.count, found.approximated);
      said.textContent = found.count === 0 ? 'There is nothing to deliver again in this time.' : words + ' would start.';
      show(buttons, count, found.count === 0 ? null
        : el('button', {type: 'button', class: 'main', 'data-key': 'start', onclick: () => start(order, found)}, 'Start ' + words));
    } catch (failure) {
      said.textContent = failure.message;
    }
  }

  async function start(order, expected) {
    show(buttons);
    fields.disabled = true;
    progress.hidden = false;
    progress.max = expected.count;
    progress.value = 0;
    try {
      follow(await request('POST', of + '/' + task.value, {body: order, signal}), expected);
    } catch (failure) {
      reset();
      said.textContent = failure.message;
    }
  }

  async function follow(run, expected) {
    try {
      for (let now = run; ; now = await get('/background-task' + path(run.id), {}, signal)) {
        const {messagesSent = 0, examined = 0, error} = now.data;
        progress.value = messagesSent;
        if (now.status !== 'running') {
          reset();
          said.textContent = (now.status === 'finished' ? '✓ Finished: ' : '✕ Given up: ') + amount(messagesSent) + ' started.' + (error ? ' ' + error : '');
          return;
        }
        said.textContent = `Started ${number(messagesSent)} of ${amount(expected.count, expected.approximated)}; examined ${number(examined)}.`;
        await new Promise(done => setTimeout(done, 1000));
      }
    } catch (failure) {
      if (!signal.aborted) {
        said.textContent = failure.message + ' The task goes on.';
      }
    }
  }

  reset();
  return el('form', {onsubmit: ask, onchange: reset},
    fields,
    el('p', {class: 'small soft'}, 'Without an end: until now. Failed messages can be recovered for 14 days.'),
    buttons, progress, said);
}
