// The process of oidc-provider, as its documentation sets it up, on SQLite: arguments are the database's file and the number of
// users. It reports its URL, its client and its users.

import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import Provider from 'oidc-provider';
import { METADATA } from '../oauth.mjs';
import { adapterOf, accountsOf, openDatabase } from './oidc-provider.adapter.mjs';

const [file, count] = process.argv.slice(2);
const database = openDatabase(file);
const users = Array.from({ length: Number(count) }, (_, place) => `p${place}`);
const accounts = accountsOf(database, users);
const client = { id: 'client', secret: 'a secret of a client that is long enough' };

const server = http.createServer().listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${server.address().port}`;
const provider = new Provider(url, {
  adapter: adapterOf(database),
  // ES256, as at the others, and not RS256, which takes longer.
  jwks: { keys: [{ ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }), use: 'sig' }] },
  clients: [{ ...METADATA, client_id: client.id, client_secret: client.secret, id_token_signed_response_alg: 'ES256', response_types: ['code'] }],
  claims: { email: ['email', 'email_verified'] },
  cookies: { keys: ['a key of cookies'] },
  findAccount: (_, login) => accounts.find(login),
  // As at the others: offline access is remembered, and a refresh token is replaced each time.
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
});
server.on('request', provider.callback());
process.send({ url, client, users });
