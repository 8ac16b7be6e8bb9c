// oidc-agent, which keeps tokens for the programs of a terminal.

import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join as path } from 'node:path';
import test from 'node:test';
import { promisify } from 'node:util';
import { ada } from '../../workerd/people.mjs';
import { converse, launch } from '../programs.mjs';
import { provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

const DEVICE = 'urn:ietf:params:oauth:grant-type:device_code';
const SCOPE = 'openid email offline_access';

/** An agent, and the commands that talk to it: `set` sets an account up, `token` gets an access token. */
async function startAgent(t, { issuer, folder, trusted, environment }) {
  const socket = path(folder, 'agent');
  const env = { ...environment, HOME: folder, OIDC_SOCK: socket, OIDC_ENCRYPTION_PW: 'a password of the terminal' };
  await launch(t, 'oidc-agent', ['--console', '--socket-path', socket], { env, at: socket });
  const common = ['--issuer', issuer, '--scope', SCOPE, '--cert-path', trusted, '--pw-env', '--prompt', 'none', '--confirm-default', '--no-url-call'];
  return {
    // What its user reads, it writes to stderr.
    set: (...flags) => converse(t, 'sh', ['-c', 'exec oidc-gen "$@" 2>&1', 'sh', ...common, ...flags, 'gatehouse'], { env }),
    token: async (...flags) => (await promisify(execFile)('oidc-token', [...flags, 'gatehouse'], { env: { ...process.env, ...env } })).stdout.trim(),
  };
}

/** The tokens of the agent are the user's, and another one replaces the first. */
async function assertTokens(worker, agent) {
  const tokens = [await agent.token(), await agent.token('--force-new')];
  assert.notEqual(tokens[0], tokens[1]);
  for (const token of tokens) {
    const user = await worker.get('/oauth/userinfo', { Authorization: `Bearer ${token}` });
    assert.equal(user.json?.email, ada.email, user.text);
  }
}

test('oidc-agent signs a user in by a code that they type, and refreshes', async (t) => {
  const here = await provider(t);
  const { worker, register } = here;
  await register({ client_id: 'terminal', redirect_uris: [], token_endpoint_auth_method: 'none', grant_types: [DEVICE, 'refresh_token'], scope: SCOPE });
  const agent = await startAgent(t, here);
  const setting = agent.set('--manual', '--client-id', 'terminal', '--client-secret', '', '--flow', 'device');
  const visitor = new Visitor(here);
  const page = await visitor.signIn(await setting.hear(/^https:.*\/account\/device$/));
  const user_code = (await setting.hear(/enter the code: /)).match(/\S+$/)[0];
  const question = await visitor.send(page, '/account/device', { user_code });
  const answer = await visitor.send(question, '/account/device/consent', { decision: 'allow' });
  assert.equal(answer.status, 200, answer.text);
  await setting.end();
  await assertTokens(worker, agent);
});

test('oidc-agent registers itself, signs a user in by a code and PKCE, and refreshes', async (t) => {
  const here = await provider(t, { AUTH_OPEN_REGISTRATION: 'true' });
  const agent = await startAgent(t, here);
  const setting = agent.set('--flow', 'code', '--no-scheme');
  const { status } = await new Visitor(here).signIn(await setting.hear(/^https:.*\/oauth\/authorize\?/));
  assert.equal(status, 200);
  await setting.end();
  await assertTokens(here.worker, agent);
});
