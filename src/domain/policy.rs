//! Every number of the service, each with its reason. Some settings may change one within the bounds given here.

use std::ops::RangeInclusive;
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A duration of whole days, for settings that are given in days.
pub const fn days(days: u64) -> Duration {
    Duration::from_secs(days * DAY)
}

/// A duration of whole seconds, for parameters that are given in seconds.
pub const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// The whole days of a duration.
pub const fn in_days(span: Duration) -> u64 {
    span.as_secs() / DAY
}

/// The whole minutes of a duration.
pub const fn in_minutes(span: Duration) -> u64 {
    span.as_secs() / MINUTE
}

/// The sum that FortiPortal's `ttl_days`, `ttl_hours` and `ttl_minutes` make.
pub const fn span(days: u32, hours: u32, minutes: u32) -> Duration {
    Duration::from_secs(days as u64 * DAY + hours as u64 * HOUR + minutes as u64 * MINUTE)
}

/// Largest request body, in bytes. The longest legitimate one (a registration with a 1 KiB password) stays under 3 KiB.
pub const BODY_LIMIT: usize = 16 * 1024;

/// Largest header value read, in bytes. An access token has about 600; the limit leaves room and bounds parsing.
pub const CREDENTIAL_LIMIT: usize = 4096;

/// Bytes of `User-Agent` that are kept for users to recognise their devices: more is noise that an attacker pays us to store.
pub const AGENT_LIMIT: usize = 256;

/// Characters of a place name, which is stored in tables and shown in emails. The longest on any map has 85.
pub const PLACE_NAME_LIMIT: usize = 100;

/// `Retry-After` of a 503, in seconds: long enough for a D1 failover to have a chance.
pub const RETRY_AFTER_FAULT: u64 = 5;

/// Minimum length of `APP_KEY`, in bytes. HKDF adds no entropy: 256 bits in, 256 bits out.
pub const APP_KEY_MIN_BYTES: usize = 32;

/// Minimum number of distinct bytes in `APP_KEY`. "aaaa…" and "changemechangeme…" have fewer, 32 random bytes in base64 do
/// not. Hex has just 16 digits, and a quarter of random hex keys lack one; the error message says what to use instead.
pub const APP_KEY_MIN_DISTINCT: usize = 16;

/// FastSchema's default of `AUTH_ACCESS_TOKEN_LIFETIME` with refresh off.
pub const ACCESS_LIFETIME_ALONE: Duration = Duration::from_secs(7 * DAY);

/// FastSchema's default of `AUTH_ACCESS_TOKEN_LIFETIME` with refresh on.
pub const ACCESS_LIFETIME_WITH_REFRESH: Duration = Duration::from_secs(15 * MINUTE);

/// A signing key is in the JWKS for its own epoch and the next, and a token must not outlive it.
pub const ACCESS_LIFETIME_MAX: Duration = SIGNING_EPOCH;

/// Minimum of all lifetimes: client clocks differ by this much, and KV's shortest TTL is the same minute.
pub const LIFETIME_MIN: Duration = Duration::from_secs(MINUTE);

/// FastSchema's default of `AUTH_REFRESH_TOKEN_LIFETIME`: idle time, extended by every refresh.
pub const REFRESH_LIFETIME: Duration = Duration::from_secs(7 * DAY);

/// Default of `AUTH_SESSION_LIFETIME`: absolute, never extended (NIST SP 800-63B-4: re-authenticate within 30 days at AAL1).
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * DAY);

/// A year: the longest user session that settings can ask for.
pub const SESSION_LIFETIME_MAX: Duration = Duration::from_secs(365 * DAY);

/// Default of `AUTH_REFRESH_GRACE`, how long a spent refresh token still gets its successor: clients retry a lost response
/// within seconds, thieves do not. At most the minimum lifetime of the access token that the successor comes with.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);
pub const REFRESH_GRACE_MAX: Duration = LIFETIME_MIN;

/// Length of a signing epoch. The epoch number is time divided by this, so every isolate agrees on it without asking anyone.
pub const SIGNING_EPOCH: Duration = Duration::from_secs(30 * DAY);

/// Largest difference between the clocks of Cloudflare's machines, generously. Applies to `iat` and to the edges of an epoch.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// `max-age` of the JWKS. The next epoch's key is in it 30 days before it signs.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(5 * MINUTE);

/// `max-age` of stylesheet and script, as long as caches keep anything: a changed file has a different name.
pub const ASSET_MAX_AGE: Duration = Duration::from_secs(365 * DAY);

/// `max-age` of the OpenAPI description: it changes with a deployment.
pub const DOCUMENT_MAX_AGE: Duration = Duration::from_secs(5 * MINUTE);

/// `Access-Control-Max-Age`, how long browsers may cache a preflight response: the longest that any of them honours.
pub const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(2 * HOUR);

