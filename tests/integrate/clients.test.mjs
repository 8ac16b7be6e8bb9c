// Clients generated from docs/openapi.json by third-party generators: they compile, import, and run a program's calls.

import { strict as assert } from 'node:assert';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { delimiter, dirname, join as path } from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { activationToken } from '../workerd/people.mjs';
import { resend } from '../workerd/resend.mjs';
import { open } from '../workerd/worker.mjs';

const here = fileURLToPath(new URL('clients/', import.meta.url));
const made = path(here, 'build');
const document = fileURLToPath(new URL('../../docs/openapi.json', import.meta.url));
const python = process.env.CLIENTS_PYTHON ?? 'python3';

const person = (login) => ({ login, email: `${login}@mail.example`, password: 'correct horse battery staple' });

/** Runs a program to its end, or fails with its output. Programs come from the two package managers. */
async function run(program, args) {
  const PATH = [path(here, 'node_modules/.bin'), dirname(python), process.env.PATH].join(delimiter);
  const options = { cwd: here, env: { ...process.env, PATH } };
  await promisify(execFile)(program, args, options).catch(({ stdout, stderr }) => assert.fail(stdout + stderr));
}

test('a client in TypeScript compiles under strict and goes through the scenario', async (t) => {
  await rm(made, { recursive: true, force: true });
  await mkdir(made);
  await run('openapi-typescript', [document, '--output', 'build/schema.ts']);
  await run('openapi-ts', ['--input', document, '--output', 'build/sdk', '--no-log-file']);
  await run('tsc', ['--project', '.']);

  const mail = await resend(t);
  const worker = await open(t, { mail });
  for (const client of ['schema', 'sdk']) {
    await t.test(client, async () => {
      const { service, scenario } = await bundled(client);
      const token = async () => activationToken(await mail.emailTo(person(client).email));
      await scenario(service(worker.url), person(client), token);
    });
  }
});

/** As a module that Node can run: the generated ones are written for a bundler. */
async function bundled(client) {
  const outfile = path(made, `${client}.mjs`);
  const contents = `export * from './${client}'; export { scenario } from './scenario';`;
  await build({ stdin: { contents, resolveDir: here }, outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' });
  return import(pathToFileURL(outfile));
}

test('a client in Python is imported whole and goes through the scenario', async (t) => {
  const folder = path(made, 'python');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const flags = ['--path', document, '--meta', 'none', '--output-path', path(folder, 'gatehouse_client'), '--fail-on-warning'];
  await run('openapi-python-client', ['generate', ...flags]);

  const mail = await resend(t);
  const worker = await open(t, { mail });
  const { login, email, password } = person('grace');
  const child = spawn(python, ['-B', 'client.py', folder, worker.url, login, email, password], { cwd: here, stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  for await (const said of createInterface(child.stdout)) {
    assert.equal(said, 'registered');
    child.stdin.end(`${activationToken(await mail.emailTo(email))}\n`);
  }
  assert.equal((await ended)[0], 0, 'what it did not like is above');
});
