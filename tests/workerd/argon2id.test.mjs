// The test vectors for the WASM code are compared with the `argon2` crate in the runtime they are for.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { build, start } from '../../bench/argon2/workerd.mjs';

const ROUNDS = 3000;

test('whatever is hashed in workerd, the argon2 crate says the same', async (t) => {
  const workerd = await start(await build());
  t.after(() => workerd.stop());
  for (let number = 0; number < ROUNDS; number++) {
    assert.equal(await workerd.ask(`/agree?number=${number}`), '1', `number ${number}`);
  }
  assert.equal(await workerd.ask('/ours?number=1'), await workerd.ask('/theirs?number=1'), 'at the cost the service uses');
});
