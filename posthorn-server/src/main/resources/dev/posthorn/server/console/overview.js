/* The overview: one line that says whether anything is wrong, then the figures behind it. */
import {get, live} from './api.js';
import {chart} from './chart.js';
import {el, link, show, table} from './dom.js';
import {brief, bytes, millis, number, seconds, time} from './format.js';

const SIGNS = {well: '✓', warning: '!', critical: '✕'};
const STATES = {
  live: ['live', 'Live'],
  paused: ['quiet', 'Paused'],
  lost: ['quiet', 'Not connected; trying again'],
  refused: ['quiet', 'Not allowed'],
};

function state(overview) {
  const level = overview.well ? 'well' : overview.problems[0].level;
  return [el('span', {class: 'sign', 'aria-hidden': 'true'}, SIGNS[level]), el('p', {}, overview.summary)];
}

function problems(overview) {
  return overview.problems.map(one => el('li', {},
    el('p', {}, el('span', {class: 'level ' + one.level}, one.level.charAt(0).toUpperCase() + one.level.slice(1)), ' · ', one.finding),
    el('p', {class: 'soft small'}, one.meaning.charAt(0).toUpperCase() + one.meaning.slice(1), '. To do: ', one.remedy, '. Since ', time(one.since), '.')));
}

function tiles(overview) {
  const minute = overview.lastMinute;
  const all = [
    ['Accepted', number(minute.accepted), 'in a minute'],
    ['Delivered', number(minute.succeeded), 'in a minute'],
    ['Failed attempts', number(minute.failedAttempts), 'in a minute'],
    ['Delay, median', millis(minute.delayMedianMs), ''],
    ['Delay, p99', millis(minute.delayP99Ms), ''],
    ['Waiting', number(overview.waiting), overview.overdueSeconds > 0 ? 'oldest due for ' + seconds(overview.overdueSeconds) : ''],
    ['In flight', number(overview.inFlight), 'of ' + number(overview.maxInFlight)],
    ['Store', bytes(overview.storeBytes), overview.diskFreeBytes === null ? '' : bytes(overview.diskFreeBytes) + ' free'],
  ];
  return all.map(([name, value, more]) => el('div', {}, el('dt', {}, name), el('dd', {}, value, ' ', el('small', {}, more))));
}

const share = row => brief(100 * row.failures / row.attempts) + ' %';

function endpoints(overview) {
  return table('Failing endpoints', [
    ['Endpoint', row => link(row.url, 'endpoint', row.appId, row.endpointId), 'text'],
    ['State', row => row.state, ''],
    ['Failures', row => number(row.failures), 'number'],
    ['of attempts', row => share(row), 'number'],
  ], overview.failingEndpoints, 'No attempt has failed.');
}

function applications(overview) {
  return table('Busiest applications', [
    ['Application', row => [link(row.name || row.appId, 'application', row.appId), ' ', el('span', {class: 'mono soft small'}, row.appId)], 'text'],
    ['Attempts', row => number(row.attempts), 'number'],
    ['Failed', row => share(row), 'number'],
  ], overview.busiestApplications, 'No attempt was made.');
}

function charts(history) {
  const {points, stepSeconds} = history;
  const rate = of => point => of(point) / stepSeconds;
  const each = value => brief(value) + '/s';
  return [
    chart('Messages', points, [['Accepted', rate(point => point.accepted), '']], each),
    chart('Deliveries', points, [
      ['Succeeded', rate(point => point.succeeded), ''],
      ['Failed attempts', rate(point => point.failedAttempts), 'bad'],
    ], each),
    chart('Delay before the first attempt', points, [
      ['Median', point => point.delayMedianMs, ''],
      ['p99', point => point.delayP99Ms, 'soft'],
    ], millis),
    chart('Waiting deliveries in memory', points, [['Waiting', point => point.waiting, '']], brief),
  ];
}

/** Shows the overview until the signal is aborted. */
export async function overview(main, {query, go, signal}) {
  const span = query.get('span') === 'day' ? 'day' : 'hour';
  const line = el('section', {class: 'state card', 'aria-live': 'polite', 'aria-atomic': 'true', 'aria-label': 'State'});
  const wrong = el('ul', {class: 'plain card', 'aria-label': 'Alerts', hidden: true});
  const figures = el('dl', {class: 'tiles'});
  const drawings = el('div', {class: 'charts'});
  const failing = el('div', {});
  const busy = el('div', {});
  const connection = el('span', {class: 'soft small', role: 'status'});
  const choose = wanted => el('button',
    {type: 'button', 'aria-pressed': String(span === wanted), onclick: () => go('', {span: wanted})}, wanted === 'day' ? 'Day' : 'Hour');
  let said = '';
  let listed = '';

  function update(data) {
    line.className = 'state card ' + (data.well ? 'well' : data.problems[0].level);
    if (said !== data.summary) { // screen readers repeat what is replaced
      said = data.summary;
      show(line, state(data));
      document.title = (data.well ? '' : '! ') + 'Posthorn console';
    }
    const alerts = JSON.stringify(data.problems);
    if (listed !== alerts) {
      listed = alerts;
      show(wrong, problems(data));
      wrong.hidden = data.problems.length === 0;
    }
    show(figures, tiles(data));
    show(failing, endpoints(data));
    show(busy, applications(data));
  }

  let next = 0;
  async function draw() {
    next = Infinity;
    try {
      const history = await get('/console/overview/history', {span}, signal);
      show(drawings, charts(history));
      next = Date.now() + 1000 * Math.min(history.stepSeconds, 60);
    } catch {
      next = Date.now() + 10000; // the state of the connection says why
    }
  }

  const [data] = await Promise.all([get('/console/overview', {}, signal), draw()]);
  signal.throwIfAborted(); // draw() goes on without charts
  update(data);
  show(main, el('div', {class: 'stack'},
    el('div', {class: 'row'}, el('h1', {}, 'Overview'), connection),
    line, wrong, figures,
    el('div', {class: 'row'}, el('h2', {}, 'Charts'), el('div', {class: 'choice', role: 'group', 'aria-label': 'Span of the charts'}, choose('hour'), choose('day'))),
    drawings,
    el('div', {class: 'stack two'},
      el('section', {class: 'card'}, el('h2', {}, 'Endpoints with the most failures, last hour'), failing),
      el('section', {class: 'card'}, el('h2', {}, 'Busiest applications, last hour'), busy)),
    el('p', {class: 'soft small'}, 'State, figures and charts are of this server process, over all environments. The two lists are of this environment.')));
  live('/console/overview', event => {
    update(event);
    if (Date.now() >= next) {
      draw();
    }
  }, now => {
    [connection.className, connection.textContent] = ['soft small ' + STATES[now][0], STATES[now][1]];
  }, signal);
}
