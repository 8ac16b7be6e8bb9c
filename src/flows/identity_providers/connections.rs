//! The identities of an account: connected and disconnected by its user, who has proved their identity lately.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault, ProviderProblem};
use crate::domain::id::Id;
use crate::domain::identity_providers::identity::EmailProof;
use crate::domain::identity_providers::sign_in_state::PendingIdentity;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::factor_changes;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::kept_tokens;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::identities::{self, Connection, NewIdentity};
use crate::store::signed_in::SignedIn;
use crate::store::spent::{self, SingleUse};
use crate::store::users::Account;
use crate::store::{conditions, passkeys, passwords, users};

fn entry(signed_in: &SignedIn, act: Act) -> Entry {
    Entry::of(act).in_session(signed_in.session).with(AuthMethod::Fed)
}

/// A proved identity is used once, and so is the copy of it that waits for the link of a registration
/// ([`PendingIdentity::waiting_for`]).
pub fn once(pending: &PendingIdentity) -> SingleUse {
    SingleUse::new(pending.id, Timestamp::from_millis(pending.expires_at) + policy::REGISTRATION_LIFETIME)
}

/// The row that connects it, with its tokens in the form in which they are kept.
pub fn identity_of<'a>(
    pending: &'a PendingIdentity,
    user: Id<User>,
    tokens: Option<&'a str>,
    op: &'a str,
) -> NewIdentity<'a> {
    let PendingIdentity { issuer, subject, provider, email, .. } = pending;
    let email = email.as_ref().map(|(address, _)| address.as_str());
    NewIdentity { issuer, subject, user, provider, email, tokens, op }
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<Vec<Connection>, Fault> {
    identities::list(ctx.platform, signed_in.user.id).await
}

/// Connects what was proved in this browser with the account that is signed in to, once. The mailbox of an account without a second
/// step can undo it for some days, because a thief of the session could have done it.
pub async fn connect(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    pending: &PendingIdentity,
    name: &str,
) -> Result<(), Error> {
    let (user, op, once) = (&signed_in.user, ctx.operation()?, once(pending));
    let PendingIdentity { issuer, subject, .. } = pending;
    let tokens = kept_tokens::seal(ctx, pending)?;
    let new = identity_of(pending, user.id, tokens.as_deref(), &op);
    let guard = spent::is_unspent(once).and(users::stands(user.id, signed_in.auth_version));
    let row = identities::insert(&new, guard, ctx.now);
    let confirm = identities::find_added(issuer, subject, &op);
    let mut transaction = Transaction::by(ctx, signed_in, entry(signed_in, Act::AddFactor), row, confirm);
    transaction.then(|won| spent::spend(once, &op, won));
    tell(ctx, &mut transaction, (user.id, &user.email), signed_in.second_factors)?;
    if !transaction.commit().await?.is_empty() {
        return Ok(());
    }
    // Connecting what is connected already is no error.
    if conditions::holds(ctx.platform, identities::belongs_to(issuer, subject, user.id)).await? {
        return Ok(());
    }
    let is_used = !conditions::holds(ctx.platform, spent::is_unspent(once)).await?;
    let problem = if is_used { ProviderProblem::Expired } else { ProviderProblem::Taken };
    ctx.audit_failure(entry(signed_in, Act::AddFactor), problem.at(name)).await
}

/// Connects the account that has the address, if the operator trusts the provider for its domain, and tells its user. Not if an
/// identity of this issuer is connected with it: then the address has gone to somebody else. Nor if the provider spells the address in
/// other characters: it may have given that mailbox to somebody else. Returns whether it was connected.
pub async fn connect_trusted(
    ctx: &RequestContext<'_, impl Platform>,
    pending: &PendingIdentity,
) -> Result<bool, Error> {
    let trusted = pending.email.as_ref().filter(|(_, proof)| *proof == EmailProof::Trusted);
    let Some((address, _)) = trusted else { return Ok(false) };
    let folded = email_address::fold(address);
    let account = users::account_by_email(ctx.platform, &folded).await?;
    let is_spelled = |account: &Account| email_address::have_one_local_part(&account.email, address);
    let Some(account) = account.filter(|account| !account.disabled && is_spelled(account)) else { return Ok(false) };
    let (user, op) = (account.id, ctx.operation()?);
    let PendingIdentity { issuer, subject, .. } = pending;
    let is_his = users::stands(user, account.auth_version).and(users::has_email_of(user, &folded));
    let guard = spent::is_unspent(once(pending)).and(is_his).and(identities::has_none_of(user, issuer));
    let tokens = kept_tokens::seal(ctx, pending)?;
    let row = identities::insert(&identity_of(pending, user, tokens.as_deref(), &op), guard, ctx.now);
    let entry = Entry::of(Act::AddFactor).with(AuthMethod::Fed).by(Some(user));
    let mut transaction = Transaction::new(ctx, entry, row, identities::find_added(issuer, subject, &op));
    tell(ctx, &mut transaction, (user, &account.email), account.second_factors)?;
    Ok(!transaction.commit().await?.is_empty())
}

/// Tells the mailbox. The link that undoes it removes a second step too, so there is none where there is one: whoever reads the
/// mailbox could remove it.
fn tell<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    (user, email): (Id<User>, &str),
    second_factors: SecondFactors,
) -> Result<(), Fault> {
    if second_factors.is_on() {
        factor_changes::added(ctx, transaction, email, FactorKind::Identity)
    } else {
        factor_changes::undoable(ctx, transaction, (user, email), FactorKind::Identity)
    }
}

/// Disconnects an identity, unless the account could no longer be signed in to. `NotFound` for another user's.
pub async fn disconnect(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    issuer: &str,
    subject: &str,
) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let others = passwords::exists(user).or(passkeys::can_sign_in(user));
    let stays_open = others.or(identities::is_not_the_last(user, issuer, subject));
    let own = identities::belongs_to(issuer, subject, user);
    let row = users::touch(user, &op, own.clone().and(stays_open), ctx.now);
    let entry = || entry(signed_in, Act::RemoveFactor);
    let mut transaction = Transaction::by(ctx, signed_in, entry(), row, users::find_bumped_by(user, &op));
    transaction.then(|won| identities::delete(user, issuer, subject, won));
    factor_changes::removed(ctx, &mut transaction, signed_in, FactorKind::Identity)?;
    if transaction.commit().await?.is_empty() {
        let exists = conditions::holds(ctx.platform, own).await?;
        return ctx.audit_failure(entry(), if exists { Error::LastWayIn } else { Error::NotFound }).await;
    }
    Ok(())
}