/// `max-age` of `Strict-Transport-Security`: two years, as preload lists require.
pub const HSTS_MAX_AGE: Duration = Duration::from_secs(2 * 365 * DAY);

/// Maximum length of `APP_NAME`, which is part of subjects, and of `AUTH_AUDIENCE`, which is in every token.
pub const NAME_MAX_CHARS: usize = 64;
pub const AUDIENCE_MAX_CHARS: usize = 256;

/// Minimum TTL of a KV key. A revocation mark must outlast the token it revokes.
pub const KV_TTL_MIN: Duration = Duration::from_secs(60);

/// How long a KV read may be served from the location's cache (KV's minimum): part of the stated revocation delay.
pub const KV_CACHE_TTL: Duration = Duration::from_secs(30);

/// How long an isolate reuses a verified signature and the marks it has read from KV: a small part of the stated revocation
/// delay. Clients send requests in bursts of a few seconds.
pub const RECALL: Duration = Duration::from_secs(5);

/// Maximum entries of each cache. An isolate serves about a thousand requests a second, each perhaps with a different token.
/// All caches together take a few mebibytes.
pub const RECALL_MAX: usize = 5000;

/// How long to wait for a replica before asking the primary. A primary on the other side of the world answers in a third of
/// it, so a replica that needs longer to catch up with a bookmark is no help.
pub const REPLICA_PATIENCE: Duration = Duration::from_secs(1);

/// Characters of a bookmark that a client presents. D1's own has 59, sealed it has 132.
pub const BOOKMARK_LIMIT: usize = 512;

/// Argon2id parameters: OWASP's first choice for 19 MiB (m in KiB, t, p). An isolate has 128 MB for everything.
pub const ARGON2_MEMORY_KIB: u32 = 19_456;
pub const ARGON2_PASSES: u32 = 2;
pub const ARGON2_LANES: u32 = 1;

/// Upper bounds on the parameters of a stored hash, checked first: an imported row must not ask for a gigabyte or a minute.
pub const ARGON2_MEMORY_KIB_MAX: u32 = 65_536;
pub const ARGON2_PASSES_MAX: u32 = 10;
pub const ARGON2_LANES_MAX: u32 = 4;

/// Minimum password length in characters: NIST's minimum with a second factor. Without one it recommends 15.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Maximum password length in bytes, because hashing reads all of them.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// Context words (application, login name, email) shorter than this are in too many good passwords to forbid.
pub const CONTEXT_WORD_MIN_CHARS: usize = 4;

/// Timeout of the breach service. It answers from a cache within a tenth of this, and a user is waiting at the form.
pub const BREACH_TIMEOUT: Duration = Duration::from_secs(2);

/// Maximum size of a range of leaked passwords, in bytes. With padding it has some 2,000 lines of 40 today; there is room for
/// three times as many.
pub const BREACH_ANSWER_LIMIT: usize = 256 * 1024;

/// Maximum length of a login name: it has to fit in lists and emails.
pub const LOGIN_MAX_CHARS: usize = 64;

/// RFC 1035 §2.3.4.
pub const DOMAIN_LABEL_MAX_BYTES: usize = 63;

/// RFC 5321 §4.5.3.1: 256 octets of path less the angle brackets; and 64 for the local part.
pub const EMAIL_MAX_BYTES: usize = 254;
pub const EMAIL_LOCAL_MAX_BYTES: usize = 64;

/// Lifetime of an activation link: a night's sleep and a working day.
pub const REGISTRATION_LIFETIME: Duration = Duration::from_secs(DAY);

/// How long registrations with expired links are kept, so that users who return after a week can ask for a new link.
pub const EXPIRED_REGISTRATION_KEPT: Duration = Duration::from_secs(7 * DAY);

/// Lifetime of a recovery link: it opens an account, so no longer than a user needs to read their email.
pub const RECOVERY_LIFETIME: Duration = Duration::from_secs(HOUR);

/// Lifetime of the link to a new address. A mistyped address is a stranger's mailbox, and the link gives them the account, so
/// it works no longer than the user needs to read their email.
pub const EMAIL_CHANGE_LIFETIME: Duration = Duration::from_secs(HOUR);

/// How long the old address may undo a change: a user whose account was hijacked reads email within a week, and an abandoned
/// address is not reassigned to a new owner sooner.
pub const EMAIL_UNDO_LIFETIME: Duration = Duration::from_secs(7 * DAY);

/// Maximum age of a sign-in for the acts a thief would use a stolen session for: taking over the account (password, address,
/// sessions), copying it (export), or destroying it (deletion).
pub const RECENT_AUTHENTICATION: Duration = Duration::from_secs(15 * MINUTE);

/// How old a proof counts that another provider does not date: its own session may be weeks old. It is no recent proof, and none for
/// a client that asks for one of the same day (`max_age`).
pub const UNDATED_PROOF_AGE: Duration = Duration::from_secs(DAY);

