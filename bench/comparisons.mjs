// What is compared with what, and the goal. Two routes of a round make a pair, and a pair a ratio: what slows the machine
// down slows both.

import { median } from '../tests/workerd/statistics.mjs';

/** Ratios are taken at so many connections. */
export const AT = 8;

/** A bar of the spread leaves out one round in ten at either end. */
const TENTH = 0.1;

const ours = (route) => ['Gatehouse', route];
const peer = (route) => ['Better Auth', route];
const floor = (route) => ['floor', route];
const cached = ['Better Auth, cookieCache', 'get-session'];
const atLeast = (bound) => ({ bound, says: `≥ ${bound}`, good: (ratio) => ratio >= bound });
const atMost = (bound) => ({ bound, says: `≤ ${bound}`, good: (ratio) => ratio <= bound });

/** `what` of the first over that of the second. Without a goal it is there to be seen. */
export const comparisons = [
  { what: 'rate', pair: [ours('sign-in'), peer('sign-in')], goal: atLeast(3) },
  { what: 'cpu', pair: [ours('sign-in'), peer('sign-in')], goal: atMost(0.4) },
  { what: 'rate', pair: [ours('verify'), peer('get-session')], goal: atLeast(4) },
  { what: 'rate', pair: [ours('verify'), cached], goal: atLeast(2) },
  { what: 'rate', pair: [ours('verify'), floor('KV read')] },
  { what: 'rate', pair: [ours('me'), peer('get-session')], goal: atLeast(1.5) },
  { what: 'rate', pair: [ours('me'), floor('D1 select')], goal: atLeast(0.85) },
  { what: 'rate', pair: [ours('verify, API key'), floor('D1 select')], goal: atLeast(0.85) },
  { what: 'rate', pair: [ours('refresh'), floor('D1 update')], goal: atLeast(0.85) },
  { what: 'rate', pair: [ours('health'), floor('ok')] },
  { what: 'start', pair: [ours('process'), peer('process')], goal: atMost(0.7) },
  { what: 'memory', pair: [ours('process'), peer('process')], goal: atMost(1) },
];

export const units = { rate: 'requests a second', cpu: 'CPU a request', start: 'start', memory: 'memory' };

/** Median and spread of some values. */
export function summary(values) {
  return { median: median(values), low: quantile(values, TENTH), high: quantile(values, 1 - TENTH), count: values.length };
}

/** A comparison with its ratio, and what that says about the goal: only what the whole spread agrees on is said. */
export function compare(samples, { what, pair, goal }) {
  const [first, second] = pair.map(([subject, route]) => samples.filter((sample) =>
    sample.subject === subject && sample.route === route && (sample.connections ?? AT) === AT && what in sample));
  const ratio = summary(first.map((sample) => sample[what] / second.find(({ round }) => round === sample.round)[what]));
  const name = `${pair[0].join(' ')} / ${pair[1].join(' ')}: ${units[what]}`;
  return { name, ratio, goal: goal?.says, bound: goal?.bound, verdict: goal && verdict(ratio, goal) };
}

function verdict({ low, high }, { good }) {
  if (good(low) && good(high)) return 'reached';
  return good(low) || good(high) ? 'open' : 'missed';
}

/** Between the two values it falls between, in proportion. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}
