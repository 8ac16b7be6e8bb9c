import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test from 'node:test';
import { ada, assertRefused, register } from './people.mjs';
import { open } from './worker.mjs';

const sha1 = (text) => createHash('sha1').update(text).digest('hex').toUpperCase();

/** A service with the range API and a list of leaked passwords. It closes with the test. */
async function breaches(t, leaked, answer) {
  const asked = [];
  const server = createServer((request, response) => {
    asked.push(request);
    const suffixes = leaked.map(sha1).filter((hash) => request.url === `/range/${hash.slice(0, 5)}`).map((hash) => `${hash.slice(5)}:3`);
    answer(response, [`${'0'.repeat(35)}:0`, ...suffixes].join('\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { server.close(); server.closeAllConnections(); });
  return { asked, vars: { AUTH_BREACH_API_URL: `http://127.0.0.1:${server.address().port}/range` } };
}

test('a leaked password is refused, and another is not', async (t) => {
  const { asked, vars } = await breaches(t, ['tea at four, always'], (response, range) => response.end(range));
  const worker = await open(t, { vars: { ...vars, AUTH_BREACH_CHECK: 'closed' } });

  assertRefused(await register(worker, { ...ada, password: 'tea at four, always' }), 422, 'weak_password');
  assert.equal((await register(worker, ada)).status, 200);
  assert.deepEqual(asked.map(({ method }) => method), ['GET', 'GET']);
  assert.equal(asked[1].url, `/range/${sha1(ada.password).slice(0, 5)}`);
  assert.equal(asked[1].headers['add-padding'], 'true');
});

const silences = {
  'does not answer': () => {},
  'stops in the middle': (response) => { response.write(`${'0'.repeat(35)}:0\r\n`); },
  'hangs up in the middle': (response) => { response.writeHead(200, { 'Content-Length': 999 }); response.write(`${'0'.repeat(35)}:0\r\n`, () => response.destroy()); },
  'answers without end': (response) => {
    const more = () => { while (response.write(`${'0'.repeat(35)}:0\r\n`.repeat(1000))); };
    response.on('drain', more);
    more();
  },
  'points elsewhere': (response) => response.writeHead(302, { Location: '/' }).end(),
};

for (const [silence, answer] of Object.entries(silences)) {
  test(`a service that ${silence} has not said that a password is fit`, async (t) => {
    const { vars } = await breaches(t, [], answer);
    const worker = await open(t, { vars: { ...vars, AUTH_BREACH_CHECK: 'closed' } });
    assertRefused(await register(worker, ada), 503, 'unavailable');
  });
}
