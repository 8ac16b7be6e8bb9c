//! Every number of the house, each with its reason. Settings may move some within the bounds given here.

use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// A span of whole days, for settings that are given in them.
pub const fn days(days: u64) -> Duration {
    Duration::from_secs(days * DAY)
}

/// The whole days of a span.
pub const fn in_days(span: Duration) -> u64 {
    span.as_secs() / DAY
}

/// The whole minutes of a span.
pub const fn in_minutes(span: Duration) -> u64 {
    span.as_secs() / MINUTE
}

/// A span as dialect F adds it up.
pub const fn span(days: u32, hours: u32, minutes: u32) -> Duration {
    Duration::from_secs(days as u64 * DAY + hours as u64 * HOUR + minutes as u64 * MINUTE)
}

/// Largest request body, in bytes. The longest honest one (a registration with a 1 KiB password) stays under 3 KiB.
pub const BODY_LIMIT: usize = 16 * 1024;

/// Largest header value read, in bytes: an access token is about 600, so this leaves page and bounds parsing.
pub const CREDENTIAL_LIMIT: usize = 4096;

/// `User-Agent` is kept for people to recognise their devices by; beyond this it is noise an attacker pays us to store.
pub const AGENT_LIMIT: usize = 256;

/// Characters of a place's name, which lands in tables and letters: the longest on any map has 85.
pub const PLACE_NAME_LIMIT: usize = 100;

/// What a 503 asks the caller to wait, in seconds: long enough for a D1 failover to have a chance.
pub const RETRY_AFTER_FAULT: u64 = 5;

/// `APP_KEY` in bytes. HKDF gives nothing the input does not have: 256 bits in, 256 bits out.
pub const APP_KEY_MIN_BYTES: usize = 32;

/// Distinct bytes in `APP_KEY`: "aaaa…" and "changemechangeme…" fall below, 32 random bytes in base64 do not. Hex has
/// just 16 digits, and a quarter of random hex keys lack one: the message says what to use instead.
pub const APP_KEY_MIN_DISTINCT: usize = 16;

/// FastSchema's default of `AUTH_ACCESS_TOKEN_LIFETIME` where refresh is off.
pub const ACCESS_LIFETIME_ALONE: Duration = Duration::from_secs(7 * DAY);

/// FastSchema's default of `AUTH_ACCESS_TOKEN_LIFETIME` where refresh is on.
pub const ACCESS_LIFETIME_WITH_REFRESH: Duration = Duration::from_secs(15 * MINUTE);

/// A signing key is shown in the JWKS for its own epoch and the next: a token must not outlive it.
pub const ACCESS_LIFETIME_MAX: Duration = SIGNING_EPOCH;

/// No lifetime below this: clocks of clients differ by this much, and KV's shortest TTL is the same minute.
pub const LIFETIME_MIN: Duration = Duration::from_secs(MINUTE);

/// FastSchema's default of `AUTH_REFRESH_TOKEN_LIFETIME`: idle time, slides with every refresh.
pub const REFRESH_LIFETIME: Duration = Duration::from_secs(7 * DAY);

/// `AUTH_SESSION_LIFETIME`: absolute, never moves (NIST SP 800-63B-4 asks for re-authentication within 30 days at AAL1).
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * DAY);

/// A year: no session of a person outlives this, whatever the settings say.
pub const SESSION_LIFETIME_MAX: Duration = Duration::from_secs(365 * DAY);

/// Default of `AUTH_REFRESH_GRACE`, how long a spent refresh token still gets its successor: a lost answer is retried within
/// seconds, a theft is not. Bounded by the shortest life of the access token that the successor comes with.
pub const REFRESH_GRACE: Duration = Duration::from_secs(10);
pub const REFRESH_GRACE_MAX: Duration = LIFETIME_MIN;

/// Signing keys change with time / this. Every isolate agrees on the epoch without asking anyone.
pub const SIGNING_EPOCH: Duration = Duration::from_secs(30 * DAY);

