// The Python package `gatehouse-verify`, in services of two frameworks.

import { delimiter } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { trial } from '../../workerd/verifiers/trial.mjs';
import { converse } from '../programs.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const PYTHONPATH = [fileURLToPath(new URL('../../../packages/verify-python', import.meta.url)), process.env.PYTHONPATH].filter(Boolean).join(delimiter);

const startPython = (app) => (t, config) => {
  const flags = ['-B', `${here}/${app}`, JSON.stringify(config)];
  return converse(t, process.env.PYTHON ?? 'python3', flags, { env: { PYTHONPATH } }).hear(/^http:/);
};

test('gatehouse-verify verifies tokens for FastAPI', (t) => trial(t, startPython('fastapi_app.py')));
test('gatehouse-verify verifies tokens for Django', (t) => trial(t, startPython('django_app.py')));