/// FastSchema's defaults of `AUTH_OTP_LENGTH`, `AUTH_OTP_EXPIRATION` and `AUTH_OTP_MAX_ATTEMPTS`. The requesting client and
/// all others have as many attempts each, six together. `CODE_FAILURES_A_DAY` is what bounds guessing.
pub const CODE_LENGTH: u32 = 6;
pub const CODE_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);
pub const CODE_ATTEMPTS: i64 = 3;

/// Their bounds (OWASP ASVS 5, 6.5: at least 20 bits, at most 10 minutes). Ten digits are more than users will type.
pub const CODE_LENGTH_MAX: u32 = 10;
pub const CODE_LIFETIME_MAX: Duration = Duration::from_secs(10 * MINUTE);
pub const CODE_ATTEMPTS_MAX: i64 = 5;

/// Lifetime of a passkey's challenge, and what the options tell browsers to wait: long enough to find the phone (WebAuthn L3
/// §15.1 recommends five minutes). A sign-in page renews it.
pub const PASSKEY_CHALLENGE_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);

/// WebAuthn L3 §5.8.3: the longest credential id.
pub const CREDENTIAL_ID_MAX_BYTES: usize = 1023;

/// How many arrays and maps may lie inside each other in what an authenticator writes. CTAP2 allows four for its own messages;
/// attestation objects and extensions wrap those.
pub const CBOR_DEPTH: u32 = 8;

/// Sizes of RSA keys, in bits: of passkeys, and of `AUTH_RSA_KEY`. TPMs have 2048, and fewer are too weak (NIST SP 800-131A). More
/// than 4096 would cost tens of milliseconds for each signature.
pub const RSA_BITS: RangeInclusive<usize> = 2048..=4096;

/// Within this time a second request keeps the first code and sends nothing: impatience must not invalidate that code.
pub const CODE_PAUSE: Duration = Duration::from_secs(MINUTE);

/// Maximum draws for an unbiased number. With ten digits a draw fails once in 10^9, so that this many never all fail.
pub const CODE_DRAWS: u32 = 8;

/// Codes of authenticator apps (RFC 6238). Six digits, 30 seconds and SHA-1 are what every app supports: some ignore the
/// parameters that ask for others and then show wrong codes. A secret is as long as SHA-1's output (RFC 4226 §4, R6).
pub const TOTP_DIGITS: u32 = 6;
pub const TOTP_STEP: Duration = Duration::from_secs(30);
pub const TOTP_SECRET_BYTES: usize = 20;

/// Steps before and after the current one whose codes are accepted: for a phone's clock, and for a code that changes while it
/// is typed (RFC 6238 §5.2 recommends at most one). It makes three codes in a million right at any moment.
pub const TOTP_DRIFT_STEPS: i64 = 1;

/// Blank modules around a QR code (ISO/IEC 18004 §6.3.8): without them a camera does not find it on a dark page.
pub const QR_QUIET_ZONE: i32 = 4;

/// Recovery codes of an account: each digit numbers one, and a printed page or a note holds them all.
pub const RECOVERY_CODES: usize = 10;

/// Random bytes of a recovery code. 80 bits are 16 characters in base 32, and more than the 64 bits that NIST SP 800-63B-4
/// §4.2.1.1 asks of a saved recovery code. No guess succeeds, even against a stolen database.
pub const RECOVERY_CODE_BYTES: usize = 10;

/// How long to keep trying to send a notice, which contains nothing that expires.
pub const NOTICE_LIFETIME: Duration = Duration::from_secs(3 * DAY);

/// Delay of background tasks. A task started at once would delay the response, and the response time would then reveal
/// whether there is an email to send.
pub const BACKGROUND_PAUSE: Duration = Duration::from_millis(10);

/// A delivery that has not reported within this time is assumed to have died with its isolate (`waitUntil` ends after 30 s).
pub const MAIL_LEASE: Duration = Duration::from_secs(60);

/// Timeout of a mail provider: two attempts fit into `waitUntil`.
pub const MAIL_TIMEOUT: Duration = Duration::from_secs(10);

/// Maximum response body of a provider, in bytes. A provider responds with a status and, in some cases, a code in a short
/// JSON body; a longer one is not from a provider.
pub const MAIL_ANSWER_LIMIT: usize = 16 * 1024;

/// Waits between attempts to send an email. The last is repeated until the link or code in the email expires.
pub const MAIL_BACKOFF: [Duration; 7] = [
    Duration::from_secs(MINUTE),
    Duration::from_secs(2 * MINUTE),
    Duration::from_secs(5 * MINUTE),
    Duration::from_secs(15 * MINUTE),
    Duration::from_secs(HOUR),
    Duration::from_secs(3 * HOUR),
    Duration::from_secs(8 * HOUR),
];

