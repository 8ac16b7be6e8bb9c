// `npm run bench -- --argon2`: the cost of one of the worker's hashes in workerd, by our code and by the crate, measured in pairs
// in random order, so that other load on the machine affects both. Linux only, for its clock. `node bench/argon2/run.mjs 20 2`
// measures fewer pairs and starts fewer times.

import { median } from '../../tests/workerd/statistics.mjs';
import { build, start } from './workerd.mjs';

const [pairs = 100, colds = 10] = process.argv.slice(2).filter((word) => word !== '--argon2').map(Number);
const KINDS = ['ours', 'theirs'];
const wasm = await build();

const cold = [];
for (let n = 0; n < colds; n++) {
  const times = {};
  for (const kind of shuffled()) {
    const workerd = await start(wasm);
    await workerd.ask('/');
    times[kind] = await time(workerd, kind, n);
    await workerd.stop();
  }
  cold.push(times);
}
report('the first hash of an isolate', cold);

const workerd = await start(wasm);
for (let n = 0; n < 10; n++) for (const kind of KINDS) await time(workerd, kind, n);
const warm = [];
for (let n = 0; n < pairs; n++) {
  const times = {};
  for (const kind of shuffled()) times[kind] = await time(workerd, kind, n);
  warm.push(times);
}
report('every other', warm);
await workerd.stop();

async function time({ ask, cpu }, kind, number) {
  const before = await cpu();
  await ask(`/${kind}?number=${number}`);
  return (await cpu()) - before;
}

function shuffled() {
  return Math.random() < 0.5 ? KINDS : KINDS.toReversed();
}

function report(title, measured) {
  const ms = (kind) => `${median(measured.map((times) => times[kind])).toFixed(1)} ms`;
  const ratios = measured.map(({ ours, theirs }) => theirs / ours).sort((a, b) => a - b);
  const at = (share) => ratios[Math.floor(share * (ratios.length - 1))].toFixed(2);
  console.log(`${title}: ours ${ms('ours')}, the crate's ${ms('theirs')}; ratio of ${measured.length} pairs: median ${at(0.5)}, quartiles ${at(0.25)} to ${at(0.75)}`);
}
