/** The scenario through the SDK that @hey-api/openapi-ts makes. */
import { createClient } from './build/sdk/client';
import * as sdk from './build/sdk';
import { good, type Service } from './scenario';

export function service(baseUrl: string): Service {
  const open = createClient({ baseUrl });
  const as = (access: string) => createClient({ baseUrl, auth: ({ scheme }) => (scheme === 'bearer' ? access : undefined) });
  return {
    register: async (body) => good(await sdk.register({ client: open, body })),
    activate: async (token) => good(await sdk.activate({ client: open, body: { token } })),
    login: async (login, password) => good(await sdk.login({ client: open, body: { login, password } })),
    me: async (access) => good(await sdk.me({ client: as(access) })),
    createKey: async (access, body) => good(await sdk.createApiKey({ client: as(access), body })),
    keys: async (access) => good(await sdk.apiKeys({ client: as(access) })),
    privateTokens: async (access, query) => good(await sdk.privateTokens({ client: as(access), query })),
    introspect: async (access, token) => good(await sdk.introspect({ client: as(access), body: { token } })),
    refresh: async (refresh_token) => good(await sdk.refresh({ client: open, body: { refresh_token } })),
    logout: async (access) => good(await sdk.logout({ client: as(access) })),
    refusedMe: async (access) => {
      const { error, response } = await sdk.me({ client: as(access) });
      return { status: response?.status ?? 0, error: error?.data.error };
    },
  };
}
