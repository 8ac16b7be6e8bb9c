// Names and addresses as the house reads them (src/domain/login_name.rs, src/domain/email.rs).

/** What a login name is kept as, or nothing if it is none. */
export function loginName(text) {
  const name = text.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
  return /^[\p{Alphabetic}\p{N}._+-]{1,64}$/u.test(name) ? name : undefined;
}

const LOCAL_PART = /^[\p{Alphabetic}\p{N}!#$%&'*+\-/=?^_`{|}~.]+$/u;
const LABEL = /^[\p{Alphabetic}\p{N}-]+$/u;

/** An address as it is written to and as it is found by, or nothing if no letter could be sent there. */
export function emailAddress(text) {
  const spelled = text.trim().normalize('NFC');
  const [, local = '', domain = ''] = spelled.match(/^(.*)@([^@]*)$/s) ?? [];
  const labels = domain.split('.');
  const good =
    Buffer.byteLength(spelled) <= 254 &&
    Buffer.byteLength(local) <= 64 &&
    LOCAL_PART.test(local) &&
    local.split('.').every((part) => part !== '') &&
    labels.length > 1 &&
    labels.every((label) => LABEL.test(label) && !/^-|-$/.test(label) && Buffer.byteLength(label) <= 63);
  return good ? { spelled, folded: folded(spelled) } : undefined;
}

/** What somebody typed, as the tables hold it: a name, or an address if there is an `@` in it. */
export function identifier(text) {
  return text.includes('@') ? { column: 'email_folded', value: folded(text.trim()) } : { column: 'login', value: loginName(text) };
}

const folded = (address) => address.normalize('NFKC').toLowerCase();
