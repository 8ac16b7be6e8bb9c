// Unicode by the runtime: the forms and marks of all characters are those that the native tests have.

import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import test from 'node:test';
import { ada, join } from './people.mjs';
import { resend } from './resend.mjs';
import { runtime } from './runtime.mjs';
import { open, uncounted } from './worker.mjs';

/** What `normalization/src/lib.rs` does in WASM, with every character. */
const EVERY_CHARACTER = `
  const isMark = /^\\p{M}$/u;
  const isSurrogate = (point) => point >= 0xd800 && point <= 0xdfff;
  export default { async fetch() {
    let lines = '';
    for (let point = 0; point <= 0x10ffff; point++) {
      if (isSurrogate(point)) continue;
      const c = String.fromCodePoint(point);
      const text = 'a' + c + '\\u0301';
      lines += text.normalize('NFC') + '\\n' + text.normalize('NFKC') + '\\n' + isMark.test(c) + '\\n';
    }
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(lines)));
    return Response.json([...digest].map((byte) => byte.toString(16).padStart(2, '0')).join(''));
  } };`;

test('the runtime gives every character the forms that the native tests have', async (t) => {
  const digest = await (await runtime(t, EVERY_CHARACTER))();
  assert.equal(digest, (await readFile(new URL('../../normalization/tests/digest.txt', import.meta.url), 'utf8')).trim());
});

test('a password and a login name are the same however their characters are composed', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  const zoe = { login: 'zoe\u0308', email: 'zoe@mail.example', password: 'ein gru\u0308ner Hu\u0308gel im Nebel' };
  await join(worker, mail, zoe);
  const signIn = (login, password) => worker.post('/api/auth/local/login', { login, password });
  for (const form of ['NFC', 'NFD']) assert.equal((await signIn(zoe.login.normalize(form), zoe.password.normalize(form))).status, 200, form);
  assert.equal((await signIn('\uff3a\uff2f\u00cb', zoe.password)).status, 200, 'full-width letters');
  assert.equal((await signIn('zoe', zoe.password)).status, 401);
});

test('a login name has the marks of its script, and none that nobody sees', async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: uncounted });
  await join(worker, mail, { ...ada, login: 'กำปั่น' });
  const register = (login) => worker.post('/api/auth/local/register', { ...ada, login });
  for (const login of ['ada\ufe0f', 'ada\u20dd', 'ada\u034f']) assert.equal((await register(login)).status, 400, login);
});
