// The builds that are compared. Each differs from the project's own in one thing.

import path from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { compile } from '../../scripts/lib/wasm.mjs';

/** A folder apart from the project's own build, so that neither recompiles the other's output. */
const HOME = 'target/profiles';

/** The crates where a request spends its own time: password hashing and signatures. */
const CRYPTO = ['argon2', 'argon2id', 'blake2', 'p256', 'sha2'];

const own = (level) => [`profile.release.package.gatehouse.opt-level=${level}`];
const rest = (level) => [`profile.release.opt-level=${level}`];
const crypto = (level) => CRYPTO.map((crate) => `profile.release.package.${crate}.opt-level=${level}`);
const lto = (kind) => [`profile.release.lto="${kind}"`];

/** The project's own, with which the others are compared. */
export const PRESENT = 'as it is';

/**
 * By name: the additional arguments for Cargo, and the replaced ones for wasm-opt. `-O4` is missing because wasm-opt gives up: it
 * cannot flatten exception handling.
 */
const variants = {
  [PRESENT]: { timed: true },
  'names kept': { optimize: ['-O1', '--debuginfo'], timed: true },
  'names dropped, but not optimized': { optimize: ['--strip-debug'], timed: true },
  'wasm-opt -O2': { optimize: ['-O2'] },
  'wasm-opt -Oz': { optimize: ['-Oz'] },
  'wasm-opt -O3': { optimize: ['-O3'], timed: true },
  'crypto like the rest': { cargo: crypto('"s"'), timed: true },
  'our own code at "s"': { cargo: own('"s"'), timed: true },
  'all but crypto at "z"': { cargo: rest('"z"'), timed: true },
  'all but crypto at 3': { cargo: [...rest(3), ...own(3)], timed: true },
  'no LTO': { cargo: lto('off'), timed: true },
  'LTO thin': { cargo: lto('thin') },
};

/** Builds all that are missing; returns their names and folders. */
export async function buildAll() {
  const built = [];
  for (const [name, variant] of Object.entries(variants)) built.push({ name, timed: variant.timed, folder: await build(name, variant) });
  return built;
}

async function build(name, { cargo = [], optimize }) {
  const folder = path.join(HOME, 'built', name.replaceAll(/\W+/g, '-'));
  const args = cargo.flatMap((setting) => ['--config', setting]);
  await compile(`"${name}"`, folder, { args, variables: { CARGO_TARGET_DIR: inRoot(HOME) }, optimize });
  return folder;
}
