/** Who asks, by the credential in their request; or the refusal, which can be given to them as it is. */
async function visitor(request, env) {
  const headers = new Headers(request.headers);
  // What says this can reach nothing but verify.
  headers.set('X-Gatehouse-Verify', '1');
  // A cookie is good for less in a POST than in a GET, so Gatehouse must know which it is.
  headers.set('X-Forwarded-Method', request.method);
  const verdict = await env.AUTH.fetch('https://auth.example.com/api/auth/verify', { headers });
  if (!verdict.ok) return { refusal: verdict };
  return { user: verdict.headers.get('X-Auth-User'), role: verdict.headers.get('X-Auth-Role') };
}

export default {
  async fetch(request, env) {
    const { refusal, user, role } = await visitor(request, env);
    return refusal ?? Response.json({ user, role });
  },
};
