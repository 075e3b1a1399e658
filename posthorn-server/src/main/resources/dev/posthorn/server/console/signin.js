/* Signing in, with an API key or with the code of a link. */
import {request} from './api.js';
import {el, show} from './dom.js';

/** Signs in with the code of a link. */
export const useLink = code => request('POST', '/console/session', {body: {code}});

/** Shows the form; resolves with the session. */
export function signIn(main, problem) {
  return new Promise(done => {
    const said = el('p', {class: 'problem', role: 'alert'}, problem);
    const key = el('input', {type: 'password', name: 'key', autocomplete: 'current-password', required: true, spellcheck: 'false'});
    const name = el('input', {name: 'name', autocomplete: 'name', maxlength: 256});
    const readOnly = el('input', {type: 'checkbox', name: 'read-only'});
    const button = el('button', {class: 'main', type: 'submit'}, 'Sign in');
    async function submit(event) {
      event.preventDefault();
      button.disabled = true;
      said.textContent = '';
      try {
        done(await request('POST', '/console/session',
          {body: {token: key.value.trim(), name: name.value.trim(), readOnly: readOnly.checked}}));
      } catch (failure) {
        said.textContent = failure.message;
        button.disabled = false;
        key.focus();
      }
    }
    show(main, el('form', {class: 'signin card', onsubmit: submit},
      el('h1', {}, 'Sign in to the console'),
      said,
      el('label', {class: 'field'}, 'API key', key),
      el('label', {class: 'field'}, 'Your name, for the audit log (optional)', name),
      el('label', {class: 'check'}, readOnly, ' Read only'),
      button,
      el('p', {class: 'soft small'}, 'Without a key: run ', el('code', {}, 'posthorn console'),
        ' where the server runs; it prints a link.')));
    key.focus();
  });
}
