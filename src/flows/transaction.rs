//! One transaction: the statement that must win, and the statements that depend on it.
//!
//! D1 has no transaction with a read in the middle, so an act is one batch. If it has to win something, its first statement is
//! conditional, and writes the operation id of this request into the row it changes; all others hold only if that id is there.
//! Emails that were sealed are enqueued in the same batch and delivered after the response, and revocations are written to KV
//! after the batch.
//!
//! An actor's session, key or token was alive when it was looked up, and may have ended since, so the first statement requires
//! that it is still alive. `tests/architecture.rs` holds every flow that is given an actor to this module.

use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::ports::{Conditional, Guard, Platform, Row, Statement};
use crate::store::outbox::{self, OutboxEntry};
use crate::store::quotas::Quota;
use crate::store::sessions::{self, End};
use crate::store::signed_in::SignedIn;
use crate::store::{conditions, tokens};

/// An actor: acts by means of a session or token that can end.
pub trait Actor {
    /// Holds while the actor's session or token is alive.
    fn lives(&self, now: Timestamp) -> Guard;

    /// Holds while the actor may act.
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
            Self::Session(signed_in) => signed_in.lives(now),
            Self::ApiToken(bearer) => tokens::lives(bearer.token.id, now),
        }
    }
}

/// The holder of a token who revokes it: the only condition is that its own row has not ended, and the statement checks that.
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
    /// The condition for the audit entry, which comes before what follows.
    recorded_if: Option<Guard>,
    entry: Entry,
    follows: Vec<Statement>,
    /// Each with the place among `follows` of the statement that tells whether it was enqueued, if that is looked at.
    emails: Vec<(Option<usize>, Id<Email>)>,
    revoked: Option<Revoked>,
    /// Whether the rows that are won are those of ended sessions.
    ends_sessions: bool,
}

/// The condition for winning.
enum Contest {
    /// A row: `confirm` finds it if `first` won, also when the response to `first` was lost. `lives` holds while the actor may
    /// act.
    Row {
        first: Statement,
        confirm: Statement,
        lives: Option<Guard>,
    },
    /// Room in the quota for one more anonymous request.
    Quota(Quota),
    None,
}

/// A user whose revocation is to be written to KV.
#[derive(Clone, Copy)]
pub struct Revoked {
    pub user: Id<User>,
    /// Whether private tokens have ended too.
    pub keys: bool,
}

impl<'a, P: Platform> Transaction<'a, P> {
    /// An act without an actor whose rights could have ended meanwhile. `confirm` is a `SELECT` of the row that `first` has
    /// won.
    pub fn new(ctx: &'a RequestContext<'a, P>, entry: Entry, first: impl Into<Statement>, confirm: Statement) -> Self {
        let won = Guard::exists(confirm.clone());
        Self::of(ctx, entry, Contest::Row { first: first.into(), confirm, lives: None }, won)
    }

    /// An act of an actor whose rights may have ended since they were looked up.
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

    /// The end of a session, and of those that were obtained in it, under a guard. Winning writes their marks, and tells their
    /// clients.
    pub fn end_session(
        ctx: &'a RequestContext<'a, P>,
        entry: Entry,
        end: (Id<Session>, EndReason),
        guard: Guard,
    ) -> Result<Self, Fault> {
        Self::ending(ctx, end, guard, |first, confirm| Self::new(ctx, entry, first, confirm))
    }

    /// The same by an actor.
    pub fn end_session_by(
        ctx: &'a RequestContext<'a, P>,
        actor: &impl Actor,
        entry: Entry,
        end: (Id<Session>, EndReason),
        guard: Guard,
    ) -> Result<Self, Fault> {
        Self::ending(ctx, end, guard, |first, confirm| Self::by(ctx, actor, entry, first, confirm))
    }

    fn ending(
        ctx: &'a RequestContext<'a, P>,
        (id, reason): (Id<Session>, EndReason),
        guard: Guard,
        begin: impl FnOnce(Conditional, Statement) -> Self,
    ) -> Result<Self, Fault> {
        let op = ctx.operation()?;
        let first = sessions::end(&End { id, reason, op: &op }, guard, ctx.now);
        Ok(Self { ends_sessions: true, ..begin(first, sessions::find_ended_by(id, &op)) })
    }

    /// An anonymous act, which only has to win room in its quota.
    pub fn counted(ctx: &'a RequestContext<'a, P>, entry: Entry, quota: Quota) -> Self {
        let won = quota.is_spent();
        Self::of(ctx, entry, Contest::Quota(quota), won)
    }

    /// An act that has to win nothing, and is repeated with its form.
    pub fn unconditional(ctx: &'a RequestContext<'a, P>, entry: Entry) -> Self {
        Self::of(ctx, entry, Contest::None, Guard::always())
    }

    fn of(ctx: &'a RequestContext<'a, P>, entry: Entry, contest: Contest, won: Guard) -> Self {
        Self {
            ctx,
            contest,
            won,
            recorded_if: None,
            entry,
            follows: Vec::new(),
            emails: Vec::new(),
            revoked: None,
            ends_sessions: false,
        }
    }

    /// Replaces the condition for the rest, if the row alone does not prove that this request has won it.
    pub fn won_if(self, won: Guard) -> Self {
        Self { won, ..self }
    }

