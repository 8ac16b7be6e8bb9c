//! What follows when a factor is added to an account or removed from it, in the batch that does so.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::budget::Budget;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::{EndReason, Session};
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::revoke_all::{self, Revocation};
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::outbox::OutboxEntry;
use crate::store::signed_in::SignedIn;
use crate::store::{devices, factor_undos, networks, sessions};

/// A factor that turns the second step on: what the session has proved with it ends every other session, because they have not,
/// and the mailbox can undo it for some days, because a thief who knows the password could have added it.
pub fn first_added<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    signed_in: &SignedIn,
    factor: FactorKind,
    proved: AuthMethods,
    op: &str,
) -> Result<(), Fault> {
    let whose = (signed_in.user.id, signed_in.user.email.as_str(), signed_in.session);
    turned_on(ctx, transaction, whose, factor, op)?;
    transaction.then(|won| sessions::set_methods(signed_in.session, proved, won));
    Ok(())
}

/// The same for a session that has proved both factors already.
pub fn turned_on<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    (user, email, session): (Id<User>, &str, Id<Session>),
    factor: FactorKind,
    op: &str,
) -> Result<(), Fault> {
    let revocation = Revocation { except: Some(session), ..Revocation::of(user, EndReason::FactorAdded, op) };
    revoke_all::follow(ctx, transaction, &revocation);
    // Whoever knew the password alone must not have places of their own to guess from, or browsers that are not asked.
    transaction.then(|won| networks::forget_others(user, &[], won));
    transaction.then(|won| networks::note(user, &ctx.client.whereabouts(), won, ctx.now));
    transaction.then(|won| devices::forget_others(user, Some(session), won));
    undoable(ctx, transaction, (user, email), factor)
}

/// The first passkey of an account without a second step: the mailbox can undo it for the same reason. Nothing ends, because the
/// password goes on signing in alone.
pub fn first_passkey_added<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    signed_in: &SignedIn,
    proved: AuthMethods,
) -> Result<(), Fault> {
    undoable(ctx, transaction, (signed_in.user.id, &signed_in.user.email), FactorKind::Passkey)?;
    transaction.then(|won| sessions::set_methods(signed_in.session, proved, won));
    Ok(())
}

/// Tells the mailbox, with a link that undoes it.
pub fn undoable<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    (user, email): (Id<User>, &str),
    factor: FactorKind,
) -> Result<(), Fault> {
    let (undo, expires_at) = (ctx.id_beside(user)?, ctx.now + policy::FACTOR_UNDO_LIFETIME);
    let message = Email::FactorAdded {
        factor,
        undo: Some(undo),
        address: ctx.client.describe_origin(),
        changed_at: ctx.now.whole_seconds().to_string(),
        works_until: expires_at.whole_seconds().to_string(),
    };
    let email_with_link = mail::prepare(ctx, &message, &email_address::fold(email), expires_at)?;
    // The same kind without a link must not use up its budget: a thief could cause that first.
    let budget = Budget { of_network: policy::FACTOR_UNDOS_BUDGET, of_all: policy::FACTOR_UNDOS_BUDGET };
    let email_with_link = OutboxEntry { budget, ..email_with_link };
    transaction.then(|won| factor_undos::insert(undo, user, won, ctx.now, expires_at));
    transaction.mail(&email_with_link, email);
    Ok(())
}

/// A further factor, or new recovery codes: nothing ends.
pub fn added<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    email: &str,
    factor: FactorKind,
) -> Result<(), Fault> {
    let address = ctx.client.describe_origin();
    let (changed_at, works_until) = (ctx.now.whole_seconds().to_string(), String::new());
    let message = Email::FactorAdded { factor, undo: None, address, changed_at, works_until };
    transaction.mail(&notice(ctx, email, &message)?, email);
    Ok(())
}

pub fn removed<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    signed_in: &SignedIn,
    factor: FactorKind,
) -> Result<(), Fault> {
    let (address, changed_at) = (ctx.client.describe_origin(), ctx.now.whole_seconds().to_string());
    let message = Email::FactorRemoved { factor, address, changed_at };
    let email = &signed_in.user.email;
    transaction.mail(&notice(ctx, email, &message)?, email);
    Ok(())
}

fn notice(ctx: &RequestContext<'_, impl Platform>, email: &str, message: &Email) -> Result<OutboxEntry, Fault> {
    mail::prepare(ctx, message, &email_address::fold(email), ctx.now + policy::NOTICE_LIFETIME)
}
