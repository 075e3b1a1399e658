/* The environment of the session, and the settings of the server: each value and its source. */
import {get, request} from './api.js';
import {el, link, show, table} from './dom.js';
import {number} from './format.js';
import {STATES} from './lists.js';

const mono = text => el('span', {class: 'mono'}, text);

/** A form for the number of hours for which messages are kept. */
function keeping(retention, may, signal) {
  const most = retention.serverRetentionHours;
  const hours = el('input', {type: 'number', name: 'hours', min: 1, max: most, value: retention.retentionHours ?? '', placeholder: most, disabled: !may});
  const said = el('span', {class: 'small', role: 'status'});
  async function save(event) {
    event.preventDefault();
    try {
      const {retentionHours} = await request('PUT', '/environment/retention',
        {body: {retentionHours: hours.value === '' ? null : Number(hours.value)}, signal});
      said.textContent = retentionHours === null ? 'Saved: the server’s maximum applies.' : `Saved: ${number(retentionHours)} hours.`;
    } catch (failure) {
      said.textContent = failure.message;
    }
  }
  return el('form', {onsubmit: save},
    el('div', {class: 'row start'},
      el('label', {class: 'inline'}, 'Keep messages and attempts for ', hours, ' hours'),
      may ? el('button', {type: 'submit'}, 'Save') : null, said),
    el('p', {class: 'soft small'}, `Empty: as long as the server allows, ${number(most)} hours (--retention).`));
}

/** Shows the environment of the session. */
export async function environment(main, {session, signal}) {
  const [retention, own, count, active, webhooks] = await Promise.all([
    get('/environment/retention', {}, signal), get('/management/environment-settings', {}, signal), get('/stats/endpoint/count', {}, signal),
    get('/app/stats/count-active', {}, signal), get('/operational-webhook/endpoint', {limit: 50}, signal),
  ]);
  const facts = [
    ['Environment', mono(session.environment)],
    ['Endpoints', `${number(count.active)} active, ${number(count.disabled)} disabled`],
    ['Applications with an enabled endpoint', number(active.count)],
    ['Retries after', own.retryPolicy.map(wait => number(wait) + ' s').join(', ')],
  ];
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Environment'),
    el('dl', {class: 'facts card'}, facts.map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)])),
    el('section', {class: 'card'}, el('h2', {}, 'Retention'), keeping(retention, session.capabilities.includes('Administer'), signal)),
    el('section', {class: 'card'}, el('h2', {}, 'Operational webhooks'),
      table('Operational webhooks', [
        ['URL', row => mono(row.url), 'text'], ['State', row => STATES[row.state], ''],
        ['Events', row => row.eventTypes?.join(', ') ?? 'all', 'text'],
      ], webhooks.data, 'Nobody is told of disabled endpoints or failed messages: add a URL with POST /api/v1/operational-webhook/endpoint.'))));
}

const USES = [['essential', 'Essential'], ['often', 'Often used'], ['rare', 'Rarely used']];
const isSet = one => one.source !== 'default';

/** Shows the settings of the server: those that are set, or all. */
export async function settings(main, {query, go, signal}) {
  const all = query.get('show') === 'all';
  const {data} = await get('/console/settings', {}, signal);
  const choose = (wanted, text) => el('button', {type: 'button', 'aria-pressed': String(all === (wanted === 'all')), onclick: () => go('settings', {show: wanted})}, text);
  const columns = [
    ['Setting', row => [mono(row.name), el('div', {class: 'soft small'}, row.description)], 'text'],
    ['Value', row => row.value === '' ? '–' : mono(row.value), 'text'],
    ['From', row => isSet(row) ? el('b', {}, mono(row.source)) : 'default', ''],
    ['Default', row => row.defaultValue === '' ? '–' : mono(row.defaultValue), ''],
  ];
  const parts = USES.map(([use, heading]) => [heading, data.filter(one => one.use === use && (all || isSet(one)))]).filter(([, rows]) => rows.length > 0);
  show(main, el('div', {class: 'stack'},
    el('div', {class: 'row'}, el('h1', {}, 'Settings of the server'),
      el('div', {class: 'choice', role: 'group', 'aria-label': 'Shown settings'}, choose('set', 'Set'), choose('all', 'All'))),
    parts.map(([heading, rows]) => el('section', {class: 'card'}, el('h2', {}, heading), table(heading + ' settings', columns, rows, ''))),
    parts.length > 0 ? null : el('p', {class: 'card'}, data.length === 0 ? 'This server is part of another program, which sets everything.' : 'Nothing is set: all settings have their defaults.'),
    el('p', {class: 'soft small'}, 'A flag takes precedence over an environment variable, and that over a file. Changes need a restart. Secrets are not shown. ',
      link('Environment', 'environment'))));
}
