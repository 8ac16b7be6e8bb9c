// The MCP SDK for Python before the example of an MCP server.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { mcpServer } from '../../workerd/mcp-server.mjs';
import { ada } from '../../workerd/people.mjs';
import { openProxy } from '../../workerd/proxy.mjs';
import { converse } from '../programs.mjs';
import { beside, provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

test('an MCP client in Python registers itself, signs a user in, calls a tool and refreshes', async (t) => {
  const [server, application] = [await openProxy(t), await openProxy(t)];
  const RESOURCE = `${server.local}/mcp`;
  const example = (issuer) => mcpServer({ AUTH_SERVER: issuer, RESOURCE });
  const { issuer, worker, register, environment } = await provider(t, { AUTH_OPEN_REGISTRATION: 'true' }, example);
  server.leadTo(await worker.direct('mcp-notes'));
  await register({ client_id: 'notes', grant_types: [], redirect_uris: [], scope: '', resource: RESOURCE, resource_scopes: 'notes:read', resource_open: true });

  const callback = `${application.local}/callback`;
  application.serve = (asked, answer) => answer.end(asked.url);
  const client = converse(t, process.env.PYTHON ?? 'python3', ['-B', beside('mcp_client.py'), RESOURCE, callback], { env: environment });
  const { text } = await new Visitor({ worker, issuer }).signIn(await client.hear(/^https:/));
  client.say(application.local + text);
  const { client: id, tools, said, renewed } = JSON.parse(await client.end());

  assert.match(id, /^ghdr_/);
  assert.deepEqual(tools, ['whoami']);
  const [{ id: user }] = await worker.sql('SELECT id FROM users WHERE login = ?', ada.login);
  assert.ok(said[0].startsWith(`${user} by `) && said[0].includes('notes:read'), said[0]);
  assert.deepEqual([said[1], renewed], [said[0], true]);
});
