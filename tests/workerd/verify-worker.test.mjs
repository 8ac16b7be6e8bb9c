import test from 'node:test';
import { trial } from './verifiers/trial.mjs';
import { startWorker } from './verifiers/workers.mjs';

test('@gatehouse/verify/worker verifies tokens in workerd', (t) => trial(t, startWorker('worker.mjs')));
