/* Charts as small drawings. Lines differ by their dashes, too, and the words say what they show. */
import {el, svg} from './dom.js';
import {hour} from './format.js';

const WIDTH = 300;
const HEIGHT = 100;

/** The points of a line, broken where nothing was measured. */
function line(values, most) {
  if (values.length === 1) {
    return line([values[0], values[0]], most);
  }
  let moved = false;
  return values.map((value, index) => {
    if (value === null) {
      moved = false;
      return '';
    }
    const x = index * WIDTH / (values.length - 1);
    const y = HEIGHT - value * (HEIGHT - 4) / most - 1;
    const step = (moved ? 'L' : 'M') + x.toFixed(1) + ' ' + y.toFixed(1);
    moved = true;
    return step;
  }).join('');
}

const last = values => values.findLast(value => value !== null) ?? null;

/**
 * Makes a chart.
 *
 * @param title its name
 * @param points what is measured, oldest first, with "at"
 * @param lines [name, value of a point, class of the line]
 * @param text writes a value
 */
export function chart(title, points, lines, text) {
  const drawn = lines.map(([name, of, kind]) => ({name, kind, values: points.map(of)}));
  const most = Math.max(0, ...drawn.flatMap(one => one.values.filter(value => value !== null)));
  const words = drawn.map(one => {
    const now = last(one.values);
    return one.name + ': ' + (now === null ? 'nothing yet' : text(now));
  });
  return el('figure', {class: 'card'},
    el('figcaption', {},
      el('b', {}, title),
      drawn.map((one, index) => el('span', {},
        svg('svg', {class: 'key', viewBox: '0 0 16 6', 'aria-hidden': 'true'}, svg('path', {class: one.kind, d: 'M0 3H16'})),
        words[index]))),
    points.length === 0
      ? el('p', {class: 'soft'}, 'The first points appear soon after the start of the server.')
      : [
        svg('svg', {class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
          'aria-label': `${title}. ${words.join(', ')}. At most ${text(most)} since ${hour(points[0].at)}.`},
        svg('line', {x1: 0, x2: WIDTH, y1: 3, y2: 3}),
        drawn.map(one => svg('path', {class: one.kind, d: line(one.values, most || 1)}))),
        el('div', {class: 'axis soft small'}, el('span', {}, hour(points[0].at)), el('span', {}, 'at most ' + text(most)), el('span', {}, hour(points.at(-1).at))),
      ]);
}