/// Maximum length of `MAIL_<EMAIL>_SUBJECT` in characters: clients show about 70. With its fields filled it stays far below
/// the 998 bytes a header line may have (RFC 5322 §2.1.1).
pub const MAIL_SUBJECT_MAX_CHARS: usize = 200;

/// Maximum length of `MAIL_<EMAIL>_BODY` in characters: Cloudflare accepts variables up to 5 KB.
pub const MAIL_BODY_MAX_CHARS: usize = 5000;

/// How much of an unknown field's name an error message repeats: the longest valid name has ten characters, and
/// `/health/ready` must not show the text of an email.
pub const FIELD_SHOWN_CHARS: usize = 32;

/// Maximum registrations of one address that an email lists: more than a few are not read.
pub const LINKS_IN_AN_EMAIL: u32 = 5;

/// Maximum rows a cron run deletes from each table: it must not hold up the requests of that minute.
pub const SWEEP_STEP: u32 = 2000;

/// How long a session's row is kept after its absolute end, for the investigation of a theft. At least `PLACE_KNOWN`, because
/// the session's row is how its device is recognised.
pub const ENDED_SESSION_KEPT: Duration = Duration::from_secs(30 * DAY);

/// How long the row of a delivered or failed email is kept, without its content, to answer "did it go out?".
pub const EMAIL_KEPT: Duration = Duration::from_secs(30 * DAY);

/// Default of `AUDIT_RETENTION_DAYS`: a year covers last year's incident. At most ten years.
pub const AUDIT_RETENTION_DAYS: u64 = 365;
pub const AUDIT_RETENTION_DAYS_MAX: u64 = 3650;

/// Emails of one kind to one mailbox within the window, requested from one network: enough for a user who keeps asking. Each
/// kind and each network has its own counter, so that flooding one does not block another. All networks together get too few
/// for a mail bomb.
pub const MAIL_BUDGET: u32 = 5;
pub const MAIL_BUDGET_OF_ALL: u32 = 4 * MAIL_BUDGET;
pub const MAIL_BUDGET_WINDOW: Duration = Duration::from_secs(HOUR);

/// Pending registrations of one address from one network. A user who mistypes registers again, so the oldest is replaced.
pub const REGISTRATIONS_WAITING: u32 = 5;

/// What anonymous clients may have written: per clock hour, for one block (`domain::devices::network`) and for all together.
/// A requested email takes some 7.5 KB for a day and 1 KB for longer, an attempt or a refusal half a kilobyte. At the full
/// rate from everywhere this is half a gigabyte a day, which fills D1's ten in two weeks, after cron has warned for days. A
/// large service, and a carrier's busiest address, need less.
pub const STRANGERS_WINDOW: Duration = Duration::from_secs(HOUR);
pub const STRANGERS_EMAILS: u32 = 6_000;
pub const STRANGERS_EMAILS_OF_A_BLOCK: u32 = 300;
pub const STRANGERS_FAILURES: u32 = 60_000;
pub const STRANGERS_FAILURES_OF_A_BLOCK: u32 = 3_000;

/// Requests that clients without a secret push or make for a device. A row of at most 8 KB is gone after half an hour, so these
/// never hold a hundred megabytes; and a large company signs in a thousand times an hour.
pub const STRANGERS_REQUESTS: u32 = 20_000;
pub const STRANGERS_REQUESTS_OF_A_BLOCK: u32 = 1_000;

/// D1's largest database, in bytes; and the size from which a warning is logged.
pub const DATABASE_LIMIT: u64 = 10_000_000_000;
pub const DATABASE_NEARLY_FULL: u64 = DATABASE_LIMIT / 10 * 8;

/// Per address (`domain::rate_limit`; `wrangler.toml` has the same numbers): attempts at passwords, codes and links. Sixty a
/// minute let a school sign in behind one address at nine, and still bound password spraying from one address.
pub const GUESSES: u32 = 60;
pub const GUESSES_WINDOW: Duration = Duration::from_secs(MINUTE);

/// Per address: requests that send an email. Each costs money, and a registration a hash too.
pub const EMAILS: u32 = 20;
pub const EMAILS_WINDOW: Duration = Duration::from_secs(MINUTE);

/// Per address: mainly refreshes. A whole company may refresh from one address, on Monday at nine all at once.
pub const TRAFFIC: u32 = 300;
pub const TRAFFIC_WINDOW: Duration = Duration::from_secs(10);

/// The tenth wrong password in a row is the first that causes a wait: users find the right one within a few tries, and
/// parallel sign-ins of one account (each counts as a try until it succeeds) stay below.
pub const FAILURES_AT_ONCE: u32 = 10;

/// The first wait, and the longest, up to which it doubles. All attackers together get about a hundred guesses a day, and the
/// longest is what a user who has just remembered the password still accepts.
pub const FAILURE_WAIT: Duration = Duration::from_secs(15);
pub const FAILURE_WAIT_MAX: Duration = Duration::from_secs(15 * MINUTE);

