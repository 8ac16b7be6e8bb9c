//! Sessions: begun, listed for their user, and ended.

use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::session::{AuthMethod, EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::form_submission::Outcome;
use crate::flows::mail;
use crate::flows::rate_limit::Spent;
use crate::flows::revoke_all::{self, Revocation};
use crate::flows::transaction::{Actor, Transaction};
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::session_lists::{self, Overview};
use crate::store::sessions::{self, End, NewSession};
use crate::store::signed_in::SignedIn;
use crate::store::users::{self, Account};
use crate::store::{attempts, networks, outbox};

/// A client that has proved to be an account's owner.
pub struct SignIn<'a> {
    pub account: &'a Account,
    pub factor: AuthMethod,
    /// The successful try.
    pub spent: Spent,
    /// A further condition, besides the account being unchanged.
    pub guard: Guard,
    pub entry: Entry,
    pub lifetimes: &'a Lifetimes,
}

/// Begins a session; `None` if the proof no longer holds. A sign-in from a place that the account does not know notifies its
/// owner by email. `closing` ends the batch and uses up the proof.
pub async fn begin(
    ctx: &RequestContext<'_, impl Platform>,
    proof: SignIn<'_>,
    closing: Option<Statement>,
) -> Result<Option<Session>, Error> {
    let SignIn { account, factor, spent, guard, entry, lifetimes } = proof;
    let new = NewSession {
        id: ctx.id_beside(account.id)?,
        user: account.id,
        root: None,
        auth_version: account.auth_version,
        factor,
        auth_time: ctx.now,
        expiries: lifetimes.expiries_from(ctx.now),
        address: &ctx.client.address,
        agent: &ctx.client.agent,
        place: ctx.client.location(),
        device: ctx.client.device,
    };
    let begun = || sessions::begun(new.id);
    let (arrival, message) = record_sign_in(ctx, account, spent, &begun(), new.expiries.session)?;
    let row = sessions::insert(&new, guard, ctx.settings.response_style, ctx.now);
    let entry = entry.in_session(new.id).with(factor);
    let mut transaction = Transaction::new(ctx, entry, row, sessions::find_begun(new.id));
    transaction.extend(arrival);
    transaction.extend(closing);
    let rows = transaction.commit().await?;
    let Some(row) = rows.first() else {
        return Ok(None);
    };
    message.into_iter().for_each(|message| ctx.defer(message));
    Ok(Some(sessions::read(row, ctx.settings.response_style)?))
}

impl Outcome for Session {
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        let living = sessions::living(ctx.platform, row.id("made")?, ctx.settings.response_style, ctx.now).await?;
        Ok(living.map(|living| living.session))
    }
}

/// The consequences of a successful proof, under a guard: forgets the failures of the try, and does the work of [`appear`].
pub fn record_sign_in(
    ctx: &RequestContext<'_, impl Platform>,
    account: &Account,
    spent: Spent,
    guard: &Guard,
    in_use_until: Timestamp,
) -> Result<(Vec<Statement>, Option<BackgroundTask>), Fault> {
    let forgotten = attempts::forget(spent.counter, guard.clone());
    if spent.at_known_place {
        let noted = networks::note(account.id, &ctx.client.whereabouts(), guard.clone(), in_use_until);
        return Ok((vec![forgotten, noted], None));
    }
    let ([told, noted], task) = appear(ctx, account.id, &account.email, guard, in_use_until)?;
    Ok((vec![forgotten, told, noted], Some(task)))
}

