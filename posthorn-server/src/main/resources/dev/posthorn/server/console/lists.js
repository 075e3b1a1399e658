/* Lists of what an environment has, a page at a time, and the screens of single things. */
import {get, path, repeat} from './api.js';
import {el, link, show, table} from './dom.js';
import {number, time} from './format.js';

const PAGE = 50;

const mono = text => el('span', {class: 'mono'}, text);
const facts = rows => el('dl', {class: 'facts card'}, rows.filter(([, value]) => value !== null && value !== undefined && value !== '')
  .map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));
const card = (heading, ...children) => el('section', {class: 'card'}, el('h2', {}, heading), children);

/** Makes a screen that shows a list page by page; the URL says which. */
function list(screen, heading, where, columns, empty, more = {}) {
  return async (main, context) => {
    const from = context.query.get('from');
    const page = await get(where(context), {limit: PAGE, ...more, ...(from ? {iterator: from} : {})}, context.signal);
    show(main, el('div', {class: 'stack'},
      el('h1', {}, heading),
      el('section', {class: 'card'}, table(heading, columns, page.data, empty)),
      el('div', {class: 'row'},
        from ? el('button', {type: 'button', onclick: () => context.go(screen, {})}, 'First page') : null,
        page.done ? null : el('button', {type: 'button', onclick: () => context.go(screen, {from: page.iterator})}, 'Next page'))));
    return page;
  };
}

export const STATES = {
  enabled: '✓ Enabled', paused: '! Paused', disabled: '✕ Disabled',
  disabled_failing: '✕ Disabled: nothing but failures', disabled_gone: '✕ Disabled: 410 Gone',
};

// ---- applications ----

export const applications = list('applications', 'Applications', () => '/app', [
  ['Name', row => link(row.name || row.id, 'application', row.id), 'text'],
  ['Uid', row => mono(row.uid ?? '–'), ''],
  ['Rate limit', row => row.throttleRate === null ? '–' : number(row.throttleRate) + '/s', ''],
  ['Id', row => mono(row.id), 'id'],
  ['Created', row => time(row.createdAt), ''],
], 'There is no application. A message creates one, if it names it; or POST /api/v1/app.', {order: 'descending'});

/** Shows an application with its endpoints and its last messages. */
export async function application(main, {ids: [id], signal}) {
  const of = '/app' + path(id);
  const [found, endpoints, messages] = await Promise.all([
    get(of, {}, signal),
    get(of + '/endpoint', {limit: PAGE}, signal),
    get(of + '/msg', {limit: 25, with_content: false}, signal),
  ]);
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Application ', el('span', {}, found.name)),
    facts([
      ['Id', mono(found.id)], ['Uid', found.uid && mono(found.uid)],
      ['Rate limit', found.throttleRate === null ? 'none' : number(found.throttleRate) + ' attempts a second'],
      ['Metadata', Object.entries(found.metadata).map(([name, value]) => name + ': ' + value).join(', ')],
      ['Created', time(found.createdAt)], ['Changed', time(found.updatedAt)],
    ]),
    card('Endpoints, newest first', table('Endpoints', [
      ['URL', row => link(row.url, 'endpoint', found.id, row.id), 'text'],
      ['State', row => STATES[row.state], ''],
      ['Event types', row => row.eventTypes?.join(', ') ?? 'all', 'text'],
      ['Uid', row => mono(row.uid ?? '–'), ''],
    ], endpoints.data, 'It has no endpoint, so its messages go to nobody.'),
    endpoints.done ? null : el('p', {class: 'soft small'}, 'Only the newest ' + PAGE + ' endpoints are shown. Search for others by id, uid or URL.')),
    card('Last messages', table('Messages', [
      ['Accepted', row => time(row.timestamp), ''],
      ['Message', row => link(row.id, 'message', row.id), 'id'],
      ['Event type', row => link(row.eventType, 'event-type', row.eventType), ''],
      ['Event id', row => mono(row.eventId ?? '–'), ''],
    ], messages.data, 'No message was sent to it.'))));
}

// ---- event types ----

export const eventTypes = list('event-types', 'Event types', () => '/event-type', [
  ['Name', row => link(row.name, 'event-type', row.name), ''],
  ['Description', row => row.description || '–', 'text'],
  ['State', row => row.archived ? 'Archived' : row.deprecated ? 'Deprecated' : 'In use', ''],
  ['Created', row => time(row.createdAt), ''],
], 'There is no event type. Messages may have any; creating them lets customers choose.', {include_archived: true});

