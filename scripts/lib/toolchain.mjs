// What Rust needs to become a Worker: the wasm target, worker-build and wasm-bindgen. The two programs must match the
// crates they serve, so Cargo.lock names their versions; they are compiled, because their prebuilt releases lie on
// hosts that many networks do not let through.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inRoot, tools } from './place.mjs';
import { answer, environment, quietly } from './run.mjs';
import { stop, tell } from './tell.mjs';

const TARGET = 'wasm32-unknown-unknown';

export async function installTarget() {
  const libraries = answer('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  if (libraries && fs.existsSync(libraries)) return;

  if (!answer('rustup', ['--version'])) stop(`Rust's ${TARGET} target is missing and there is no rustup to add it: install the target as your Rust was installed, or Rust from https://rustup.rs.`);
  tell(`Adding Rust's ${TARGET} target (a few seconds)…`);
  await quietly('rustup', ['target', 'add', TARGET]);
}

/** Paths of worker-build and wasm-bindgen, compiled first where this machine does not have them yet. */
export async function installTools() {
  const wanted = [
    { name: 'worker-build', package: 'worker-build', version: lockedVersion('worker') },
    { name: 'wasm-bindgen', package: 'wasm-bindgen-cli', version: lockedVersion('wasm-bindgen') },
  ].map((tool) => ({ ...tool, home: path.join(tools, `${tool.name}-${tool.version}`) }));
  const program = (tool) => path.join(tool.home, 'bin', tool.name);

  const missing = wanted.filter((tool) => !fs.existsSync(program(tool)));
  if (missing.length) await compile(missing);
  const [workerBuild, wasmBindgen] = wanted.map(program);
  return { workerBuild, wasmBindgen };
}

async function compile(missing) {
  requireOpenSsl();
  // One target folder for both: they share a third of their dependencies.
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-tools-'));
  try {
    for (const { name, package: crate, version, home } of missing) {
      tell(`Compiling ${name} ${version} into ${tools} (first time only, about a minute)…`);
      await quietly('cargo', ['install', '--debug', '--root', home, crate, '--version', `=${version}`, '--bin', name], {
        env: {
          ...environment,
          CARGO_TARGET_DIR: scratch,
          CARGO_PROFILE_DEV_DEBUG: '0', // a tenth of the size; nobody debugs these
        },
      });
    }
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

/** worker-build links the system's OpenSSL (to download what we hand it instead); only Linux lacks it at times. */
function requireOpenSsl() {
  if (process.platform === 'linux' && answer('pkg-config', ['--modversion', 'openssl']) === undefined) {
    stop("Compiling worker-build needs OpenSSL's headers: install them (Debian, Ubuntu: `apt install pkg-config libssl-dev`; Fedora: `dnf install pkgconf openssl-devel`) and run this again.");
  }
}

function lockedVersion(crate) {
  const lock = fs.readFileSync(inRoot('Cargo.lock'), 'utf8');
  return lock.match(new RegExp(`^name = "${crate}"\nversion = "(.+)"$`, 'm'))[1];
}
