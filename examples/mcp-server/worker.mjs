// An MCP server with one tool, whose users sign in at Gatehouse.

import { verifier } from '@gatehouse/verify';
import { authenticate } from '@gatehouse/verify/worker';

const SCOPE = 'notes:read';
/** The versions of the protocol that this server speaks; the first is offered to a client that asks for another. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'];
const TOOL = {
  name: 'whoami',
  description: 'Says which user this client acts for, and what it may do.',
  inputSchema: { type: 'object' },
};

let auth;

export default {
  async fetch(request, env) {
    const { origin, pathname } = new URL(env.RESOURCE);
    const description = `/.well-known/oauth-protected-resource${pathname}`;
    const asked = new URL(request.url).pathname;
    if (asked === description) return Response.json(describe(env));
    if (asked !== pathname) return new Response('Not found', { status: 404 });

    // A token for another API is worth nothing here, and a client without a token learns where the description is.
    auth ??= verifier(env.AUTH_SERVER, { audience: env.RESOURCE, resourceMetadata: origin + description });
    const { claims, refusal } = await authenticate(auth, request, { scope: SCOPE });
    if (refusal) return refusal;
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { Allow: 'POST' } });
    return answer(await request.json(), claims);
  },
};

/** RFC 9728 §2: where clients learn who signs users in. */
function describe(env) {
  return {
    resource: env.RESOURCE,
    authorization_servers: [env.AUTH_SERVER],
    scopes_supported: [SCOPE],
    bearer_methods_supported: ['header'],
  };
}

/** JSON-RPC, as MCP's Streamable HTTP transport carries it. */
function answer({ id, method, params }, claims) {
  if (id === undefined) return new Response(null, { status: 202 });
  const reply = (content) => Response.json({ jsonrpc: '2.0', id, ...content });
  switch (method) {
    case 'initialize': {
      const protocolVersion = VERSIONS.includes(params?.protocolVersion) ? params.protocolVersion : VERSIONS[0];
      return reply({ result: { protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'notes', version: '1.0.0' } } });
    }
    case 'ping':
      return reply({ result: {} });
    case 'tools/list':
      return reply({ result: { tools: [TOOL] } });
    case 'tools/call':
      if (params?.name !== TOOL.name) return reply({ error: { code: -32602, message: 'Unknown tool' } });
      return reply({ result: { content: [{ type: 'text', text: `${claims.sub} by ${claims.client_id}: ${claims.scope}` }] } });
    default:
      return reply({ error: { code: -32601, message: 'Method not found' } });
  }
}