/// Clocks of Cloudflare's machines are this close, generously: applies to `iat` and to the edges of an epoch.
pub const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The JWKS may be cached this long; the next epoch's key is in it 30 days before it signs.
pub const JWKS_MAX_AGE: Duration = Duration::from_secs(5 * MINUTE);

/// Stylesheet and script may be kept this long, as long as a cache keeps anything: another one has another name.
pub const ASSET_MAX_AGE: Duration = Duration::from_secs(365 * DAY);

/// The description of the doors may be cached this long: it changes with a deployment.
pub const DOCUMENT_MAX_AGE: Duration = Duration::from_secs(5 * MINUTE);

/// Browsers ask before cross-origin requests; this is as long as any of them remembers the answer.
pub const PREFLIGHT_MAX_AGE: Duration = Duration::from_secs(2 * HOUR);

/// Browsers are to remember for two years that this host is https only (what preload lists ask for).
pub const HSTS_MAX_AGE: Duration = Duration::from_secs(2 * 365 * DAY);

/// `APP_NAME` stands in subjects, `AUTH_AUDIENCE` in every token: characters enough for both, and no more.
pub const NAME_MAX_CHARS: usize = 64;
pub const AUDIENCE_MAX_CHARS: usize = 256;

/// KV accepts no shorter life for a key, and a mark must outlast the token it revokes.
pub const KV_TTL_MIN: Duration = Duration::from_secs(60);

/// A KV read may be answered from the location's cache this long (KV's minimum): part of the stated revocation delay.
pub const KV_CACHE_TTL: Duration = Duration::from_secs(30);

/// How long an isolate goes by a signature it has verified and by what it has read of KV's marks: part of the stated
/// revocation delay too, and a small part. What a client asks for comes in bursts of a few seconds.
pub const RECALL: Duration = Duration::from_secs(5);

/// Of each: an isolate answers about a thousand requests a second, each perhaps with another token. A few mebibytes in all.
pub const RECALL_MAX: usize = 5000;

/// How long a replica is waited for before the primary is asked: a primary on the other side of the world answers in a third
/// of it, so a replica that needs longer to catch up with a bookmark is no help.
pub const REPLICA_PATIENCE: Duration = Duration::from_secs(1);

/// Characters of a bookmark that a client presents. D1's own has 59, and is 132 when it is sealed.
pub const BOOKMARK_LIMIT: usize = 512;

/// Argon2id parameters: OWASP's first choice for 19 MiB (m in KiB, t, p). An isolate has 128 MB for everything.
pub const ARGON2_MEMORY_KIB: u32 = 19_456;
pub const ARGON2_PASSES: u32 = 2;
pub const ARGON2_LANES: u32 = 1;

/// Bounds on the parameters of a stored hash before it is run: a foreign row must not ask for a gigabyte or a minute.
pub const ARGON2_MEMORY_KIB_MAX: u32 = 65_536;
pub const ARGON2_PASSES_MAX: u32 = 10;
pub const ARGON2_LANES_MAX: u32 = 4;

/// Password length in characters: NIST's floor with a second factor; 15 is recommended without one.
pub const PASSWORD_MIN_CHARS: usize = 8;

/// Password length in bytes: hashing reads all of it, so somebody must bound it.
pub const PASSWORD_MAX_BYTES: usize = 1024;

/// A context word (application, login, e-mail) shorter than this is in too many good passwords to forbid.
pub const CONTEXT_WORD_MIN_CHARS: usize = 4;

/// The breach service answers from a cache within a tenth of this, and somebody sits in front of the form.
pub const BREACH_TIMEOUT: Duration = Duration::from_secs(2);

/// A range of leaked passwords, in bytes: with padding some 2,000 lines of 40 today. SignedInPage for three times as many.
pub const BREACH_ANSWER_LIMIT: usize = 256 * 1024;

