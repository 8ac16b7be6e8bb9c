// The secrets of a Worker that has them not yet. They wait in a file until the Worker has them, so that an interruption loses none;
// a secret that the Worker has is never replaced.

import crypto from 'node:crypto';
import fs from 'node:fs';
import { log, stop } from '../lib/log.mjs';
import { inProject } from '../lib/paths.mjs';
import { ask, confirm, isInteractive, keep } from './terminal.mjs';

const SECRETS = ['APP_KEY', 'MAIL_API_KEY', 'AUTH_RSA_KEY'];

export class Secrets {
  /** `present` are the names of those that the Worker has. */
  constructor({ env }, present) {
    this.name = ['.secrets', env, 'json'].filter(Boolean).join('.');
    this.file = inProject(this.name);
    this.present = present;
    this.waiting = fs.existsSync(this.file) ? JSON.parse(fs.readFileSync(this.file, 'utf8')) : {};
    for (const name of present) delete this.waiting[name];
    process.on('exit', () => this.#leaveOwned());
  }

  /** The names of required ones that are nowhere yet. */
  missing(target) {
    const required = ['APP_KEY', ...(target.variable('MAIL_PROVIDER') === 'outbox' ? [] : ['MAIL_API_KEY'])];
    return required.filter((name) => !this.present.includes(name) && !this.waiting[name]);
  }

  /**
   * Takes them from the environment, or makes them and has the person keep them. `rsa`: also an AUTH_RSA_KEY; `hasData`: the
   * database is not new.
   */
  async gather(target, { rsa, isNew, hasData }) {
    const made = Object.keys(this.waiting).length > 0;
    this.#save(); // without those that the Worker has got meanwhile
    if (made) log(`${are(Object.keys(this.waiting), ' of an earlier run, not deployed yet,')} in ${this.name}.`);
    this.#takeGiven();
    const missing = this.missing(target);
    if (missing.length && !isInteractive) stop(`The Worker has no ${missing.join(' and no ')}. Give ${missing.length > 1 ? 'them' : 'it'} in the environment${missing.includes('APP_KEY') ? '; `openssl rand -base64 32` makes an APP_KEY, which you must keep: a secret cannot be read back' : ''}.`);
    if (missing.includes('APP_KEY') && hasData) await warn(target);
    if (missing.includes('APP_KEY')) this.#put('APP_KEY', crypto.randomBytes(32).toString('base64url'));
    if (missing.includes('MAIL_API_KEY')) this.#put('MAIL_API_KEY', await ask(`The API key of ${target.variable('MAIL_PROVIDER')} (not shown)`, { secret: true, wrong: (text) => (text ? undefined : 'It is needed to send emails.') }));
    await this.#offerRsaKey(rsa, isNew && !made);
    await this.#showMade();
  }

  #takeGiven() {
    const given = SECRETS.filter((name) => process.env[name]);
    const [unused, used] = [true, false].map((has) => given.filter((name) => this.present.includes(name) === has));
    if (unused.length) log(`${are(unused, ' of the environment')} not used: the Worker has its own, which \`npx wrangler secret put\` replaces.`);
    if (used.includes('APP_KEY') && !isKey(process.env.APP_KEY)) stop('This APP_KEY cannot be used: `openssl rand -base64 32` makes one.');
    for (const name of used) this.#put(name, process.env[name]);
    if (used.length) log(`${are(used)} taken from the environment.`);
  }

  async #offerRsaKey(wanted, isNew) {
    if (this.present.includes('AUTH_RSA_KEY') || this.waiting.AUTH_RSA_KEY) return;
    if (!wanted && isNew && isInteractive) wanted = await confirm('Do applications sign in here that verify only RS256? They need an RSA key, which can also be added later', 'n');
    if (!wanted) return;
    if (!isInteractive) stop('AUTH_RSA_KEY must be in the environment: nobody is there to keep one that is made here.');
    const { privateKey } = crypto.generateKeyPairSync('rsa', { modulusLength: 2048 });
    this.#put('AUTH_RSA_KEY', privateKey.export({ type: 'pkcs8', format: 'pem' }).trim());
  }

  /** Those that come from the environment have an owner already. */
  async #showMade() {
    const made = ['APP_KEY', 'AUTH_RSA_KEY'].filter((name) => this.waiting[name] && this.waiting[name] !== process.env[name]);
    if (!made.length || !isInteractive) return;
    const shown = made.map((name) => `${name}\n${this.waiting[name]}`).join('\n\n');
    await keep(shown, `Keep ${made.length > 1 ? 'these' : 'this'} where you keep passwords: Cloudflare never shows a secret again, and without a copy the key cannot be changed without signing everybody out.`);
  }

  #put(name, value) {
    this.waiting[name] = value;
    this.#save();
  }

  #save() {
    if (Object.keys(this.waiting).length) fs.writeFileSync(this.file, JSON.stringify(this.waiting, null, 2), { mode: 0o600 });
    else this.uploaded();
  }

  /** The flags with which wrangler uploads them. */
  get flags() {
    return Object.keys(this.waiting).length ? ['--secrets-file', this.file] : [];
  }

  /** Questions take time: `present` are the names of those that the Worker has now. */
  refuseReplacing(present) {
    const replaced = Object.keys(this.waiting).filter((name) => present.includes(name));
    if (replaced.length) stop(`Somebody else has deployed meanwhile: the Worker has ${replaced.join(' and ')} now, and yours ${replaced.length > 1 ? 'are' : 'is'} not used. Run this again.`);
  }

  uploaded() {
    fs.rmSync(this.file, { force: true });
  }

  /** The environment will have them at the next run, too: nobody looks after a file in CI. */
  #leaveOwned() {
    if (!fs.existsSync(this.file)) return;
    for (const name of SECRETS) if (this.waiting[name] === process.env[name]) delete this.waiting[name];
    this.#save();
  }
}

/** Several names are plural. */
const are = (names, which = '') => `${names.join(' and ')}${which} ${names.length > 1 ? 'are' : 'is'}`;

/** The Worker of this database is gone, and its key is not on this machine. */
async function warn({ database }) {
  const question = `The database "${database}" is in use with an APP_KEY that is not here. With a new one everybody is signed out, and authenticator apps stop working. Make a new one?`;
  if (!(await confirm(question, 'n'))) stop('Run this again with the APP_KEY in the environment.');
}

/** As the Worker judges it (src/domain/crypto/keyring.rs): it could not be replaced here any more. */
const isKey = (text) => /^[\x21-\x2b\x2d-\x7e]{32,}$/.test(text) && new Set(text).size >= 16;
