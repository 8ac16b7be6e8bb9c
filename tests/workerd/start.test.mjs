// `npm start` and `npm run admin` as users type them: a service on each kind of address it can listen on, reachable at the
// printed URL, and a command line that finds that service.

import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { root } from '../../scripts/lib/paths.mjs';
import { freePort, listens } from './ports.mjs';

const state = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
after(() => rm(state, { recursive: true }));

const lan = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Listening address, flags, printed URL, and the base of links if it differs. */
const runs = [
  { ip: '127.0.0.1', flags: [], served: 'http://localhost' },
  { ip: '::1', flags: ['--ip', '::1'], served: 'http://localhost' },
  { ip: '0.0.0.0', flags: ['--ip=0.0.0.0', '--local-protocol', 'https'], served: 'https://localhost' },
  { ip: lan, flags: ['--ip', lan], served: `http://${lan}`, issuer: 'http://localhost' },
];

for (const [number, { ip, flags, served, issuer = served }] of runs.entries()) {
  test(`a service is found where it says it is, with ${flags.join(' ') || 'no flags'}`, async (t) => {
    const port = ip && (await freePort(ip));
    if (!port) return t.skip('this machine has no such address');
    const url = await start(t, ['--port', String(port), ...flags]);
    assert.equal(url, `${served}:${port}`);
    const metadata = await shell(`curl -sSk ${url}/.well-known/oauth-authorization-server`);
    assert.equal(JSON.parse(metadata.stdout).issuer, `${issuer}:${port}`);

    const person = `p${number}`;
    const { stdout, stderr } = await shell(`npm run admin -- create ${person} ${person}@mail.example --persist-to ${state}`);
    assert.ok(stderr.includes(`The local database in ${state}`), stderr);
    const [command] = stdout.match(/^ +curl .+$/m);
    assert.ok(command.includes(` ${url}/`), command);
    assert.match((await shell(`${command} -sS`)).stdout, /Recovery email sent/);
  });
}

test('a flag that npm has kept for itself is named, with the command that was meant, and nothing is done', async () => {
  for (const [typed, meant] of [
    ['npm run admin list --remote', 'npm run admin -- list --remote'],
    ['npm run admin promote ada --persist-to /nowhere', 'npm run admin -- promote ada --persist-to /nowhere'],
    ['npm run admin create ada ada@mail.example --admin', 'npm run admin -- create ada ada@mail.example --admin'],
    ['npm start --port 9000', 'npm start -- --port 9000'],
    ['npm start --ip ::1', 'npm start -- --ip ::1'],
  ]) {
    const { code, stderr } = await shell(typed);
    assert.equal(code, 1, typed);
    assert.ok(stderr.includes(`Write \`${meant}\`.`), stderr);
  }
});

test('a port that somebody else has is not shared with them, at neither address of localhost', async (t) => {
  for (const taken of ['127.0.0.1', '::1']) {
    const somebody = createServer();
    const listening = await listens(somebody, 0, taken);
    if (!listening) continue;
    t.after(() => somebody.close());
    const { port } = somebody.address();
    const { code, stderr } = await shell(`node scripts/start.mjs --port ${port} --persist-to ${state}`);
    assert.equal(code, 1);
    assert.ok(stderr.includes(`port ${port} of ${taken} (EADDRINUSE)`), stderr);
  }
});

/** Starts a service that ends with the test; returns the printed URL. */
async function start(t, flags) {
  const child = spawn(process.execPath, ['scripts/start.mjs', '--persist-to', state, ...flags], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'exit');
  t.after(async () => { child.kill(); await ended; });
  let said = '';
  return new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text;
      const [, url] = said.match(/Serving (\S+)\n/) ?? [];
      if (url) resolve(url);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
    ended.then(([code]) => reject(new Error(`it has ended with ${code}:\n${said}`)));
  });
}

function shell(command) {
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: root }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr }));
  });
}
