//! Revocation marks: they let a token be refused without asking D1. D1 is authoritative, and KV is told of its changes.

use std::time::Duration;

use crate::domain::accounts::user::{Role, User};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::client::Client;
use crate::domain::policy;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::private_token::PrivateClaims;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::isolate_cache::IsolateCache;
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::marks::{self, Mark};
use crate::store::sessions::{self, Ended};
use crate::store::{clients, deleted_users, tokens, users};

/// The key whose value says that a session or private token has ended.
fn ended_key<T>(id: Id<T>) -> String {
    format!("revoked:{id}")
}

/// The key of a [`Mark`], whose value [`spell`] formats.
fn user_key(user: Id<User>) -> String {
    format!("version:{user}")
}

/// The key of the moment at which a client was disabled, in milliseconds.
fn client_key(client: &str) -> String {
    format!("disabled:{client}")
}

/// A mark is kept until the last token it revokes has expired, by any clock.
fn ttl(until: Timestamp, now: Timestamp) -> Duration {
    (until.since(now) + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN)
}

/// The marks in KV, with this isolate's cache of them.
struct Marks<'a, P> {
    platform: &'a P,
    cache: &'a IsolateCache,
    now: Timestamp,
}

impl<'a, P: Platform> Marks<'a, P> {
    const fn of(ctx: &'a RequestContext<'_, P>) -> Self {
        Self { platform: ctx.platform, cache: ctx.cache, now: ctx.now }
    }

    async fn put(&self, key: String, mark: String, until: Timestamp) -> Result<(), Fault> {
        self.platform.put(&key, &mark, ttl(until, self.now)).await?;
        // Another request may have written a newer one first.
        if let Some(newest) = self.newest(&key, Some(mark)) {
            self.cache.written.insert(key.clone(), newest.clone(), self.now);
            self.cache.marks.insert(key, Some(newest), self.now);
        }
        Ok(())
    }

    async fn put_ended<T>(&self, ended: Id<T>, until: Timestamp) -> Result<(), Fault> {
        self.put(ended_key(ended), "1".to_owned(), until).await
    }

    /// After a failure it is unknown whether the mark was written, perhaps over a newer one that was written meanwhile. So the
    /// mark becomes pending again, whatever was recorded.
    async fn put_user(&self, mark: &Mark) -> Result<(), Fault> {
        let put = self.put(user_key(mark.user), spell(mark), mark.until).await;
        if put.is_err() {
            self.platform.batch(vec![users::unsettle_mark(mark.user), deleted_users::unsettle_mark(mark.user)]).await?;
        }
        put
    }

    async fn put_disabled(&self, client: &str, disabled_at: Timestamp) -> Result<(), Fault> {
        self.put(client_key(client), disabled_at.millis().to_string(), disabled_at + policy::CLIENT_ACCESS_LIFETIME)
            .await
    }

    /// The marks in KV for a session or token and for its user. Versions are compared as numbers; an unreadable mark is a
    /// fault, which denies access.
    async fn look<T>(&self, id: Id<T>, user: Id<User>) -> Result<(bool, Option<UserMark>), Fault> {
        let [ended, mark] = self.get([ended_key(id), user_key(user)]).await?;
        Ok((ended.is_some(), UserMark::read_any(mark)?))
    }

    /// The values of these keys; one bulk read, unless all are cached.
    async fn get<const N: usize>(&self, keys: [String; N]) -> Result<[Option<String>; N], Fault> {
        let remembered: Vec<_> = keys.iter().map_while(|key| self.cache.marks.get(key, self.now)).collect();
        if let Ok(remembered) = remembered.try_into() {
            return Ok(remembered);
        }
        let found = self.platform.get_many(&keys).await?;
        let noted: Vec<_> = keys.into_iter().zip(found).map(|(key, read)| self.note(key, read)).collect();
        noted.try_into().map_err(|_| Fault::new("KV", "answered for other keys than were asked"))
    }

    /// Caches the value that was read, unless a newer one is known.
    fn note(&self, key: String, read: Option<String>) -> Option<String> {
        let mark = self.newest(&key, read);
        self.cache.marks.insert(key, mark.clone(), self.now);
        mark
    }

    /// Marks only ever rise, and KV may take a minute to show what this isolate has written itself. Of two equal versions KV's
    /// is used.
    fn newest(&self, key: &str, read: Option<String>) -> Option<String> {
        self.cache.written.last(key).into_iter().chain(read).max_by_key(|mark| version(mark))
    }
}

