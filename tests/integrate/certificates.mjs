// Keys and certificates for TLS.

import { execFileSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join as path } from 'node:path';

/** A key and a certificate for a host, in files named `name`. It is self-signed, or issued `by` such a certificate. */
export async function certify(folder, name, host, by) {
  const [key, file] = ['key', 'crt'].map((kind) => path(folder, `${name}.${kind}`));
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  const issuer = by ? ['-CA', by.file, '-CAkey', by.keyFile, '-addext', 'basicConstraints=critical,CA:FALSE'] : [];
  execFileSync('openssl', ['req', '-x509', ...kind, ...names, ...issuer, '-keyout', key, '-out', file], { stdio: 'pipe' });
  return { name: host, key: await readFile(key), cert: await readFile(file), keyFile: key, file };
}
