// What may be registered as an OAuth client, and its secret, as the Worker has them (src/domain/oauth/).

import crypto from 'node:crypto';

/** The scopes of a client for which none are given (CLIENT_SCOPES in src/domain/policy.rs). */
export const DEFAULT_SCOPES = 'openid profile email offline_access';

/** Schemes that browsers treat themselves. */
const FOREIGN = /^(about|blob|chrome|content|data|file|filesystem|ftp|http|https|intent|javascript|mailto|vbscript|view-source)$/;

const LOOPBACK = /^http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

/** "new" is the path of the form for a new one. */
export const isClientId = (text) => /^[a-z\d][a-z\d-]{1,62}[a-z\d]$/.test(text) && text !== 'new';

export const isClientName = (text) => [...text].length >= 1 && [...text].length <= 64 && !/\p{Cc}/u.test(text);

/** Each scope once, or nothing if one is none. */
export function scopes(text) {
  const all = [...new Set(text.split(' ').filter((word) => word !== ''))];
  return all.length <= 32 && all.every((scope) => /^[\x21\x23-\x5b\x5d-\x7e]{1,64}$/.test(scope)) ? all.join(' ') : undefined;
}

/** Whether a client may redirect there: to a website, to a program on the user's device, or to an app by a scheme of its own. */
export function isRedirectUri(text) {
  const [, scheme, rest] = text.match(/^([^:]*):(.*)$/s) ?? [];
  if (!/^[\x21-\x7e]{1,512}$/.test(text) || /[\\#*"<>^`{|}]/.test(text) || scheme === undefined || hasDotSegments(text)) return false;
  if (scheme === 'http' || scheme === 'https') return isWebsite(text);
  return /^[a-z][a-z\d+.-]*$/.test(scheme) && !FOREIGN.test(scheme) && rest !== '' && !rest.includes('@');
}

function isWebsite(text) {
  const [origin, host, port] = text.match(/^https?:\/\/(\[[\da-f:.]+\]|[\w-]+(?:\.[\w-]+)*)(?::(\d+))?(?=[/?]|$)/) ?? [];
  if (!host || port === '0' || !URL.canParse(origin) || new URL(origin).origin !== origin) return false;
  return text.startsWith('https:') || LOOPBACK.test(origin);
}

function hasDotSegments(text) {
  const path = text.split('?')[0].toLowerCase().replaceAll('%2e', '.');
  return path.split(/[/;]/).some((segment) => segment === '.' || segment === '..');
}

/** The secret with a number: `number ‖ HMAC(K_client_secret, number ‖ client_id)[..16]`. */
export function clientSecret(appKey, id, number) {
  const key = Buffer.from(crypto.hkdfSync('sha256', appKey, 'gatehouse/1', 'stamp/client-secret', 32));
  const message = Buffer.alloc(4);
  message.writeUInt32BE(number);
  const mac = crypto.createHmac('sha256', key).update(message).update(id).digest();
  return `ghcs_${Buffer.concat([message, mac.subarray(0, 16)]).toString('base64url')}`;
}
