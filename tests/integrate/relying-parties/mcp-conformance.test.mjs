// The scenarios for authorization servers of the MCP conformance suite.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import { converse } from '../programs.mjs';
import { address, beside, provider } from './provider.mjs';
import { Visitor } from './visitor.mjs';

const SUITE = beside('node_modules/@modelcontextprotocol/conformance/dist/index.js');
const RESOURCE = 'https://mcp.example.com/mcp';

test('the MCP conformance suite finds nothing wrong with the authorization server', async (t) => {
  const { issuer, worker, register, environment } = await provider(t, { AUTH_OPEN_REGISTRATION: 'true' });
  await register({ client_id: 'notes', grant_types: [], redirect_uris: [], scope: '', resource: RESOURCE, resource_scopes: 'notes:read', resource_open: true });
  const metadata = { redirect_uris: ['http://127.0.0.1/callback'], token_endpoint_auth_method: 'none', grant_types: ['authorization_code'], scope: 'notes:read' };
  const byItself = await worker.post('/oauth/register', { client_name: 'Code Tool', ...metadata });
  assert.equal(byItself.status, 201, byItself.text);

  for (const { client_id } of [await register({ client_id: 'code-tool', ...metadata }), byItself.json]) {
    const { port } = await address();
    const flags = ['authorization', '--url', issuer, '--client-id', client_id, '--resource', RESOURCE, '--port', port];
    const suite = converse(t, process.execPath, [SUITE, ...flags], { env: environment });
    const { status, path } = await new Visitor({ worker, issuer }).signIn(await suite.hear(/^https:.*\/oauth\/authorize\?/));
    assert.deepEqual([status, path], [200, '/callback']);
    assert.match(await suite.end(), /^Total: 3 passed, 0 failed$/m);
  }
});
