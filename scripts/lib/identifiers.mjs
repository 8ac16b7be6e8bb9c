// Names and addresses as the Worker reads them (src/domain/accounts/login_name.rs, src/domain/accounts/email_address.rs, src/domain/text/domain_name.rs).

import { domainToASCII } from 'node:url';

const IS_OF_A_WORD = /[\p{Alphabetic}\p{N}\p{Mn}\p{Mc}]/u;
// Invisible characters, parts of no modern syllable, lengthening or repeating marks, and notations that are not letters.
const IS_OF_NONE =
  /[\p{DI}\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u{13440}-\u{13455}\u{16fe4}\u{1bc9d}\u{1cf00}-\u{1cf46}\u{1da00}-\u{1daaf}]/u;
const SCRIPTS = [/\p{Script=Latin}/u, /\p{Script=Greek}/u, /\p{Script=Cyrillic}/u];

/** The stored form of a newly chosen login name, or nothing if it is invalid. */
export function loginName(text) {
  const name = folded(text);
  const characters = [...name];
  const good =
    characters.length >= 1 &&
    characters.length <= 64 &&
    characters.every((c) => '._+-'.includes(c) || (IS_OF_A_WORD.test(c) && !IS_OF_NONE.test(c))) &&
    SCRIPTS.filter((script) => script.test(name)).length < 2;
  return good ? name : undefined;
}

/** An address as it is written to and as it is looked up, or nothing if no email could be sent there. */
export function emailAddress(text) {
  const spelled = text.trim().normalize('NFC');
  const [, local = '', domain = ''] = spelled.match(/^(.*)@([^@]*)$/s) ?? [];
  const labels = routed(domain).split('.');
  const good =
    Buffer.byteLength(spelled) <= 254 &&
    Buffer.byteLength(local) <= 64 &&
    /^[a-z0-9!#$%&'*+\-/=?^_`{|}~.]+$/i.test(local) &&
    local.split('.').every((part) => part !== '') &&
    labels.length > 1 &&
    labels.every((label) => /^[a-z0-9-]{1,63}$/.test(label) && !/^-|-$/.test(label));
  return good ? { spelled, folded: foldedAddress(spelled) } : undefined;
}

/** Typed input as the tables hold it: a name, or an address if it contains `@`. */
export function identifier(text) {
  return text.includes('@')
    ? { column: 'email_folded', value: foldedAddress(text.trim()) }
    : { column: 'login', value: folded(text) };
}

const folded = (name) => name.trim().normalize('NFKC').toLowerCase().normalize('NFKC');

function foldedAddress(address) {
  const at = address.lastIndexOf('@');
  return `${address.slice(0, at).normalize('NFKC').toLowerCase()}@${routed(address.slice(at + 1))}`;
}

/** A domain as the DNS spells it. */
const routed = (domain) => (/^[\0-\x7f]*$/.test(domain) ? domain.toLowerCase() : domainToASCII(domain));
