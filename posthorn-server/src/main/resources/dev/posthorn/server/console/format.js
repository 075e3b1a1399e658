/* Numbers, sizes and times for people: times in the viewer's zone, with UTC on hover. */
import {el} from './dom.js';

const numbers = new Intl.NumberFormat('en-US');
const short = new Intl.NumberFormat('en-US', {maximumSignificantDigits: 3});
const clock = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'medium'});
const hourly = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit'});
const UNITS = [['TB', 2 ** 40], ['GB', 2 ** 30], ['MB', 2 ** 20], ['KB', 2 ** 10]];

export const number = value => numbers.format(value);
export const plural = (count, word) => number(count) + ' ' + word + (count === 1 ? '' : 's');

/** A figure of about three digits. */
export const brief = value => short.format(value);

export function bytes(value) {
  const unit = UNITS.find(([, size]) => value >= size);
  return unit ? brief(value / unit[1]) + ' ' + unit[0] : number(value) + ' B';
}

export function millis(value) {
  if (value === null) {
    return '–';
  }
  return value < 1000 ? brief(value) + ' ms' : brief(value / 1000) + ' s';
}

export function seconds(value) {
  if (value < 120) {
    return number(Math.round(value)) + ' s';
  }
  if (value < 7200) {
    return Math.round(value / 60) + ' min';
  }
  return value < 172800 ? Math.round(value / 3600) + ' h' : Math.round(value / 86400) + ' days';
}

/** The time until a moment, such as "in 12 s". */
export function until(iso) {
  const left = (new Date(iso) - Date.now()) / 1000;
  return left < 1 ? 'now' : 'in ' + seconds(left);
}

/** A moment as an element. */
export function time(iso) {
  return el('time', {datetime: iso, title: iso.replace('T', ' ').replace('Z', ' UTC')}, clock.format(new Date(iso)));
}

/** Only the hour and minute of a moment. */
export const hour = iso => hourly.format(new Date(iso));
