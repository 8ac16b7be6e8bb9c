// The crate `gatehouse-verify`, in a service with axum.

import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { trial } from '../../workerd/verifiers/trial.mjs';
import { converse } from '../programs.mjs';

const PROGRAM = fileURLToPath(new URL('../../../target/verify-rust/debug/examples/axum', import.meta.url));

const start = (t, config) => converse(t, PROGRAM, [JSON.stringify(config)]).hear(/^http:/);

test('gatehouse-verify verifies tokens for axum', (t) => trial(t, start));
