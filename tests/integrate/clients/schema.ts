/** The scenario through openapi-typescript's types and openapi-fetch. */
import createClient from 'openapi-fetch';
import type { paths } from './build/schema';
import { good, type Service } from './scenario';

const bearer = (access: string) => ({ Authorization: `Bearer ${access}` });
/** Without it, it sends JSON, whatever the document says. */
const form = { 'Content-Type': 'application/x-www-form-urlencoded' };

export function service(baseUrl: string): Service {
  const client = createClient<paths>({ baseUrl });
  return {
    register: async (body) => good(await client.POST('/api/auth/local/register', { body })),
    activate: async (token) => good(await client.POST('/api/auth/local/activate', { body: { token } })),
    login: async (login, password) => good(await client.POST('/api/auth/local/login', { body: { login, password } })),
    me: async (access) => good(await client.GET('/api/auth/me', { headers: bearer(access) })),
    createKey: async (access, body) => good(await client.POST('/api/manage/v1/ApiKeys', { headers: bearer(access), body })),
    keys: async (access) => good(await client.GET('/api/manage/v1/ApiKeys', { headers: bearer(access) })),
    privateTokens: async (access, query) =>
      good(await client.GET('/api/v1/auth/private_tokens/', { headers: bearer(access), params: { query } })),
    introspect: async (access, token) =>
      good(await client.POST('/oauth/introspect', { headers: { ...bearer(access), ...form }, body: { token } })),
    refresh: async (refresh_token) => good(await client.POST('/api/auth/token/refresh', { body: { refresh_token } })),
    logout: async (access) => good(await client.POST('/api/auth/logout', { headers: bearer(access) })),
    refusedMe: async (access) => {
      const { error, response } = await client.GET('/api/auth/me', { headers: bearer(access) });
      return { status: response.status, error: error?.data.error };
    },
  };
}
