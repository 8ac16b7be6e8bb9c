// The example of docs/use/INTEGRATE.md that asks for a second factor, with claims as the native tests see them in tokens.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { stepUp } from '../../docs/examples/step_up.mjs';

const now = 1_800_000_000;
const claims = { acr: 'aal2', auth_time: now - 900 };

test('two factors within the age pass, and nothing less', () => {
  assert.equal(stepUp(claims, { now }), undefined);
  for (const lacking of [{ ...claims, acr: 'aal1' }, { ...claims, auth_time: now - 901 }, { auth_time: now }, { acr: 'aal2' }, {}]) {
    const answer = stepUp(lacking, { now });
    assert.equal(answer?.status, 401, JSON.stringify(lacking));
    assert.match(answer.headers.get('WWW-Authenticate'), /^Bearer error="insufficient_user_authentication", .*acr_values="aal2", max_age=900$/);
  }
});

test('a service chooses the level and the age', () => {
  assert.equal(stepUp({ acr: 'aal1', auth_time: now - 60 }, { level: 'aal1', maxAge: 60, now }), undefined);
  assert.match(stepUp({ ...claims }, { maxAge: 60, now }).headers.get('WWW-Authenticate'), /max_age=60$/);
  assert.match(stepUp({ ...claims }, { level: 'aal1', maxAge: 60, now }).headers.get('WWW-Authenticate'), /acr_values="aal1"/);
});
