// The examples in documents, as they stand there.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';

/** The one block of code in a document under docs/ that has this text in it. */
export async function exampleOf(document, text) {
  const whole = await readFile(new URL(`../../docs/${document}`, import.meta.url), 'utf8');
  const blocks = [...whole.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code]) => code);
  const found = blocks.filter((code) => code.includes(text));
  assert.equal(found.length, 1, `docs/${document} has ${found.length} examples with ${text}`);
  return found[0];
}
