// The provider as programs of other people reach it: by https, with a certificate that they trust by a file.

import { strict as assert } from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join as path } from 'node:path';
import { fileURLToPath } from 'node:url';
import { closing } from '../../workerd/closing.mjs';
import { provider as openProvider } from '../../workerd/oauth.mjs';
import { freePort } from '../../workerd/ports.mjs';
import { openProxy } from '../../workerd/proxy.mjs';
import { certify } from '../certificates.mjs';
import { launch } from '../programs.mjs';

const document = new URL('../../../docs/use/OAUTH.md', import.meta.url);

export const RS256 = { AUTH_RSA_KEY: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'pem', type: 'pkcs8' }) };

/**
 * The provider with Ada's account, a folder that ends with the test, and the environment in which programs trust the provider.
 * `neighbour(issuer)` is another Worker of its account.
 */
export async function provider(t, vars, neighbour) {
  const folder = await mkdtemp(path(tmpdir(), 'gatehouse-relying-party-'));
  closing(t, () => rm(folder, { recursive: true }));
  await chmod(folder, 0o755); // a server may give up the rights with which it was started
  const authority = await certify(folder, 'authority', 'authority.example');
  const edge = await openProxy(t, { tls: await certify(folder, 'edge', 'localhost', authority) });
  const neighbours = neighbour ? [await neighbour(edge.url)] : [];
  let inside;
  // Workers trust no certificate file: they reach the provider without TLS.
  const outbound = ({ url }) => (url.startsWith(`${edge.url}/`) ? fetch(inside + url.slice(edge.url.length)) : undefined);
  const { worker, register } = await openProvider(t, { APP_BASE_URL: edge.url, ...vars }, { neighbours, outbound });
  inside = worker.url;
  edge.leadTo(await worker.direct());
  const trusted = authority.file;
  const environment = { SSL_CERT_FILE: trusted, REQUESTS_CA_BUNDLE: trusted, NODE_EXTRA_CA_CERTS: trusted };
  return { issuer: edge.url, worker, register, folder, trusted, environment };
}

/** A file beside the tests. */
export const beside = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The example of docs/use/OAUTH.md that a paragraph with this name introduces, with the addresses of a test. */
export async function example(name, addresses) {
  const parts = (await readFile(document, 'utf8')).split('\n```');
  const at = parts.findIndex((text, number) => number % 2 === 0 && text.trimEnd().split('\n\n').at(-1).includes(name));
  assert.notEqual(at, -1, `docs/use/OAUTH.md has no example for ${name}`);
  let code = parts[at + 1].slice(parts[at + 1].indexOf('\n') + 1);
  for (const [there, here] of Object.entries(addresses)) {
    assert.ok(code.includes(there), there);
    code = code.replaceAll(there, here);
  }
  assert.doesNotMatch(code, /example\.com/);
  return code;
}

/** Where an application will listen. */
export async function address() {
  const port = await freePort('127.0.0.1');
  return { port, url: `http://localhost:${port}` };
}

/** Starts a Python program of this folder as an application. */
export async function startPython(t, program, args, { port, environment }) {
  await launch(t, process.env.PYTHON ?? 'python3', ['-B', beside(program), ...args], { env: environment, at: port });
}
