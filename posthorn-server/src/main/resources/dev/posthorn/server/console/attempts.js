/* What an attempt was: its result, and its phases as a waterfall. */
import {el, svg} from './dom.js';
import {millis} from './format.js';

const PHASES = [
  ['Resolve', 'dnsMicros'], ['Connect', 'connectMicros'], ['TLS', 'tlsMicros'], ['First byte', 'firstByteMicros'], ['Rest', 'restMicros'],
];

/** The phases of an attempt, one after the other: what is not in a phase belongs to the last one. */
function phases({timings}) {
  const known = timings.dnsMicros + timings.connectMicros + timings.tlsMicros + timings.firstByteMicros;
  const all = {...timings, restMicros: Math.max(0, timings.totalMicros - known)};
  let from = 0;
  return PHASES.map(([name, key], index) => {
    const part = {name, index, from, length: all[key]};
    from += all[key];
    return part;
  }).filter(part => part.length > 0);
}

/** A waterfall whose full width is the longest attempt. */
export function waterfall(attempt, longest) {
  const parts = phases(attempt);
  const words = parts.map(part => part.name + ' ' + millis(part.length / 1000)).join(', ') || 'no exchange';
  return el('div', {},
    svg('svg', {class: 'waterfall', viewBox: '0 0 1000 10', preserveAspectRatio: 'none', role: 'img', 'aria-label': words},
      parts.map(part => svg('rect', {class: 'phase' + part.index, y: 0, height: 10,
        x: (1000 * part.from / longest).toFixed(1), width: Math.max(2, 1000 * part.length / longest).toFixed(1)}))),
    el('span', {class: 'soft small'}, words));
}

/** The result of an attempt, with the start of the response. */
export function answer(attempt) {
  return [
    el('span', {}, attempt.responseStatusCode === 0 ? 'no response: ' + attempt.error : String(attempt.responseStatusCode)),
    attempt.response === '' ? null : el('details', {}, el('summary', {}, 'Response'), el('pre', {tabindex: 0}, attempt.response)),
  ];
}

/** The duration of the longest of some attempts, in microseconds. */
export const longest = attempts => Math.max(1, ...attempts.map(one => one.timings.totalMicros));
