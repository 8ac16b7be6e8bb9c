//! Revocation marks: what lets a token be refused where D1 is not asked. D1 is the truth, KV the notice of it.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows::visit::{Errand, Visit};
use crate::ports::{KeyValue, Platform};
use crate::store::sessions::{self, Ended};

fn key(session: Id<Session>) -> String {
    format!("revoked:{session}")
}

/// Writes the mark of an ended session, to stand until its last access token has expired. A failure is logged and not
/// told: the session has ended, and cron repeats the mark from D1.
pub async fn mark(visit: &Visit<'_, impl Platform>, ended: &Ended) {
    match put(visit.on, ended, visit.now).await {
        Ok(()) => visit.later(Errand::SettleMark(ended.id)),
        Err(fault) => visit.log(&fault),
    }
}

async fn put(on: &impl KeyValue, ended: &Ended, now: Timestamp) -> Result<(), Fault> {
    let ttl = (ended.access_until.since(now) + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN);
    on.put(&key(ended.id), "1", ttl).await
}

/// Whether the session has a mark, as far as KV can be seen from here.
pub async fn is_marked(on: &impl KeyValue, session: Id<Session>) -> Result<bool, Fault> {
    Ok(on.get(&key(session)).await?.is_some())
}

/// Cron: writes the marks that could not be written when their session ended. One that fails again is logged and does
/// not hold up the others.
pub async fn repair(on: &impl Platform, now: Timestamp) -> Result<(), Fault> {
    for ended in sessions::unmarked(on, now, policy::CRON_STEP).await? {
        if let Err(fault) = repeat(on, ended, now).await {
            on.error(&format!("mark: {fault}"));
        }
    }
    Ok(())
}

async fn repeat(on: &impl Platform, ended: Result<Ended, Fault>, now: Timestamp) -> Result<(), Fault> {
    let ended = ended?;
    put(on, &ended, now).await?;
    on.batch(vec![sessions::settle_mark(ended.id)]).await.map(|_| ())
}
