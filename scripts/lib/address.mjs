// Where a local service listens, where it is asked from here, and where people find it. They are sent to `localhost`: browsers
// keep its cookies and passkeys without https, which they do for no other name and no number.

import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import path from 'node:path';

/** What stands for every address of the machine, and where that is asked. */
const EVERY = { '0.0.0.0': '127.0.0.1', '::': '::1' };
const LOOPBACK = /^(localhost|127(\.\d+){3}|::1)$/;

/**
 * `at` is asked by us, `served` by people, and `base` is the setting: it is a loopback host, or https. `atHome` if this machine
 * reaches it as `localhost`.
 */
export function addressOf({ ip, port, protocol }) {
  const asked = EVERY[ip] ?? ip;
  const at = `${protocol}://${net.isIPv6(asked) ? `[${asked}]` : asked}:${port}`;
  const atHome = LOOPBACK.test(asked);
  const home = `${protocol}://localhost:${port}`;
  return { at, atHome, served: atHome ? home : at, base: atHome || protocol === 'http' ? home : at };
}

/** Whether there was an answer. The certificate of a local service is its own. */
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

/** Where the service of this state can be found, or could be when it last ran. */
export const addressBeside = (state) => (fs.existsSync(record(state)) ? fs.readFileSync(record(state), 'utf8') : 'http://localhost:8787');
