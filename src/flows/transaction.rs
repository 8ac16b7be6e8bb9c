//! One transaction: the statement that must win, and what follows from it only if it won.
//!
//! D1 has no transaction with a read in the middle, so an act is one batch. Its first statement is conditional, and writes what
//! tells this request from others into the row it changes; all others hold only if it is there. Emails that were sealed are
//! enqueued in the same batch and delivered after the response, and KV is told of what has been revoked once it has been.
//!
//! An actor's session, key or token was alive when it was looked up, and may have ended since. So that it still lives is a
//! condition of the first statement. `tests/architecture.rs` holds every flow that is given an actor to this module.

use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::ports::{Conditional, Guard, Platform, Row, Statement};
use crate::store::outbox::{self, OutboxEntry};
use crate::store::quotas::Quota;
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

pub struct Transaction<'a, P> {
    ctx: &'a RequestContext<'a, P>,
    contest: Contest,
    won: Guard,
    entry: Entry,
    follows: Vec<Statement>,
    emails: Vec<Id<Email>>,
    revoked: Option<Revoked>,
}

/// What has to be won.
enum Contest {
    /// A row: `confirm` finds it if `first` won, also when the answer to `first` got lost. `lives` holds while the actor may act.
    Row { first: Statement, confirm: Statement, lives: Option<Guard> },
    /// Room for one more act of a stranger.
    Quota(Quota),
}

/// Whose tokens KV is to be told of.
#[derive(Clone, Copy)]
pub struct Revoked {
    pub user: Id<User>,
    /// Whether private tokens have ended too.
    pub keys: bool,
}

impl<'a, P: Platform> Transaction<'a, P> {
    /// An act of nobody who could have lost the right to it meanwhile. `confirm` is a `SELECT` of the row that `first` has won.
    pub fn new(ctx: &'a RequestContext<'a, P>, entry: Entry, first: impl Into<Statement>, confirm: Statement) -> Self {
        let won = Guard::exists(confirm.clone());
        Self::of(ctx, entry, Contest::Row { first: first.into(), confirm, lives: None }, won)
    }

    /// An act of somebody who may have lost the right to it since they were looked up.
    pub fn by(
        ctx: &'a RequestContext<'a, P>,
        actor: &impl Actor,
        entry: Entry,
        first: Conditional,
        confirm: Statement,
    ) -> Self {
        let won = Guard::exists(confirm.clone());
        let (first, lives) = (first.and(actor.may(ctx.now)).into(), Some(actor.lives(ctx.now)));
        Self::of(ctx, entry, Contest::Row { first, confirm, lives }, won)
    }

    /// A stranger's act, in which nothing has to win but room for it.
    pub fn counted(ctx: &'a RequestContext<'a, P>, entry: Entry, quota: Quota) -> Self {
        let won = quota.is_spent();
        Self::of(ctx, entry, Contest::Quota(quota), won)
    }

    fn of(ctx: &'a RequestContext<'a, P>, entry: Entry, contest: Contest, won: Guard) -> Self {
        Self { ctx, contest, won, entry, follows: Vec::new(), emails: Vec::new(), revoked: None }
    }

    /// Where the row tells less than that this request has won it: what else must hold for the rest to follow.
    pub fn won_if(self, won: Guard) -> Self {
        Self { won, ..self }
    }

    /// Holds for what follows.
    pub fn won(&self) -> Guard {
        self.won.clone()
    }

    /// Adds what follows.
    pub fn then(&mut self, follow: impl FnOnce(Guard) -> Statement) {
        self.follows.push(follow(self.won()));
    }

    /// Adds what follows, guarded already.
    pub fn extend(&mut self, follows: impl IntoIterator<Item = Statement>) {
        self.follows.extend(follows);
    }

    /// Enqueues an email that has been sealed, and delivers it after the response.
    pub fn mail(&mut self, email: &OutboxEntry, to: &str) {
        self.mail_under(email, to, self.won());
    }

    /// The same on a condition that holds only if this request won.
    pub fn mail_under(&mut self, email: &OutboxEntry, to: &str, guard: Guard) {
        self.follows.push(outbox::enqueue(email, to, guard, self.ctx.now));
        self.emails.push(email.id);
    }

    /// The same to the owner of the account with the address it was sealed for, if there is one.
    pub fn mail_to_owner_under(&mut self, email: &OutboxEntry, guard: Guard) {
        self.follows.push(outbox::enqueue_to_owner(email, guard, self.ctx.now));
        self.emails.push(email.id);
    }

    /// Has KV told, once it is won, that what was issued to a user before has ended.
    pub(super) fn revoke(&mut self, revoked: Revoked) {
        self.revoked = Some(revoked);
    }

    /// The rows that were won, or a refusal on the record.
    pub async fn commit_or(self, lost: Error) -> Result<Vec<Row>, Error> {
        let (ctx, entry) = (self.ctx, self.entry.clone());
        let rows = self.commit().await?;
        if rows.is_empty() { ctx.audit_failure(entry, lost).await } else { Ok(rows) }
    }

    /// The rows that were won: none if others were faster, or what had to hold did not. If that is because what the actor acts
    /// with has ended, it is a refusal, on the record. A quota that is spent has no rows and is an error of its own.
    pub async fn commit(self) -> Result<Vec<Row>, Error> {
        let Self { ctx, contest, won, entry, follows, emails, revoked } = self;
        let mut rest = vec![ctx.entry(&entry, won)];
        rest.extend(follows);
        let rows = match contest {
            Contest::Quota(quota) => ctx.save(&quota, rest).await.map(|()| Vec::new())?,
            Contest::Row { first, confirm, lives } => {
                rest.insert(0, first);
                let rows = ctx.commit(rest, confirm).await?;
                if rows.is_empty() {
                    return match lives {
                        Some(lives) if !conditions::holds(ctx.platform, lives.clone()).await? => {
                            ctx.audit_failure(entry, Error::TokenRevoked).await
                        }
                        _ => Ok(rows),
                    };
                }
                rows
            }
        };
        if let Some(Revoked { user, keys }) = revoked {
            revocation::mark_user(ctx, user).await;
            if keys {
                revocation::mark_tokens(ctx, user).await;
            }
        }
        emails.into_iter().for_each(|email| ctx.defer(BackgroundTask::Deliver(email)));
        Ok(rows)
    }
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