/// Login names are shown in lists and letters; this fits.
pub const LOGIN_MAX_CHARS: usize = 64;

/// RFC 1035 §2.3.4.
pub const DOMAIN_LABEL_MAX_BYTES: usize = 63;

/// RFC 5321 §4.5.3.1: 256 octets of path less the angle brackets; and 64 for the local part.
pub const EMAIL_MAX_BYTES: usize = 254;
pub const EMAIL_LOCAL_MAX_BYTES: usize = 64;

/// How long an activation link works: a night's sleep and a working day.
pub const REGISTRATION_LIFETIME: Duration = Duration::from_secs(DAY);

/// Where expired links can be shown for new ones, their registrations wait this long: for who comes back from a week away.
pub const EXPIRED_REGISTRATION_KEPT: Duration = Duration::from_secs(7 * DAY);

/// How long a recovery link works: it opens an account, so no longer than a walk to the mailbox.
pub const RECOVERY_LIFETIME: Duration = Duration::from_secs(HOUR);

/// How long the link to a new address works. An address mistyped is a stranger's mailbox, and its link the account: so no
/// longer than somebody who asked for it takes to look.
pub const EMAIL_CHANGE_LIFETIME: Duration = Duration::from_secs(HOUR);

/// How long the old address may take a change back: whoever was robbed reads mail within a week, and whoever is given
/// an address that somebody else has left does not get it sooner.
pub const EMAIL_UNDO_LIFETIME: Duration = Duration::from_secs(7 * DAY);

/// How fresh a sign-in must be for what a thief would do with a stolen session: keep the account (password, address,
/// sessions), take it along (export), or destroy it (deletion).
pub const RECENT_AUTHENTICATION: Duration = Duration::from_secs(15 * MINUTE);

/// FastSchema's defaults of `AUTH_OTP_LENGTH`, `AUTH_OTP_EXPIRATION` and `AUTH_OTP_MAX_ATTEMPTS`. There are as many tries for
/// who asked for the code and for everybody else, six together; what bounds a guesser is `CODE_FAILURES_A_DAY`.
pub const CODE_LENGTH: u32 = 6;
pub const CODE_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);
pub const CODE_ATTEMPTS: i64 = 3;

/// Their bounds (OWASP ASVS 5, 6.5: at least 20 bits, at most 10 minutes). Ten digits are more than anybody types.
pub const CODE_LENGTH_MAX: u32 = 10;
pub const CODE_LIFETIME_MAX: Duration = Duration::from_secs(10 * MINUTE);
pub const CODE_ATTEMPTS_MAX: i64 = 5;

/// Within this a second request keeps the first code and sends nothing: impatience must not void what is on its way.
pub const CODE_PAUSE: Duration = Duration::from_secs(MINUTE);

/// Draws until a fair number: the first fails once in 10^9 at ten digits, so this many never do.
pub const CODE_DRAWS: u32 = 8;

/// Letters that carry nothing with a life of its own (notices) are worth sending for this long.
pub const NOTICE_LIFETIME: Duration = Duration::from_secs(3 * DAY);

/// What is left to do after an answer waits for this: begun at once it overtakes the answer, and how long the answer
/// takes would tell whether there is a letter to send.
pub const BACKGROUND_PAUSE: Duration = Duration::from_millis(10);

/// A delivery that has not reported within this is taken to have died with its isolate (`waitUntil` ends after 30 s).
pub const MAIL_LEASE: Duration = Duration::from_secs(60);

/// A provider that has not answered by then will not: two attempts fit into `waitUntil`.
pub const MAIL_TIMEOUT: Duration = Duration::from_secs(10);

/// A provider's answer is its status and, with some, a code in a short JSON body; a longer one is not theirs.
pub const MAIL_ANSWER_LIMIT: usize = 16 * 1024;

