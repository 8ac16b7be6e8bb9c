//! A user proves the password again, or changes it.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::Password;
use crate::domain::error::Error;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::{AuthMethod, EndReason};
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::transaction::{self, Step};
use crate::ports::{Guard, Platform};
use crate::store::signed_in::SignedIn;
use crate::store::users::{Account, VersionBump};
use crate::store::{attempts, outbox, sessions, tokens, users};

/// Renews the session's `auth_time`, so that what needs a fresh proof can be done for a while.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    who: &SignedIn,
    password: &Secret,
) -> Result<(), Error> {
    let (_, spent) = verify_session_password(ctx, who, password, Act::Reauthenticate).await?;
    let renewed =
        flows::sign_in::sessions::renew_proof(ctx, who, AuthMethod::Pwd, spent, Guard::always(), None).await?;
    if renewed {
        return Ok(());
    }
    ctx.audit_failure(entry(who, Act::Reauthenticate), Error::TokenRevoked).await
}

/// Changes the password, given the present one, and ends every other session.
pub async fn change(
    ctx: &RequestContext<'_, impl Platform>,
    who: &SignedIn,
    present: &Secret,
    new: &Secret,
) -> Result<(), Error> {
    let password = new_password::choose(ctx, new, &[&who.user.login, &who.user.email]).await?;
    let (account, spent) = verify_session_password(ctx, who, present, Act::ChangePassword).await?;
    let hash = password.hash(ctx.platform, ctx.platform.bytes()?)?;

    let (user, op) = (who.user.id, ctx.operation()?);
    let rise = VersionBump { user, password_hash: Some(&hash), except: Some(who.session), op: &op };
    let keys = flows::tokens::mentioned(ctx, user).await?;
    let posting = mail::prepare_password_changed(ctx, &who.user.email, who.user.language, keys)?;
    let won = || users::bumped_by(user, &op);
    let step = Step {
        first: users::bump_auth_version(&rise, users::has_version(account.auth_version), ctx.now),
        won: won(),
        entry: entry(who, Act::ChangePassword),
        then: vec![
            sessions::end_others(user, rise.except, EndReason::PasswordChanged, &op, ctx.now),
            tokens::end_portal(user, EndReason::PasswordChanged, &op, ctx.now),
            attempts::forget(spent.counter, won()),
            outbox::enqueue(&posting, &who.user.email, won(), ctx.now),
        ],
        look_back: users::find_bumped_by(user, &op),
    };
    if transaction::win(ctx, who, step).await?.is_empty() {
        // Somebody else changed the account while the password was being checked.
        return ctx.audit_failure(entry(who, Act::ChangePassword), Error::TokenRevoked).await;
    }
    revocation::mark_user(ctx, user).await;
    ctx.defer(BackgroundTask::Deliver(posting.id));
    Ok(())
}

/// The account, if the password is its own; a refusal is on the record of the act that wanted it.
pub async fn verify_session_password(
    ctx: &RequestContext<'_, impl Platform>,
    who: &SignedIn,
    password: &Secret,
    act: Act,
) -> Result<(Account, Spent), Error> {
    let password = Password::candidate(password)?;
    let attempt = rate_limit::attempt_in_session(ctx, Guessable::Proof, who);
    let (spent, rows) = match rate_limit::spend(ctx, &attempt, users::account(who.user.id)).await {
        Err(Error::TokenRevoked) => return ctx.audit_failure(entry(who, act), Error::TokenRevoked).await,
        spent => spent?,
    };
    let account = rows.first().map(Account::read).transpose()?.ok_or(Error::TokenRevoked)?;
    if password.verify(ctx.platform, &account.password_hash)? {
        return Ok((account, spent));
    }
    ctx.audit_failure(entry(who, act), Error::InvalidCredentials).await
}

/// What somebody does in a session by their password.
fn entry(who: &SignedIn, act: Act) -> Entry {
    Entry::of(act).in_session(who.session).with(AuthMethod::Pwd)
}
