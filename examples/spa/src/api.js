// The API: the notes of each user.

import { verifier } from '@gatehouse/verify';
import { authenticate } from '@gatehouse/verify/worker';
import { DurableObject, env } from 'cloudflare:workers';

/** The keys are fetched over the service binding, so within the account. */
const auth = verifier(env.AUTH_URL, { fetch: (request) => env.AUTH.fetch(request) });

export default {
  async fetch(request) {
    const { pathname } = new URL(request.url);
    if (pathname === '/api/config') return Response.json({ url: env.AUTH_URL });
    if (pathname !== '/api/notes') return new Response('Not found', { status: 404 });

    const { claims, refusal } = await authenticate(auth, request);
    if (refusal) return refusal;
    const notes = env.NOTES.getByName(claims.sub);
    if (request.method === 'POST') await notes.add((await request.json()).text);
    return Response.json(await notes.list());
  },
};

/** The notes of one user. */
export class Notes extends DurableObject {
  async list() {
    return (await this.ctx.storage.get('notes')) ?? [];
  }

  async add(text) {
    await this.ctx.storage.put('notes', [...(await this.list()), String(text).slice(0, 200)]);
  }
}