/// Waits between attempts to send a letter. The last is repeated for as long as what the letter carries works.
pub const MAIL_BACKOFF: [Duration; 7] = [
    Duration::from_secs(MINUTE),
    Duration::from_secs(2 * MINUTE),
    Duration::from_secs(5 * MINUTE),
    Duration::from_secs(15 * MINUTE),
    Duration::from_secs(HOUR),
    Duration::from_secs(3 * HOUR),
    Duration::from_secs(8 * HOUR),
];

/// `MAIL_<LETTER>_SUBJECT` in characters: clients show about 70. With its fields filled it stays far below the 998 bytes
/// a header line may have (RFC 5322 §2.1.1).
pub const MAIL_SUBJECT_MAX_CHARS: usize = 200;

/// `MAIL_<LETTER>_BODY` in characters: Cloudflare keeps no variable of more than 5 KB.
pub const MAIL_BODY_MAX_CHARS: usize = 5000;

/// So much of a wrong field's name stands in the problem it makes: the longest right one has ten characters, and
/// `/health/ready` is no place to read a letter in.
pub const FIELD_SHOWN_CHARS: usize = 32;

/// One letter lists at most so many registrations that wait for one address: beyond a few nobody reads them.
pub const LINKS_IN_A_LETTER: u32 = 5;

/// Rows a cron run removes from each table at most: it must not hold up the requests of that minute.
pub const SWEEP_STEP: u32 = 2000;

/// A session's row stays this long after its absolute end, so that whoever looks into a theft finds it, and no shorter than
/// `PLACE_KNOWN`, because the device it began on is known by it.
pub const ENDED_SESSION_KEPT: Duration = Duration::from_secs(30 * DAY);

/// A delivered or dead letter's row, which carries nothing any more, answers "did it go out?" for this long.
pub const LETTER_KEPT: Duration = Duration::from_secs(30 * DAY);

/// Default of `AUDIT_RETENTION_DAYS`: a year shows what happened last time. Bounded by ten.
pub const AUDIT_RETENTION_DAYS: u64 = 365;
pub const AUDIT_RETENTION_DAYS_MAX: u64 = 3650;

/// Emails of one kind to one mailbox within the window, asked for from one network: enough for a person who keeps asking. Each
/// kind and each network has its own, so that no flood of one keeps another out; from all networks together, too few for a bomb.
pub const MAIL_BUDGET: u32 = 5;
pub const MAIL_BUDGET_OF_ALL: u32 = 4 * MAIL_BUDGET;
pub const MAIL_BUDGET_WINDOW: Duration = Duration::from_secs(HOUR);

/// Registrations that wait for one address, of one network. Whoever mistypes registers again: the oldest goes.
pub const REGISTRATIONS_WAITING: u32 = 5;

/// What strangers have written, by the clock's hour, block (`domain::devices::network`) and for all. An email that is asked for leaves some
/// 7.5 KB for a day and 1 KB for longer, a try or a refusal half a kilobyte: from everywhere at the full rate half a gigabyte a day,
/// so D1's ten are full after two weeks, and cron has said so for days. A large service, and a carrier's busiest address, need less.
pub const STRANGERS_WINDOW: Duration = Duration::from_secs(HOUR);
pub const STRANGERS_LETTERS: u32 = 6_000;
pub const STRANGERS_LETTERS_OF_A_BLOCK: u32 = 300;
pub const STRANGERS_FAILURES: u32 = 60_000;
pub const STRANGERS_FAILURES_OF_A_BLOCK: u32 = 3_000;

/// D1's largest database, in bytes; and from where on it is said that this one will be full.
pub const DATABASE_LIMIT: u64 = 10_000_000_000;
pub const DATABASE_NEARLY_FULL: u64 = DATABASE_LIMIT / 10 * 8;

/// Per address (`domain::rate_limit`, and `wrangler.toml` says the same): passwords, codes and links that are tried. Sixty a
/// minute let a school sign in behind one address at nine; one address spraying guesses gets no further than that.
pub const GUESSES: u32 = 60;
pub const GUESSES_WINDOW: Duration = Duration::from_secs(MINUTE);

