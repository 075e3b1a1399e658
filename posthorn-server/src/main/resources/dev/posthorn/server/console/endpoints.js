/* The endpoints of all applications, and what can be done for many of them at once. */
import {get, request} from './api.js';
import {el, link, show, table} from './dom.js';
import {number, plural} from './format.js';
import {STATES} from './lists.js';

const ACTIONS = [['recover', 'Deliver what failed again'], ['cancel', 'Cancel what waits']];

function filters(query, go) {
  const text = el('input', {name: 'text', 'aria-label': 'Text', placeholder: 'in URL or description', value: query.get('text'), spellcheck: 'false'});
  const app = el('input', {name: 'app_id', 'aria-label': 'Application', placeholder: 'application: id or uid', value: query.get('app_id'), spellcheck: 'false'});
  const state = el('select', {name: 'state', 'aria-label': 'State', onchange: () => form.requestSubmit()},
    [['', 'Any state'], ...Object.entries(STATES)].map(([value, name]) => el('option', {value, selected: value === (query.get('state') ?? '')}, name)));
  const form = el('form', {class: 'filters card', 'aria-label': 'Filters', onsubmit: event => {
    event.preventDefault();
    go('endpoints', Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim())));
  }}, text, app, state, el('button', {type: 'submit'}, 'Filter'));
  return form;
}

/** A form that counts first, and starts only after that; "order" returns the endpoints, or null. */
function bulk(order, signal) {
  const action = el('select', {name: 'action', 'aria-label': 'Action'}, ACTIONS.map(([value, text]) => el('option', {value}, text)));
  const hours = el('input', {type: 'number', name: 'hours', min: 1, max: 336, value: 24, required: true});
  const span = el('label', {class: 'inline'}, 'of the last ', hours, ' hours');
  const whom = el('select', {name: 'whom', 'aria-label': 'For which endpoints'}, el('option', {value: 'selected'}, 'of selected endpoints'), el('option', {value: 'all'}, 'of all that match'));
  const said = el('div', {role: 'status'});
  const fields = el('fieldset', {class: 'row start'}, action, span, whom, el('button', {type: 'submit', 'data-key': 'count'}, 'Count'));

  function again(...what) {
    fields.disabled = false;
    show(said, ...what);
  }

  async function count(event) {
    event.preventDefault();
    const wanted = order(whom.value === 'all');
    if (wanted === null) {
      again(el('p', {}, 'Select at least one endpoint.'));
      return;
    }
    const body = {action: action.value, hours: Number(hours.value), ...wanted};
    fields.disabled = true;
    try {
      const found = await request('POST', '/console/bulk/count', {body, signal});
      const amount = (found.approximated ? 'at least ' : '') + (found.count === 1 ? '1 delivery' : number(found.count) + ' deliveries');
      if (found.count === 0 && !found.approximated) {
        again(el('p', {}, `Nothing to do for ${plural(found.endpoints, 'endpoint')}.`));
        return;
      }
      const recovers = body.action === 'recover';
      show(said, el('p', {}, `${amount} to ${plural(found.endpoints, 'endpoint')} would be ${recovers ? 'made again, with one attempt each.' : 'canceled. This cannot be undone.'}`),
        el('div', {class: 'row start'},
          el('button', {type: 'button', class: 'main', onclick: () => start(body)}, (recovers ? 'Start ' : 'Cancel ') + amount),
          el('button', {type: 'button', onclick: () => again()}, 'Do nothing')));
    } catch (failure) {
      again(el('p', {class: 'problem'}, failure.message));
    }
  }

  async function start(body) {
    show(said, 'Starting …');
    try {
      const {data} = await request('POST', '/console/bulk', {body, signal});
      const failed = data.filter(one => one.error !== null);
      const done = data.length - failed.length;
      again(body.action === 'recover'
        ? el('p', {}, `${number(done)} ${done === 1 ? 'recovery' : 'recoveries'} started. `, link('Follow the tasks', 'tasks'))
        : el('p', {}, `${plural(done, 'cancellation')} started.`),
        failed.map(one => el('p', {class: 'problem'}, one.endpointId + ': ' + one.error)));
    } catch (failure) {
      again(el('p', {class: 'problem'}, failure.message));
    }
  }

  action.addEventListener('change', () => { span.hidden = action.value !== 'recover'; });
  return el('form', {class: 'card', 'aria-label': 'For many endpoints', onsubmit: count}, el('h2', {}, 'For many endpoints'), fields, said);
}

/** Shows a page of endpoints. */
export async function endpoints(main, {query, go, signal, session}) {
  const filter = Object.fromEntries(['text', 'app_id', 'state'].map(name => [name, query.get(name)]).filter(([, value]) => value));
  const from = query.get('from');
  const page = await get('/console/endpoints', {limit: 50, ...filter, ...(from ? {iterator: from} : {})}, signal);
  const may = session.capabilities.includes('Administer');
  const box = row => el('input', {type: 'checkbox', name: 'chosen', value: row.id, 'aria-label': 'Select ' + row.url});
  const all = el('input', {type: 'checkbox', 'aria-label': 'Select all on this page', onchange: () => boxes().forEach(one => { one.checked = all.checked; })});
  const list = table('Endpoints', [
    ...may ? [[all, box, '']] : [],
    ['Endpoint', row => [link(row.url, 'endpoint', row.appId, row.id), row.description ? el('div', {class: 'soft small'}, row.description) : null], 'text'],
    ['State', row => STATES[row.state], ''],
    ['Application', row => link(row.appName || row.appId, 'application', row.appId), 'text'],
  ], page.data, 'No endpoint matches.');
  const boxes = () => [...list.querySelectorAll('[name=chosen]')];
  const order = everything => {
    if (everything) {
      return {match: {text: filter.text, appId: filter.app_id, state: filter.state}};
    }
    const chosen = boxes().filter(one => one.checked).map(one => one.value);
    return chosen.length === 0 ? null : {endpointIds: chosen};
  };
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Endpoints'),
    filters(query, go),
    el('section', {class: 'card'}, list),
    el('div', {class: 'row'},
      from ? el('button', {type: 'button', onclick: () => go('endpoints', filter)}, 'First page') : null,
      page.done ? null : el('button', {type: 'button', onclick: () => go('endpoints', {...filter, from: page.iterator})}, 'Next page')),
    may && page.data.length > 0 ? bulk(order, signal) : null));
}
