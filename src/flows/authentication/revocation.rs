//! Revocation marks: what lets a token be refused where D1 is not asked. D1 is the truth, KV the notice of it.

use std::time::Duration;

use crate::domain::accounts::user::{Role, User};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::TokenKind;
use crate::domain::tokens::private_token::PrivateClaims;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::isolate_cache::IsolateCache;
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::marks::{self, Mark};
use crate::store::sessions::{self, Ended};
use crate::store::{deleted_users, tokens, users};

/// The session, or the private token, has ended.
fn ended_key<T>(id: Id<T>) -> String {
    format!("revoked:{id}")
}

/// A [`Mark`], spelled by [`spell`].
fn user_key(user: Id<User>) -> String {
    format!("version:{user}")
}

/// A mark stands until the last token it speaks against has expired, by any clock.
fn ttl(until: Timestamp, now: Timestamp) -> Duration {
    (until.since(now) + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN)
}

/// KV's marks, with what this isolate remembers of them.
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
        // Another may have been quicker with a newer one.
        if let Some(newest) = self.newest(&key, Some(mark)) {
            self.cache.written.insert(key.clone(), newest.clone(), self.now);
            self.cache.marks.insert(key, Some(newest), self.now);
        }
        Ok(())
    }

    async fn put_ended<T>(&self, ended: Id<T>, until: Timestamp) -> Result<(), Fault> {
        self.put(ended_key(ended), "1".to_owned(), until).await
    }

    /// After a failure nobody knows whether the mark has landed, perhaps upon a newer one that was told meanwhile: so it is
    /// to be told again, whatever was noted.
    async fn put_user(&self, mark: &Mark) -> Result<(), Fault> {
        let put = self.put(user_key(mark.user), spell(mark), mark.until).await;
        if put.is_err() {
            self.platform.batch(vec![users::unsettle_mark(mark.user), deleted_users::unsettle_mark(mark.user)]).await?;
        }
        put
    }

    /// What KV holds against something of a user's. Versions are compared as numbers; a mark that cannot be read is a fault,
    /// and lets nobody through.
    async fn look<T>(&self, id: Id<T>, user: Id<User>) -> Result<(bool, Option<UserMark>), Fault> {
        let [ended, mark] = self.get([ended_key(id), user_key(user)]).await?;
        let read = |mark: String| UserMark::read(&mark).ok_or_else(|| Fault::new("KV", "a mark of another shape"));
        Ok((ended.is_some(), mark.map(read).transpose()?))
    }

    /// What is there for two keys; one bulk read, unless both are remembered.
    async fn get(&self, keys: [String; 2]) -> Result<[Option<String>; 2], Fault> {
        let remembered = |key: &String| self.cache.marks.get(key, self.now);
        if let [Some(ended), Some(mark)] = keys.each_ref().map(remembered) {
            return Ok([ended, mark]);
        }
        let found = self.platform.get_many(&keys).await?;
        let [ended, mark] =
            <[_; 2]>::try_from(found).map_err(|_| Fault::new("KV", "answered for other keys than were asked"))?;
        let [ended_key, user_key] = keys;
        Ok([self.note(ended_key, ended), self.note(user_key, mark)])
    }

    /// Remembers what was read, unless more is known.
    fn note(&self, key: String, read: Option<String>) -> Option<String> {
        let mark = self.newest(&key, read);
        self.cache.marks.insert(key, mark.clone(), self.now);
        mark
    }

    /// Marks only ever rise, and KV may take a minute to show what this isolate has written itself. Of two alike KV's counts.
    fn newest(&self, key: &str, read: Option<String>) -> Option<String> {
        self.cache.written.last(key).into_iter().chain(read).max_by_key(|mark| version(mark))
    }
}

/// Writes the mark of an ended session. A failure is logged and not told: the session has ended, and cron repeats the
/// mark from D1.
async fn mark(ctx: &RequestContext<'_, impl Platform>, ended: &Ended) {
    match Marks::of(ctx).put_ended(ended.id, ended.access_until).await {
        Ok(()) => ctx.defer(BackgroundTask::SettleMark(ended.id)),
        Err(fault) => ctx.log(&fault),
    }
}