/// Per address: letters that are asked for. Each costs money, and a registration a hash besides.
pub const LETTERS: u32 = 20;
pub const LETTERS_WINDOW: Duration = Duration::from_secs(MINUTE);

/// Per address: refreshes, above all. A whole page refreshes from one, and on Monday at nine all at once.
pub const TRAFFIC: u32 = 300;
pub const TRAFFIC_WINDOW: Duration = Duration::from_secs(10);

/// The tenth wrong password in a row is the first that is waited after: people find theirs within a few, and parallel
/// sign-ins of one account (each a try until it has succeeded) stay below.
pub const FAILURES_AT_ONCE: u32 = 10;

/// The first wait, doubling up to the longest: about a hundred guesses a day for a whole internet of attackers, and no
/// longer than somebody who has remembered at last is willing to wait.
pub const FAILURE_WAIT: Duration = Duration::from_secs(15);
pub const FAILURE_WAIT_MAX: Duration = Duration::from_secs(15 * MINUTE);

/// Failures count as in a row until this long after the last wait: who sits it out gains ten guesses a day, no more than
/// who goes on.
pub const FAILURES_FORGOTTEN: Duration = Duration::from_secs(DAY);

/// Wrong codes, over all codes of an address: ten, then a day's wait; after a hundred without a success a month. At six
/// digits that is a chance of 1 in 10,000 until its owner must have noticed a hundred letters.
pub const CODE_FAILURES_A_DAY: u32 = 10;
pub const CODE_FAILURES_DAY: Duration = Duration::from_secs(DAY);
pub const CODE_FAILURES_MAX: u32 = 100;
pub const CODE_FAILURES_FORGOTTEN: Duration = Duration::from_secs(30 * DAY);

/// Within this the same form from the same browser is the same click: a second one, a second Enter, a page that was slow. The
/// script of the pages holds a form back for as long. Whoever means it twice loads the page again.
pub const FORM_GRACE: Duration = Duration::from_secs(10);

/// So long after the last session that began there must be over an account still knows a network or a device: strangers'
/// failures do not count there. Counted from the session's end, or who is signed in for a month would be a stranger at home
/// after it.
pub const PLACE_KNOWN: Duration = Duration::from_secs(30 * DAY);

/// A person's list of living sessions: beyond this it is no list for a person.
pub const SESSIONS_LISTED: u32 = 100;

/// Users or log entries in one answer to an administrator: two screens, and an answer of some 30 KB.
pub const ADMIN_PAGE: u32 = 100;

/// Entries of the log that one answer looks through for an act, an outcome or an address: as for `SWEEP_STEP`, the log may
/// have millions, and everybody's requests wait behind whoever reads them.
pub const LOG_STEP: u32 = 2000;

/// Rows of each kind in an export, the newest: years of an ordinary account, and what fits into an isolate for one that
/// strangers try a hundred times a day.
pub const EXPORT_ROWS: u32 = 1000;

/// `/health/ready` reports letters parked within this time: older ones have been seen or do not matter.
pub const PARKED_LETTERS_WINDOW: Duration = Duration::from_secs(DAY);

/// So many of the newest letters say whether the provider takes our key: a few, or those that wait for an outage to end would
/// hide the last that it judged.
pub const LETTERS_JUDGED: u32 = 20;

/// One cron run's share of letters and of revocation marks: a letter costs three subrequests, a mark two (of private tokens
/// there may be more), and a run may make 1,000.
pub const CRON_STEP: u32 = 40;

/// `/dev/mail` shows the newest letters only.
pub const DEV_MAILBOX_SIZE: u32 = 50;

/// Failures of one kind, identifier and address within this time share one audit row with a count.
pub const AUDIT_BUCKET: Duration = Duration::from_secs(MINUTE);

/// FastReport Cloud: a ticket is good for five minutes.
pub const TICKET_LIFETIME: Duration = Duration::from_secs(5 * MINUTE);

