// `npm run deploy`: for the first time and for every upgrade. Each step looks at what is there, so a run that was interrupted is
// repeated from the start and does nothing twice.

import fs from 'node:fs';
import util from 'node:util';
import { ANSWER_FLAGS, answer, chooseRoute } from './deploy/answers.mjs';
import { waitForReady } from './deploy/ready.mjs';
import { Secrets } from './deploy/secrets.mjs';
import { Target } from './deploy/target.mjs';
import { confirm, endQuestions, isInteractive } from './deploy/terminal.mjs';
import { AGAIN, chooseAccount, command, hasAdministrator, look, namespaceNamed, refuseDatabase, secretsOf, signIn } from './deploy/wrangler.mjs';
import { log, stop } from './lib/log.mjs';
import { installPackages } from './lib/packages.mjs';
import { inRoot } from './lib/paths.mjs';
import { requireNode } from './lib/prerequisites.mjs';
import { environment, quietly, run } from './lib/run.mjs';
import { refuseSwallowed } from './lib/swallowed.mjs';
import { isNewer, version } from './lib/version.mjs';
import { buildWorker, requireBuilder } from './lib/worker.mjs';

const USAGE = `Usage: npm run deploy -- [--env NAME] [--dry-run]
  --env NAME             an environment of wrangler.toml, such as staging; it is added if it is not there
  --dry-run              says what would be done, and does nothing
  --base-url URL         APP_BASE_URL, --mail-provider NAME, --mail-from SENDER, --mail-account-id ID: the answers to the
                         questions of the first time, which are kept in wrangler.toml
  --custom-domain        serves the host of the base URL as a custom domain
  --rsa-key              also makes AUTH_RSA_KEY, for clients that verify only RS256
  --wait SECONDS         how long to wait until it is ready (120)
Without a terminal nothing is asked: answers are flags or variables (APP_BASE_URL, …), and the secrets APP_KEY and MAIL_API_KEY
are taken from the environment if the Worker has none. CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID sign in.`;

const VALUED = ['env', 'wait', ...ANSWER_FLAGS];
const PLAIN = ['dry-run', 'custom-domain', 'rsa-key'];

requireNode();
refuseSwallowed('npm run deploy', { valued: VALUED, plain: PLAIN });
const flags = understand();
const isRehearsal = flags['dry-run'];
const migrations = fs.readdirSync(inRoot('migrations')).filter((name) => name.endsWith('.sql'));

requireBuilder();
const packages = installPackages();
await Promise.all([packages, buildWorker(packages)]);
const target = await begin();
const seen = await look(target);
refuseAnother();
refuseOlder();
const secrets = new Secrets(target, seen.secrets ?? []);
const unanswered = await answer(target, flags, { asks: isInteractive && !isRehearsal });
if (isRehearsal) await rehearse();
else await deploy();

function understand() {
  const options = Object.fromEntries([...VALUED.map((name) => [name, { type: 'string' }]), ...PLAIN.map((name) => [name, { type: 'boolean' }])]);
  try {
    const { values } = util.parseArgs({ options });
    const wait = Number(values.wait ?? 120);
    const env = values.env ?? (process.env.CLOUDFLARE_ENV || undefined); // as wrangler
    if (/^[a-z][a-z\d-]*$/.test(env ?? 'a') && wait >= 0) return { ...values, env, wait };
  } catch {
    // An unknown option: the usage lists the valid ones.
  }
  console.error(USAGE);
  return process.exit(1);
}

/** The Worker to deploy, in an account that is signed in. */
async function begin() {
  const target = new Target(flags.env);
  log(`Gatehouse ${version}, for the Worker "${target.worker}".`);
  if (target.isNewEnvironment && isRehearsal) stop(`wrangler.toml has no environment ${flags.env}: without --dry-run it is added.`);
  if (target.isNewEnvironment) await addEnvironment();
  const accounts = await signIn();
  const account = await chooseAccount(target.hasAccount ? [] : accounts);
  if (account) target.setAccount(account);
  if (account) environment.CLOUDFLARE_ACCOUNT_ID = account;
  if (!isRehearsal) await target.save();
  return target;
}

/** The name may be mistyped. */
async function addEnvironment() {
  const what = `[env.${flags.env}] to wrangler.toml, with a database and counters of its own`;
  if (!isInteractive) log(`Adding ${what}.`);
  else if (!(await confirm(`wrangler.toml has no environment ${flags.env}. Add ${what}?`, 'y'))) stop('Nothing was changed.');
}

