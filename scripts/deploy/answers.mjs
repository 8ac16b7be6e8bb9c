// What only its operator knows about a Gatehouse: where it is reached, and how its emails leave. Answers are kept in wrangler.toml,
// and what is written there is never changed.

import { log, stop } from '../lib/log.mjs';
import { ask, confirm } from './terminal.mjs';

const PROVIDERS = ['resend', 'postmark', 'sendgrid', 'mailgun', 'cloudflare'];

/** Each variable, the flag that answers it, and what a wrong answer is told. */
const QUESTIONS = [
  { name: 'APP_BASE_URL', flag: 'base-url', question: 'The address at which users reach it, as https://auth.example.com or https://gatehouse.YOU.workers.dev', wrong: wrongOrigin },
  { name: 'MAIL_PROVIDER', flag: 'mail-provider', question: `Who sends its emails: ${PROVIDERS.join(', ')}`, wrong: (text) => (PROVIDERS.includes(text) ? undefined : `One of ${PROVIDERS.join(', ')}.`) },
  { name: 'MAIL_FROM', flag: 'mail-from', question: 'The sender of its emails, as Example <no-reply@example.com>', wrong: wrongSender },
  { name: 'MAIL_ACCOUNT_ID', flag: 'mail-account-id', question: 'The id of the Cloudflare account that sends the emails', wrong: (text) => (/^[\da-f]{32}$/.test(text) ? undefined : '32 hexadecimal digits.'), applies: (target) => target.variable('MAIL_PROVIDER') === 'cloudflare' },
];

export const ANSWERS = QUESTIONS.map(({ name }) => name);
export const ANSWER_FLAGS = QUESTIONS.map(({ flag }) => flag);

/** Takes missing answers from flags, from the environment, or from the person; returns what is still missing, in words. */
export async function answer(target, flags, { asks }) {
  const missing = [];
  for (const question of QUESTIONS) {
    if (question.applies && !question.applies(target)) continue;
    const value = await valueOf(question, target, flags[question.flag], asks);
    if (value === undefined) missing.push(`${question.name} (--${question.flag})`);
    else target.setVariable(question.name, value);
  }
  return missing;
}

async function valueOf({ name, flag, question, wrong }, target, flagged, asks) {
  const present = target.variable(name);
  if (present !== undefined) {
    if (flagged !== undefined && flagged !== present) stop(`--${flag} is "${flagged}", but wrangler.toml says ${name} = "${present}". Change it there if you mean it.`);
    return present;
  }
  const given = flagged ?? process.env[name];
  if (given === undefined) return asks ? ask(question, { wrong }) : undefined;
  const problem = wrong(given);
  return problem ? stop(`${name} is "${given}". ${problem}`) : given;
}

/**
 * A host of the operator's own needs a route: as a custom domain Cloudflare makes its DNS record and certificate. That may replace
 * a record, which nobody is asked about without a terminal, so there the flag has to say it.
 */
export async function chooseRoute(target, { 'custom-domain': wanted }, { asks }) {
  const { hostname } = new URL(target.variable('APP_BASE_URL'));
  if (target.hasRoutes || isLocal(hostname)) return;
  if (hostname.endsWith('.workers.dev')) return target.setRoutes([]);
  if (!wanted && asks) wanted = await confirm(`Serve it at ${hostname}, as a custom domain? Its zone must be in the same account`, 'y');
  if (wanted) return target.setRoutes([{ pattern: hostname, custom_domain: true }]);
  log(`No route leads from ${hostname} to the Worker: --custom-domain adds one, or put \`routes\` into wrangler.toml.`);
}

const isLocal = (host) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

function wrongOrigin(text) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLocal(url.hostname));
  if (isSafe && url.origin === text) return undefined;
  return `It begins with https:// and has no path and no slash at the end.${isSafe ? ` Perhaps ${url.origin}?` : ''}`;
}

function wrongSender(text) {
  return /^([^<>"\\]+<[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+)$/.test(text) ? undefined : 'An email address, perhaps after a name and in <>.';
}
