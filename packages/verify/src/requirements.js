// What a route requires of the claims of a valid token.

import { Refusal } from './refusal.js';

const LEVELS = ['aal1', 'aal2'];

/** The refusal of a token whose claims do not suffice, or nothing. */
export function lacking(claims, { scope, role, acr, maxAge }) {
  const granted = typeof claims.scope === 'string' ? claims.scope.split(' ') : [];
  if (scope && !scope.split(' ').every((name) => granted.includes(name))) {
    return forbidden({ error_description: `the scope ${scope} is required`, scope });
  }
  // RFC 6750 has no error of its own for a role: this one is for any privilege that the token does not have.
  if (role && claims.role !== role) return forbidden({ error_description: `the role ${role} is required` });
  // A token for programs has neither claim: no person is there to prove anything.
  const high = !acr || LEVELS.indexOf(claims.acr) >= LEVELS.indexOf(acr);
  const recent = maxAge === undefined || Date.now() / 1000 - claims.auth_time <= maxAge;
  return high && recent ? undefined : insufficient({ acr, maxAge });
}

const forbidden = (parameters) => new Refusal(403, { error: 'insufficient_scope', ...parameters });

/** RFC 9470 §3. */
function insufficient({ acr, maxAge }) {
  const parameters = { error: 'insufficient_user_authentication', error_description: 'Confirm that it is you' };
  if (acr) parameters.acr_values = acr;
  if (maxAge !== undefined) parameters.max_age = maxAge;
  return new Refusal(401, parameters);
}

const NAMES = ['scope', 'role', 'acr', 'maxAge'];

/** Whether somebody has misspelt a requirement, or left it empty: it would let every token pass. */
export function assertKnown(requirements) {
  const unknown = Object.keys(requirements).find((name) => !NAMES.includes(name));
  if (unknown) throw new TypeError(`a requirement is one of ${NAMES.join(', ')}, not ${unknown}`);
  const { scope, role, acr, maxAge } = requirements;
  for (const [name, value] of Object.entries({ scope, role })) {
    if (value !== undefined && !(typeof value === 'string' && value.trim())) throw new TypeError(`${name} is a text, not ${value}`);
  }
  if (acr !== undefined && !LEVELS.includes(acr)) throw new TypeError(`acr is one of ${LEVELS.join(', ')}, not ${acr}`);
  if (maxAge !== undefined && !(maxAge >= 0)) throw new TypeError(`maxAge is a number of seconds, not ${maxAge}`);
}
