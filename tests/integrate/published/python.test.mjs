// The Python package `gatehouse-verify`, in services of two frameworks.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { delimiter } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { trial } from '../../workerd/verifiers/trial.mjs';
import { converse } from '../programs.mjs';

const python = process.env.PYTHON ?? 'python3';
const here = fileURLToPath(new URL('.', import.meta.url));
const PYTHONPATH = [fileURLToPath(new URL('../../../packages/verify-python', import.meta.url)), process.env.PYTHONPATH].filter(Boolean).join(delimiter);

const startPython = (app) => (t, config) => {
  const flags = ['-B', `${here}/${app}`, JSON.stringify(config)];
  return converse(t, python, flags, { env: { PYTHONPATH } }).hear(/^http:/);
};

test('gatehouse-verify verifies tokens for FastAPI', (t) => trial(t, startPython('fastapi_app.py')));
test('gatehouse-verify verifies tokens for Django', (t) => trial(t, startPython('django_app.py')));

const run = (program) => promisify(execFile)(python, ['-B', '-c', program], { env: { ...process.env, PYTHONPATH } });

test('a requirement that is misspelt or empty lets no request pass', async () => {
  const program = (requirement) => `from gatehouse_verify import Verifier\nVerifier("https://auth.example.com").authenticate("Bearer x", ${requirement})`;
  for (const wrong of ['scopes="a"', 'scope=""', 'scope=" "', 'scope=["a"]', 'role=""', 'acr="aal3"', 'acr=""', 'max_age=-1']) {
    await assert.rejects(run(program(wrong)), /TypeError/, wrong);
  }
  await assert.rejects(run(program('scope=None, max_age=0')), /Refusal: not a token/);
});

test('the examples of its README are complete', async () => {
  const readme = await readFile(fileURLToPath(new URL('../../../packages/verify-python/README.md', import.meta.url)), 'utf8');
  const examples = [...readme.matchAll(/^```python\n(.*?)^```/gms)].map(([, example]) => example);
  assert.equal(examples.length, 2);
  for (const example of examples) {
    await run(example);
  }
});
