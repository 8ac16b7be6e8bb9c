// Apache with mod_auth_openidc before an application, by the example.

import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { launch } from '../programs.mjs';
import { example } from './provider.mjs';

const MODULES = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'proxy', 'proxy_http', 'auth_openidc'];

/** Starts it at `app`, before what listens at `application`. */
export async function startApache(t, { issuer, folder, trusted }, app, application, clientSecret) {
  const file = path(folder, 'apache.conf');
  const config = [
    ...MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`),
    'User www-data',
    'Group www-data',
    'ServerName localhost',
    `Listen 127.0.0.1:${app.port}`,
    `PidFile ${folder}/pid`,
    'ErrorLog "|/bin/cat"',
    `OIDCCABundlePath ${trusted}`,
    `ProxyPass / http://${application}/`,
    await example('mod_auth_openidc', { 'https://auth.example.com': issuer, 'https://shop.example.com': app.url }),
  ];
  await writeFile(file, config.join('\n'));
  const env = { CLIENT_SECRET: clientSecret, PASSPHRASE: randomBytes(32).toString('hex') };
  await launch(t, 'apache2', ['-f', file, '-d', folder, '-DFOREGROUND'], { env, at: app.port });
}
