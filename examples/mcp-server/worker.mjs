// An MCP server with one tool, whose users sign in at Gatehouse.

import { createRemoteJWKSet, jwtVerify } from 'jose';

const SCOPE = 'notes:read';
/** The versions of the protocol that this server speaks; the first is offered to a client that asks for another. */
const VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26'];
const TOOL = {
  name: 'whoami',
  description: 'Says which user this client acts for, and what it may do.',
  inputSchema: { type: 'object' },
};

export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    const resource = new URL(env.RESOURCE);
    if (pathname === `/.well-known/oauth-protected-resource${resource.pathname}`) return Response.json(describe(env));
    if (pathname !== resource.pathname) return new Response('Not found', { status: 404 });
    const claims = await verified(request, env);
    if (!claims) return refuse(env, 401, request.headers.has('Authorization') ? 'error="invalid_token"' : undefined);
    if (!claims.scope?.split(' ').includes(SCOPE)) return refuse(env, 403, `error="insufficient_scope", scope="${SCOPE}"`);
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

/** RFC 9728 §5.1: a client without a valid token is told where the description is. */
function refuse(env, status, reason) {
  const { origin, pathname } = new URL(env.RESOURCE);
  const description = `resource_metadata="${origin}/.well-known/oauth-protected-resource${pathname}"`;
  const challenge = `Bearer ${[reason, description].filter(Boolean).join(', ')}`;
  return Response.json({ error: status === 401 ? 'unauthorized' : 'forbidden' }, { status, headers: { 'WWW-Authenticate': challenge } });
}

let keys;

/** The claims of a token that was issued for this server (RFC 9068 §4). */
async function verified(request, env) {
  const [, token] = request.headers.get('Authorization')?.match(/^Bearer (\S+)$/i) ?? [];
  if (!token) return undefined;
  keys ??= createRemoteJWKSet(new URL('/.well-known/jwks.json', env.AUTH_SERVER), { cacheMaxAge: 300_000 });
  const expected = {
    issuer: env.AUTH_SERVER,
    audience: env.RESOURCE, // a token for another API is worth nothing here
    algorithms: ['EdDSA'], // or ES256, if AUTH_SIGNING_ALG says so
    typ: 'at+jwt',
    requiredClaims: ['exp', 'sub', 'client_id'],
    clockTolerance: 5,
  };
  try {
    return (await jwtVerify(token, keys, expected)).payload;
  } catch (error) {
    if (error.code?.startsWith('ERR_J')) return undefined;
    throw error; // the keys cannot be fetched: that is not the client's fault
  }
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
