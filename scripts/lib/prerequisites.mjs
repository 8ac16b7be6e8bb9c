// Prerequisites that the scripts cannot install. Built-in modules are imported whole here and in the files beside this one: an
// old Node would otherwise fail on a missing name before this check can report its age.

import net from 'node:net';
import { stop } from './log.mjs';
import { isCheckout } from './paths.mjs';
import { answer } from './run.mjs';

/** Wrangler needs 22. A checkout has one among its packages. */
const OLDEST = isCheckout ? 20 : 22;

export function requireNode() {
  if (Number(process.versions.node.split('.')[0]) < OLDEST) {
    stop(`This needs Node ${OLDEST} or newer and runs on ${process.version}: install one from https://nodejs.org and run this again.`);
  }
}

export function requireRust() {
  if (!answer('cargo', ['--version'])) {
    stop('This needs Rust: install it from https://rustup.rs, open a new shell and run this again.');
  }
  if (!answer('cc', ['--version'])) {
    stop('Rust needs a C compiler to link with: install one (Debian, Ubuntu: `apt install build-essential`; macOS: `xcode-select --install`) and run this again.');
  }
}

/**
 * Wrangler would silently take another port, and every link in every email would lead to the wrong one. The same would happen if
 * another program listened on the other address of `localhost`: browsers try that one first.
 */
export async function requireFreePort(ip, port, command = 'npm start') {
  const other = { '127.0.0.1': '::1', '::1': '127.0.0.1' }[ip];
  const taken = { [ip]: await obstacle(ip, port), [other]: other && (await obstacle(other, port)) };
  const where = taken[ip] ? ip : taken[other]?.code === 'EADDRINUSE' && other;
  if (where) stop(`Cannot listen on port ${port} of ${where} (${taken[where].code}): stop what runs there, or choose another port with \`${command} -- --port ${port + 1}\`.`);
}

/** The error that prevents listening there, if any. */
function obstacle(ip, port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', resolve);
    probe.listen(port, ip, () => probe.close(() => resolve()));
  });
}
