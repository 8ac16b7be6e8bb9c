//! Revocation marks: what lets a token be refused where D1 is not asked. D1 is the truth, KV the notice of it.

use std::time::Duration;

use crate::domain::access_token::AccessClaims;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::domain::user::User;
use crate::flows::visit::{Errand, Visit};
use crate::ports::{KeyValue, Platform, Statement};
use crate::store::departures;
use crate::store::sessions::{self, Ended};
use crate::store::users::{self, Mark};

/// Its session has ended.
fn session_key(session: Id<Session>) -> String {
    format!("revoked:{session}")
}

/// `version` or `version except`: its version is below that one, and its session is not the exception.
fn user_key(user: Id<User>) -> String {
    format!("version:{user}")
}

/// A mark stands until the last token it speaks against has expired, by any clock.
fn ttl(until: Timestamp, now: Timestamp) -> Duration {
    (until.since(now) + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN)
}

/// Writes the mark of an ended session. A failure is logged and not told: the session has ended, and cron repeats the
/// mark from D1.
pub async fn mark(visit: &Visit<'_, impl Platform>, ended: &Ended) {
    match put(visit.on, ended, visit.now).await {
        Ok(()) => visit.later(Errand::SettleMark(ended.id)),
        Err(fault) => visit.log(&fault),
    }
}

/// Writes the mark of a user whose version has risen, or who has left, with the same care.
pub async fn mark_user(visit: &Visit<'_, impl Platform>, user: Id<User>) {
    let told = async {
        let Some(mark) = users::pending_mark(visit.on, user).await? else {
            return Ok(());
        };
        put_user(visit.on, &mark, visit.now).await?;
        visit.later(Errand::SettleUserMark(mark.user, mark.version));
        Ok(())
    };
    if let Err(fault) = told.await {
        visit.log(&fault);
    }
}

async fn put(on: &impl KeyValue, ended: &Ended, now: Timestamp) -> Result<(), Fault> {
    on.put(&session_key(ended.id), "1", ttl(ended.access_until, now)).await
}

async fn put_user(on: &impl KeyValue, mark: &Mark, now: Timestamp) -> Result<(), Fault> {
    let value = match mark.except {
        Some(session) => format!("{} {session}", mark.version),
        None => mark.version.to_string(),
    };
    on.put(&user_key(mark.user), &value, ttl(mark.until, now)).await
}

/// KV has been told of a user's version, whether the user is still here or not.
pub fn settle_user(user: Id<User>, version: i64) -> Vec<Statement> {
    vec![users::settle_mark(user, version), departures::settle_mark(user, version)]
}

/// Whether any mark speaks against a token, as far as KV can be seen from here. One bulk read.
pub async fn is_marked(on: &impl KeyValue, claims: &AccessClaims) -> Result<bool, Fault> {
    let found = on.get_many(&[session_key(claims.sid), user_key(claims.sub)]).await?;
    let [session, user] = found.as_slice() else {
        return Err(Fault::new("KV", "answered for other keys than were asked"));
    };
    let outdated = user.as_deref().map(|mark| is_outdated(mark, claims)).transpose()?;
    Ok(session.is_some() || outdated == Some(true))
}

/// Versions are compared as numbers; a mark that cannot be read is a fault, and lets nobody through.
fn is_outdated(mark: &str, claims: &AccessClaims) -> Result<bool, Fault> {
    let (version, except) = mark.split_once(' ').map_or((mark, None), |(version, except)| (version, Some(except)));
    let version: i64 = version.parse().map_err(|_| Fault::new("KV", "a mark of another shape"))?;
    Ok(claims.ver < version && except != Some(claims.sid.to_string().as_str()))
}

/// Cron: writes the marks that could not be written when their time was. One that fails again is logged and does not
/// hold up the others.
pub async fn repair(on: &impl Platform, now: Timestamp) -> Result<(), Fault> {
    for ended in sessions::unmarked(on, now, policy::CRON_STEP).await? {
        on.failure("mark", repeat(on, ended, now).await);
    }
    for mark in users::unmarked(on, now, policy::CRON_STEP).await? {
        on.failure("mark", repeat_user(on, mark, now).await);
    }
    Ok(())
}

async fn repeat(on: &impl Platform, ended: Result<Ended, Fault>, now: Timestamp) -> Result<(), Fault> {
    let ended = ended?;
    put(on, &ended, now).await?;
    on.batch(vec![sessions::settle_mark(ended.id)]).await.map(|_| ())
}

async fn repeat_user(on: &impl Platform, mark: Result<Mark, Fault>, now: Timestamp) -> Result<(), Fault> {
    let mark = mark?;
    put_user(on, &mark, now).await?;
    on.batch(settle_user(mark.user, mark.version)).await.map(|_| ())
}
