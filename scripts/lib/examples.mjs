// The examples of `npm run example`: what each needs of Gatehouse, and how it is started.

import path from 'node:path';
import { buildLibraries } from './libraries.mjs';
import { installPackages } from './packages.mjs';
import { inRoot } from './paths.mjs';
import { venv } from './venv.mjs';
import { OWN_CONFIG } from './wrangler-toml.mjs';

/**
 * `app` and `auth` are the addresses of the example and of Gatehouse. `settings` are Gatehouse's, and `client` is registered there.
 * `start` returns the server's command, whose secret is that of the client.
 */
export const examples = {
  spa: {
    what: 'a single-page application in React, and its API in a Worker',
    port: 5173,
    settings: ({ app }) => ({ AUTH_CORS_ORIGINS: app, AUTH_REDIRECT_URIS: `${app}/` }),
    install: async (folder) => {
      await buildLibraries();
      await installPackages(folder);
    },
    start: ({ port, auth, state }) => worker({ port, state, vars: { AUTH_URL: auth } }),
  },
  'server-rendered': {
    what: 'a website in Node, whose server has the tokens',
    port: 3000,
    client: ({ app }) => ({
      client_id: 'shop',
      client_name: 'The shop',
      redirect_uris: [`${app}/callback`],
      post_logout_redirect_uris: [`${app}/`],
    }),
    install: installPackages,
    start: ({ port, app, auth, secret }) => ({
      command: ['node', 'server.mjs'],
      env: { AUTH_URL: auth, BASE_URL: app, CLIENT_ID: 'shop', CLIENT_SECRET: secret, PORT: port },
    }),
  },
  'python-service': {
    what: 'a service in Python with FastAPI, and a page that calls it',
    port: 8000,
    settings: ({ app }) => ({ AUTH_CORS_ORIGINS: app, AUTH_REDIRECT_URIS: `${app}/` }),
    install: async (folder) => {
      await buildLibraries();
      await venv(requirementsOf(folder));
    },
    start: async ({ folder, port, auth }) => ({
      command: [path.join(await venv(requirementsOf(folder)), 'bin', 'python'), '-B', '-m', 'uvicorn', 'service:app', '--port', port],
      env: { AUTH_URL: auth, GATEHOUSE_CLIENT: inRoot('packages', 'client', 'dist'), PYTHONPATH: inRoot('packages', 'verify-python') },
    }),
  },
  'mcp-server': {
    what: 'an MCP server in a Worker',
    port: 3333,
    page: '/mcp',
    use: 'Add this address to an MCP client',
    settings: () => ({ AUTH_OPEN_REGISTRATION: 'true' }),
    client: ({ app }) => ({
      client_name: 'Notes', grant_types: [], scope: '', resource: `${app}/mcp`, resource_scopes: 'notes:read', resource_open: true,
    }),
    install: installPackages,
    start: ({ port, app, auth, state }) => worker({ port, state, vars: { AUTH_SERVER: auth, RESOURCE: `${app}/mcp` } }),
  },
};

const requirementsOf = (folder) => inRoot(folder, 'requirements.txt');

/** A Worker in wrangler dev. */
function worker({ port, state, vars }) {
  const given = Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
  return { command: ['wrangler', 'dev', ...OWN_CONFIG, '--show-interactive-dev-session=false', '--ip', '127.0.0.1', '--port', port, '--persist-to', state, ...given] };
}