/// How long after the last wait failures still count as in a row. An attacker who waits for the reset gains ten guesses a
/// day, no more than one who goes on.
pub const FAILURES_FORGOTTEN: Duration = Duration::from_secs(DAY);

/// Wrong codes, over all codes of an address: ten, then a day's wait; after a hundred without a success a month. At six
/// digits that is a chance of 1 in 10,000 before the owner has received a hundred emails.
pub const CODE_FAILURES_A_DAY: u32 = 10;
pub const CODE_FAILURES_DAY: Duration = Duration::from_secs(DAY);
pub const CODE_FAILURES_MAX: u32 = 100;
pub const CODE_FAILURES_FORGOTTEN: Duration = Duration::from_secs(30 * DAY);

/// Within this time the same form from the same browser counts as one submission: a double click, a second Enter, a slow
/// page. The pages' script blocks resubmission for as long. To submit twice on purpose, reload the page.
pub const FORM_GRACE: Duration = Duration::from_secs(10);

/// How long an account remembers a network or a device after the end of the last session that began there. Strangers'
/// failures do not count against a known one. Measured from the session's end: otherwise a user who stays signed in for a
/// month would be unknown at home afterwards.
pub const PLACE_KNOWN: Duration = Duration::from_secs(30 * DAY);

/// Maximum sessions in a user's list of active ones: a longer list is not readable.
pub const SESSIONS_LISTED: u32 = 100;

/// Users or log entries in one response to an administrator: two screens, and some 30 KB.
pub const ADMIN_PAGE: u32 = 100;

/// Log entries that one response searches for an act, an outcome or an address. The log may have millions, and a long read
/// holds up all other requests (see `SWEEP_STEP`).
pub const LOG_STEP: u32 = 2000;

/// Rows of each kind in an export, newest first: years of an ordinary account, and what fits into an isolate for an account
/// that is attacked a hundred times a day.
pub const EXPORT_ROWS: u32 = 1000;

/// `/health/ready` reports emails parked within this time: older ones have been seen or do not matter.
pub const PARKED_EMAILS_WINDOW: Duration = Duration::from_secs(DAY);

/// How many passkeys `/health/ready` looks at: after the RP ID has changed, all of the first ones belong to the old one.
pub const PASSKEYS_JUDGED: u32 = 100;

/// How many of the newest emails are checked for whether the provider accepts our key. With only a few, the emails that wait
/// for an outage to end would hide the last one the provider judged.
pub const EMAILS_JUDGED: u32 = 20;

/// Emails and revocation marks per cron run. An email costs three subrequests, a mark two (private tokens may have more), and
/// a run may make 1,000.
pub const CRON_STEP: u32 = 40;

/// Secrets that a cron run encrypts again: a hundred thousand in less than a day, and a run stays within a second of CPU.
pub const RESEAL_STEP: u32 = 100;

/// `/dev/mail` shows only the newest emails.
pub const DEV_MAILBOX_SIZE: u32 = 50;

/// Failures of one kind, identifier and address within this time share one audit row with a count.
pub const AUDIT_BUCKET: Duration = Duration::from_secs(MINUTE);

/// How long the first factor waits for the second: long enough to fetch a phone, and an unattended screen is safe soon.
pub const MFA_TOKEN_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);

/// How long an offered authenticator app or offered recovery codes wait for their confirmation: enough to install an app and to
/// print the codes, and no longer than the recent proof of identity that the offer needs.
pub const ENROLMENT_LIFETIME: Duration = Duration::from_secs(15 * MINUTE);

/// Largest `AUTH_MFA_REMEMBER_DAYS` (NIST SP 800-63B-4: re-authenticate within 30 days).
pub const MFA_REMEMBERED_DAYS_MAX: u64 = 30;

/// Passkeys and security keys of one user: every device of a person with many, and a sign-in still offers them all.
pub const PASSKEYS_PER_USER: u32 = 20;

/// Longest name of a passkey: it fits a line of the page, and names the device and whose it is.
pub const PASSKEY_NAME_MAX_CHARS: usize = 64;

/// Emails of an hour to one mailbox with the link that removes a first factor. Other emails about factors are of the same kind: more
/// than all of them together, so that a thief cannot use up the budget of the one that matters.
pub const FACTOR_UNDOS_BUDGET: u32 = 2 * MAIL_BUDGET_OF_ALL;

/// How long the mailbox may remove the first factor of an account: a thief who knows the password could add one, and its owner
/// reads email within a week.
pub const FACTOR_UNDO_LIFETIME: Duration = Duration::from_secs(7 * DAY);

/// Length of a `client_id` in bytes: it stands in every URL of a sign-in, and two characters name nothing.
pub const CLIENT_ID_MIN_BYTES: usize = 3;
pub const CLIENT_ID_MAX_BYTES: usize = 64;

