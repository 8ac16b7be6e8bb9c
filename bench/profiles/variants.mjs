// The builds that are compared. Each is the project's own but for one thing, the last ones but for two.

import fs from 'node:fs';
import path from 'node:path';
import { inRoot } from '../../scripts/lib/place.mjs';
import { compile } from '../../scripts/lib/wasm.mjs';

/** Beside the project's own build, so that neither has to compile anew what the other has. */
const HOME = 'target/profiles';

/** Where a request's own time goes: a password's hash, and signatures. */
const CRYPTO = ['argon2', 'argon2id', 'blake2', 'curve25519-dalek', 'ed25519-dalek', 'p256', 'sha2'];

const rest = (level) => [`profile.release.opt-level=${level}`];
const crypto = (level) => CRYPTO.map((crate) => `profile.release.package.${crate}.opt-level=${level}`);
const lto = (kind) => [`profile.release.lto="${kind}"`];

/** The project's own, with which the others are compared. */
export const PRESENT = 'as it is';

/**
 * By name: what Cargo is told besides, what wasm-opt is told instead, and whether the crate is linked into one that is nothing
 * but a WASM module, or there is no LTO. `-O4` is missing because wasm-opt gives up: it cannot flatten exception handling.
 */
const variants = {
  [PRESENT]: { timed: true },
  'names kept': { optimize: ['-O', '--debuginfo'], timed: true },
  'names dropped, but not optimized': { optimize: ['--strip-debug'], timed: true },
  'wasm-opt -Oz': { optimize: ['-Oz'] },
  'wasm-opt -O3': { optimize: ['-O3'], timed: true },
  'crypto like the rest': { cargo: crypto('"s"'), timed: true },
  'opt-level "z"': { cargo: rest('"z"'), timed: true },
  'opt-level 2': { cargo: rest(2) },
  'opt-level 3': { cargo: rest(3), timed: true },
  'LTO thin': { cargo: lto('thin'), alone: true },
  'LTO fat': { cargo: lto('fat'), alone: true, timed: true },
  'LTO fat, opt-level "z"': { cargo: [...lto('fat'), ...rest('"z"')], alone: true, timed: true },
  'LTO fat, crypto like the rest': { cargo: [...lto('fat'), ...crypto('"s"')], alone: true },
};

/** Builds all of them that are not there yet: with their names, and the folders they lie in. */
export async function buildAll() {
  const built = [];
  for (const [name, variant] of Object.entries(variants)) built.push({ name, timed: variant.timed, folder: await build(name, variant) });
  return built;
}

async function build(name, { cargo = [], alone = false, optimize }) {
  const folder = path.join(HOME, 'built', name.replaceAll(/\W+/g, '-'));
  const args = [...(alone ? [standAlone()] : []), ...cargo.flatMap((setting) => ['--config', setting])];
  await compile(`"${name}"`, folder, { args, variables: { CARGO_TARGET_DIR: inRoot(HOME) }, optimize });
  return folder;
}

/** A crate that is nothing but a WASM module of the project's: what is a library as well, Cargo links without LTO. */
function standAlone() {
  const home = inRoot(HOME, 'alone');
  const profile = fs.readFileSync(inRoot('Cargo.toml'), 'utf8').split(/^(?=\[)/m).filter((section) => section.startsWith('[profile.release'));
  const manifest = [
    '[package]\nname = "alone"\nedition = "2024"\n',
    '[lib]\npath = "lib.rs"\ncrate-type = ["cdylib"]\n',
    `[dependencies]\ngatehouse.path = ${JSON.stringify(inRoot())}\n`,
    '[workspace]\n',
    ...profile,
  ];
  fs.mkdirSync(home, { recursive: true });
  fs.writeFileSync(path.join(home, 'Cargo.toml'), manifest.join('\n'));
  fs.writeFileSync(path.join(home, 'lib.rs'), 'use gatehouse as _;\n');
  fs.copyFileSync(inRoot('Cargo.lock'), path.join(home, 'Cargo.lock'));
  return home;
}
