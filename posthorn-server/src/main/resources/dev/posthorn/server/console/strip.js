/* Health by the hour: attempts that succeeded rise from the middle, those that failed hang below. */
import {el, svg} from './dom.js';
import {hour, number, time} from './format.js';

const HEIGHT = 40;

/** Draws the last hours; hours without attempts are missing from the list. */
export function strip(hours, count) {
  const last = Math.floor(Date.now() / 3600000) * 3600000;
  const known = new Map(hours.map(one => [Date.parse(one.start), one]));
  const cells = Array.from({length: count}, (unused, index) => {
    const start = last - (count - 1 - index) * 3600000;
    const {attempts = 0, failedAttempts = 0} = known.get(start) ?? {};
    return {start, good: attempts - failedAttempts, bad: failedAttempts};
  });
  const most = Math.max(1, ...cells.flatMap(cell => [cell.good, cell.bad]));
  const tall = value => value === 0 ? 0 : Math.max(2, value / most * HEIGHT);
  const good = cells.reduce((sum, cell) => sum + cell.good, 0);
  const bad = cells.reduce((sum, cell) => sum + cell.bad, 0);
  const worst = cells.reduce((one, other) => other.bad > one.bad ? other : one);
  const words = `${number(good)} ${good === 1 ? 'attempt' : 'attempts'} succeeded, ${number(bad)} failed`
    + (bad === 0 ? '.' : `; most failed in the hour from ${time(new Date(worst.start).toISOString()).textContent}: ${number(worst.bad)}.`);
  return [
    svg('svg', {class: 'strip', viewBox: `0 0 ${count * 10} ${2 * HEIGHT + 1}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words},
      svg('line', {x1: 0, x2: count * 10, y1: HEIGHT + .5, y2: HEIGHT + .5}),
      cells.map((cell, index) => svg('g', {},
        svg('title', {}, `${hour(new Date(cell.start).toISOString())}: ${number(cell.good)} succeeded, ${number(cell.bad)} failed`),
        svg('rect', {class: 'hour', x: index * 10, y: 0, width: 10, height: 2 * HEIGHT + 1}),
        svg('rect', {class: 'ok', x: index * 10 + 1, y: HEIGHT - tall(cell.good), width: 8, height: tall(cell.good)}),
        svg('rect', {class: 'failed', x: index * 10 + 1, y: HEIGHT + 1, width: 8, height: tall(cell.bad)})))),
    el('div', {class: 'axis soft small'}, el('span', {}, time(new Date(cells[0].start).toISOString())), el('span', {}, 'now')),
    el('p', {class: 'small'}, words)];
}