/// Random digits of a `client_id` that nobody has chosen: among so few clients no two are alike.
pub const CLIENT_ID_RANDOM_DIGITS: usize = 8;

/// Characters of a client's name, which users read on the consent page and in lists.
pub const CLIENT_NAME_MAX_CHARS: usize = 64;

/// Redirect addresses of a client: one for each place where it runs, and each is compared.
pub const REDIRECT_URIS_MAX: usize = 20;

/// Length of a redirect address in bytes: with the other parameters it must fit into a return address.
pub const REDIRECT_URI_MAX_BYTES: usize = 512;

/// Length of a resource identifier in bytes, for the same reason.
pub const RESOURCE_MAX_BYTES: usize = 256;

/// Scopes of a client or a request: users read them on the consent page.
pub const SCOPES_MAX: usize = 32;

/// Length of a scope in bytes.
pub const SCOPE_MAX_BYTES: usize = 64;

/// Length of a host name and of a label of one in bytes (RFC 1035 §2.3.4).
pub const HOST_NAME_MAX_BYTES: usize = 253;
pub const HOST_LABEL_MAX_BYTES: usize = 63;

/// Length of a `client_id` that is the URL of a document, in bytes: it is stored with every session of the client.
pub const CLIENT_DOCUMENT_URL_MAX_BYTES: usize = 512;

/// Size of a client's document in bytes, as draft-ietf-oauth-client-id-metadata-document recommends.
pub const CLIENT_DOCUMENT_LIMIT: usize = 5 * 1024;

/// Timeout of a client's document: a user is waiting for the page.
pub const CLIENT_DOCUMENT_TIMEOUT: Duration = Duration::from_secs(5);

/// The unit of `max-age` (RFC 9111 §1.2.2).
pub const SECOND: Duration = Duration::from_secs(1);

/// How long a document is used without being fetched again, if its `Cache-Control` says no less: a client that has lost an
/// address must not lead users there for longer.
pub const CLIENT_DOCUMENT_MAX_AGE: Duration = Duration::from_secs(HOUR);

/// The same for a document without `max-age`, and for one that could not be used: a page that is loaded again asks nobody.
pub const CLIENT_DOCUMENT_RETRY: Duration = Duration::from_secs(MINUTE);

/// Documents that an isolate remembers: at most some 11 KB each, so half a mebibyte.
pub const CLIENT_DOCUMENTS_KEPT: usize = 50;

/// Redirect addresses, and bytes of the name, of a client that registers itself: all of it is in its `client_id`.
pub const SELF_REGISTRATION_URIS_MAX: usize = 5;
pub const SELF_REGISTRATION_NAME_MAX_BYTES: usize = 64;

/// Length of what such a `client_id` contains, in bytes: with the other parameters it must fit into a return address.
pub const SELF_REGISTRATION_MAX_BYTES: usize = 1024;

/// Days for which such a `client_id` is valid, not counting the first: then the client registers itself anew.
pub const SELF_REGISTRATION_DAYS: u16 = 90;

/// Clients: beyond this no list of them can be read, and a service with more signs strangers in by other means.
pub const CLIENTS_MAX: u32 = 1000;

/// The longest time for which the secret before the current one is accepted: a deployment of every instance fits in.
pub const CLIENT_SECRET_OVERLAP_MAX: Duration = Duration::from_secs(7 * DAY);

/// How long it is accepted unless the administrator says otherwise: time for one deployment.
pub const CLIENT_SECRET_OVERLAP: Duration = Duration::from_secs(DAY);

/// The choices of the page, in seconds: at once for a secret that has leaked; a deployment of minutes, of a day, of a week.
pub const CLIENT_SECRET_OVERLAPS_OFFERED: [u64; 4] = [0, HOUR, DAY, 7 * DAY];

/// Scopes of a client for which none are given: signing in, and staying signed in.
pub const CLIENT_SCOPES: &str = "openid profile email offline_access";

/// RFC 6749 §4.1.2 recommends at most ten minutes for an authorization code; it is redeemed at once.
pub const AUTHORIZATION_CODE_LIFETIME: Duration = Duration::from_secs(MINUTE);

/// How long a user has to type a device's code (RFC 8628 §3.2). Eight letters of twenty are 34 bits (§5.1), and the code of a
/// device that nobody is looking at any more must not wait for its victim (§5.4).
pub const DEVICE_CODE_LIFETIME: Duration = Duration::from_secs(10 * MINUTE);
pub const USER_CODE_LETTERS: usize = 8;

/// The seconds between two polls of a device: RFC 8628 §3.2's default; and what `slow_down` adds to them (§3.5), up to an
/// interval after which a poll still comes in time.
pub const DEVICE_POLL_INTERVAL: Duration = Duration::from_secs(5);
pub const DEVICE_POLL_STEP: Duration = Duration::from_secs(5);
pub const DEVICE_POLL_INTERVAL_MAX: Duration = Duration::from_secs(MINUTE);

