// On Cloudflare Workers an isolate lives for a short time, so key sets are also kept in the cache of the data centre. Elsewhere
// there is no such cache, and each of these does nothing.

/** The real address would be answered to everybody in the zone who fetches it; no one can fetch this one. */
const entry = (address) => `https://gatehouse-verify.invalid/${encodeURIComponent(address)}`;

export async function kept(address) {
  try {
    const answer = await globalThis.caches?.default?.match(entry(address));
    return await answer?.json();
  } catch {
    return undefined; // it is only a cache
  }
}

/** What is found says itself how old it is, so that no reader makes it younger. */
export async function keep(address, found, maxAge) {
  const headers = { 'Content-Type': 'application/json', 'Cache-Control': `max-age=${Math.ceil(maxAge / 1000)}` };
  try {
    await globalThis.caches?.default?.put(entry(address), new Response(JSON.stringify(found), { headers }));
  } catch {
    // it is only a cache
  }
}
