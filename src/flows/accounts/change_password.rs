//! A user proves the password again, or changes it.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::Password;
use crate::domain::error::Error;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::{EndReason, Factor};
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::transaction::{self, Step};
use crate::ports::{Guard, Platform};
use crate::store::users::{Account, Rise, SignedIn};
use crate::store::{attempts, outbox, sessions, tokens, users};

/// Renews the session's `auth_time`, so that what needs a fresh proof can be done for a while.
pub async fn reauthenticate(visit: &Visit<'_, impl Platform>, who: &SignedIn, password: &Secret) -> Result<(), Error> {
    let (_, spent) = prove(visit, who, password, Act::Reauthenticate).await?;
    let renewed = flows::sign_in::sessions::renew_proof(visit, who, Factor::Pwd, spent, Guard::always(), None).await?;
    if renewed {
        return Ok(());
    }
    visit.refuse(entry(who, Act::Reauthenticate), Error::TokenRevoked).await
}

/// Changes the password, given the present one, and ends every other session.
pub async fn change(
    visit: &Visit<'_, impl Platform>,
    who: &SignedIn,
    present: &Secret,
    new: &Secret,
) -> Result<(), Error> {
    let password = new_password::choose(visit, new, &[&who.user.login, &who.user.email]).await?;
    let (account, spent) = prove(visit, who, present, Act::ChangePassword).await?;
    let hash = password.hash(visit.on, visit.on.bytes()?)?;

    let (user, op) = (who.user.id, visit.operation()?);
    let rise = Rise { user, password_hash: Some(&hash), except: Some(who.session), op: &op };
    let keys = flows::tokens::mentioned(visit, user).await?;
    let posting = mail::prepare_password_changed(visit, &who.user.email, who.user.language, keys)?;
    let won = || users::risen_by(user, &op);
    let step = Step {
        first: users::raise(&rise, users::has_version(account.auth_version), visit.now),
        won: won(),
        entry: entry(who, Act::ChangePassword),
        then: vec![
            sessions::end_others(user, rise.except, EndReason::PasswordChanged, &op, visit.now),
            tokens::end_portal(user, EndReason::PasswordChanged, &op, visit.now),
            attempts::forget(spent.counter, won()),
            outbox::post(&posting, &who.user.email, won(), visit.now),
        ],
        look_back: users::find_risen_by(user, &op),
    };
    if transaction::win(visit, who, step).await?.is_empty() {
        // Somebody else changed the account while the password was being checked.
        return visit.refuse(entry(who, Act::ChangePassword), Error::TokenRevoked).await;
    }
    revocation::mark_user(visit, user).await;
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}

/// The account, if the password is its own; a refusal is on the record of the act that wanted it.
pub async fn prove(
    visit: &Visit<'_, impl Platform>,
    who: &SignedIn,
    password: &Secret,
    act: Act,
) -> Result<(Account, Spent), Error> {
    let password = Password::present(password)?;
    let attempt = rate_limit::attempt_in_session(visit, Guessable::Proof, who);
    let (spent, rows) = match rate_limit::spend(visit, &attempt, users::account(who.user.id)).await {
        Err(Error::TokenRevoked) => return visit.refuse(entry(who, act), Error::TokenRevoked).await,
        spent => spent?,
    };
    let account = rows.first().map(Account::read).transpose()?.ok_or(Error::TokenRevoked)?;
    if password.verify(visit.on, &account.password_hash)? {
        return Ok((account, spent));
    }
    visit.refuse(entry(who, act), Error::InvalidCredentials).await
}

/// What somebody does in a session by their password.
fn entry(who: &SignedIn, act: Act) -> Entry {
    Entry::of(act).in_session(who.session).with(Factor::Pwd)
}
