//! Sessions: begun, listed for their user, and ended.

use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::form_submission::Outcome;
use crate::flows::mail;
use crate::flows::revoke_all::{self, Revocation};
use crate::flows::sign_in::first_factor::{Authenticated, Due, FirstFactor};
use crate::flows::transaction::{Actor, Transaction};
use crate::ports::{Platform, Row};
use crate::store::session_lists::{self, Overview};
use crate::store::sessions::{self, NewSession};
use crate::store::signed_in::SignedIn;
use crate::store::users::{self, Account};
use crate::store::{attempts, networks, spent};

/// Adds what follows when a session has begun, or its proof is renewed, in the same batch. `dyn`, so that those functions are
/// compiled once.
pub type Also<'f, P> = &'f dyn Fn(&mut Transaction<'_, P>, Id<Session>) -> Result<(), Fault>;

/// Begins a session; `None` if the proof no longer holds.
pub async fn begin(
    ctx: &RequestContext<'_, impl Platform>,
    authenticated: Authenticated,
    entry: Entry,
    lifetimes: &Lifetimes,
) -> Result<Option<(Account, Session)>, Error> {
    begin_and(ctx, authenticated, entry, lifetimes, &|_, _| Ok(())).await
}

/// The same; `also` adds what follows in the same batch.
pub async fn begin_and<P: Platform>(
    ctx: &RequestContext<'_, P>,
    authenticated: Authenticated,
    entry: Entry,
    lifetimes: &Lifetimes,
    also: Also<'_, P>,
) -> Result<Option<(Account, Session)>, Error> {
    let account = authenticated.account();
    let new = NewSession {
        id: ctx.id_beside(account.id)?,
        user: account.id,
        root: None,
        auth_version: account.auth_version,
        methods: authenticated.methods(),
        auth_time: authenticated.auth_time(ctx.now),
        expiries: lifetimes.expiries_from(ctx.now),
        address: &ctx.client.address,
        agent: &ctx.client.agent,
        place: ctx.client.location(),
        device: ctx.client.device,
    };
    let row = sessions::insert(&new, authenticated.guard(), ctx.settings.response_style, ctx.now);
    let entry = entry.in_session(new.id).with(new.methods);
    let mut transaction = Transaction::new(ctx, entry, row, sessions::find_begun(new.id));
    record_sign_in(ctx, &mut transaction, &authenticated, new.expiries.session)?;
    also(&mut transaction, new.id)?;
    let rows = transaction.commit().await?;
    let session = rows.first().map(|row| sessions::read(row, ctx.settings.response_style)).transpose()?;
    Ok(session.map(|session| (authenticated.into_account(), session)))
}

impl Outcome for Session {
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        let living = sessions::living(ctx.platform, row.id("made")?, ctx.settings.response_style, ctx.now).await?;
        Ok(living.map(|living| living.session))
    }
}

/// The consequences of a successful proof: uses it up, forgets the failures before it, and checks the place if the try has not
/// done so.
pub fn record_sign_in<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    authenticated: &Authenticated,
    in_use_until: Timestamp,
) -> Result<(), Fault> {
    let (account, spent) = (authenticated.account(), authenticated.spent());
    transaction.extend(spent.map(|spent| attempts::forget(spent.counter, transaction.won())));
    if spent.is_some_and(|spent| spent.at_known_place) {
        transaction.then(|won| networks::note(account.id, &ctx.client.whereabouts(), won, in_use_until));
    } else {
        check_place(ctx, transaction, account.id, &account.email, in_use_until)?;
    }
    use_up(transaction, authenticated);
    Ok(())
}

/// Uses the proof up, and tells its owner about it where that is due.
fn use_up<P: Platform>(transaction: &mut Transaction<'_, P>, authenticated: &Authenticated) {
    if let Some((once, op)) = authenticated.once() {
        transaction.then(|won| spent::spend(*once, op, won));
        // A proof that has been used up no longer holds.
        transaction.go_on_if(spent::is_spent_by(*once, op));
    }
    if let Some(notice) = authenticated.notice() {
        transaction.mail(notice, &authenticated.account().email);
    }
    for closing in authenticated.closings() {
        transaction.then(closing);
    }
}