/** Shows an event type: its schema, an example, and who receives it. */
export async function eventType(main, {ids: [name], signal}) {
  const of = '/event-type' + path(name);
  const [found, subscribers] = await Promise.all([
    get(of, {}, signal).catch(failure => {
      if (failure.status === 404) {
        return null; // messages may have a type that nobody created
      }
      throw failure;
    }),
    get('/console/subscribers', {event_type: name}, signal),
  ]);
  show(main, el('div', {class: 'stack'},
    el('h1', {}, 'Event type ', mono(name)),
    found === null ? el('p', {class: 'soft'}, 'It was never created; messages may have it all the same.') : facts([
      ['Description', found.description], ['Group', found.groupName],
      ['State', found.archived ? 'archived' : found.deprecated ? 'deprecated' : 'in use'],
      ['Feature flags', found.featureFlags?.join(', ')], ['Created', time(found.createdAt)], ['Changed', time(found.updatedAt)],
    ]),
    card('Who receives it', table('Subscribers', [
      ['Endpoint', row => link(row.url, 'endpoint', row.appId, row.endpointId), 'text'],
      ['Application', row => link(row.appName || row.appId, 'application', row.appId), 'text'],
    ], subscribers.data, 'No endpoint accepts it.'),
    subscribers.more ? el('p', {class: 'soft small'}, 'There are more.') : null),
    found?.schemas ? card('Schema', el('pre', {tabindex: 0}, JSON.stringify(found.schemas, null, 2))) : null));
}

// ---- API keys ----

export const keys = list('keys', 'API keys', ({session}) => '/management/authentication' + path(session.environment, 'api-token'), [
  ['Name', row => row.name, 'text'],
  ['Begins with', row => mono(row.censoredToken), ''],
  ['Scopes', row => row.scopes?.join(', ') || 'all', 'text'],
  ['Ends', row => row.expiresAt === null ? '–' : time(row.expiresAt), ''],
  ['Id', row => mono(row.id), 'id'],
  ['Created', row => time(row.createdAt), ''],
], 'There is no API key. Create one with: posthorn keys create');

// ---- tasks ----

const TASKS = {
  'endpoint.recover': 'Recover failed messages', 'endpoint.replay': 'Replay missing messages',
  'endpoint.bulk-replay': 'Replay messages', 'message.broadcast': 'Broadcast', 'application.purge_content': 'Remove payloads',
};
const PROGRESS = {running: '… Running', finished: '✓ Finished', failed: '✕ Given up'};
const done = data => data.messagesSent ?? data.messagesPurged ?? null;

export const tasks = list('tasks', 'Tasks', () => '/background-task', [
  ['Task', row => link(TASKS[row.task] ?? row.task, 'task', row.id), 'text'],
  ['State', row => PROGRESS[row.status], ''],
  ['Done', row => done(row.data) === null ? '–' : number(done(row.data)), 'number'],
  ['Changed', row => time(row.updatedAt), ''],
], 'No task was started, or all are older than the messages that are kept.', {order: 'descending'});

/** Shows a task and follows its progress. */
export async function task(main, {ids: [id], signal}) {
  let running = true;
  async function load() {
    const found = await get('/background-task' + path(id), {}, signal);
    const {data} = found;
    running = found.status === 'running';
    show(main, el('div', {class: 'stack'},
      el('h1', {}, TASKS[found.task] ?? found.task),
      facts([
        ['State', PROGRESS[found.status]], ['Reason', data.error], ['Id', mono(found.id)],
        ['Examined', data.examined === undefined ? null : number(data.examined)],
        ['Deliveries or messages begun', data.messagesSent === undefined ? null : number(data.messagesSent)],
        ['Payloads removed', data.messagesPurged === undefined ? null : number(data.messagesPurged)],
        ['Application', data.appId && link(data.appId, 'application', data.appId)],
        ['Endpoint', data.endpointId && link(data.endpointId, 'endpoint', data.appId, data.endpointId)],
        ['Since', data.since && time(data.since)], ['Until', data.until && time(data.until)],
        ['Changed', time(found.updatedAt)],
      ])));
  }
  await load();
  repeat(() => running ? load() : Promise.resolve(), 1000, signal);
}
