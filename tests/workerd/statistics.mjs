// Wilcoxon's signed-rank test with the Hodges–Lehmann estimate: by how much one of two paired measurements is larger, how certain
// that is, and how likely it is by chance. Ranks, because an outlier of a busy machine then weighs no more than any other pair;
// Hollander and Wolfe, Nonparametric Statistical Methods, sections 3.1 to 3.3.

/** Of a standard normal, 95 % lies within this many deviations. */
const WITHIN = 1.96;

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The shift behind paired differences, the ends of its 95 % interval, and the two-sided `p` of no shift. Normal approximation,
 * good from some ten pairs on.
 */
export function shift(differences) {
  const averages = differences.flatMap((one, n) => differences.slice(n).map((other) => (one + other) / 2)).sort((a, b) => a - b);
  const spread = Math.sqrt((averages.length * (2 * differences.length + 1)) / 12);
  const outside = Math.max(0, Math.round(averages.length / 2 - WITHIN * spread) - 1);
  return { estimate: median(averages), low: averages[outside], high: averages.at(-1 - outside), p: signedRank(differences) };
}

/** Ranks by size; the sum of the positive ones is n(n+1)/4 on average if neither sign is larger. */
function signedRank(differences) {
  const ranked = differences.filter((difference) => difference !== 0).sort((a, b) => Math.abs(a) - Math.abs(b));
  const n = ranked.length;
  let [positive, variance] = [0, (n * (n + 1) * (2 * n + 1)) / 24];
  for (let first = 0, next; first < n; first = next) {
    next = first + 1;
    while (next < n && Math.abs(ranked[next]) === Math.abs(ranked[first])) next++;
    const ties = next - first;
    positive += ranked.slice(first, next).filter((difference) => difference > 0).length * ((first + 1 + next) / 2);
    variance -= (ties ** 3 - ties) / 48;
  }
  return n === 0 ? 1 : beyond(Math.abs(positive - (n * (n + 1)) / 4) / Math.sqrt(variance));
}

/** The share of a standard normal farther out than `z` on either side: Simpson's rule over the next ten deviations. */
function beyond(z) {
  const steps = 1000;
  const width = 10 / steps;
  const heights = Array.from({ length: steps + 1 }, (_, n) => {
    const weight = n === 0 || n === steps ? 1 : n % 2 ? 4 : 2;
    return weight * Math.exp(-((z + n * width) ** 2) / 2);
  });
  return (2 * width * heights.reduce((sum, height) => sum + height)) / 3 / Math.sqrt(2 * Math.PI);
}
