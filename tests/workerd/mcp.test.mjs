// MCP clients sign a user in to the example of an MCP server: both versions of the SDK, as a registered client, as one with a
// metadata document, and as one that registers itself.

import { strict as assert } from 'node:assert';
import test from 'node:test';
import * as second from '@modelcontextprotocol/client';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { Browser } from './form-browser.mjs';
import { Provider } from './mcp-client.mjs';
import { RESOURCE, mcpServer } from './mcp-server.mjs';
import { ada, join, signIn } from './people.mjs';
import { resend } from './resend.mjs';
import { BASE_URL, open } from './worker.mjs';

const DOCUMENT = 'https://client.example/oauth/client.json';
const CALLBACK = 'http://localhost:51234/callback';

const SDKS = [
  { version: '1', Client, Transport: StreamableHTTPClientTransport, Unauthorized: UnauthorizedError },
  { version: '2', Client: second.Client, Transport: second.StreamableHTTPClientTransport, Unauthorized: second.UnauthorizedError },
];

/** The service and the server, under their own names for the client, and a user with a session. */
async function world(t) {
  const mail = await resend(t);
  const asked = [];
  const neighbour = await mcpServer({ AUTH_SERVER: BASE_URL });
  const worker = await open(t, {
    mail,
    vars: { AUTH_OPEN_REGISTRATION: 'true' },
    neighbours: [neighbour],
    outbound: async (request) => {
      const { origin } = new URL(request.url);
      if (origin === 'https://client.example') {
        asked.push(request.url);
        const { clientMetadata } = new Provider(CALLBACK);
        return Response.json({ ...clientMetadata, client_id: DOCUMENT, redirect_uris: ['http://localhost/callback'] });
      }
      return origin === BASE_URL ? fetch(worker.url + request.url.slice(BASE_URL.length)) : undefined;
    },
  });
  await join(worker, mail, ada);
  await worker.sql(`INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants, scopes,
      resource, resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
    VALUES ('notes', 'Notes', 'client_secret_basic', 1, '[]', '[]', '', '', '${RESOURCE}', 'notes:read', 1, 0, 1, 0, 5, 5, ''),
      ('code-tool', 'Code Tool', 'none', 0, '["http://localhost/callback"]', '[]', 'authorization_code refresh_token',
       'offline_access notes:read', NULL, '', 0, 0, 1, 0, 5, 5, '')`);
  const mcp = await worker.direct(neighbour.name);
  const hosts = { [BASE_URL]: worker.url, [new URL(RESOURCE).origin]: mcp };
  const tried = [];
  const reach = async (url, request) => {
    const { origin, pathname, search } = new URL(url);
    if (!hosts[origin]) throw new Error(`nobody is at ${url}`);
    const answer = await fetch(hosts[origin] + pathname + search, request);
    tried.push(`${answer.status} ${origin}${pathname}`);
    return answer;
  };
  const browser = new Browser(worker);
  await browser.signIn(ada);
  return { worker, browser, reach, asked, tried };
}

/** The address that the user's browser is sent back to, after they have allowed the access. */
async function allow(browser, url) {
  const question = browser.keep(await browser.ask(url.pathname + url.search));
  assert.equal(question.status, 200, question.location ?? question.text);
  assert.match(question.text, /Code Tool/);
  assert.match(question.text, /mcp\.example\.com\/mcp/);
  const answer = await browser.on(question, '/oauth/consent', { decision: 'allow' })();
  assert.ok(answer.location?.startsWith(`${CALLBACK}?`), answer.location ?? answer.text);
  return new URL(answer.location);
}

const KINDS = [
  { kind: 'a registered client', id: 'code-tool', issuer: BASE_URL, is: 'code-tool' },
  { kind: 'a client with a metadata document', clientMetadataUrl: DOCUMENT, is: DOCUMENT },
  { kind: 'a client that registers itself', is: /^dcr:/ },
];

test('MCP clients sign a user in to a server, list its tools and refresh', async (t) => {
  const { worker, browser, reach, asked, tried } = await world(t);
  for (const sdk of SDKS) {
    for (const { kind, is, ...options } of KINDS) {
      await t.test(`SDK ${sdk.version}, ${kind}`, async (t) => {
        t.after(() => tried.length && t.diagnostic(tried.splice(0).join('\n')));
        const authProvider = new Provider(CALLBACK, options);
        const connect = async () => {
          const transport = new sdk.Transport(new URL(RESOURCE), { authProvider, fetch: reach });
          const client = new sdk.Client({ name: 'test', version: '1' });
          return { transport, client, done: client.connect(transport) };
        };
        const first = await connect();
        await assert.rejects(first.done, sdk.Unauthorized);
        assert.equal(authProvider.sent.searchParams.get('resource'), RESOURCE);
        const back = await allow(browser, authProvider.sent);
        assert.equal(back.searchParams.get('state'), 'a state');
        await first.transport.finishAuth(sdk.version === '1' ? back.searchParams.get('code') : back.searchParams);

        const { client, done } = await connect();
        await done;
        t.after(() => client.close());
        const { tools } = await client.listTools();
        assert.deepEqual(tools.map(({ name }) => name), ['whoami']);
        const whoami = async () => (await client.callTool({ name: 'whoami', arguments: {} })).content[0].text;
        const [{ id }] = await worker.sql("SELECT id FROM users WHERE login = 'ada'");
        const text = await whoami();
        assert.ok(text.startsWith(`${id} by `) && text.includes('notes:read'), text);
        assert.match(text.split(' by ')[1].split(': ')[0], is instanceof RegExp ? is : new RegExp(`^${RegExp.escape(is)}$`));

        // The server no longer accepts the access token: the client refreshes it and goes on.
        const { refresh_token: before } = authProvider.kept;
        authProvider.kept = { ...authProvider.kept, access_token: `${authProvider.kept.access_token}x` };
        assert.equal(await whoami(), text);
        assert.notEqual(authProvider.kept.refresh_token, before);
        tried.length = 0;
      });
    }
  }
  assert.deepEqual(asked, [DOCUMENT], 'the document is fetched once, and no other address');

  await t.test('a token that is not for the server is worth nothing there', async () => {
    const call = (token) =>
      reach(RESOURCE, { method: 'POST', headers: token && { Authorization: `Bearer ${token}` }, body: '{"id":1,"method":"tools/list"}' });
    const description = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"';
    const own = (await signIn(worker, ada)).token;
    const invalid = 'error="invalid_token", error_description="not a token for this service", ';
    for (const [token, reason] of [[undefined, ''], ['x', invalid], [own, invalid]]) {
      const answer = await call(token);
      assert.deepEqual([answer.status, answer.headers.get('WWW-Authenticate')], [401, `Bearer realm="api", ${reason}${description}`]);
    }
  });
});