/// A return address in bytes: beyond this some browser or proxy cuts it off.
pub const RETURN_ADDRESS_LIMIT: usize = 2000;

/// FastReport Cloud gives a user five API keys; a hundred is more than anybody keeps apart.
pub const API_KEYS_PER_USER: u32 = 5;
pub const API_KEYS_PER_USER_MAX: u32 = 100;

/// Private tokens of a user: one for every program of a large team, and no more than KV can be told of by one cron run
/// when all of them have ended at once, with one subrequest each.
pub const PRIVATE_TOKENS_MAX: u32 = 500;

/// Keys of a page: each lives an hour, so this many at once is somebody's loop.
pub const PORTAL_KEYS_MAX: u32 = 100;

/// Keys and tokens a user may make within the window, deleted ones included: each is told by a letter, and none may be made
/// in silence; whoever makes and deletes all day must not fill the database.
pub const KEYS_AT_ONCE: u32 = 20;
pub const KEYS_WINDOW: Duration = MAIL_BUDGET_WINDOW;

/// Default of `AUTH_API_KEY_MAX_LIFETIME`: FastReport's own example makes a key for years. Bounded by ten.
pub const KEY_LIFETIME: Duration = Duration::from_secs(5 * 365 * DAY);
pub const KEY_LIFETIME_MAX: Duration = Duration::from_secs(10 * 365 * DAY);

/// Lives of a key that a page offers, in days, where they are shorter than the longest: a trial, a quarter, a year. The
/// middle one is proposed: who does not think about it replaces a key four times a year, and a lost one ends by itself.
pub const KEY_LIVES_OFFERED: [u64; 3] = [30, KEY_LIFE_PROPOSED, 365];
pub const KEY_LIFE_PROPOSED: u64 = 90;

/// Default of `AUTH_API_KEY_REVEAL`: long enough to make a key, reload the list and copy it. Bounded by a day: beyond
/// that it is for always, and should say so.
pub const KEY_REVEAL: Duration = Duration::from_secs(5 * MINUTE);
pub const KEY_REVEAL_MAX: Duration = Duration::from_secs(DAY);

/// What a key or a private token is called, in characters (FastReport Cloud: 300).
pub const KEY_NAME_MAX_CHARS: usize = 300;

/// Dialect P: the short token always lives for an hour.
pub const SHORT_TOKEN_LIFETIME: Duration = Duration::from_secs(HOUR);

/// Dialect F: a key made on a page lives for an hour.
pub const PORTAL_KEY_LIFETIME: Duration = Duration::from_secs(HOUR);

/// Dialect F: the largest `ttl_days`, `ttl_hours` and `ttl_minutes`; they are added up.
pub const TTL_DAYS_MAX: u32 = 30;
pub const TTL_HOURS_MAX: u32 = 23;
pub const TTL_MINUTES_MAX: u32 = 59;

/// A token's `last_used_at` is written at most this often: a busy key must not write a row with every request.
pub const LAST_USED_STEP: Duration = Duration::from_secs(HOUR);

/// An ended token's row stays this long, so that whoever looks into a theft finds it.
pub const ENDED_TOKEN_KEPT: Duration = Duration::from_secs(30 * DAY);

/// An administrator's list of somebody's living tokens: beyond this it is no list for a person.
pub const TOKENS_LISTED: u32 = 100;

/// A letter names at most so many keys: beyond a few nobody reads them.
pub const KEYS_IN_A_LETTER: u32 = 10;

/// A page of private tokens, unless `page_size` says otherwise, and the most it may say.
pub const TOKEN_PAGE: u32 = 20;
pub const TOKEN_PAGE_MAX: u32 = 100;

/// The runtime sends none of its own, and providers turn away who does not say what they are.
pub const USER_AGENT: &str = concat!("gatehouse/", env!("CARGO_PKG_VERSION"));
