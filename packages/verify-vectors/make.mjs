// Makes vectors.json: what every verifier of this repository answers to a request. `node packages/verify-vectors/make.mjs`.
//
// The keys are published ones, of RFC 8032 §7.1, RFC 8037 §A.1 and RFC 7515 §A.3, so that nobody takes them for secrets. All times
// are years away from today, in both directions, so that a verifier needs no other clock than its own.

import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { SignJWT, UnsecuredJWT, importJWK } from 'jose';

const FILE = new URL('vectors.json', import.meta.url);
const [PAST, FUTURE, FAR] = [1_600_000_000, 4_000_000_000, 4_100_000_000];
const ISSUER = 'https://auth.example.com';
const OTHER = 'https://auth.other.example';
const API = 'https://api.example.com';

const ed25519 = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const p256 = { kty: 'EC', crv: 'P-256', x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0' };
const others = { kty: 'OKP', crv: 'Ed25519', x: 'PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw' };
const secret = {
  [ed25519.x]: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  [p256.x]: 'jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI',
  [others.x]: 'TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs',
};
const published = (key, alg, kid) => ({ ...key, kid, alg, use: 'sig' });

/** A key of a kind that no verifier here knows (it is none: such keys are longer). */
const future = { kty: 'AKP', alg: 'ML-DSA-44', kid: 'future', use: 'sig', pub: 'AAAA' };

/** What each address answers as its key set; `down` answers 503. Both issuers call a key of theirs `one`. */
const keySets = {
  ours: { keys: [published(ed25519, 'EdDSA', 'one'), published(p256, 'ES256', 'two'), future] },
  others: { keys: [published(others, 'EdDSA', 'one')] },
};

/** The verifiers of one process: `at` names the address at which it finds its issuer. */
const verifiers = {
  eddsa: { issuer: ISSUER, audience: API, algorithm: 'EdDSA', at: 'ours' },
  es256: { issuer: ISSUER, audience: API, algorithm: 'ES256', at: 'ours' },
  default: { issuer: ISSUER, at: 'ours' },
  other: { issuer: OTHER, audience: API, algorithm: 'EdDSA', at: 'others' },
  mcp: { issuer: ISSUER, audience: API, algorithm: 'EdDSA', at: 'ours', resource_metadata: `${API}/.well-known/oauth-protected-resource` },
  down: { issuer: ISSUER, audience: API, algorithm: 'EdDSA', at: 'down' },
};

/** What the routes require. */
const guards = {
  any: {},
  scope: { scope: 'notes:read' },
  scopes: { scope: 'notes:read notes:write' },
  role: { role: 'admin' },
  aal1: { acr: 'aal1' },
  aal2: { acr: 'aal2' },
  recent: { max_age: 900 },
  payment: { scope: 'notes:read', acr: 'aal2', max_age: 900 },
};

const claims = {
  iss: ISSUER, aud: API, sub: 'ada', client_id: ISSUER, jti: '1', sid: '2', iat: PAST, exp: FAR,
  role: 'user', scope: 'notes:read profile', auth_time: FUTURE, amr: ['pwd', 'otp', 'mfa'], acr: 'aal2',
};
const header = { alg: 'EdDSA', typ: 'at+jwt', kid: 'one' };

/** A token with changes; a member that is undefined is missing. */
async function token(changes = {}, { key = ed25519, ...head } = {}) {
  const key_ = key instanceof Uint8Array ? key : await importJWK({ ...key, d: secret[key.x] }, key === p256 ? 'ES256' : 'EdDSA');
  return new SignJWT(defined({ ...claims, ...changes })).setProtectedHeader(defined({ ...header, ...head })).sign(key_, { crit: { x: true } });
}

const defined = (members) => JSON.parse(JSON.stringify(members));
const encoded = (text) => Buffer.from(text).toString('base64url');
/** The parts of a token put together otherwise. */
const edited = async (change) => change(...(await token()).split('.')).join('.');

const accepted = { status: 200, challenge: null };
const refused = (status, parameters) => ({ status, challenge: ['Bearer realm="api"', ...parameters].join(', ') });
const because = (error, description) => [`error="${error}"`, `error_description="${description}"`];
const none = refused(401, []);
const invalid = refused(401, because('invalid_token', 'not a token for this service'));
const expired = refused(401, because('invalid_token', 'the token has expired'));
const forbidden = (what, ...more) => refused(403, [...because('insufficient_scope', `the ${what} is required`), ...more]);
const stepUp = (...more) => refused(401, [...because('insufficient_user_authentication', 'Confirm that it is you'), ...more]);
const unavailable = { status: 503, challenge: null };

const bearer = async (jwt) => `Bearer ${await jwt}`;
const at = (verifier, guard = 'any') => ({ verifier, guard });

/** Rows of a name, a route, an `Authorization` header and the expected answer. */
const rows = () => [
  ...passing(),
  ...lackingCredentials(),
  ...wrongHeaders(),
  ...wrongSignatures(),
  ...wrongClaims(),
  ...insufficient(),
  ['no key set', at('down'), bearer(token()), unavailable],
  ['no key set, and no token', at('down'), null, none],
];

const passing = () => [
  ['EdDSA', at('eddsa'), bearer(token()), accepted],
  ['ES256', at('es256'), bearer(token({}, { alg: 'ES256', kid: 'two', key: p256 })), accepted],
  ['the audience is the issuer unless it is chosen', at('default'), bearer(token({ aud: ISSUER })), accepted],
  ['another issuer, whose key has the same name', at('other'), bearer(token({ iss: OTHER }, { key: others })), accepted],
  ['several audiences', at('eddsa'), bearer(token({ aud: ['https://else.example', API] })), accepted],
  ['typ is a media type (RFC 9068 §4)', at('eddsa'), bearer(token({}, { typ: 'application/at+jwt' })), accepted],
  ['typ in capitals (RFC 7515 §4.1.9)', at('eddsa'), bearer(token({}, { typ: 'APPLICATION/AT+JWT' })), accepted],
  ['issued by a clock that is ahead', at('eddsa'), bearer(token({ iat: FUTURE })), accepted],
  ['valid since long ago', at('eddsa'), bearer(token({ nbf: PAST })), accepted],
  ['several blanks after the scheme', at('eddsa'), token().then((jwt) => `Bearer   ${jwt}`), accepted],
  ['the scheme in small letters', at('eddsa'), token().then((jwt) => `bearer ${jwt}`), accepted],
];

const lackingCredentials = () => [
  ['no credential', at('eddsa'), null, none],
  ['another scheme', at('eddsa'), 'Basic YXBpa2V5OmtleQ==', none],
  ['a scheme and nothing more', at('eddsa'), 'Bearer', none],
  ['no credential, and a description of the resource', at('mcp'), null, refused(401, [`resource_metadata="${verifiers.mcp.resource_metadata}"`])],
];

const wrongHeaders = () => [
  ['an ID token', at('eddsa'), bearer(token({ aud: 'shop', nonce: 'n' }, { typ: 'JWT' })), invalid],
  ['an ID token for this audience', at('eddsa'), bearer(token({}, { typ: 'JWT' })), invalid],
  ['no typ', at('eddsa'), bearer(token({}, { typ: undefined })), invalid],
  ['a ticket', at('eddsa'), bearer(token({}, { typ: 'ticket+jwt' })), invalid],
  ['a logout token', at('eddsa'), bearer(token({}, { typ: 'logout+jwt' })), invalid],
  ['a private token', at('eddsa'), bearer(token({}, { alg: 'HS256', typ: 'private+jwt', key: encoded32('private') })), invalid],
  ['HS256 with the public key as its secret', at('eddsa'), bearer(token({}, { alg: 'HS256', key: Buffer.from(ed25519.x, 'base64url') })), invalid],
  ['alg none', at('eddsa'), `Bearer ${new UnsecuredJWT(claims).encode()}`, invalid],
  ['alg none, and a name of a key', at('eddsa'), bearer(edited((_, payload) => [encoded(JSON.stringify({ ...header, alg: 'none' })), payload, ''])), invalid],
  ['the algorithm of the issuer that is not expected', at('eddsa'), bearer(token({}, { alg: 'ES256', kid: 'two', key: p256 })), invalid],
  ['the expected algorithm, and a key of the other one', at('es256'), bearer(token({}, { alg: 'ES256', kid: 'one', key: p256 })), invalid],
  ['no kid', at('eddsa'), bearer(token({}, { kid: undefined })), invalid],
  ['an unknown kid', at('eddsa'), bearer(token({}, { kid: 'three' })), invalid],
  ['a kid that is known, of a kind that is not', at('eddsa'), bearer(token({}, { kid: 'future' })), invalid],
  ['a key of its own (RFC 7515 §4.1.3)', at('eddsa'), bearer(token({}, { key: others, jwk: others })), invalid],
  ['an address of keys of its own (RFC 7515 §4.1.2)', at('eddsa'), bearer(token({}, { key: others, jku: `${OTHER}/.well-known/jwks.json` })), invalid],
  ['an extension that must be understood (RFC 7515 §4.1.11)', at('eddsa'), bearer(token({}, { crit: ['x'], x: 1 })), invalid],
];

const wrongSignatures = () => [
  ["another issuer's key of the same name", at('eddsa'), bearer(token({}, { key: others })), invalid],
  ["another issuer's token", at('eddsa'), bearer(token({ iss: OTHER }, { key: others })), invalid],
  ["our token before the other issuer's verifier", at('other'), bearer(token()), invalid],
  ['claims that were changed', at('eddsa'), bearer(edited((head, _, signature) => [head, encoded(JSON.stringify({ ...claims, role: 'admin' })), signature])), invalid],
  ['no signature', at('eddsa'), bearer(edited((head, payload) => [head, payload, ''])), invalid],
  ['two parts', at('eddsa'), bearer(edited((head, payload) => [head, payload])), invalid],
  ['four parts', at('eddsa'), bearer(edited((...parts) => [...parts, 'x'])), invalid],
  ['garbage', at('eddsa'), 'Bearer x.y.z', invalid],
  ['an API key', at('eddsa'), `Bearer ${'a'.repeat(52)}`, invalid],
  ['two tokens', at('eddsa'), token().then((jwt) => `Bearer ${jwt} ${jwt}`), invalid],
  ['a header that is an array', at('eddsa'), bearer(edited((_, ...more) => [encoded('[]'), ...more])), invalid],
  ['a header of many arrays', at('eddsa'), bearer(edited((_, ...more) => [encoded('['.repeat(3000)), ...more])), invalid],
  ['a kid that is a number', at('eddsa'), bearer(edited((_, ...more) => [encoded(JSON.stringify({ ...header, kid: 1 })), ...more])), invalid],
];

const wrongClaims = () => [
  ['expired', at('eddsa'), bearer(token({ exp: PAST })), expired],
  ['expired, ES256', at('es256'), bearer(token({ exp: PAST }, { alg: 'ES256', kid: 'two', key: p256 })), expired],
  ['not yet valid', at('eddsa'), bearer(token({ nbf: FUTURE })), invalid],
  ['no exp', at('eddsa'), bearer(token({ exp: undefined })), invalid],
  ['no sub', at('eddsa'), bearer(token({ sub: undefined })), invalid],
  ['no iss', at('eddsa'), bearer(token({ iss: undefined })), invalid],
  ['another iss', at('eddsa'), bearer(token({ iss: `${ISSUER}/` })), invalid],
  ['iss as a list', at('eddsa'), bearer(token({ iss: [ISSUER] })), invalid],
  ['sub that is a number', at('eddsa'), bearer(token({ sub: 1 })), invalid],
  ['exp that is a text', at('eddsa'), bearer(token({ exp: String(FAR) })), invalid],
  ['several audiences, none of them this', at('eddsa'), bearer(token({ aud: ['https://else.example', `${API}/notes`] })), invalid],
  ['no audience in the list', at('eddsa'), bearer(token({ aud: [] })), invalid],
  ['no aud', at('eddsa'), bearer(token({ aud: undefined })), invalid],
  ['another audience', at('eddsa'), bearer(token({ aud: 'https://else.example' })), invalid],
  ['the issuer as audience, where another is chosen', at('eddsa'), bearer(token({ aud: ISSUER })), invalid],
  ['invalid, and a description of the resource', at('mcp'), bearer(token({ exp: PAST })), { ...expired, challenge: `${expired.challenge}, resource_metadata="${verifiers.mcp.resource_metadata}"` }],
];

const insufficient = () => [
  ['the scope is there', at('eddsa', 'scope'), bearer(token()), accepted],
  ['no scope', at('eddsa', 'scope'), bearer(token({ scope: undefined })), forbidden('scope notes:read', 'scope="notes:read"')],
  ['a scope that begins like it', at('eddsa', 'scope'), bearer(token({ scope: 'notes:read2' })), forbidden('scope notes:read', 'scope="notes:read"')],
  ['an empty scope', at('eddsa', 'scope'), bearer(token({ scope: '' })), forbidden('scope notes:read', 'scope="notes:read"')],
  ['scopes in capitals', at('eddsa', 'scope'), bearer(token({ scope: 'NOTES:READ' })), forbidden('scope notes:read', 'scope="notes:read"')],
  ['one of two scopes', at('eddsa', 'scopes'), bearer(token()), forbidden('scope notes:read notes:write', 'scope="notes:read notes:write"')],
  ['the role', at('eddsa', 'role'), bearer(token({ role: 'admin' })), accepted],
  ['another role', at('eddsa', 'role'), bearer(token()), forbidden('role admin')],
  ['no role', at('eddsa', 'role'), bearer(token({ role: undefined })), forbidden('role admin')],
  ['two factors where one is required', at('eddsa', 'aal1'), bearer(token()), accepted],
  ['a token for programs', at('eddsa', 'aal1'), bearer(token({ acr: undefined, auth_time: undefined })), stepUp('acr_values="aal1"')],
  ['two factors', at('eddsa', 'aal2'), bearer(token()), accepted],
  ['one factor', at('eddsa', 'aal2'), bearer(token({ acr: 'aal1' })), stepUp('acr_values="aal2"')],
  ['a level in capitals', at('eddsa', 'aal2'), bearer(token({ acr: 'AAL2' })), stepUp('acr_values="aal2"')],
  ['an unknown level', at('eddsa', 'aal2'), bearer(token({ acr: 'aal3' })), stepUp('acr_values="aal2"')],
  ['a recent authentication', at('eddsa', 'recent'), bearer(token()), accepted],
  ['an old authentication', at('eddsa', 'recent'), bearer(token({ auth_time: PAST })), stepUp('max_age=900')],
  ['an authentication without time', at('eddsa', 'recent'), bearer(token({ auth_time: undefined })), stepUp('max_age=900')],
  ['scope, level and age', at('eddsa', 'payment'), bearer(token()), accepted],
  ['neither level nor age', at('eddsa', 'payment'), bearer(token({ acr: 'aal1', auth_time: PAST })), stepUp('acr_values="aal2"', 'max_age=900')],
  ['neither scope nor level', at('eddsa', 'payment'), bearer(token({ scope: undefined, acr: 'aal1' })), forbidden('scope notes:read', 'scope="notes:read"')],
  ['expired, and no scope', at('eddsa', 'scope'), bearer(token({ exp: PAST, scope: undefined })), expired],
];

const encoded32 = (text) => Buffer.alloc(32, text);

/** The table; signatures of ES256 are new each time. */
export async function table() {
  const vectors = rows().map(async ([name, route, authorization, answer]) => ({ name, ...route, authorization: await authorization, ...answer }));
  return { keySets, verifiers, guards, vectors: await Promise.all(vectors) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(FILE, `${JSON.stringify(await table(), null, 2)}\n`);
