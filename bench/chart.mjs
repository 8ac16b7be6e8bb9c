// The ratios as one picture: a dot is a median, its bar the spread, the upright mark a target. The axis is logarithmic, since half
// and double are equally far from one.

const [LABELS, WIDTH, RIGHT, TOP, ROW] = [440, 400, 90, 40, 26];
const TICKS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20];
const colours = { reached: '#1f5c49', missed: '#a3262a', open: '#8a6100' };

export function chart(results) {
  const x = scale(results.flatMap(({ ratio, bound }) => [ratio.low, ratio.high, bound ?? 1]));
  const height = TOP + results.length * ROW + 10;
  const total = LABELS + WIDTH + RIGHT;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${total} ${height}" width="${total}" height="${height}" font-family="system-ui, sans-serif" font-size="12" fill="#222">
<title>Ratios, with their spread and targets</title>
<rect width="100%" height="100%" fill="#fff"/>
${TICKS.filter((tick) => x.holds(tick)).map((tick) => axis(x.at(tick), tick, height)).join('\n')}
${results.map((result, place) => row(result, TOP + (place + 0.5) * ROW, x.at)).join('\n')}
</svg>
`;
}

/** From slightly below the smallest value to slightly above the largest. */
function scale(values) {
  const [least, greatest] = [Math.log(Math.min(...values) * 0.9), Math.log(Math.max(...values) * 1.1)];
  const share = (value) => (Math.log(value) - least) / (greatest - least);
  return { at: (value) => (LABELS + WIDTH * share(value)).toFixed(1), holds: (value) => share(value) >= 0 && share(value) <= 1 };
}

function axis(x, tick, height) {
  return `<line x1="${x}" x2="${x}" y1="${TOP - 10}" y2="${height - 10}" stroke="${tick === 1 ? '#888' : '#ddd'}"/><text x="${x}" y="${TOP - 16}" text-anchor="middle" fill="#555">${tick}</text>`;
}

function row({ name, ratio, bound, verdict }, y, at) {
  const colour = colours[verdict] ?? '#555';
  const target = bound === undefined ? '' : `<line x1="${at(bound)}" x2="${at(bound)}" y1="${y - 9}" y2="${y + 9}" stroke="#222" stroke-width="2"/>`;
  return `<text x="${LABELS - 12}" y="${y + 4}" text-anchor="end">${name}</text>
${target}<line x1="${at(ratio.low)}" x2="${at(ratio.high)}" y1="${y}" y2="${y}" stroke="${colour}" stroke-width="5" stroke-opacity="0.35" stroke-linecap="round"/>
<circle cx="${at(ratio.median)}" cy="${y}" r="5" fill="${colour}"/><text x="${LABELS + WIDTH + 12}" y="${y + 4}" fill="${colour}">${ratio.median.toFixed(2)}${verdict ? ` ${verdict}` : ''}</text>`;
}
