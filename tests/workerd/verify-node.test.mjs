import test from 'node:test';
import { startExpress, startFastify } from './verifiers/node.mjs';
import { trial } from './verifiers/trial.mjs';

test('@gatehouse/verify/express verifies tokens', (t) => trial(t, startExpress));
test('@gatehouse/verify/fastify verifies tokens', (t) => trial(t, startFastify));
