#!/usr/bin/env node
// `npm create gatehouse@latest FOLDER`: makes a project of four files and installs what it needs.

import childProcess from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';

const TEMPLATE = fileURLToPath(new URL('template', import.meta.url));
// npm leaves files of this name out of packages.
const RENAMED = { gitignore: '.gitignore' };

const { folder, installs } = understand();
const home = path.resolve(folder);
const name = path.basename(home);

if (Number(process.versions.node.split('.')[0]) < 22) stop(`This needs Node 22 or newer and runs on ${process.version}: install one from https://nodejs.org.`);
if (!/^[a-z\d][a-z\d-]{0,53}$/.test(name)) stop(`"${name}" cannot be the name of a Worker: use lower-case letters, digits and hyphens.`);
if (!isEmpty()) stop(`${folder} is not an empty folder. Choose another: npm create gatehouse@latest FOLDER`);

try {
  create();
} catch (error) {
  stop(`${folder} cannot be made (${error.code ?? error}).`);
}
if (installs) install();
console.log(`
${folder} is a Gatehouse.

  cd ${folder}${installs ? '' : '\n  npm install'}
  npm start            serves it on this machine, without an account
  npm run deploy       deploys it to Cloudflare
`);

function understand() {
  try {
    const { values, positionals } = util.parseArgs({ options: { 'no-install': { type: 'boolean' } }, allowPositionals: true });
    if (positionals.length < 2) return { folder: positionals[0] ?? 'auth', installs: !values['no-install'] };
  } catch {
    // An unknown option.
  }
  return stop('Usage: npm create gatehouse@latest FOLDER');
}

/** Or not there. A new repository of Git is empty. */
function isEmpty() {
  if (!fs.existsSync(home)) return true;
  return fs.statSync(home).isDirectory() && fs.readdirSync(home).every((name) => name === '.git');
}

/** The Worker, its database and the npm package have the folder's name. */
function create() {
  fs.mkdirSync(home, { recursive: true });
  for (const file of fs.readdirSync(TEMPLATE)) {
    const text = fs.readFileSync(path.join(TEMPLATE, file), 'utf8');
    fs.writeFileSync(path.join(home, RENAMED[file] ?? file), named(file, text));
  }
}

function named(file, text) {
  if (file === 'package.json') return text.replace('"name": "gatehouse"', `"name": ${JSON.stringify(name)}`);
  if (file === 'wrangler.toml') return text.replace(/^(name|database_name) = "gatehouse"$/gm, `$1 = ${JSON.stringify(name)}`);
  return text;
}

/** With the package manager that runs this. */
function install() {
  const [manager] = (process.env.npm_config_user_agent ?? 'npm').split('/');
  console.log(`Installing with ${manager}…`);
  const { status } = childProcess.spawnSync(manager, ['install'], { cwd: home, stdio: 'inherit', shell: process.platform === 'win32' });
  if (status !== 0) stop(`\`${manager} install\` failed. The files are in ${folder}: run it there again.`);
}

function stop(sentence) {
  console.error(sentence);
  process.exit(1);
}
