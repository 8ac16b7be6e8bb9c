import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { table as made } from '../../packages/verify-vectors/make.mjs';
import { Refusal, verifier } from '../../packages/verify/src/index.js';
import { startExpress, startFastify } from './verifiers/node.mjs';
import { table, trial } from './verifiers/trial.mjs';

test('@gatehouse/verify/express verifies tokens', (t) => trial(t, startExpress));
test('@gatehouse/verify/fastify verifies tokens', (t) => trial(t, startFastify));

test('a requirement that is misspelt or empty lets no request pass', async () => {
  const auth = verifier('https://auth.example.com');
  for (const wrong of [{ scopes: 'a' }, { max_age: 1 }, { scope: '' }, { scope: ' ' }, { scope: ['a'] }, { role: '' }, { role: null }, { acr: 'aal3' }, { acr: '' }, { maxAge: -1 }]) {
    await assert.rejects(auth.authenticate('Bearer x', wrong), TypeError, JSON.stringify(wrong));
  }
  await assert.rejects(auth.authenticate('Bearer x', { scope: undefined, maxAge: 0 }), Refusal);
});

test('the table of requests is the one that its script makes', async () => {
  // Signatures of ES256 are new each time.
  const unsigned = ({ vectors, ...more }) => ({ ...more, vectors: vectors.map((row) => ({ ...row, authorization: row.authorization?.replace(/[^.]*$/, '') })) });
  assert.deepEqual(unsigned(table), unsigned(await made()));
});

test('the packages have the version of Gatehouse', async () => {
  const versionIn = async (file) => (await readFile(new URL(`../../${file}`, import.meta.url), 'utf8')).match(/^ *"?version"?[ =:]+"([\d.]+)"/m)[1];
  const version = await versionIn('Cargo.toml');
  for (const file of ['client/package.json', 'verify/package.json', 'verify-rust/Cargo.toml', 'verify-python/pyproject.toml']) {
    assert.equal(await versionIn(`packages/${file}`), version, file);
  }
});
