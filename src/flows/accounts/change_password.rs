//! A user confirms the password, changes it, removes it, or sets one anew.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::Password;
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::auth_methods::{AuthLevel, AuthMethod};
use crate::domain::sessions::session::EndReason;
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::revoke_all::{self, PasswordChange, Revocation};
use crate::flows::sign_in::first_factor::{FirstFactor, Proof};
use crate::ports::Platform;
use crate::store::passwords::{self, Candidate};
use crate::store::signed_in::SignedIn;
use crate::store::users::Account;
use crate::store::{attempts, conditions, identities, passkeys, users};

/// Renews the session's `auth_time`, which permits acts that need a recent proof for a while.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    password: &Secret,
) -> Result<(), Error> {
    let (account, spent) = verify_session_password(ctx, signed_in, password, Act::Reauthenticate).await?;
    let first = FirstFactor { account, proof: Proof::Password(None), spent: Some(spent) };
    flows::sign_in::sessions::reauthenticate(ctx, signed_in, first, Error::TokenRevoked).await
}

/// Changes the password, given the current one, and ends every other session.
pub async fn change(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    present: &Secret,
    new: &Secret,
) -> Result<(), Error> {
    let password = new_password::choose(ctx, new, &[&signed_in.user.login, &signed_in.user.email]).await?;
    let (account, spent) = verify_session_password(ctx, signed_in, present, Act::ChangePassword).await?;
    let hash = password.hash(ctx.platform, ctx.platform.bytes()?)?;

    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let keys = flows::tokens::mentioned(ctx, user).await?;
    let queued = mail::prepare_password_changed(ctx, &signed_in.user.email, signed_in.user.language, keys)?;
    let revocation = Revocation {
        except: Some(signed_in.session),
        password: PasswordChange::Set(&hash),
        ..Revocation::of(user, EndReason::PasswordChanged, &op)
    };
    let entry = entry(signed_in, Act::ChangePassword);
    let as_checked = users::has_version(account.auth_version);
    let mut transaction = revoke_all::by(ctx, signed_in, entry, &revocation, as_checked);
    transaction.then(|won| attempts::forget(spent.counter, won));
    transaction.mail(&queued, &signed_in.user.email);
    // Lost if another request changed the account while the password was being checked.
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}

/// Gives an account without a password one, from a session that has proved what signs in to it, and ends every other session. An
/// account with a password changes it.
pub async fn set_first(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    new: &Secret,
) -> Result<(), Error> {
    let user = &signed_in.user;
    let entry = Entry::of(Act::ChangePassword).in_session(signed_in.session);
    require_no_password(ctx, signed_in, entry.clone()).await?;
    let password = new_password::choose(ctx, new, &[&user.login, &user.email]).await?;
    let (hash, op) = (password.hash(ctx.platform, ctx.platform.bytes()?)?, ctx.operation()?);
    let keys = flows::tokens::mentioned(ctx, user.id).await?;
    let queued = mail::prepare_password_changed(ctx, &user.email, user.language, keys)?;
    let revocation = Revocation {
        except: Some(signed_in.session),
        password: PasswordChange::Set(&hash),
        ..Revocation::of(user.id, EndReason::PasswordChanged, &op)
    };
    let as_checked = users::has_version(signed_in.auth_version).and(passwords::exists(user.id).negate());
    let mut transaction = revoke_all::by(ctx, signed_in, entry, &revocation, as_checked);
    transaction.mail(&queued, &user.email);
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}

/// Whether the account has a password. One without a passkey always has, unless other providers sign users in.
pub async fn has_password(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<bool, Fault> {
    if !signed_in.second_factors.passkey && ctx.settings.identity_providers.is_empty() {
        return Ok(true);
    }
    conditions::holds(ctx.platform, passwords::exists(signed_in.user.id)).await
}

/// Requires what takes the place of the password where there is none: a session that has proved two factors, or an identity at
/// another provider, which signs in alone. Where there is no passkey either, any proof will do, because the mailbox alone can set a
/// password. An account with a password has to present it.
pub async fn require_no_password(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    entry: Entry,
) -> Result<(), Error> {
    if has_password(ctx, signed_in).await? {
        return Err(Error::InvalidRequest(Some("current_password")));
    }
    let suffices = signed_in.methods.level() == AuthLevel::Aal2 || signed_in.methods.contains(AuthMethod::Fed);
    if signed_in.second_factors.passkey && !suffices {
        return ctx.audit_failure(entry, Error::ReauthenticationRequired).await;
    }
    Ok(())
}

/// Removes the password of an account that a passkey signs in to, and ends every other session. `NotFound` without a password.
pub async fn remove(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    let (user, op) = (&signed_in.user, ctx.operation()?);
    let entry = || Entry::of(Act::RemovePassword).in_session(signed_in.session);
    let (address, changed_at) = (ctx.client.describe_origin(), ctx.now.whole_seconds().to_string());
    let message = Email::PasswordRemoved { address, changed_at };
    let email = mail::prepare(ctx, &message, &email_address::fold(&user.email), ctx.now + policy::NOTICE_LIFETIME)?;
    let revocation = Revocation {
        except: Some(signed_in.session),
        password: PasswordChange::Remove,
        ..Revocation::of(user.id, EndReason::PasswordChanged, &op)
    };
    let stays_open = passwords::exists(user.id).and(passkeys::can_sign_in(user.id).or(identities::exist(user.id)));
    let as_read = users::has_version(signed_in.auth_version).and(stays_open);
    let mut transaction = revoke_all::by(ctx, signed_in, entry(), &revocation, as_read);
    transaction.mail(&email, &user.email);
    if transaction.commit().await?.is_empty() {
        let exists = conditions::holds(ctx.platform, passwords::exists(user.id)).await?;
        return ctx.audit_failure(entry(), if exists { Error::LastWayIn } else { Error::NotFound }).await;
    }
    Ok(())
}

/// The account, if the password is correct; a refusal is audited under `act`.
pub async fn verify_session_password(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    password: &Secret,
    act: Act,
) -> Result<(Account, Spent), Error> {
    let password = Password::candidate(password)?;
    let attempt = rate_limit::attempt_in_session(ctx, Guessable::Proof, signed_in);
    let (spent, rows) = match rate_limit::spend(ctx, &attempt, passwords::candidate(signed_in.user.id)).await {
        Err(Error::TokenRevoked) => return ctx.audit_failure(entry(signed_in, act), Error::TokenRevoked).await,
        spent => spent?,
    };
    let Candidate { account, hash } = rows.first().map(Candidate::read).transpose()?.ok_or(Error::TokenRevoked)?;
    if password.verify_any(ctx.platform, hash.as_deref(), ctx.platform.bytes()?)? {
        return Ok((account, spent));
    }
    ctx.audit_failure(entry(signed_in, act), Error::InvalidCredentials).await
}

/// An audit entry for an act in a session, proved by the password.
fn entry(signed_in: &SignedIn, act: Act) -> Entry {
    Entry::of(act).in_session(signed_in.session).with(AuthMethod::Pwd)
}
