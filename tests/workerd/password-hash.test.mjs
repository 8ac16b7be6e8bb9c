// The test vectors for the WASM code, in its runtime: the worker stores Argon2id as Node's OpenSSL computes it.

import { strict as assert } from 'node:assert';
import { argon2Sync } from 'node:crypto';
import test from 'node:test';
import { ada, register } from './people.mjs';
import { open } from './worker.mjs';

test('a hash made in workerd is the one that OpenSSL makes', async (t) => {
  const worker = await open(t, { vars: { ENVIRONMENT: 'development', MAIL_PROVIDER: 'outbox' } });
  assert.equal((await register(worker, ada)).status, 200);
  const [{ password_hash: stored }] = await worker.sql('SELECT password_hash FROM registrations');
  const [, salt, hash] = stored.match(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$([^$]+)\$([^$]+)$/);
  const cost = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 };
  const nonce = Buffer.from(salt, 'base64');
  assert.deepEqual(Buffer.from(hash, 'base64'), argon2Sync('argon2id', { message: ada.password, nonce, ...cost }));
});