/// Writes the marks of a session that has ended and of those that ended with it, of which there may be any number: what is
/// beyond a run's share cron writes within the minute.
pub async fn mark_ended(ctx: &RequestContext<'_, impl Platform>, rows: &[Row]) {
    for ended in rows.iter().take(policy::CRON_STEP as usize).map(Ended::read) {
        match ended {
            Ok(ended) => mark(ctx, &ended).await,
            Err(fault) => ctx.log(&fault),
        }
    }
}

/// Writes the mark of a user whose version has risen, or who has left, with the same care.
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

/// Writes the marks of a user's private tokens that have just ended, with the same care.
pub async fn mark_tokens(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) {
    let mut told = Vec::new();
    let telling = async {
        let private = tokens::belong_to(user).and(tokens::are(TokenKind::Private));
        for ended in tokens::unmarked(ctx.platform, private, ctx.now, policy::CRON_STEP).await? {
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

/// `version exception role`: the exception a session's id or `-`, the role `out` for who has none any more.
fn spell(mark: &Mark) -> String {
    let except = mark.except.map_or_else(|| "-".to_owned(), |session| session.to_string());
    format!("{} {except} {}", mark.version, mark.role.map_or("out", Role::as_str))
}

/// KV has been told of a user's version, whether the user is still here or not.
pub fn settle_user(user: Id<User>, version: i64) -> Vec<Statement> {
    vec![users::settle_mark(user, version), deleted_users::settle_mark(user, version)]
}

/// Whether any mark speaks against an access token, as far as KV could be seen from here a moment ago.
pub async fn is_marked(ctx: &RequestContext<'_, impl Platform>, claims: &AccessClaims) -> Result<bool, Fault> {
    let (ended, mark) = Marks::of(ctx).look(claims.sid, claims.sub).await?;
    let outdated = |mark: &UserMark| claims.ver < mark.version && mark.except != claims.sid.to_string();
    Ok(ended || mark.as_ref().is_some_and(outdated))
}

/// The role a private token has, as far as KV could be seen from here a moment ago; `None` if it has none any more.
pub async fn role_of(ctx: &RequestContext<'_, impl Platform>, claims: &PrivateClaims) -> Result<Option<Role>, Fault> {
    let (ended, mark) = Marks::of(ctx).look(claims.jti, claims.sub).await?;
    let role = mark.filter(|mark| claims.ver < mark.version).map_or(Some(claims.role), |mark| mark.role);
    Ok(role.filter(|_| !ended))
}

/// What a mark begins with. One that cannot be read stands above all, so that it is not overlooked.
fn version(mark: &str) -> i64 {
    mark.split(' ').next().and_then(|version| version.parse().ok()).unwrap_or(i64::MAX)
}

/// A mark as it was read.
struct UserMark {
    version: i64,
    except: String,
    role: Option<Role>,
}

impl UserMark {
    fn read(mark: &str) -> Option<Self> {
        let mut words = mark.split(' ');
        let (version, except) = (words.next()?.parse().ok()?, words.next().unwrap_or("-").to_owned());
        // A mark of before there were private tokens has no role, and none of them can be older than it.
        let role = match words.next() {
            None | Some("out") => None,
            Some(role) => Some(Role::parse(role)?),
        };
        Some(Self { version, except, role })
    }
}

/// Cron: writes the marks that could not be written when their time was. One that fails again is logged and does not
/// hold up the others.
pub async fn repair(platform: &impl Platform, cache: &IsolateCache, now: Timestamp) -> Result<(), Fault> {
    let marks = Marks { platform, cache, now };
    for ended in sessions::unmarked(platform, now, policy::CRON_STEP).await? {
        platform.failure("mark", repeat(&marks, ended).await);
    }
    platform.failure("marks of tokens", repair_tokens(&marks).await);
    for mark in marks::unmarked(platform, now, policy::CRON_STEP).await? {
        platform.failure("mark", repeat_user(&marks, mark).await);
    }
    Ok(())
}

async fn repeat(marks: &Marks<'_, impl Platform>, ended: Result<Ended, Fault>) -> Result<(), Fault> {
    let ended = ended?;
    marks.put_ended(ended.id, ended.access_until).await?;
    marks.platform.batch(vec![sessions::settle_mark(ended.id)]).await.map(|_| ())
}

/// A thief who was let in has made as many private tokens as one may have, and the owner has ended them all: the last of
/// them must be told of within the stated delay too.
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
