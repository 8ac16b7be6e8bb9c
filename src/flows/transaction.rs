//! What somebody does by a session, a key or a token of theirs.
//!
//! It was alive when it was looked up, and may have ended since. So that it still lives is a condition of the statement that
//! wins, on which all others of the batch depend: what has ended does nothing any more, whatever the act.
//! `tests/architecture.rs` holds every flow that is given one of these to it.

use crate::domain::audit::Entry;
use crate::domain::error::Error;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::context::RequestContext;
use crate::ports::{Conditional, Guard, Platform, Row, Statement};
use crate::store::signed_in::SignedIn;
use crate::store::{conditions, sessions, tokens};

/// Who acts, by something that can end.
pub trait Actor {
    /// Holds while what they act with lives.
    fn lives(&self, now: Timestamp) -> Guard;

    /// Holds while they may act.
    fn may(&self, now: Timestamp) -> Guard {
        self.lives(now)
    }
}

impl Actor for SignedIn {
    fn lives(&self, now: Timestamp) -> Guard {
        sessions::lives(self.session, now)
    }
}

impl Actor for Caller {
    fn lives(&self, now: Timestamp) -> Guard {
        match self {
            Self::Session(who) => who.lives(now),
            Self::ApiToken(bearer) => tokens::lives(bearer.token.id, now),
        }
    }
}

/// Whoever holds a token and gives it up: that its own row has not ended is all that must hold, and its statement says so.
pub struct Holder;

impl Actor for Holder {
    fn lives(&self, _: Timestamp) -> Guard {
        Guard::always()
    }
}

/// One act, for one batch.
pub struct Step {
    pub first: Conditional,
    /// Holds if the first statement won.
    pub won: Guard,
    pub entry: Entry,
    /// What follows from it, each under a guard of its own.
    pub then: Vec<Statement>,
    /// Finds the first statement's row, if it won and its answer got lost.
    pub look_back: Statement,
}

/// The rows of the first statement, which are none if it lost. If that is because what they act with has ended, it is a
/// refusal, on the record.
pub async fn win(ctx: &RequestContext<'_, impl Platform>, who: &impl Actor, step: Step) -> Result<Vec<Row>, Error> {
    let Step { first, won, entry, then, look_back } = step;
    let mut batch = vec![first.and(who.may(ctx.now)).into(), ctx.entry(&entry, won)];
    batch.extend(then);
    let rows = ctx.win_all(batch, look_back).await?;
    if rows.is_empty() && !conditions::holds(ctx.platform, who.lives(ctx.now)).await? {
        return ctx.audit_failure(entry, Error::TokenRevoked).await;
    }
    Ok(rows)
}

/// The rows of each of some `SELECT`s, read in the transaction in which they still may, and which puts it on the record.
pub async fn read(
    ctx: &RequestContext<'_, impl Platform>,
    who: &impl Actor,
    selects: Vec<Statement>,
    entry: Entry,
) -> Result<Vec<Vec<Row>>, Error> {
    let may = || who.may(ctx.now);
    let mut batch = vec![conditions::holding(may())];
    batch.extend(selects);
    batch.push(ctx.entry(&entry, may()));
    let mut results = ctx.platform.batch(batch).await?.into_iter();
    if results.next().is_none_or(|held| held.is_empty()) {
        return ctx.audit_failure(entry, Error::TokenRevoked).await;
    }
    Ok(results.collect())
}
