// `npm run pack`: the npm packages, and the repository behind the "Deploy to Cloudflare" button, in build/packages. Everything in
// them is copied from where it is kept.

import fs from 'node:fs';
import path from 'node:path';
import { log } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { inRoot } from './lib/paths.mjs';
import { requireNode, requireRust } from './lib/prerequisites.mjs';
import { version } from './lib/version.mjs';
import { buildWasm } from './lib/wasm.mjs';
import { Toml } from './lib/wrangler-toml.mjs';

const COMMANDS = ['start', 'deploy', 'admin'];
const WORKER = '@gatehouse/worker';
const home = inRoot('build', 'packages');

requireNode();
await build();
fs.rmSync(home, { recursive: true, force: true });
const { name: tool, version: toolVersion } = JSON.parse(fs.readFileSync(inRoot('node_modules', 'wrangler', 'package.json'), 'utf8'));
packWorker();
packCreate();
packButton();
log(`Gatehouse ${version} is packed: ${home}`);

async function build() {
  requireRust();
  const packages = installPackages();
  await Promise.all([packages, buildWasm(packages)]);
}

function packWorker() {
  copy('packages/worker', 'worker');
  for (const file of ['build/index.js', 'build/index_bg.wasm', 'migrations', 'LICENSE', ...COMMANDS.flatMap((name) => withImports(`scripts/${name}.mjs`))]) {
    copy(file, path.join('worker', file));
  }
  change('worker/package.json', (manifest) => ({ ...manifest, version, dependencies: { [tool]: toolVersion } }));
}

/** A script and every file of ours that it imports. What only a checkout needs is imported dynamically. */
function withImports(file, found = new Set()) {
  if (found.has(file)) return [];
  found.add(file);
  const imports = fs.readFileSync(inRoot(file), 'utf8').matchAll(/^import [^;]*?'(\.[^']+)';$/gm);
  for (const [, name] of imports) withImports(path.join(path.dirname(file), name), found);
  return [...found];
}

function packCreate() {
  copy('packages/create-gatehouse', 'create-gatehouse');
  copy('LICENSE', 'create-gatehouse/LICENSE');
  change('create-gatehouse/package.json', (manifest) => ({ ...manifest, version }));
  change('create-gatehouse/template/package.json', (manifest) => ({ ...manifest, dependencies: { [WORKER]: version } }));
  fs.writeFileSync(path.join(home, 'create-gatehouse/template/wrangler.toml'), wranglerToml());
}

/** The repository's own, with the Worker and the migrations of the package, and without the build. */
function wranglerToml() {
  const toml = new Toml(fs.readFileSync(inRoot('wrangler.toml'), 'utf8'));
  toml.sections = toml.sections.filter(({ name }) => name !== 'build');
  return toml.text
    .replace('main = "build/', `main = "node_modules/${WORKER}/build/`)
    .replace('migrations_dir = "', `migrations_dir = "node_modules/${WORKER}/`);
}

/** A repository of its own, because the button takes no part of another. It asks for every variable and every example of a secret. */
function packButton() {
  copy(path.join(home, 'create-gatehouse/template'), 'deploy-button');
  fs.renameSync(path.join(home, 'deploy-button/gitignore'), path.join(home, 'deploy-button/.gitignore'));
  copy('packages/deploy-button/.dev.vars.example', 'deploy-button/.dev.vars.example');
  const bindings = JSON.parse(fs.readFileSync(inRoot('packages/deploy-button/bindings.json'), 'utf8'));
  change('deploy-button/package.json', (manifest) => ({ ...manifest, cloudflare: { bindings } }));
  const file = path.join(home, 'deploy-button/wrangler.toml');
  const toml = new Toml(fs.readFileSync(file, 'utf8'));
  for (const name of ['APP_BASE_URL', 'MAIL_PROVIDER', 'MAIL_FROM']) toml.add('vars', name, '');
  fs.writeFileSync(file, toml.text);
}

function copy(from, to) {
  fs.cpSync(path.resolve(inRoot(), from), path.join(home, to), { recursive: true });
}

function change(file, edit) {
  const name = path.join(home, file);
  fs.writeFileSync(name, `${JSON.stringify(edit(JSON.parse(fs.readFileSync(name, 'utf8'))), null, 2)}\n`);
}