/// A poll may come this much too early: it was faster on its way than the one before.
pub const DEVICE_POLL_TOLERANCE: Duration = Duration::from_secs(1);

/// How long a pushed request waits for its user's browser (RFC 9126 §2.2): for a redirect. And how long it is kept for a user who
/// signs in, or creates an account, before it is answered.
pub const PUSHED_REQUEST_LIFETIME: Duration = Duration::from_secs(90);
pub const PUSHED_REQUEST_KEPT: Duration = Duration::from_secs(30 * MINUTE);

/// Length of a pushed request in bytes. Requests are pushed because they are long: twice what fits into a return address.
pub const PUSHED_REQUEST_MAX_BYTES: usize = 8192;

/// A code that its own client presents again within this time was sent twice: after it, somebody else has it too (RFC 6749
/// §4.1.2).
pub const CODE_REPEAT: Duration = Duration::from_secs(10);

/// Lifetime of a client's access token: no other service asks us about it, so it must be short.
pub const CLIENT_ACCESS_LIFETIME: Duration = Duration::from_secs(15 * MINUTE);

/// Keys of a client that signs assertions: each instance may have one, and a rotation adds another.
pub const CLIENT_KEYS_MAX: usize = 8;

/// Length of a `kid` in bytes: an RFC 7638 thumbprint has 43.
pub const KEY_ID_MAX_BYTES: usize = 128;

/// A client assertion is made for one request, and until it expires its `jti` must be remembered.
pub const CLIENT_ASSERTION_LIFETIME_MAX: Duration = Duration::from_secs(5 * MINUTE);

/// Characters of its `jti`: a UUID has 36.
pub const CLIENT_ASSERTION_ID_MAX_CHARS: usize = 128;

/// How long the refresh token before the current one still gets its successor, if a client presents it: devices that sleep in the
/// middle of a refresh come back with it.
pub const CLIENT_REFRESH_GRACE: Duration = Duration::from_secs(MINUTE);

/// Timeout of a client that is told of the end of a session. OpenID Connect Back-Channel Logout §2.5 wants an answer at once.
pub const LOGOUT_NOTICE_TIMEOUT: Duration = Duration::from_secs(5);

/// Maximum response body: none is read, since the status says everything.
pub const LOGOUT_NOTICE_ANSWER_LIMIT: usize = 1024;

/// A delivery that has not reported within this time is assumed to have died with its isolate.
pub const LOGOUT_NOTICE_LEASE: Duration = Duration::from_secs(30);

/// Lifetime of a logout token: Back-Channel Logout §4 recommends at most two minutes.
pub const LOGOUT_TOKEN_LIFETIME: Duration = Duration::from_secs(2 * MINUTE);

/// Waits between attempts. After the sixth, within an hour, the notice is given up: the client's own session has lasted too long
/// for it to matter, and its refresh token ended at once.
pub const LOGOUT_NOTICE_BACKOFF: [Duration; 5] = [
    Duration::from_secs(MINUTE),
    Duration::from_secs(2 * MINUTE),
    Duration::from_secs(5 * MINUTE),
    Duration::from_secs(15 * MINUTE),
    Duration::from_secs(30 * MINUTE),
];

/// Notices that are delivered right after the response: with each at its timeout, they fit into the 30 seconds of `waitUntil`. Cron
/// delivers the rest.
pub const LOGOUT_NOTICES_AT_ONCE: usize = 5;

/// After this time a cron run begins no further delivery, so that clients that do not answer cannot make it overlap the next.
pub const LOGOUT_NOTICES_RUN: Duration = Duration::from_secs(40);

/// How long the row of a delivered or failed notice is kept, to answer "did the client get it?".
pub const LOGOUT_NOTICE_KEPT: Duration = Duration::from_secs(DAY);

/// FastReport Cloud: a ticket is valid for five minutes.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);

/// Maximum length of a return address in bytes. The longest is an authorization request; encoded once more as a parameter it still
/// fits into the 16 KB that Cloudflare allows a URL.
pub const RETURN_ADDRESS_LIMIT: usize = 4000;

/// Length of a parameter of an authorization request in bytes. An ID token as a hint is the longest.
pub const AUTHORIZATION_PARAMETER_MAX_BYTES: usize = 2048;

/// FastReport Cloud allows a user five API keys; more than a hundred cannot be told apart.
pub const API_KEYS_PER_USER: u32 = 5;
pub const API_KEYS_PER_USER_MAX: u32 = 100;

/// Private tokens of a user: one for every program of a large team. When all of them end at once, a single cron run can still
/// write them to KV, with one subrequest each.
pub const PRIVATE_TOKENS_MAX: u32 = 500;

/// Keys created on a page: each lives an hour, so this many at once come from a loop.
pub const PORTAL_KEYS_MAX: u32 = 100;

