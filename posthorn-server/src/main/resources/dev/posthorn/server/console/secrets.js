/* The secrets that sign an endpoint's deliveries: how many, until when, and their replacement. */
import {get, request} from './api.js';
import {el, show} from './dom.js';
import {time, until} from './format.js';

/** Makes the part of the screen; update it with the secrets that sign now, oldest first. */
export function secrets(of, may, changed) {
  const state = el('div', {});
  const said = el('p', {class: 'small', role: 'status'});
  const controls = el('div', {class: 'row start'});
  const button = (text, run, kind) => el('button', {type: 'button', class: kind, 'data-key': text, onclick: run}, text);

  async function reveal() {
    try {
      const {key} = await get(of + '/secret');
      show(said, 'Receivers verify with ', el('code', {class: 'mono'}, key || '(no secret)'));
    } catch (failure) {
      said.textContent = failure.message;
    }
  }

  async function rotate() {
    try {
      await request('POST', of + '/secret/rotate', {body: {}});
      said.textContent = 'Rotated. Give the owner the new key; the old one signs for another day.';
      offer();
      await changed();
    } catch (failure) {
      said.textContent = failure.message;
    }
  }

  function offer() {
    show(controls,
      may('ViewEndpointSecret') ? button('Show key', reveal) : null,
      may('ManageEndpointSecret') ? button('Rotate…', ask) : null);
  }

  function ask() {
    said.textContent = 'A new secret signs at once, and the present one for another day. The receiver needs the new key within that time.';
    show(controls, button('Rotate now', rotate, 'main'), button('Keep it', () => { said.textContent = ''; offer(); }));
  }

  offer();
  return {
    node: el('div', {}, state, controls, said),
    update(signing) {
      const old = signing.filter(one => one.endsAt !== null);
      show(state, el('p', {}, signing.length === 0 ? 'Nothing signs these deliveries.'
        : old.length === 0 ? 'One secret signs.' : signing.length + ' secrets sign: a rotation is under way.'),
      el('ul', {class: 'plain small'}, old.map(one => el('li', {}, 'An old one until ', time(one.endsAt), ' (', until(one.endsAt), ').'))));
    },
  };
}
