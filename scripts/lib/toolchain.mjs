// Tools that compile Rust to a Worker: the wasm target, worker-build and wasm-bindgen. The two programs must match their crates,
// so Cargo.lock names their versions; they are compiled, because their prebuilt releases are on hosts that many networks block.

import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stop, log } from './log.mjs';
import { inRoot, tools } from './paths.mjs';
import { answer, environment, quietly } from './run.mjs';

const TARGET = 'wasm32-unknown-unknown';

export async function installTarget() {
  const libraries = answer('rustc', ['--print', 'target-libdir', '--target', TARGET]);
  if (libraries && fs.existsSync(libraries)) return;

  if (!answer('rustup', ['--version'])) stop(`Rust's ${TARGET} target is missing, and so is rustup to add it: install the target the way you installed Rust, or install Rust from https://rustup.rs.`);
  log(`Adding Rust's ${TARGET} target (a few seconds)…`);
  await quietly('rustup', ['target', 'add', TARGET]);
}

/** Paths of worker-build and wasm-bindgen, compiled first if this machine does not have them yet. */
export async function installTools() {
  const missing = wanted().filter(isMissing);
  if (missing.length) await compile(missing);
  const [bindgen, build] = wanted().map(program);
  return { workerBuild: build, wasmBindgen: bindgen };
}

export const toolsAreThere = () => !wanted().some(isMissing);

function wanted() {
  return [
    { name: 'wasm-bindgen', version: lockedVersion('wasm-bindgen'), source: wasmBindgen },
    { name: 'worker-build', version: lockedVersion('worker'), source: workerBuild },
  ].map((tool) => ({ ...tool, home: path.join(tools, `${tool.name}-${tool.version}`) }));
}

const program = (tool) => path.join(tool.home, 'bin', tool.name);
const isMissing = (tool) => !fs.existsSync(program(tool));

async function compile(missing) {
  // One target folder for both: they share dependencies.
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'gatehouse-tools-'));
  const env = {
    ...environment,
    CARGO_TARGET_DIR: path.join(scratch, 'target'),
    CARGO_PROFILE_DEV_DEBUG: '0', // a tenth of the size; these are never debugged
    CARGO_INCREMENTAL: '0',
  };
  try {
    for (const { name, version, home, source } of missing) {
      log(`Compiling ${name} ${version} into ${tools} (first time only)…`);
      await quietly('cargo', ['install', '--debug', '--root', home, '--bin', name, ...source(version, scratch)], { env, what: name, yields: true });
    }
  } finally {
    fs.rmSync(scratch, { recursive: true });
  }
}

function wasmBindgen(version, scratch) {
  return ['--path', crate(scratch, 'wasm-bindgen', version, { program: true, dependencies: `wasm-bindgen-cli-support = "=${version}"` })];
}

/** Removes dependencies that are declared but not needed here: half of its crates, and OpenSSL's headers. */
function workerBuild(version, scratch) {
  const standIns = {
    'binary-install': crate(scratch, 'binary-install', '0.4.99'),
    'worker-codegen': crate(scratch, 'worker-codegen', '0.2.99'),
    ureq: crate(scratch, 'ureq', '3.99.0', { features: ['gzip', 'json', 'native-tls'] }),
  };
  const patches = Object.entries(standIns).flatMap(([name, home]) => ['--config', `patch.crates-io.${name}.path=${JSON.stringify(home)}`]);
  return ['worker-build', '--version', `=${version}`, ...patches];
}

/** A crate made of the file of its name in scripts/tools, or an empty one. */
function crate(scratch, name, version, { program = false, dependencies = '', features = [] } = {}) {
  const home = path.join(scratch, name);
  const code = inRoot('scripts', 'tools', `${name}.rs`);
  fs.mkdirSync(path.join(home, 'src'), { recursive: true });
  fs.writeFileSync(path.join(home, 'src', program ? 'main.rs' : 'lib.rs'), fs.existsSync(code) ? fs.readFileSync(code) : '');
  fs.writeFileSync(path.join(home, 'Cargo.toml'), [
    `[package]\nname = "${name}"\nversion = "${version}"\nedition = "2021"`,
    `[dependencies]\n${dependencies}`,
    `[features]\n${features.map((feature) => `${feature} = []`).join('\n')}`,
    '[workspace]\n',
  ].join('\n\n'));
  return home;
}

function lockedVersion(crate) {
  const lock = fs.readFileSync(inRoot('Cargo.lock'), 'utf8');
  return lock.match(new RegExp(`^name = "${crate}"\nversion = "(.+)"$`, 'm'))[1];
}
