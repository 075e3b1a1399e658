/* What holds an endpoint's deliveries back, in words, the most urgent first. */
import {number, time, until} from './format.js';

const moment = iso => time(iso).textContent;
const when = iso => until(iso) === 'now' ? 'now' : until(iso) + ', at ' + moment(iso);

const RULES = [
  [(endpoint, now) => now.state === 'disabled', 'critical',
    () => 'Disabled by an operator or its owner: nothing is delivered. Enable it to go on.'],
  [(endpoint, now) => now.state === 'disabled_failing', 'critical',
    () => 'Disabled because nothing but failures came for too long. Ask its owner to repair it, then enable it and recover what failed.'],
  [(endpoint, now) => now.state === 'disabled_gone', 'critical',
    () => 'Disabled because the receiver answered 410 Gone. Ask its owner for the new URL, then enable it.'],
  [(endpoint, now) => now.state === 'paused', 'warning',
    (endpoint, now) => 'Paused: ' + waiting(now) + ' until someone resumes it.'],
  [(endpoint, now) => now.circuitBreaker === 'open', 'warning',
    (endpoint, now) => 'It keeps failing, so its circuit breaker is open. The next attempt comes ' + when(now.circuitOpenUntil) + '.'],
  [(endpoint, now) => now.circuitBreaker === 'half_open', 'warning',
    () => 'It kept failing, so its circuit breaker is half open: the next attempt decides whether deliveries go on.'],
  [(endpoint, now) => now.retryAfterUntil !== null, 'warning',
    (endpoint, now) => 'The receiver asked for a pause (Retry-After). The next attempt comes ' + when(now.retryAfterUntil) + '.'],
  [(endpoint, now) => now.failingSince !== null && now.state === 'enabled', 'warning',
    (endpoint, now) => 'No attempt has succeeded since ' + moment(now.failingSince)
      + '. If that goes on, it is disabled ' + when(now.disabledFrom) + '. Inform its owner.'],
  [(endpoint, now) => now.rateLimited, 'notice',
    (endpoint, now) => 'Deliveries wait for ' + (now.rateLimitedUntil === null
      ? 'the rate limit of the application.'
      : 'the rate limit of ' + limit(endpoint) + '. The next attempt comes ' + until(now.rateLimitedUntil) + '.')],
  [(endpoint, now) => now.slow && now.circuitBreaker === 'closed', 'notice',
    () => 'It answers slowly, so it gets only part of what endpoints share.'],
  [(endpoint, now) => !now.deliversHere, 'notice',
    () => 'Another server process delivers to this endpoint. What follows is what is stored; open the console there for the present state.'],
];

function waiting(now) {
  if (now.waiting === 0) {
    return 'deliveries wait';
  }
  return (now.moreWaiting ? 'over ' : '') + number(now.waiting) + (now.waiting === 1 ? ' delivery waits' : ' deliveries wait');
}

const limit = endpoint => endpoint.throttleRate === null ? 'the application' : number(endpoint.throttleRate) + ' a second';

/** Returns what applies, as a level and a sentence each; at least one. */
export function conditions(endpoint, now) {
  const found = RULES.filter(([applies]) => applies(endpoint, now))
    .map(([, level, text]) => ({level, text: text(endpoint, now)}));
  const flows = now.waiting === 0 ? 'Nothing waits, and nothing holds deliveries back.' : 'Nothing holds deliveries back.';
  return found.length > 0 ? found : [{level: 'well', text: flows}];
}
