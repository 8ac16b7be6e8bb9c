//! Sign-in with a password.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::{self, Argon2id, Password};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::session::{AuthMethod, Session};
use crate::flows::context::RequestContext;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::sign_in::sessions::{self, SignIn};
use crate::ports::{Entropy, Guard, Platform, Statement};
use crate::store::users::{self, Account, Candidates};

/// The result of a password check.
enum PasswordCheck {
    /// The password is the account's.
    Account(Account),
    /// The password belongs to a registration that has not been activated.
    Registration,
    Nothing,
}

/// An account whose password has been verified.
pub struct VerifiedPassword {
    pub account: Account,
    /// The successful try.
    pub spent: Spent,
    /// Renews the hash if the configured parameters have risen since it was created.
    pub rehash: Option<Statement>,
}

/// Begins a session with the given lifetimes.
pub async fn login(
    ctx: &RequestContext<'_, impl Platform>,
    who: &Identifier,
    password: &Secret,
    lifetimes: &Lifetimes,
) -> Result<(Account, Session), Error> {
    let VerifiedPassword { account, spent, rehash } = verify_password(ctx, who, password).await?;
    let (guard, entry) = (Guard::always(), Entry::of(Act::SignIn));
    let proof = SignIn { account: &account, factor: AuthMethod::Pwd, spent, guard, entry, lifetimes };
    match sessions::begin(ctx, proof, rehash).await? {
        Some(session) => Ok((account, session)),
        // The account changed while the password was being checked, so the result may be outdated.
        None => refuse(ctx, who, Some(account.id), Error::InvalidCredentials).await,
    }
}

/// The account of an identifier, if the password is correct. Unknown names, wrong passwords, disabled and not-activated
/// accounts cost the same; `AccountDisabled` and `AccountNotActivated` are only returned after the correct password.
pub async fn verify_password(
    ctx: &RequestContext<'_, impl Platform>,
    who: &Identifier,
    password: &Secret,
) -> Result<VerifiedPassword, Error> {
    let password = Password::candidate(password)?;
    let attempt = rate_limit::attempt(ctx, Guessable::Password, who)?;
    let (spent, rows) = rate_limit::spend(ctx, &attempt, users::candidates(who, ctx.now)).await?;
    let candidates = Candidates::read(&rows)?;
    let meant = candidates.account.as_ref().map(|account| account.id);
    let error = match check(ctx.platform, &password, candidates)? {
        PasswordCheck::Account(account) if account.disabled => Error::AccountDisabled,
        PasswordCheck::Registration => Error::AccountNotActivated,
        PasswordCheck::Nothing => Error::InvalidCredentials,
        PasswordCheck::Account(account) => {
            let rehash = rehash(ctx, &account, &password)?;
            return Ok(VerifiedPassword { account, spent, rehash });
        }
    };
    refuse(ctx, who, meant, error).await
}

/// Refuses a sign-in and writes an audit entry.
pub async fn refuse<T>(
    ctx: &RequestContext<'_, impl Platform>,
    who: &Identifier,
    meant: Option<Id<User>>,
    error: Error,
) -> Result<T, Error> {
    let entry = Entry::of(Act::SignIn).with(AuthMethod::Pwd).about(ctx.pseudonym(who.as_str()));
    ctx.audit_failure(entry.by(meant), error).await
}

/// Every failure costs two hashes, whichever account was named: one for an account and one for a registration, real or not. A
/// success costs one, and reveals nothing beyond the success itself.
fn check(
    platform: &(impl Argon2id + Entropy),
    password: &Password,
    candidates: Candidates,
) -> Result<PasswordCheck, Fault> {
    let (first, second) = (platform.bytes()?, platform.bytes()?);
    match candidates.account {
        Some(account) if password.verify(platform, &account.password_hash)? => {
            if account.disabled {
                // Some APIs do not distinguish this failure from others, so its duration must not either.
                password.dummy_verify(platform, first)?;
            }
            return Ok(PasswordCheck::Account(account));
        }
        Some(_) => {}
        None => password.dummy_verify(platform, first)?,
    }
    match candidates.registration {
        Some(pending) if password.verify(platform, &pending.password_hash)? => return Ok(PasswordCheck::Registration),
        Some(_) => {}
        None => password.dummy_verify(platform, second)?,
    }
    Ok(PasswordCheck::Nothing)
}

fn rehash(
    ctx: &RequestContext<'_, impl Platform>,
    account: &Account,
    password: &Password,
) -> Result<Option<Statement>, Fault> {
    if !password::needs_rehash(&account.password_hash) {
        return Ok(None);
    }
    let renewed = password.hash(ctx.platform, ctx.platform.bytes()?)?;
    Ok(Some(users::renew_hash(account.id, &account.password_hash, &renewed)))
}