/// Writes the mark of an ended session. A failure is logged and not returned: the session has ended, and cron repeats the mark
/// from D1.
async fn mark(ctx: &RequestContext<'_, impl Platform>, ended: &Ended) {
    match Marks::of(ctx).put_ended(ended.id, ended.access_until).await {
        Ok(()) => ctx.defer(BackgroundTask::SettleMark(ended.id)),
        Err(fault) => ctx.log(&fault),
    }
}

/// Writes the marks of an ended session and of the sessions that ended with it, of which there may be any number: cron writes
/// those beyond `CRON_STEP` within a minute. After the response the first clients are told, and cron tells the others.
pub async fn mark_ended(ctx: &RequestContext<'_, impl Platform>, rows: &[Row]) {
    let mut told = 0;
    for ended in rows.iter().take(policy::CRON_STEP as usize).map(Ended::read) {
        match ended {
            Ok(ended) => {
                mark(ctx, &ended).await;
                if ended.notify && told < policy::LOGOUT_NOTICES_AT_ONCE {
                    told += 1;
                    ctx.defer(BackgroundTask::NotifyClient(ended.id));
                }
            }
            Err(fault) => ctx.log(&fault),
        }
    }
}

/// Writes the mark of a user whose version has risen, or who was deleted. A failure is only logged.
pub async fn mark_user(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) {
    let told = async {
        let Some(mark) = marks::pending(ctx.platform, user).await? else {
            return Ok(());
        };
        Marks::of(ctx).put_user(&mark).await?;
        ctx.defer(BackgroundTask::SettleUserMark(mark.user, mark.version));
        Ok(())
    };
    if let Err(fault) = told.await {
        ctx.log(&fault);
    }
}

/// Writes the marks of a user's private tokens that have just ended. A failure is only logged.
pub async fn mark_tokens(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) {
    let mut told = Vec::new();
    let telling = async {
        for ended in tokens::unmarked(ctx.platform, tokens::belong_to(user), ctx.now, policy::CRON_STEP).await? {
            let ended = ended?;
            Marks::of(ctx).put_ended(ended.id, ended.expires_at).await?;
            told.push(ended.id);
        }
        Ok(())
    };
    if let Err(fault) = telling.await {
        ctx.log(&fault);
    }
    if !told.is_empty() {
        ctx.defer(BackgroundTask::SettleTokenMarks(told));
    }
}

/// Writes the mark of a client, if it is disabled. A failure is only logged, and cron repeats the mark.
pub async fn mark_client(ctx: &RequestContext<'_, impl Platform>, client: &Client) {
    if let Some(disabled_at) = client.disabled_at
        && let Err(fault) = Marks::of(ctx).put_disabled(client.id.as_str(), disabled_at).await
    {
        ctx.log(&fault);
    }
}

/// `version exception role`: the exception is a session's id or `-`; the role is `out` for a user who no longer has one.
fn spell(mark: &Mark) -> String {
    let except = mark.except.map_or_else(|| "-".to_owned(), |session| session.to_string());
    format!("{} {except} {}", mark.version, mark.role.map_or("out", Role::as_str))
}

/// Records that KV has a user's version, whether the user still exists or not.
pub fn settle_user(user: Id<User>, version: i64) -> Vec<Statement> {
    vec![users::settle_mark(user, version), deleted_users::settle_mark(user, version)]
}

/// Whether any mark revokes an access token, as far as KV could be seen from here a moment ago.
pub async fn is_marked(
    ctx: &RequestContext<'_, impl Platform>,
    token: &VerifiedClaims<AccessClaims>,
) -> Result<bool, Fault> {
    let (marks, claims) = (Marks::of(ctx), &token.claims);
    let [own, of_user] = [ended_key(claims.sid), user_key(claims.sub)];
    let ([ended, mark], disabled) = match claims.client() {
        None => (marks.get([own, of_user]).await?, None),
        Some(client) => {
            let [ended, mark, disabled] = marks.get([own, of_user, client_key(client)]).await?;
            ([ended, mark], disabled)
        }
    };
    let outdated = |mark: &UserMark| claims.ver < mark.version && mark.except != claims.sid.to_string();
    // A client that was enabled again gets new tokens; these are of before.
    let is_before = |disabled: &String| token.issued_at.millis() <= version(disabled);
    Ok(ended.is_some()
        || UserMark::read_any(mark)?.as_ref().is_some_and(outdated)
        || disabled.as_ref().is_some_and(is_before))
}

