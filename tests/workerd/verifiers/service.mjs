// A service with a verifier: what its routes are, for any framework.

import { verifier } from '../../../packages/verify/src/index.js';

/** The routes of a service: `/VERIFIER/GUARD` has that verifier, and requires what that guard says. `more` are options of all. */
export function routesOf({ verifiers, guards }, more) {
  return Object.entries(verifiers).flatMap(([name, { issuer, resource_metadata: resourceMetadata, keys_max_age: keysMaxAge, ...options }]) => {
    const auth = verifier(issuer, { ...options, ...defined({ resourceMetadata, keysMaxAge }), ...more });
    return Object.entries(guards).map(([guard, { max_age: maxAge, ...requirements }]) => ({
      path: `/${name}/${guard}`,
      auth,
      requirements: { ...requirements, ...defined({ maxAge }) },
    }));
  });
}

const defined = (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
