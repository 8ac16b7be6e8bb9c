// Malformed bytes over real sockets: the native tests cannot see how the runtime passes them on.

import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { connect } from 'node:net';
import test from 'node:test';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { open, uncounted } from './worker.mjs';

const routes = [
  ['GET', '/health'],
  ['GET', '/.well-known/jwks.json'],
  ['POST', '/api/auth/local/register'],
  ['POST', '/api/auth/local/activate'],
  ['POST', '/api/auth/local/activate/send'],
  ['POST', '/api/auth/local/login'],
  ['GET', '/api/auth/me'],
  ['POST', '/api/auth/local/recover'],
  ['POST', '/api/auth/local/recover/check'],
  ['POST', '/api/auth/local/recover/reset'],
  ['POST', '/api/auth/otp/request'],
  ['POST', '/api/auth/otp/verify'],
  ['DELETE', '/api/auth/me'],
  ['GET', '/api/auth/me/export'],
  ['GET', '/api/auth/sessions'],
  ['DELETE', '/api/auth/sessions/x'],
  ['POST', '/api/auth/reauthenticate'],
  ['POST', '/api/auth/password'],
  ['POST', '/api/auth/email'],
  ['POST', '/api/auth/email/confirm'],
  ['POST', '/api/auth/email/undo'],
  ['POST', '/api/auth/logout/all'],
  ['POST', '/api/auth/token/refresh'],
  ['POST', '/api/auth/logout'],
  ['GET', '/api/auth/verify'],
  ['GET', '/account/activate'],
  ['POST', '/account/activate'],
  ['GET', '/dev/mail'],
  ['GET', '/assets/page.css'],
];

/** SplitMix64: a failure can be repeated. */
function dice(seed) {
  let state = BigInt(seed);
  return (below) => {
    state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n);
    const mixed = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    return Number((mixed ^ (mixed >> 27n)) % BigInt(below));
  };
}

const bytes = (roll, most) => Buffer.from(Array.from({ length: roll(most) }, () => roll(256)));

/** Sends one request verbatim; returns the response's status, or nothing if the connection was closed instead. */
async function raw(worker, request) {
  const { hostname, port } = new URL(worker.url);
  const socket = connect(Number(port), hostname);
  let answer = '';
  socket.setEncoding('latin1').on('data', (text) => (answer += text)).on('error', () => {});
  socket.end(request);
  await once(socket, 'close');
  return answer && Number(answer.slice(9, 12));
}

const stands = (vars) => async (t) => {
  const mail = await resend(t);
  const worker = await open(t, { mail, vars: { ...uncounted, ...vars } });
  const roll = dice(1);
  const isRefusal = (status, what) => assert.ok(status === '' || (status >= 200 && status < 500), `${status}: ${what}`);

  await t.test('in bodies', async () => {
    const types = ['application/json', 'application/x-www-form-urlencoded', 'multipart/form-data', 'x'];
    for (const [method, path] of routes.filter(([method]) => method === 'POST')) {
      for (let n = 0; n < 40; n++) {
        const headers = { 'Content-Type': types[roll(types.length)] };
        const answer = await fetch(worker.url + path, { method, headers, body: bytes(roll, 300) });
        isRefusal(answer.status, path);
        await answer.arrayBuffer();
      }
    }
  });

  await t.test('in headers', async () => {
    const names = ['Authorization', 'Content-Type', 'CF-Connecting-IP', 'User-Agent', 'Cookie', 'Origin'];
    for (const [method, path] of routes) {
      for (let n = 0; n < 20; n++) {
        const lines = names.map((name) => Buffer.concat([Buffer.from(`${name}: `), bytes(roll, 60), Buffer.from('\r\n')]));
        const head = Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n`);
        isRefusal(await raw(worker, Buffer.concat([head, ...lines, Buffer.from('\r\n')])), path);
      }
    }
  });

  await t.test('in paths and queries', async () => {
    for (let n = 0; n < 300; n++) {
      const path = bytes(roll, 40).toString('latin1').replace(/[\r\n ]/g, '%');
      const request = `GET /account/activate${path}?token=${path}&%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`;
      isRefusal(await raw(worker, Buffer.from(request, 'latin1')), path);
    }
  });

  for (const said of ['', 'Content-Length: 2\r\n']) await t.test(`a body without an end is read no further than it may be, though it says ${said.trim() || 'nothing'}`, async () => {
    // By hand: the response comes while the body is still being sent, and fetch treats the closed connection as a failure.
    const { hostname, port } = new URL(worker.url);
    const socket = connect(Number(port), hostname).on('error', () => {});
    socket.write('POST /api/auth/local/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n');
    socket.write(`${said}Transfer-Encoding: chunked\r\n\r\n`);
    const kilobyte = `400\r\n${' '.repeat(1024)}\r\n`;
    for (let n = 0; n < 17; n++) socket.write(kilobyte);
    const [answer] = await once(socket.setEncoding('latin1'), 'data');
    socket.destroy();
    assert.match(answer, /^HTTP\/1.1 413 /);
  });

  await t.test('and a guest is served as before', async () => {
    await join(worker, mail, ada);
    await signIn(worker, ada);
    assert.doesNotMatch(worker.log.join('\n'), /panicked|unreachable|RuntimeError/);
  });
};

test('bytes nobody meant are refused, and the service goes on', stands({}));
test('so it does in the envelope of the SDK', stands({ AUTH_RESPONSE_ENVELOPE: 'fastschema' }));
