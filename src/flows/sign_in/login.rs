//! Sign-in with a password.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::credentials::password::Password;
use crate::domain::credentials::phc::{self, Argon2id};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::lifetimes::Lifetimes;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::rate_limit;
use crate::flows::sign_in::first_factor::{Due, FirstFactor, Proof};
use crate::flows::sign_in::sessions;
use crate::ports::{Entropy, Platform, Statement};
use crate::store::passwords::{self, Candidate, Candidates};
use crate::store::users::Account;

/// The result of a password check.
enum PasswordCheck {
    /// The password is the account's.
    Account(Candidate),
    /// The password belongs to a registration that has not been activated.
    Registration,
    Nothing,
}

/// Begins a session with the given lifetimes. With a second factor due the error has the token for the next step, if there is a
/// goal that a second step can reach.
pub async fn login(
    ctx: &RequestContext<'_, impl Platform>,
    identifier: &Identifier,
    password: &Secret,
    lifetimes: &Lifetimes,
    goal: Option<Goal>,
) -> Result<(Account, Session), Error> {
    let authenticated = match verify_password(ctx, identifier, password).await?.due(ctx).await? {
        Due::Nothing(authenticated) => authenticated,
        Due::SecondFactor(suspended) => return suspended.refuse(ctx, goal, Entry::of(Act::SignIn)).await,
    };
    let id = authenticated.account().id;
    match sessions::begin(ctx, authenticated, Entry::of(Act::SignIn), lifetimes).await? {
        Some(begun) => Ok(begun),
        // The account changed while the password was being checked, so the result may be outdated.
        None => refuse(ctx, identifier, Some(id), Error::InvalidCredentials).await,
    }
}

/// The account of an identifier, if the password is correct. Unknown names, wrong passwords, disabled and not-activated
/// accounts cost the same; `AccountDisabled` and `AccountNotActivated` are only returned after the correct password.
pub async fn verify_password(
    ctx: &RequestContext<'_, impl Platform>,
    identifier: &Identifier,
    password: &Secret,
) -> Result<FirstFactor, Error> {
    let password = Password::candidate(password)?;
    let attempt = rate_limit::attempt(ctx, Guessable::Password, identifier)?;
    let (spent, rows) = rate_limit::spend(ctx, &attempt, passwords::candidates(identifier, ctx.now)).await?;
    let candidates = Candidates::read(&rows)?;
    let meant = candidates.account.as_ref().map(|candidate| candidate.account.id);
    let error = match check(ctx.platform, &password, candidates)? {
        PasswordCheck::Account(Candidate { account, .. }) if account.disabled => Error::AccountDisabled,
        PasswordCheck::Registration => Error::AccountNotActivated,
        PasswordCheck::Nothing => Error::InvalidCredentials,
        PasswordCheck::Account(candidate) => {
            let proof = Proof::Password(rehash(ctx, &candidate, &password)?);
            return Ok(FirstFactor { account: candidate.account, proof, spent: Some(spent) });
        }
    };
    refuse(ctx, identifier, meant, error).await
}

/// Refuses a sign-in and writes an audit entry.
pub async fn refuse<T>(
    ctx: &RequestContext<'_, impl Platform>,
    identifier: &Identifier,
    meant: Option<Id<User>>,
    error: Error,
) -> Result<T, Error> {
    let entry = Entry::of(Act::SignIn).with(AuthMethod::Pwd).about(ctx.pseudonym(identifier.as_str()));
    ctx.audit_failure(entry.by(meant), error).await
}

/// Every failure costs two hashes, whichever account was named: one for an account and one for a registration, real or not. A
/// success costs one, and reveals nothing beyond the success itself.
fn check(
    platform: &(impl Argon2id + Entropy),
    password: &Password,
    candidates: Candidates,
) -> Result<PasswordCheck, Fault> {
    let Candidates { account, registration } = candidates;
    let (first, second) = (platform.bytes()?, platform.bytes()?);
    let hash = account.as_ref().and_then(|candidate| candidate.hash.as_deref());
    if password.verify_any(platform, hash, first)?
        && let Some(candidate) = account
    {
        if candidate.account.disabled {
            // Some APIs do not distinguish this failure from others, so its duration must not either.
            password.dummy_verify(platform, first)?;
        }
        return Ok(PasswordCheck::Account(candidate));
    }
    let is_registered = password.verify_any(platform, registration.as_deref(), second)?;
    Ok(if is_registered { PasswordCheck::Registration } else { PasswordCheck::Nothing })
}

/// Renews the hash if the configured parameters have risen since it was created.
fn rehash(
    ctx: &RequestContext<'_, impl Platform>,
    candidate: &Candidate,
    password: &Password,
) -> Result<Option<Statement>, Fault> {
    let Some(hash) = candidate.hash.as_deref().filter(|hash| phc::needs_rehash(hash)) else {
        return Ok(None);
    };
    let renewed = password.hash(ctx.platform, ctx.platform.bytes()?)?;
    Ok(Some(passwords::renew(candidate.account.id, hash, &renewed)))
}