/// Keys and tokens a user may create within the window, deleted ones included. Each causes an email, so that none is created
/// unnoticed, and creating and deleting all day must not fill the database.
pub const KEYS_AT_ONCE: u32 = 20;
pub const KEYS_WINDOW: Duration = MAIL_BUDGET_WINDOW;

/// Default of `AUTH_API_KEY_MAX_LIFETIME`: FastReport's own example creates a key for years. At most ten years.
pub const KEY_LIFETIME: Duration = Duration::from_secs(5 * 365 * DAY);
pub const KEY_LIFETIME_MAX: Duration = Duration::from_secs(10 * 365 * DAY);

/// Key lifetimes that a page offers, in days, if shorter than the maximum: a trial, a quarter, a year. The middle one is the
/// default: a user who accepts it replaces the key four times a year, and a lost key expires by itself.
pub const KEY_LIVES_OFFERED: [u64; 3] = [30, KEY_LIFE_PROPOSED, 365];
pub const KEY_LIFE_PROPOSED: u64 = 90;

/// Default of `AUTH_API_KEY_REVEAL`: long enough to create a key, reload the list and copy it. At most a day; for longer, the
/// setting should say "always".
pub const KEY_REVEAL: Duration = Duration::from_secs(5 * MINUTE);
pub const KEY_REVEAL_MAX: Duration = Duration::from_secs(DAY);

/// Maximum length of the name of a key or a private token, in characters (FastReport Cloud: 300).
pub const KEY_NAME_MAX_CHARS: usize = 300;

/// Private tokens: the short token always lives for an hour.
pub const SHORT_TOKEN_LIFETIME: Duration = Duration::from_secs(HOUR);

/// FortiPortal: a key created on a page lives for an hour.
pub const PORTAL_KEY_LIFETIME: Duration = Duration::from_secs(HOUR);

/// FortiPortal: the largest `ttl_days`, `ttl_hours` and `ttl_minutes`; they are added up.
pub const TTL_DAYS_MAX: u32 = 30;
pub const TTL_HOURS_MAX: u32 = 23;
pub const TTL_MINUTES_MAX: u32 = 59;

/// Minimum interval between two writes of a token's `last_used_at`: a busy key must not write a row with every request.
pub const LAST_USED_STEP: Duration = Duration::from_secs(HOUR);

/// How long an ended token's row is kept, for the investigation of a theft.
pub const ENDED_TOKEN_KEPT: Duration = Duration::from_secs(30 * DAY);

/// Maximum tokens in an administrator's list of a user's active ones: a longer list is not readable.
pub const TOKENS_LISTED: u32 = 100;

/// Maximum keys that an email names: more than a few are not read.
pub const KEYS_IN_AN_EMAIL: u32 = 10;

/// Default and maximum of `page_size` for private tokens.
pub const TOKEN_PAGE: u32 = 20;
pub const TOKEN_PAGE_MAX: u32 = 100;

/// Providers that users may sign in with: their buttons stand on one page.
pub const PROVIDERS_MAX: usize = 12;

/// Identities of one account.
pub const IDENTITIES_PER_USER: u32 = 12;

/// Length of a provider's id, in bytes: it is a part of a path and of a secret's name.
pub const PROVIDER_ID_MAX_BYTES: usize = 32;

/// Length of a subject in bytes (OpenID Connect Core §2).
pub const SUBJECT_MAX_BYTES: usize = 255;

/// How long a user may take at a provider.
pub const FEDERATED_SIGN_IN_LIFETIME: Duration = Duration::from_secs(10 * MINUTE);

/// Sign-ins that a browser may have begun at once, in several tabs: each is a cookie of half a kilobyte.
pub const FEDERATED_SIGN_INS_HELD: usize = 3;

/// Length of what a cookie holds until an account has the identity, in bytes: browsers take 4,096 with its name (RFC 6265 §6.1), and
/// say nothing about one that they do not take.
pub const HELD_MAX_BYTES: usize = 4000;

/// A provider's answer: a user is waiting for the page.
pub const PROVIDER_TIMEOUT: Duration = Duration::from_secs(10);

/// Size of a provider's answer, in bytes. Key sets of large ones have a dozen keys.
pub const PROVIDER_ANSWER_LIMIT: usize = 64 * 1024;

/// Length of a provider's ID token, in bytes: Entra's may list groups.
pub const UPSTREAM_TOKEN_LIMIT: usize = 16 * 1024;

/// How long a provider's metadata and keys are used.
pub const PROVIDER_METADATA_MAX_AGE: Duration = Duration::from_secs(HOUR);

/// How soon keys are fetched a second time for one that is not among them: a provider may sign with a key that it does not publish.
pub const PROVIDER_METADATA_RETRY: Duration = Duration::from_secs(MINUTE);

/// `User-Agent` of our requests: the runtime sends none, and providers reject requests without one.
pub const USER_AGENT: &str = concat!("gatehouse/", env!("CARGO_PKG_VERSION"));
