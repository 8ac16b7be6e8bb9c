// nginx, Envoy and Caddy by the examples of docs/use/INTEGRATE.md: each file as it stands, except for this machine's addresses.

import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join as path } from 'node:path';
import { launch } from './programs.mjs';

export const NAME = 'auth.example.com';

/** Envoy and Caddy come with the Python environment that .ci/integrate makes. */
const PATH = [process.env.PATH, dirname(process.env.PYTHON ?? 'python3')].join(delimiter);

/** For each: its example, the replacements in it, the configuration around it, and the flags to start it. */
const gateways = {
  nginx: {
    example: 'nginx.conf',
    places: ({ socket, edge, application, trusted }) => [
      ['listen 80;', `listen unix:${socket};`],
      [`server ${NAME}:443;`, `server ${edge};`],
      ['http://127.0.0.1:3000;', `http://${application};`],
      ['/etc/ssl/certs/ca-certificates.crt;', `${trusted};`],
    ],
    around: (server, home) => {
      const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${home};`).join(' ');
      return `daemon off; master_process off; pid ${home}/pid; events {} http { access_log off; ${temporary}\n${server}}`;
    },
    flags: (file, home) => ['-p', home, '-e', 'stderr', '-c', file],
  },
  envoy: {
    example: 'envoy.yaml',
    places: ({ socket, edge, application, trusted }) => [
      ['{ socket_address: { address: 0.0.0.0, port_value: 8080 } }', `{ pipe: { path: ${socket} } }`],
      [`address: ${NAME}, port_value: 443`, address(edge)],
      ['address: 127.0.0.1, port_value: 3000', address(application)],
      ['/etc/ssl/certs/ca-certificates.crt', trusted],
    ],
    around: (config) => config,
    flags: (file) => ['-c', file, '--disable-hot-restart', '--concurrency', '1', '--log-level', 'error'],
  },
  caddy: {
    example: 'Caddyfile',
    places: ({ socket, edge, application }) => [
      ['app.example.com {', `http://app.example.com {\n\tbind unix/${socket}`],
      [`https://${NAME} {`, `https://${edge} {\n\ttransport http {\n\ttls_server_name ${NAME}\n\t}`],
      ['reverse_proxy 127.0.0.1:3000', `reverse_proxy ${application}`],
    ],
    around: (site) => `{\n\tadmin off\n\tpersist_config off\n}\n${site}`,
    flags: (file) => ['run', '--config', file, '--adapter', 'caddyfile'],
    environment: ({ trusted }, home) => ({ SSL_CERT_FILE: trusted, HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home }),
  },
};

/** Starts a gateway that ends with the test; returns its address. `change` is an operator's edit of the example. */
export async function start(t, name, folder, addresses, change = (config) => config) {
  const { example, places, around, flags, environment = () => ({}) } = gateways[name];
  const home = await mkdtemp(path(folder, `${name}-`));
  const socket = path(home, 'socket');
  let config = change(await readFile(new URL(`../../docs/examples/${example}`, import.meta.url), 'utf8'));
  for (const [there, here] of places({ socket, ...addresses })) config = replaceOnce(config, there, here);
  const file = path(home, example);
  await writeFile(file, around(config, home));

  const env = { PATH, ...environment(addresses, home) };
  await launch(t, name, flags(file, home), { env, at: socket });
  return socket;
}

/** Each replaced text must occur exactly once. */
export function replaceOnce(text, there, here) {
  assert.equal(text.split(there).length, 2, there);
  return text.replace(there, () => here);
}

function address(hostAndPort) {
  const [host, port] = hostAndPort.split(':');
  return `address: ${host}, port_value: ${port}`;
}
