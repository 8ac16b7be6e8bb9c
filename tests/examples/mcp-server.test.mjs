// An MCP client, whose user signs in with Chromium, before the example.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { site } from '../browser/attacker-site.mjs';
import { press, signIn, visitor } from '../browser/browser.mjs';
import { Provider } from '../workerd/mcp-client.mjs';
import { runExample } from './example.mjs';

test('a user adds the MCP server to a client by its address, signs in and allows the access, and calls its tool', async (t) => {
  const [{ address, user }, application] = [await runExample(t, 'mcp-server'), await site(t)];
  const authProvider = new Provider(`${application.near}/callback`);
  const connect = async () => {
    const transport = new StreamableHTTPClientTransport(new URL(address), { authProvider });
    const client = new Client({ name: 'test', version: '1' });
    return { transport, client, connected: client.connect(transport) };
  };
  const first = await connect();
  await assert.rejects(first.connected, UnauthorizedError);

  const page = await visitor(t, { address });
  await page.goto(authProvider.sent.href);
  await signIn(page, user);
  await press(page, 'button', 'Allow');
  const back = new URL(page.url());
  assert.equal(back.origin + back.pathname, authProvider.redirectUrl);
  await first.transport.finishAuth(back.searchParams.get('code'));

  const { client, connected } = await connect();
  await connected;
  t.after(() => client.close());
  const { content: [{ text }] } = await client.callTool({ name: 'whoami', arguments: {} });
  assert.match(text, /^\S+ by dcr:\S+: .*notes:read/);
});
