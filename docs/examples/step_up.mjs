/** What a request lacks: the answer to send, or nothing. `claims` are those of a verified access token. */
export function stepUp(claims, { level = 'aal2', maxAge = 900, now = Date.now() / 1000 } = {}) {
  // An API key or another token for programs has no level: no person is there to prove anything.
  const high = level === 'aal1' || claims.acr === 'aal2';
  const recent = now - claims.auth_time <= maxAge;
  if (high && recent) return undefined;
  const challenge = `Bearer error="insufficient_user_authentication", error_description="Confirm that it is you", acr_values="${level}", max_age=${maxAge}`;
  return new Response(null, { status: 401, headers: { 'WWW-Authenticate': challenge } });
}