    /// Replaces the condition for what is added from now on: by one that holds because of what has been added so far.
    pub fn go_on_if(&mut self, won: Guard) {
        self.recorded_if.get_or_insert(std::mem::replace(&mut self.won, won));
    }

    /// Holds if this transaction has won.
    pub fn won(&self) -> Guard {
        self.won.clone()
    }

    /// Adds a statement that depends on winning.
    pub fn then(&mut self, follow: impl FnOnce(Guard) -> Statement) {
        self.follows.push(follow(self.won()));
    }

    /// Adds statements that have their own guards.
    pub fn extend(&mut self, follows: impl IntoIterator<Item = Statement>) {
        self.follows.extend(follows);
    }

    /// Enqueues an email that has been sealed, and delivers it after the response.
    pub fn mail(&mut self, email: &OutboxEntry, to: &str) {
        self.mail_under(email, to, self.won());
    }

    /// The same on a condition that holds only if this request won.
    pub fn mail_under(&mut self, email: &OutboxEntry, to: &str, guard: Guard) {
        self.emails.push((None, email.id));
        self.follows.push(outbox::enqueue(email, to, guard, self.ctx.now));
    }

    /// The same, without any work after the response if the condition does not hold. Not for what strangers cause: that work would
    /// tell them which accounts there are.
    pub fn mail_if(&mut self, email: &OutboxEntry, to: &str, condition: Guard) {
        self.emails.push((Some(self.follows.len()), email.id));
        self.follows.push(outbox::enqueue_and_tell(email, to, self.won().and(condition), self.ctx.now));
    }

    /// The same on a condition that holds only if this request won, to the owner of the account with the address that it was
    /// sealed for, if there is one.
    pub fn mail_to_owner_under(&mut self, email: &OutboxEntry, guard: Guard) {
        self.emails.push((None, email.id));
        self.follows.push(outbox::enqueue_to_owner(email, guard, self.ctx.now));
    }

    /// After winning, writes to KV that everything issued to a user before is revoked.
    pub(super) fn revoke(&mut self, revoked: Revoked) {
        self.revoked = Some(revoked);
    }

    /// Returns the rows that were won. Otherwise writes an audit entry and returns `lost`.
    pub async fn commit_or(self, lost: Error) -> Result<Vec<Row>, Error> {
        let (ctx, entry) = (self.ctx, self.entry.clone());
        let rows = self.commit().await?;
        if rows.is_empty() { ctx.audit_failure(entry, lost).await } else { Ok(rows) }
    }

    /// Returns the rows that were won: none if another request was faster or a condition failed. If the actor's session or
    /// token has ended, writes an audit entry and returns `TokenRevoked`. Only a transaction on a row has rows; a full
    /// quota is an error.
    pub async fn commit(self) -> Result<Vec<Row>, Error> {
        let Self { ctx, contest, won, recorded_if, entry, follows, emails, revoked, ends_sessions } = self;
        let mut rest = vec![ctx.entry(&entry, recorded_if.unwrap_or(won))];
        rest.extend(follows);
        let (rows, results, before) = match contest {
            Contest::Quota(quota) => (Vec::new(), ctx.save(&quota, rest).await?, 2),
            Contest::None => (Vec::new(), ctx.platform.batch(rest).await?, 1),
            Contest::Row { first, confirm, lives } => {
                rest.insert(0, first);
                let mut results = ctx.commit(rest, confirm).await?;
                let rows = results.first_mut().map(std::mem::take).unwrap_or_default();
                if rows.is_empty() {
                    if let Some(lives) = lives
                        && !conditions::holds(ctx.platform, lives).await?
                    {
                        return ctx.audit_failure(entry, Error::TokenRevoked).await;
                    }
                    return Ok(rows);
                }
                (rows, results, 2)
            }
        };
        if ends_sessions {
            revocation::mark_ended(ctx, &rows).await;
        }
        if let Some(Revoked { user, keys }) = revoked {
            revocation::mark_user(ctx, user).await;
            if keys {
                revocation::mark_tokens(ctx, user).await;
            }
        }
        // After a lost answer nobody knows which of them were enqueued.
        let may_be_enqueued = |place: usize| results.get(before + place).is_none_or(|rows| !rows.is_empty());
        for (_, email) in emails.into_iter().filter(|(place, _)| place.is_none_or(may_be_enqueued)) {
            ctx.defer(BackgroundTask::Deliver(email));
        }
        Ok(rows)
    }
}

/// The rows of each `SELECT`, read in one transaction that also checks the actor's rights and writes the audit entry.
/// `TokenRevoked` if the rights have ended.
pub async fn read(
    ctx: &RequestContext<'_, impl Platform>,
    actor: &impl Actor,
    selects: Vec<Statement>,
    entry: Entry,
) -> Result<Vec<Vec<Row>>, Error> {
    let may = || actor.may(ctx.now);
    let mut batch = vec![conditions::holding(may())];
    batch.extend(selects);
    batch.push(ctx.entry(&entry, may()));
    let mut results = ctx.platform.batch(batch).await?.into_iter();
    if results.next().is_none_or(|held| held.is_empty()) {
        return ctx.audit_failure(entry, Error::TokenRevoked).await;
    }
    Ok(results.collect())
}
