// The comparisons and their targets. Two routes of a round make a pair, and a pair a ratio: a slow machine slows both.

import { median } from '../tests/workerd/statistics.mjs';

/** The number of connections at which ratios are taken. */
export const AT = 8;

/** The spread omits one round in ten at either end. */
const TENTH = 0.1;

const ours = (route) => ['Gatehouse', route];
const peer = (route) => ['Better Auth', route];
const baseline = (route) => ['baseline', route];
const cached = ['Better Auth, cookieCache', 'get-session'];
const plugins = (route) => ['Better Auth, plugins', route];
const node = (route) => ['oidc-provider', route];
const atLeast = (bound) => ({ bound, says: `≥ ${bound}`, good: (ratio) => ratio >= bound });
const atMost = (bound) => ({ bound, says: `≤ ${bound}`, good: (ratio) => ratio <= bound });

const NONE = undefined;

/** The pairs and their targets. A ratio without a target is only displayed. */
export const compared = [
  { pair: [ours('sign-in'), peer('sign-in')], targets: { rate: atLeast(3), cpu: atMost(0.4) } },
  { pair: [ours('passkey sign-in'), plugins('passkey sign-in')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('verify'), peer('get-session')], targets: { rate: atLeast(4), cpu: NONE } },
  { pair: [ours('verify'), cached], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('me'), peer('get-session')], targets: { rate: atLeast(1.5), cpu: NONE } },
  { pair: [ours('me'), baseline('D1 select')], targets: { rate: atLeast(0.85), cpu: NONE } },
  { pair: [ours('verify, API key'), baseline('D1 select')], targets: { rate: atLeast(0.85), cpu: NONE } },
  { pair: [ours('refresh'), baseline('D1 update')], targets: { rate: atLeast(0.85), cpu: NONE } },
  { pair: [ours('code flow'), plugins('code flow')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('code flow'), node('code flow')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('client refresh'), plugins('client refresh')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('client refresh'), node('client refresh')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('client refresh'), ours('refresh')], targets: { rate: atLeast(0.95), cpu: NONE } },
  { pair: [ours('userinfo'), plugins('userinfo')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('userinfo'), node('userinfo')], targets: { rate: atLeast(2), cpu: NONE } },
  { pair: [ours('health'), baseline('ok')], targets: { rate: NONE, cpu: NONE } },
  { pair: [ours('process'), plugins('process')], targets: { start: atMost(0.7), memory: atMost(1) } },
  { pair: [ours('process'), peer('process')], targets: { start: atMost(0.7), memory: atMost(1) } },
  { pair: [ours('process'), baseline('process')], targets: { start: NONE } },
];

/** A route in a worker with many users against the same in one with few; and the target for most of them. */
export const grown = (route, target) => ({ pair: [['many', route], ['few', route]], targets: { p50: target } });
export const HARDLY = atMost(1.15);

const units = { rate: 'requests/s', cpu: 'CPU', p50: 'half within', start: 'start', memory: 'memory' };

export const compareAll = (samples, pairs) =>
  pairs.flatMap(({ pair, targets }) => Object.entries(targets).map(([what, target]) => compare(samples, pair, what, target)));

/** Median and spread of the values. */
export function summary(values) {
  return { median: median(values), low: quantile(values, TENTH), high: quantile(values, 1 - TENTH), count: values.length };
}

/** The ratio of a pair, and its verdict on the target: only one that the whole spread supports. */
function compare(samples, pair, what, target) {
  const [first, second] = pair.map(([system, route]) => samples.filter((sample) =>
    sample.system === system && sample.route === route && (sample.connections ?? AT) === AT && what in sample));
  const ratio = summary(first.map((sample) => sample[what] / second.find(({ round }) => round === sample.round)[what]));
  const name = `${pair[0].join(' ')} / ${pair[1].join(' ')}: ${units[what]}`;
  return { name, ratio, target: target?.says, bound: target?.bound, verdict: target && verdict(ratio, target) };
}

function verdict({ low, high }, { good }) {
  if (good(low) && good(high)) return 'reached';
  return good(low) || good(high) ? 'open' : 'missed';
}

/** Interpolates linearly between the two nearest values. */
function quantile(values, share) {
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  return below + (above - below) * (place - Math.floor(place));
}