/// The role a private token has, as far as KV could be seen from here a moment ago; `None` if it is revoked.
pub async fn role_of(ctx: &RequestContext<'_, impl Platform>, claims: &PrivateClaims) -> Result<Option<Role>, Fault> {
    let (ended, mark) = Marks::of(ctx).look(claims.jti, claims.sub).await?;
    let role = mark.filter(|mark| claims.ver < mark.version).map_or(Some(claims.role), |mark| mark.role);
    Ok(role.filter(|_| !ended))
}

/// The version at the start of a mark. An unreadable mark ranks above all others, so that it is not overlooked.
fn version(mark: &str) -> i64 {
    mark.split(' ').next().and_then(|version| version.parse().ok()).unwrap_or(i64::MAX)
}

/// A mark, parsed.
struct UserMark {
    version: i64,
    except: String,
    role: Option<Role>,
}

impl UserMark {
    fn read_any(mark: Option<String>) -> Result<Option<Self>, Fault> {
        let read = |mark: String| Self::read(&mark).ok_or_else(|| Fault::new("KV", "a mark of another shape"));
        mark.map(read).transpose()
    }

    fn read(mark: &str) -> Option<Self> {
        let mut words = mark.split(' ');
        let (version, except) = (words.next()?.parse().ok()?, words.next().unwrap_or("-").to_owned());
        // Marks from before private tokens existed have no role, and every private token is newer than they are.
        let role = match words.next() {
            None | Some("out") => None,
            Some(role) => Some(Role::parse(role)?),
        };
        Some(Self { version, except, role })
    }
}

/// Cron: writes the marks that could not be written in time. A failure is logged and does not hold up the others.
pub async fn repair(platform: &impl Platform, cache: &IsolateCache, now: Timestamp) -> Result<(), Fault> {
    let marks = Marks { platform, cache, now };
    for ended in sessions::unmarked(platform, now, policy::CRON_STEP).await? {
        platform.failure("mark", repeat(&marks, ended).await);
    }
    platform.failure("marks of tokens", repair_tokens(&marks).await);
    for mark in marks::unmarked(platform, now, policy::CRON_STEP).await? {
        platform.failure("mark", repeat_user(&marks, mark).await);
    }
    platform.failure("marks of clients", repeat_clients(&marks).await);
    Ok(())
}

/// They are written each minute while a token could still be accepted: whether they were written is not recorded.
async fn repeat_clients(marks: &Marks<'_, impl Platform>) -> Result<(), Fault> {
    let since = marks.now - policy::CLIENT_ACCESS_LIFETIME;
    for row in marks.platform.rows(clients::disabled_since(since)).await? {
        marks.put_disabled(row.text("id")?, row.time("disabled_at")?).await?;
    }
    Ok(())
}

async fn repeat(marks: &Marks<'_, impl Platform>, ended: Result<Ended, Fault>) -> Result<(), Fault> {
    let ended = ended?;
    marks.put_ended(ended.id, ended.access_until).await?;
    marks.platform.batch(vec![sessions::settle_mark(ended.id)]).await.map(|_| ())
}

/// A thief may have created as many private tokens as the limit allows, and the owner has ended them all: the last of their
/// marks must be written within the documented delay too.
async fn repair_tokens(marks: &Marks<'_, impl Platform>) -> Result<(), Fault> {
    let (platform, mut told) = (marks.platform, Vec::new());
    for ended in tokens::unmarked(platform, Guard::always(), marks.now, policy::PRIVATE_TOKENS_MAX).await? {
        let repeated = async {
            let ended = ended?;
            marks.put_ended(ended.id, ended.expires_at).await?;
            told.push(ended.id);
            Ok(())
        };
        platform.failure("mark", repeated.await);
    }
    if told.is_empty() { Ok(()) } else { platform.batch(vec![tokens::settle_marks(&told)]).await.map(|_| ()) }
}

async fn repeat_user(marks: &Marks<'_, impl Platform>, mark: Result<Mark, Fault>) -> Result<(), Fault> {
    let mark = mark?;
    marks.put_user(&mark).await?;
    marks.platform.batch(settle_user(mark.user, mark.version)).await.map(|_| ())
}