/** The name is often that of something else. Each Gatehouse has an APP_KEY, and each that was deployed here a number. */
function refuseAnother() {
  if (!seen.secrets || seen.secrets.includes('APP_KEY') || seen.versions.length) return;
  stop(`The Worker "${target.worker}" is no Gatehouse: it has no APP_KEY. Nothing was changed. Choose another name in wrangler.toml, or if it is to become one, give it a key: \`npx wrangler secret put APP_KEY\`.`);
}

/** A version or a schema that is newer stays: its data may mean something that this code does not know. */
function refuseOlder() {
  const back = 'To go back on purpose, run `npx wrangler deploy`: the schema stays as it is.';
  const newer = seen.versions.find((deployed) => isNewer(deployed, version));
  if (newer) stop(`Gatehouse ${newer} is deployed, which is newer than this one, ${version}. Nothing was changed. ${back}`);
  const unknown = seen.migrations?.filter((name) => !migrations.includes(name)) ?? [];
  if (unknown.length && unknown.length === seen.migrations.length) refuseDatabase(target, 'migrations', unknown);
  if (unknown.length) stop(`The database has migrations of a newer Gatehouse: ${unknown.join(', ')}. Nothing was changed. ${back}`);
}

async function rehearse() {
  const pending = migrations.filter((name) => !seen.migrations?.includes(name));
  const missing = secrets.missing(target);
  if (unanswered.length) log(`Would ask for ${unanswered.join(', ')}.`);
  if (missing.length) log(`Would make or ask for ${missing.join(', ')}.`);
  if (!seen.migrations) log(`Would create the database "${target.database}".`);
  log(pending.length ? `Would apply ${pending.length} migrations: ${pending[0]} to ${pending.at(-1)}.` : 'The database has every migration.');
  await wrangler(['deploy', '--dry-run']);
  log(`Would deploy ${version}${seen.secrets ? ` over ${seen.versions.join(' and ') || 'a version without a number'}` : ', for the first time'}. Nothing was changed.`);
}

async function deploy() {
  if (unanswered.length) stop(`Missing: ${unanswered.join(', ')}. Give them as flags or in the environment, or put them under [vars] in wrangler.toml.`);
  await chooseRoute(target, flags, { asks: isInteractive });
  if (await target.save()) log('Your answers are in wrangler.toml.');
  await secrets.gather(target, { rsa: flags['rsa-key'], isNew: !seen.secrets, hasData: seen.migrations?.length > 0 });
  endQuestions();
  await prepareDatabase();
  await connectNamespace();
  await upload();
  await report();
}

function wrangler(args) {
  return quietly('wrangler', command(target, args), { advice: ` ${AGAIN}` });
}

async function prepareDatabase() {
  if (!seen.migrations) {
    log(`Creating the database "${target.database}"…`);
    await wrangler(['d1', 'create', target.database]);
  }
  const pending = migrations.filter((name) => !seen.migrations?.includes(name));
  if (!pending.length) return log('The database has every migration.');
  log(`Migrating the database: ${pending.length === 1 ? pending[0] : `${pending.length} migrations`}…`);
  await wrangler(['d1', 'migrations', 'apply', 'DB', '--remote']);
}

/** Wrangler creates the namespace with the first version. If that was interrupted in between, it would try again and fail. */
async function connectNamespace() {
  const title = target.newNamespace;
  const id = seen.secrets || !title ? undefined : await namespaceNamed(title, target);
  if (!id) return;
  target.setNamespace(id);
  await target.save();
  log(`The KV namespace "${title}" is there already; its id is now in wrangler.toml.`);
}

/** Wrangler asks before it replaces a DNS record or another Worker's domain, if it has a terminal. */
async function upload() {
  secrets.refuseReplacing((await secretsOf(target)) ?? []);
  log(`Deploying ${version}…`);
  const args = ['deploy', '--var', `GATEHOUSE_VERSION:${version}`, ...secrets.flags];
  if (!isInteractive || !target.hasRoutes) await wrangler(args);
  else if (!(await run('wrangler', command(target, args), { asks: true }))) stop(`The deployment failed; its output is above. ${AGAIN}`);
  secrets.uploaded();
}

async function report() {
  const base = target.variable('APP_BASE_URL');
  log(`Waiting until ${base}/health/ready says so…`);
  const missing = await waitForReady(base, flags.wait);
  if (missing) stop(`Version ${version} is deployed, but not ready:\n${missing.map(([part, reason]) => `  ${part}: ${reason}`).join('\n')}\nCorrect that and run this again.`);
  log(`Gatehouse ${version} is ready at ${base}.`);
  if (await hasAdministrator(target)) return;
  log('There is no administrator yet. To create one, or to make a registered user one:');
  const where = flags.env ? `--remote --env ${flags.env}` : '--remote';
  console.log(`  npm run admin -- create LOGIN EMAIL --admin ${where}\n  npm run admin -- promote LOGIN ${where}`);
}
