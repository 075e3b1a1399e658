/* A test of an endpoint: one message, at once, whatever its filters and state. */
import {get, path, request} from './api.js';
import {el, link, show} from './dom.js';
import {millis} from './format.js';

const PING = 'svix.ping';

/** Waits for the attempt of a message. */
async function outcome(app, id, signal) {
  for (;;) {
    const {data: [attempt]} = await get('/app' + path(app) + '/attempt/msg' + path(id), {limit: 1}, signal);
    if (attempt) {
      return attempt;
    }
    await new Promise(done => setTimeout(done, 500));
  }
}

/** Makes the form. */
export function sendTest(app, id, done, signal) {
  const type = el('input', {name: 'type', list: 'event-types', required: true, spellcheck: 'false', value: PING});
  const types = el('datalist', {id: 'event-types'});
  const button = el('button', {type: 'submit'}, 'Send');
  const said = el('p', {class: 'small', role: 'status'});
  get('/event-type', {limit: 250}, signal)
    .then(all => show(types, [PING, ...all.data.map(one => one.name)].map(name => el('option', {value: name}))))
    .catch(() => {}); // without suggestions, the name can be typed

  async function send(event) {
    event.preventDefault();
    button.disabled = true;
    said.textContent = 'Sending …';
    try {
      const message = await request('POST', '/app' + path(app) + '/endpoint' + path(id, 'send-example'), {body: {eventType: type.value.trim()}, signal});
      const attempt = await outcome(app, message.id, signal);
      const answered = attempt.responseStatusCode !== 0;
      show(said, attempt.status === 0 ? '✓ Succeeded: ' : '✕ Failed: ',
        answered ? `it answered ${attempt.responseStatusCode} in ${millis(attempt.timings.totalMicros / 1000)}. ` : attempt.response + '. ',
        link(message.id, 'message', message.id));
      await done();
    } catch (failure) {
      said.textContent = failure.message;
    }
    button.disabled = false;
  }

  return el('form', {onsubmit: send},
    el('p', {class: 'small soft'}, 'Sends an example once, even if the endpoint is paused or disabled. It does not count for its health.'),
    el('div', {class: 'row start'}, el('label', {class: 'inline'}, 'Event type ', type), types, button), said);
}