/// A user's session begins at a place not yet checked: if the account does not know it, its owner gets an email. The place
/// stays known until some time after the session must end. A browser is recognised by its device; another client also by its
/// carrier, because a phone on the move changes its network every hour.
pub fn check_place<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    user: Id<User>,
    email: &str,
    in_use_until: Timestamp,
) -> Result<(), Fault> {
    let here = ctx.client.whereabouts();
    let told_by = if ctx.client.device.is_some() { here.get(..1).unwrap_or_default() } else { &here };
    let message = mail::prepare_new_place(ctx, email)?;
    transaction.mail_if(&message, email, networks::are_new(user, told_by, ctx.now));
    transaction.then(|won| networks::note(user, &here, won, in_use_until));
    Ok(())
}

/// A user's living sessions, the most recently used first.
pub async fn list(ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<Vec<Overview>, Fault> {
    session_lists::of_user(ctx.platform, user, ctx.now, policy::SESSIONS_LISTED).await
}

/// Renews the proof of identity in a session, unless the account wants a second factor as well: then the error has the token for
/// the next step. `lost` is the error if the first factor no longer holds.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    first: FirstFactor,
    lost: Error,
) -> Result<(), Error> {
    let entry = || Entry::of(Act::Reauthenticate).in_session(signed_in.session);
    match first.due_in_session(ctx) {
        Due::Nothing(authenticated) => {
            let methods = authenticated.methods();
            let renewed = renew_proof(ctx, signed_in, authenticated).await?;
            if renewed { Ok(()) } else { ctx.audit_failure(entry().with(methods), lost).await }
        }
        Due::SecondFactor(suspended) => {
            suspended.refuse(ctx, Some(Goal::Reauthentication(signed_in.session)), entry()).await
        }
    }
}

/// Renews the `auth_time` of a living session. Returns whether it was renewed.
pub async fn renew_proof(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    authenticated: Authenticated,
) -> Result<bool, Error> {
    renew_proof_and(ctx, signed_in, authenticated, &|_, _| Ok(())).await
}

/// The same; `also` adds what follows in the same batch.
pub async fn renew_proof_and<P: Platform>(
    ctx: &RequestContext<'_, P>,
    signed_in: &SignedIn,
    authenticated: Authenticated,
    also: Also<'_, P>,
) -> Result<bool, Error> {
    let (methods, guard) = (authenticated.methods(), authenticated.guard());
    let renewed = guard.clone().and(signed_in.lives(ctx.now));
    let first = sessions::reauthenticate(signed_in.session, methods, guard, ctx.now);
    let confirm = sessions::find_reauthenticated(signed_in.session, methods, ctx.now);
    let entry = Entry::of(Act::Reauthenticate).in_session(signed_in.session).with(methods);
    let mut transaction = Transaction::by(ctx, signed_in, entry, first, confirm).won_if(renewed);
    transaction.extend(authenticated.spent().map(|spent| attempts::forget(spent.counter, transaction.won())));
    use_up(&mut transaction, &authenticated);
    also(&mut transaction, signed_in.session)?;
    Ok(!transaction.commit().await?.is_empty())
}

/// Ends one of the user's sessions, possibly the current one. `NotFound` for another user's session.
pub async fn end(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn, id: Id<Session>) -> Result<(), Error> {
    let (entry, own) = (Entry::of(Act::EndSession).in_session(id), sessions::belong_to(signed_in.user.id));
    let transaction = Transaction::end_session_by(ctx, signed_in, entry, (id, EndReason::Ended), own)?;
    if transaction.commit().await?.is_empty() {
        return ctx.audit_failure(Entry::of(Act::EndSession).in_session(signed_in.session), Error::NotFound).await;
    }
    Ok(())
}

/// Ends all sessions of the user, including the current one.
pub async fn end_all(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    end_but(ctx, signed_in, None, EndReason::SignedOutEverywhere, Act::SignOutAll).await
}

/// Ends all sessions of the user except the current one.
pub async fn end_others(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    end_but(ctx, signed_in, Some(signed_in.session), EndReason::Ended, Act::EndOtherSessions).await
}

/// One mark in KV revokes every token issued before, except those of one session. If two sessions end each other at the same
/// moment, one wins: for the second the version has risen, or its session has ended.
async fn end_but(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    except: Option<Id<Session>>,
    reason: EndReason,
    act: Act,
) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let revocation = Revocation { except, ..Revocation::of(user, reason, &op) };
    let entry = Entry::of(act).in_session(signed_in.session);
    let transaction = revoke_all::by(ctx, signed_in, entry, &revocation, users::has_version(signed_in.auth_version));
    // Lost if another request changed the account since it was looked up.
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}
