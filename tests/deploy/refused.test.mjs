// What `npm run deploy` does not do, and what it says instead.

import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { inRoot } from '../../scripts/lib/paths.mjs';
import { emptyFolder } from '../packed.mjs';
import { deployed, openAccount } from './cloudflare.mjs';
import { SECRETS, openProject } from './project.mjs';

const NUMBER = 'GATEHOUSE_VERSION';

test('without a secret nothing is deployed, and the missing one is named', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const { code, said } = await project.deployInCi({ APP_KEY: SECRETS.APP_KEY }, ...project.flags);
  assert.equal(code, 1);
  assert.match(said, /The Worker has no MAIL_API_KEY\. Give it in the environment\./);
  assert.deepEqual(account.holdings(), { databases: [], namespaces: [], scripts: [] });
});

test('a newer version or a newer schema is not replaced by an older one', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  assert.equal((await project.deployInCi(SECRETS, ...project.flags)).code, 0);
  const number = deployed(account, 'auth').find(({ name }) => name === NUMBER);
  const ours = number.text;
  number.text = '99.0.0';
  await refused(/Gatehouse 99\.0\.0 is deployed, which is newer than this one/);
  number.text = ours;
  const [, id] = account.databases.find('auth');
  await account.databases.query(id, "INSERT INTO d1_migrations (name) VALUES ('0999_of_the_future.sql')");
  await refused(/migrations of a newer Gatehouse: 0999_of_the_future\.sql/);

  async function refused(reason) {
    account.asked = [];
    const { code, said } = await project.deployInCi({});
    assert.equal(code, 1, said);
    assert.match(said, reason);
    const changes = account.asked.filter((asked) => !asked.startsWith('GET ') && !asked.endsWith('/query'));
    assert.deepEqual(changes, []);
  }
});

test('a Worker of the same name that is another application\'s is not replaced', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const folder = await emptyFolder(t);
  await writeFile(join(folder, 'another.js'), 'export default { fetch: () => new Response("another") };');
  const other = await project.run([inRoot('node_modules', 'wrangler', 'bin', 'wrangler.js'), 'deploy', 'another.js', '--name', 'auth', '--compatibility-date', '2026-10-01'], { cwd: folder });
  assert.equal(other.code, 0, other.said);
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1, said);
  assert.match(said, /The Worker "auth" is no Gatehouse: it has no APP_KEY\. Nothing was changed\. Choose another name/);
  assert.equal(await (await fetch(account.url)).text(), 'another');
  assert.deepEqual(account.holdings(), { databases: [], namespaces: [], scripts: ['auth'] });
});

test('a database of the same name that is another application\'s is not touched', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  await account.databases.create('auth', '11111111-1111-1111-1111-111111111111');
  const [, id] = account.databases.find('auth');
  await account.databases.query(id, 'CREATE TABLE users (name TEXT)');
  await refused(/The database "auth" has tables of another application: users\./);
  await account.databases.query(id, "CREATE TABLE d1_migrations (name TEXT); INSERT INTO d1_migrations VALUES ('0001_theirs.sql')");
  await refused(/The database "auth" has migrations of another application: 0001_theirs\.sql\./);

  async function refused(reason) {
    const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
    assert.equal(code, 1, said);
    assert.match(said, reason);
    const { results } = (await account.databases.query(id, "SELECT name FROM sqlite_master WHERE name = 'sessions'"))[0];
    assert.deepEqual([results, account.holdings().scripts], [[], []]);
  }
});

test('a key that somebody else deploys meanwhile is not replaced', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const theirs = new Map([['APP_KEY', 'theirs']]);
  account.disturb = (asked) => void (asked === 'POST /d1/database' && account.scripts.set('auth', { secrets: theirs }));
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1, said);
  assert.match(said, /Somebody else has deployed meanwhile: the Worker has APP_KEY now/);
  assert.equal(theirs.get('APP_KEY'), 'theirs');
});

test('a part that is missing is named', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  await project.write('wrangler.toml', (await project.file('wrangler.toml')).replace('[vars]', '[vars]\nMAIL_PROVIDER = "outbox"\nAUTH_MFA = "perhaps"'));
  const { code, said } = await project.deployInCi({ APP_KEY: SECRETS.APP_KEY }, ...project.flags.slice(0, 2), '--mail-from', 'a@mail.example');
  assert.equal(code, 1, said);
  assert.match(said, /is deployed, but not ready:\n {2}AUTH_MFA: /);
});

test('what wrangler.toml says is not overwritten by a flag', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  await project.write('wrangler.toml', (await project.file('wrangler.toml')).replace('[vars]', "[vars]\nAPP_BASE_URL = 'https://login.example'"));
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1);
  assert.match(said, /wrangler\.toml says APP_BASE_URL = "https:\/\/login\.example"/);
  assert.deepEqual(account.holdings(), { databases: [], namespaces: [], scripts: [] });
});

test('an answer that cannot be right is asked for again, or refused', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  const typed = await project.deploy(['http://login.example', 'https://login.example/', 'https://login.example']);
  assert.equal(typed.said.split('It begins with https://').length, 3);
  assert.match(typed.said, /Perhaps https:\/\/login\.example\?/);
  const given = await project.deployInCi({ ...SECRETS, MAIL_PROVIDER: 'pigeon' }, '--base-url', account.url);
  assert.equal(given.code, 1);
  assert.match(given.said, /MAIL_PROVIDER is "pigeon"\. One of resend/);
});

test('without a terminal nobody is signed in, and who has no token is told which to set', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  account.environment = { HOME: project.folder, XDG_CONFIG_HOME: project.folder };
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1);
  assert.match(said, /Nobody is signed in at Cloudflare: set CLOUDFLARE_API_TOKEN/);
});

test('an upload that Cloudflare refuses is shown with its reason', async (t) => {
  const account = await openAccount(t);
  const project = await openProject(t, account);
  account.disturb = (asked) => (asked === 'PUT /workers/scripts/auth' ? { status: 400, errors: [{ code: 10027, message: 'Your Worker is too large.' }] } : undefined);
  const { code, said } = await project.deployInCi(SECRETS, ...project.flags);
  assert.equal(code, 1);
  assert.match(said, /too large[^]*Correct that, or wait, and run this again/);
  assert.ok(!existsSync(join(project.folder, '.secrets.json')), 'secrets of the environment are left behind');
});