/// A user's session begins, under a guard, at a place not yet checked: if the account does not know it, its owner gets an
/// email. The place stays known until some time after the session must end. A browser is recognised by its device; another
/// client also by its carrier, because a phone on the move changes its network every hour.
pub fn appear(
    ctx: &RequestContext<'_, impl Platform>,
    user: Id<User>,
    email: &str,
    guard: &Guard,
    in_use_until: Timestamp,
) -> Result<([Statement; 2], BackgroundTask), Fault> {
    let here = ctx.client.whereabouts();
    let told_by = if ctx.client.device.is_some() { here.get(..1).unwrap_or_default() } else { &here };
    let message = mail::prepare_new_place(ctx, email)?;
    let is_new = guard.clone().and(networks::are_new(user, told_by, ctx.now));
    let statements =
        [outbox::enqueue(&message, email, is_new, ctx.now), networks::note(user, &here, guard.clone(), in_use_until)];
    Ok((statements, BackgroundTask::Deliver(message.id)))
}

/// A user's living sessions, the most recently used first.
pub async fn list(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<Vec<Overview>, Fault> {
    session_lists::of_user(ctx.platform, user, ctx.now, policy::SESSIONS_LISTED).await
}

/// Renews the `auth_time` of a living session under a guard; `closing` ends the batch and uses up the proof. Returns whether it
/// was renewed.
pub async fn renew_proof(
    ctx: &RequestContext<'_, impl Platform>,
    who: &SignedIn,
    factor: AuthMethod,
    spent: Spent,
    guard: Guard,
    closing: Option<Statement>,
) -> Result<bool, Error> {
    let renewed = || guard.clone().and(who.lives(ctx.now));
    let first = sessions::reauthenticate(who.session, factor, guard.clone(), ctx.now);
    let confirm = sessions::find_reauthenticated(who.session, factor, ctx.now);
    let entry = Entry::of(Act::Reauthenticate).in_session(who.session).with(factor);
    let mut transaction = Transaction::by(ctx, who, entry, first, confirm).won_if(renewed());
    transaction.then(|won| attempts::forget(spent.counter, won));
    transaction.extend(closing);
    Ok(!transaction.commit().await?.is_empty())
}

/// Ends one of the user's sessions, possibly the current one. `NotFound` for another user's session.
pub async fn end(ctx: &RequestContext<'_, impl Platform>, who: &SignedIn, id: Id<Session>) -> Result<(), Error> {
    let op = ctx.operation()?;
    let end = End { id, reason: EndReason::Ended, op: &op };
    let first = sessions::end(&end, sessions::belong_to(who.user.id), ctx.now);
    let entry = Entry::of(Act::EndSession).in_session(id);
    let ended = Transaction::by(ctx, who, entry, first, sessions::find_ended_by(id, &op)).commit().await?;
    if ended.is_empty() {
        return ctx.audit_failure(Entry::of(Act::EndSession).in_session(who.session), Error::NotFound).await;
    }
    revocation::mark_ended(ctx, &ended).await;
    Ok(())
}

/// Ends all sessions of the user, including the current one.
pub async fn end_all(ctx: &RequestContext<'_, impl Platform>, who: &SignedIn) -> Result<(), Error> {
    end_but(ctx, who, None, EndReason::SignedOutEverywhere, Act::SignOutAll).await
}

/// Ends all sessions of the user except the current one.
pub async fn end_others(ctx: &RequestContext<'_, impl Platform>, who: &SignedIn) -> Result<(), Error> {
    end_but(ctx, who, Some(who.session), EndReason::Ended, Act::EndOtherSessions).await
}

/// One mark in KV revokes every token issued before, except those of one session. If two sessions end each other at the same
/// moment, one wins: for the second the version has risen, or its session has ended.
async fn end_but(
    ctx: &RequestContext<'_, impl Platform>,
    who: &SignedIn,
    except: Option<Id<Session>>,
    reason: EndReason,
    act: Act,
) -> Result<(), Error> {
    let (user, op) = (who.user.id, ctx.operation()?);
    let revocation = Revocation { except, ..Revocation::of(user, reason, &op) };
    let entry = Entry::of(act).in_session(who.session);
    let transaction = revoke_all::by(ctx, who, entry, &revocation, users::has_version(who.auth_version));
    // Lost if another request changed the account since it was looked up.
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}
