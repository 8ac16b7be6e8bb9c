// An authenticator app, as its user holds one (RFC 6238), and accounts that have it.

import { strict as assert } from 'node:assert';
import { createHmac } from 'node:crypto';
import { login, signIn } from './people.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The bytes of a text in base 32 (RFC 4648 §6), with or without blanks. */
function bytes(text) {
  const bits = [...text.replaceAll(/\s/g, '')].map((character) => ALPHABET.indexOf(character).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

const STEP = 30_000;

/** What an app with this secret shows at a moment. */
export function shown(secret, now = Date.now()) {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / STEP)));
  const hash = createHmac('sha1', bytes(secret)).update(step).digest();
  const number = hash.readUInt32BE(hash.at(-1) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Lets the code that an app shows be used once more, instead of waiting for the next one. */
export const forgetStep = (worker) => worker.sql('UPDATE totp SET last_step = last_step - 10');

/** Adds an app to a person's account, whose current code still signs in; returns its secret and the recovery codes. */
export async function addApp(worker, person) {
  const Authorization = `Bearer ${(await signIn(worker, person)).token}`;
  const offer = await worker.post('/api/auth/totp', {}, { Authorization });
  assert.equal(offer.status, 200, offer.text);
  const { secret, recovery_codes, enrolment_token } = offer.json;
  const confirmation = { enrolment_token, code: shown(secret), recovery_codes_saved: true };
  const added = await worker.post('/api/auth/totp/confirm', confirmation, { Authorization });
  assert.equal(added.status, 200, added.text);
  await forgetStep(worker);
  return { secret, codes: recovery_codes };
}

/** Signs in with the first factor; returns what the second step needs. */
export async function firstStep(worker, person) {
  const answer = await login(worker, person);
  assert.equal(answer.json.data?.error, 'second_factor_required', answer.text);
  return answer.json.data.mfa_token;
}

export const secondStep = (worker, mfa_token, factor) => worker.post('/api/auth/mfa/verify', { mfa_token, ...factor });
