/* The retry schedule as a picture: each attempt on a line of time, which is drawn logarithmically. */
import {el, svg} from './dom.js';
import {millis, seconds} from './format.js';

const WIDTH = 1000;

const duration = value => value > 0 && value < 1 ? millis(value * 1000) : seconds(value);

/** Draws the waits between attempts, given in seconds. */
export function schedule(waits) {
  const at = waits.reduce((all, wait) => [...all, all.at(-1) + wait], [0]);
  const end = at.at(-1);
  const x = time => end === 0 ? 0 : Math.log1p(time) / Math.log1p(end) * (WIDTH - 12);
  const words = waits.length === 0
    ? 'One attempt: it is never repeated.'
    : `${at.length} attempts within ${duration(end)}; then the delivery has failed.`;
  return [
    svg('svg', {class: 'schedule', viewBox: `0 0 ${WIDTH} 20`, preserveAspectRatio: 'none', role: 'img', 'aria-label': words},
      svg('line', {x1: 0, x2: WIDTH, y1: 10, y2: 10}),
      at.map(time => svg('rect', {class: 'ok', x: x(time).toFixed(1), y: 2, width: 12, height: 16}))),
    el('p', {class: 'small'}, words),
    el('ol', {class: 'waits small'}, el('li', {}, 'at once'), waits.map(wait => el('li', {}, 'after ' + duration(wait))))];
}
