// A local service's listening address, its address for requests from here, and its URL for users. Users get `localhost`: for it
// alone, browsers keep cookies and passkeys without https.

import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';

/** The wildcard addresses, and the address to reach each. */
const EVERY = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/**
 * `at` is for requests from scripts, `served` for users, and `base` is the setting: a loopback host, or https. `atHome` if this
 * machine reaches it as `localhost`.
 */
export function addressOf({ ip, port, protocol }) {
  const asked = EVERY[ip] ?? ip;
  const at = `${protocol}://${net.isIPv6(asked) ? `[${asked}]` : asked}:${port}`;
  const atHome = LOOPBACK.test(asked);
  const home = `${protocol}://localhost:${port}`;
  return { at, atHome, served: atHome ? home : at, base: atHome || protocol === 'http' ? home : at };
}

/** Whether there was a response. A local service's certificate is self-signed. */
export function answers(url) {
  const { get } = url.startsWith('https:') ? https : http;
  return new Promise((resolve) => {
    const asked = get(url, { rejectUnauthorized: false, agent: false }, (answer) => resolve(answer.resume() && true));
    asked.on('error', () => resolve(false));
  });
}

/** Beside the data, for `npm run admin`. */
const record = (state) => path.join(state, '.gatehouse-address');

export const noteAddress = (state, url) => fs.writeFileSync(record(state), url);

/** The URL of this state's service, running or when it last ran. */
export const addressBeside = (state) => (fs.existsSync(record(state)) ? fs.readFileSync(record(state), 'utf8') : 'http://localhost:8787');
