import test from 'node:test';
import { verifier } from '../../docs/examples/verify.mjs';
import { trial } from './verifier-suite.mjs';

test('jose knows our tokens by the example, and refuses the rest', async (t) => {
  const kept = new Map();
  await trial(t, async (issuer, options, token) => {
    const key = JSON.stringify([issuer, options]);
    if (!kept.has(key)) kept.set(key, verifier(issuer, options));
    return kept.get(key)(token);
  });
});
