// A project as `npm create gatehouse` makes it, in a folder of its own, with the package that `npm run pack` has made.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { emptyFolder } from '../packed.mjs';

/** The secrets of somebody who deploys without a terminal. */
export const SECRETS = { APP_KEY: randomBytes(32).toString('base64url'), MAIL_API_KEY: 'mail-key' };

const packages = inRoot('build', 'packages');
/** What the person of these tests types: the address is the account's. */
const MAIL = ['resend', 'Example <no-reply@mail.example>'];
/** A pipe that says it is a terminal. */
const TERMINAL = 'data:text/javascript,process.stdin.isTTY=process.stdout.isTTY=true';

/** Makes one that deploys to `account`. */
export async function openProject(t, account) {
  const project = new Project(join(await emptyFolder(t), 'auth'), account);
  const { code, said } = await project.run([join(packages, 'create-gatehouse', 'index.mjs'), project.folder, '--no-install'], { cwd: dirname(project.folder) });
  if (code !== 0) throw new Error(said);
  await installInto(project.folder);
  return project;
}

/** A clone of the repository behind the deploy button. */
export async function openButton(t, account) {
  const folder = await emptyFolder(t);
  await cp(join(packages, 'deploy-button'), folder, { recursive: true });
  await installInto(folder);
  return new Project(folder, account);
}

async function installInto(folder) {
  await mkdir(join(folder, 'node_modules', '@gatehouse'), { recursive: true });
  await symlink(join(packages, 'worker'), join(folder, 'node_modules', '@gatehouse', 'worker'));
  await symlink(inRoot('node_modules', '.bin'), join(folder, 'node_modules', '.bin'));
}

class Project {
  constructor(folder, account) {
    Object.assign(this, { folder, account });
  }

  file = (name) => readFile(join(this.folder, name), 'utf8');
  write = (name, text) => writeFile(join(this.folder, name), text);

  /** `npm run deploy` of a person who answers with `lines`. */
  deploy(lines, ...flags) {
    return this.run(['--import', TERMINAL, ...this.#command(flags)], { input: lines.map((line) => `${line}\n`).join('') });
  }

  /** `npm run deploy` without a terminal. */
  deployInCi(env, ...flags) {
    return this.run(this.#command(flags), { env: { CI: 'true', ...env } });
  }

  admin(...args) {
    return this.run([join(packages, 'worker', 'gatehouse.mjs'), 'admin', ...args]);
  }

  /** The answers of the first time; `rsa` is whether there is to be an RSA key, `kept` what is typed when the keys are shown. */
  answers({ rsa = 'n', kept = 'kept' } = {}) {
    return [this.account.url, ...MAIL, 'mail-key', rsa, kept];
  }

  /** The same answers without a terminal. */
  get flags() {
    return ['--base-url', this.account.url, '--mail-provider', MAIL[0], '--mail-from', MAIL[1]];
  }

  #command(flags) {
    return [join(packages, 'worker', 'gatehouse.mjs'), 'deploy', ...flags];
  }

  /** Runs Node to its end: the code and everything it has printed. */
  run(args, { cwd = this.folder, env = {}, input = '' } = {}) {
    const { CI, ...inherited } = process.env;
    const child = spawn(process.execPath, args, { cwd, env: { ...inherited, PATH: withoutCargo(), ...this.account.environment, ...env } });
    child.stdin.on('error', () => {}).end(input);
    let said = '';
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, said })));
  }
}

/** The PATH of a machine on which nobody has installed Rust or our packages. */
export const withoutCargo = () => {
  const others = process.env.PATH.split(delimiter).filter((folder) => !existsSync(join(folder, 'cargo')) && !folder.endsWith(join('node_modules', '.bin')));
  return [dirname(process.execPath), ...others].join(delimiter);
};
