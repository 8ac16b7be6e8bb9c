// Behaviour of users and programs: assumptions, each with its reason. Operators who know their own users better change them here
// and run `npm run scale`.

export const assumptions = {
  /** Accounts per monthly active user: most accounts of a service are inactive. */
  accounts: 3,
  /** Days a month on which a user is active: DAU / MAU of 0.25. */
  days: 8,
  /** Visits a day, and the minutes of each. */
  visits: 2,
  minutes: 20,
  /** `AUTH_ACCESS_TOKEN_LIFETIME`, as shipped. */
  accessMinutes: 15,
  /** Requests a minute to the application, each of which its gateway verifies. */
  verified: 4,
  /** Sign-ins a month: a phone and now and then a computer, each session 30 days long. */
  signIns: 2,
  /** Shares of those: from a new network, with a code by email, with a wrong password first. */
  elsewhere: 0.15,
  codes: 0.1,
  mistyped: 0.15,
  /** Shares of users a month. */
  register: 0.05,
  recover: 0.03,
  leave: 0.01,
  /** Share of users who have a program with an API key, and its requests per hour. */
  keyed: 0.01,
  keyChecks: 12,
  /** Shares of accounts with an authenticator app and its ten recovery codes, and with a passkey. */
  apps: 0.1,
  passkeys: 0.1,
  /** Days an audit entry is kept: `AUDIT_RETENTION_DAYS`, as shipped. */
  auditDays: 365,
  /** The busiest minute of a month against its mean: evenings, Mondays, an email to all users. */
  peak: 4,
};

const HOURS = 730;

/**
 * How often a month a user does each action, by its scenario in tests/operations/operations.json: `[times, ask, when, CPU]`. CPU
 * is the route of scripts/scale/cpu.json that costs about the same, and a factor: a hash is nearly the whole cost of a sign-in,
 * and a failure costs two. `verify` of an access token counts as a `me`: four a minute are too few for an isolate's cache, which
 * dominates the bench of `verify`, and a read of KV costs about as much as one of D1.
 */
export function acts(a) {
  const visits = a.days * a.visits;
  // The token of the last visit has expired; then one for each lifetime that begins.
  const refreshes = visits * Math.ceil(a.minutes / a.accessMinutes);
  const byPassword = a.signIns * (1 - a.codes);
  return [
    [visits * a.minutes * a.verified, 'GET /api/auth/verify', 'an access token', ['me', 1]],
    [refreshes, 'POST /api/auth/token/refresh', '', ['refresh', 1]],
    [visits, 'GET /api/auth/me', 'an access token', ['me', 1]],
    [a.keyed * a.keyChecks * HOURS, 'GET /api/auth/verify', 'an API key', ['verify, API key', 1]],
    [a.keyed * HOURS, 'GET /api/auth/verify', 'an API key, the first time in an hour', ['refresh', 1]],
    [byPassword * (1 - a.elsewhere), 'POST /api/auth/local/login', '', ['sign-in', 1]],
    [byPassword * a.elsewhere, 'POST /api/auth/local/login', 'from a new network', ['sign-in', 1]],
    [byPassword * a.mistyped, 'POST /api/auth/local/login', 'a wrong password', ['sign-in', 2]],
    [a.signIns * a.codes, 'POST /api/auth/otp/request', '', ['refresh', 1]],
    [a.signIns * a.codes, 'POST /api/auth/otp/verify', '', ['refresh', 1]],
    [a.signIns / 2, 'POST /api/auth/logout', '', ['refresh', 1]],
    [a.register, 'POST /api/auth/local/register', '', ['sign-in', 1]],
    [a.register, 'GET /account/activate', 'with a link', ['me', 1]],
    [a.register, 'POST /account/activate', '', ['refresh', 1]],
    [a.recover, 'POST /api/auth/local/recover', '', ['refresh', 1]],
    [a.recover, 'GET /account/recover', 'with a link', ['me', 1]],
    [a.recover, 'POST /account/recover', '', ['sign-in', 1]],
    [a.leave, 'POST /account/delete', '', ['refresh', 1]],
  ];
}

/** How many days rows are kept that are not deleted with their owner: docs/contribute/STORAGE.md. */
export const daysKept = ({ auditDays }) => ({
  sessions: 60, // 30 until they expire, 30 more
  networks: 60,
  outbox: 30,
  audit: auditDays,
  registrations: 1,
  recoveries: 1 / 24,
  codes: 1 / 24,
  attempts: 1,
  departures: 1 / 24,
  factor_undos: 7,
  logout_notices: 1,
  spent: 1 / 288,
  authorizations: 1 / 48,
});

/** Rows that exist as long as their owner does, per monthly active user. */
export const standing = ({ accounts, keyed, apps, passkeys }) => ({
  users: accounts,
  passwords: accounts,
  tokens: keyed,
  totp: accounts * apps,
  recovery_codes: accounts * apps * 10,
  passkeys: accounts * passkeys,
});
