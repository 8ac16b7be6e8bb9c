// docs/START.md, followed to the letter. Only the ports are others, and the packages come from this checkout.

import { strict as assert } from 'node:assert';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { press, signIn, type, visitor } from '../browser/browser.mjs';
import { emptyFolder, pack } from '../packed.mjs';
import { ada } from '../workerd/people.mjs';
import { freePort } from '../workerd/ports.mjs';
import { activationAt, created, install, serving, started } from './installed.mjs';

/** Its other packages, at the versions this test knows. */
const VERSIONS = { vite: '8.4.0', jose: '6.2.17', hono: '4.13.19', '@hono/node-server': '2.1.9' };

const guide = await readFile(inRoot('docs', 'START.md'), 'utf8');
/** The blocks of code, by the path in their first line; those without one, in order. */
const blocks = [...guide.matchAll(/^```\w+\n(.*?)^```$/gms)].map(([, code]) => code);
const pathOf = (code) => code.match(/^(?:#|\/\/|<!--) ([\w./]+)/)?.[1];
const files = blocks.filter(pathOf);
const steps = blocks.filter((code) => !pathOf(code));

test('who follows the guide has a user signed in to an application, and an API that knows who asks', async (t) => {
  const home = await emptyFolder(t);
  const ports = Object.fromEntries(await Promise.all([8787, 5173, 3000].map(async (port) => [port, await freePort('127.0.0.1')])));
  const here = (text) => text.replace(/localhost:(\d+)|port: (\d+)/g, (whole, ...found) => whole.replace(/\d+/, (port) => ports[port]));
  await created(home);
  for (const code of files) await write(join(home, pathOf(code)), here(code));
  await withNotes(join(home, 'app', 'main.js'), here);
  await Promise.all(['app', 'api'].map((folder) => installed(home, folder)));

  const auth = await started(t, join(home, 'auth'), ports[8787]);
  assert.equal((await stat(join(home, 'auth', '.dev.vars'))).mode & 0o777, 0o600, 'the keys in it are for nobody else');
  await serving(t, join(home, 'app'), ['npx', 'vite', '--port', String(ports[5173]), '--strictPort'], /ready in/);
  await serving(t, join(home, 'api'), ['sh', '-c', 'echo starting && exec node server.mjs'], /starting/);
  await signUp(t, { address: `http://localhost:${ports[5173]}`, auth });
});

async function signUp(t, { address, auth }) {
  const page = await visitor(t, { address });
  const said = [];
  page.on('console', (message) => said.push(message));
  await page.goto('/');
  await page.getByText('Nobody is signed in.').waitFor();
  await press(page, 'button', 'Sign in');
  await press(page, 'link', 'Create account');
  await type(page, 'Username', ada.login);
  await type(page, 'Email', ada.email);
  await type(page, 'New password (at least 8 characters)', ada.password);
  await press(page, 'button', 'Create account');
  await page.goto(await activationAt(auth));
  await press(page, 'button', 'Activate account');
  await signIn(page, ada);
  await page.getByText('Signed in as ada.').waitFor();

  const notes = await Promise.all(said.map(async (message) => message.args()[0]?.jsonValue()));
  assert.match(notes.flat().join(), /a note of user \w+/);
  await press(page, 'button', 'Sign out');
  await page.getByText('Nobody is signed in.').waitFor();
}

async function write(file, text) {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** The line of the chapter about the API, where it says. */
async function withNotes(file, here) {
  const line = steps.find((code) => code.includes('auth.fetch('));
  const [place] = guide.match(/after `(const \{ login \}) = …`/).slice(1);
  const code = await readFile(file, 'utf8');
  const [whole] = code.match(new RegExp(`^.*${place.replace(/[{}]/g, '\\$&')}.*\n`, 'm'));
  await writeFile(file, code.replace(whole, whole + here(line)));
}

/** The packages that the guide names for a folder. */
async function installed(home, folder) {
  const [, names] = steps.find((code) => code.includes(`mkdir ${folder} `)).match(/^npm install (.+)$/m);
  const ours = async (name) => (await pack(join('packages', name.slice('@gatehouse/'.length)), home)).tarball;
  const versioned = (name) => `${name}@${VERSIONS[name] ?? assert.fail(`no version of ${name}`)}`;
  await writeFile(join(home, folder, 'package.json'), '{}');
  await install(join(home, folder), ...(await Promise.all(names.split(' ').map((name) => (name.startsWith('@gatehouse/') ? ours(name) : versioned(name))))));
}
