import { strict as assert } from 'node:assert';
import test from 'node:test';
import { median, shift } from './statistics.mjs';

const near = (found, expected, tolerance = 1e-9) => assert.ok(Math.abs(found - expected) < tolerance, `${found}, not ${expected}`);

test('the median is the one in the middle, or lies between two', () => {
  assert.equal(median([9, 1, 10]), 9);
  assert.equal(median([4, 1, 3, 10]), 3.5);
});

test("a published example's estimate, interval and probability are found", () => {
  // Hollander and Wolfe, table 3.1: depression before and after a tranquillizer. Estimate and interval are the book's; its
  // probability is exact (.039), ours is SciPy's with method="approx" and no correction.
  const before = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3];
  const after = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29];
  const { estimate, low, high, p } = shift(before.map((value, n) => value - after[n]));
  near(estimate, 0.46);
  near(low, 0.01);
  near(high, 0.786);
  near(p, 0.038151710173);
});

test('ties and zeros are counted as SciPy counts them', () => {
  near(shift([-3, -1, 0, 1, 1, 2, 2, 2, 4, 5, 5, 7, 8, 8, 9, -2, -5, 11, 12, 0]).p, 0.010015963320775);
});

test('far out, where the verdict falls, the probability is still right', () => {
  const { estimate, low, high, p } = shift(Array.from({ length: 60 }, (_, n) => (n % 7 ? n + 0.5 : -n - 0.5)));
  near(p, 1.4757750279e-6, 1e-12);
  assert.deepEqual([estimate, low, high], [24.25, 16.5, 30.5]);
});

test('what goes the other way is shifted the other way, as surely', () => {
  const one = [0.3, 1.9, -0.4, 2.2, 0.8, 1.1, 0.9, -0.2, 1.4, 0.6];
  const [forth, back] = [shift(one), shift(one.map((value) => -value))];
  assert.deepEqual([back.estimate, back.low, back.high], [-forth.estimate, -forth.high, -forth.low]);
  near(back.p, forth.p);
});

test('no difference at all is no evidence', () => {
  assert.equal(shift(Array(20).fill(0)).p, 1);
});
