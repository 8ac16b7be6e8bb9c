//! A user confirms the password, or changes it.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::Password;
use crate::domain::error::Error;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::auth_methods::AuthMethod;
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
use crate::store::{attempts, users};

/// Renews the session's `auth_time`, which permits acts that need a recent proof for a while.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    password: &Secret,
) -> Result<(), Error> {
    let (account, spent) = verify_session_password(ctx, signed_in, password, Act::Reauthenticate).await?;
    let first = FirstFactor { account, proof: Proof::Password(None), spent };
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
