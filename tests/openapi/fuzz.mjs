// `node tests/openapi/fuzz.mjs ST`: runs schemathesis (the program ST) against the production build in workerd. A 5xx is a
// failure, and so is anything missing from docs/openapi.json: a status, a header, a media type, a body.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { join, me, register, signIn } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { open, uncounted } from '../workerd/worker.mjs';

const inRoot = (file) => fileURLToPath(new URL(`../../${file}`, import.meta.url));
const person = (login) => ({ login, email: `${login}@mail.example`, password: 'your_password' });

/** The users for the tokens in schemathesis.toml, by name. */
const visitors = { ADMINISTRATOR: 'grace', LEAVES: 'ada', LEAVES_EVERYWHERE: 'bob', LEAVES_FOR_GOOD: 'eve' };

test('schemathesis finds nothing that docs/openapi.json does not know', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await writeDocumented(worker);
  const tokens = {};
  for (const [name, login] of Object.entries(visitors)) {
    await join(worker, mail, person(login));
    if (name === 'ADMINISTRATOR') await worker.sql("UPDATE users SET role = 'admin' WHERE login = ?", login);
    tokens[name] = (await signIn(worker, person(login))).token;
  }

  const args = ['--config-file', inRoot('tests/openapi/schemathesis.toml'), 'run', inRoot('docs/openapi.json')];
  const run = spawn(process.argv[2], args, { env: { ...process.env, ...tokens, GATEHOUSE_URL: worker.url }, stdio: 'inherit' });
  const [code] = await once(run, 'exit');
  assert.equal(code, 0, 'what schemathesis has found is above');
  // If it had signed itself out, all further responses would have been 401.
  assert.equal((await me(worker, tokens.ADMINISTRATOR)).status, 200);
});

/** The user of the document's examples, so that these match an account. */
async function writeDocumented(worker) {
  assert.equal((await register(worker, { login: 'admin', email: 'admin@example.com', password: 'your_password' })).status, 200);
  await worker.sql(`
    INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
    SELECT '550e8400-e29b-41d4-a716-446655440000', login, email, email_folded, password_hash, 'user', 1, created_at, created_at
    FROM registrations`);
}
