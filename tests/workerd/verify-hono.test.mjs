import test from 'node:test';
import { trial } from './verifiers/trial.mjs';
import { startWorker } from './verifiers/workers.mjs';

test('@gatehouse/verify/hono verifies tokens in workerd', (t) => trial(t, startWorker('hono.mjs')));
