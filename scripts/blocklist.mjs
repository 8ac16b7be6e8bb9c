// `node scripts/blocklist.mjs LIST…` makes src/domain/credentials/blocklist.bin, the passwords too common to choose. A LIST is
// ordered from the most common: a `.json` array, or lines, `.gz` or plain. docs/contribute/decisions/0008 names the lists and the
// reasons.

import fs from 'node:fs';
import zlib from 'node:zlib';
import { stop, log } from './lib/log.mjs';
import { inRoot } from './lib/paths.mjs';

/** The number of entries taken from each list, the most common first. */
const TAKEN = 20_000;
/** The Worker's shortest password (domain/policy.rs): shorter ones are refused for their length. */
const MIN_CHARS = 8;
/** Below the first printable character, so that one byte is both a number and the end of the text before it. */
const KEPT_MAX = 0x1f;

const lists = process.argv.slice(2);
if (lists.length === 0) stop('Name the lists: node scripts/blocklist.mjs common-passwords.txt.gz passwords.json');

const entries = [...new Set(lists.flatMap((list) => read(list).slice(0, TAKEN).map(fold)))]
  .filter((entry) => [...entry].length >= MIN_CHARS && !/\p{Cc}/u.test(entry))
  .map((entry) => Buffer.from(entry))
  .sort(Buffer.compare);
const blob = pack(entries);
fs.writeFileSync(inRoot('src/domain/credentials/blocklist.bin'), blob);
log(`${entries.length} passwords in ${blob.length} bytes, ${zlib.gzipSync(blob, { level: 9 }).length} gzipped.`);

function read(list) {
  const bytes = fs.readFileSync(list);
  const text = (list.endsWith('.gz') ? zlib.gunzipSync(bytes) : bytes).toString();
  return list.endsWith('.json') ? JSON.parse(text) : text.split('\n').filter((line) => line !== '');
}

/** The same folding as domain/credentials/blocklist.rs applies to a password. */
function fold(entry) {
  return entry.normalize('NFKC').toLowerCase();
}

/** Front coding: how many bytes of the previous entry are kept, then the bytes that follow them. */
function pack(entries) {
  const kept = (entry, before) => {
    let same = 0;
    while (same < KEPT_MAX && same < before.length && entry[same] === before[same]) same += 1;
    return same;
  };
  return Buffer.concat(entries.flatMap((entry, place) => {
    const same = place === 0 ? 0 : kept(entry, entries[place - 1]);
    return [Buffer.of(same), entry.subarray(same)];
  }));
}
