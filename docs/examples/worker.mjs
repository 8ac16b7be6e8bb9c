/** The user behind the credential of a request, or the refusal, which can be returned unchanged. */
async function authenticate(request, env) {
  const headers = new Headers(request.headers);
  // With this header only verify answers.
  headers.set('X-Gatehouse-Verify', '1');
  // A cookie is accepted for less in a POST than in a GET, so Gatehouse must know the method.
  headers.set('X-Forwarded-Method', request.method);
  const verdict = await env.AUTH.fetch('https://auth.example.com/api/auth/verify', { headers });
  if (!verdict.ok) return { refusal: verdict };
  return { user: verdict.headers.get('X-Auth-User'), role: verdict.headers.get('X-Auth-Role') };
}

export default {
  async fetch(request, env) {
    const { refusal, user, role } = await authenticate(request, env);
    return refusal ?? Response.json({ user, role });
  },
};
