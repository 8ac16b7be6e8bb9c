//! Somebody signs in with a password.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::{self, Argon2id, Password};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::rate_limit::Guessable;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::{Factor, Lifetimes, Session};
use crate::flows::context::Visit;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::sign_in::sessions::{self, SignIn};
use crate::ports::{Entropy, Guard, Platform, Statement};
use crate::store::users::{self, Account, Candidates};

/// What a password has proved.
enum Proof {
    /// It is the account's.
    Account(Account),
    /// It belongs to a registration that has not been activated.
    Registration,
    Nothing,
}

/// Somebody who knows an account's password.
pub struct Proved {
    pub account: Account,
    /// The try that has succeeded.
    pub spent: Spent,
    /// Renews the hash if the house's parameters have risen since it was made.
    pub rehash: Option<Statement>,
}

/// Begins a session that lives as long as it is told.
pub async fn login(
    visit: &Visit<'_, impl Platform>,
    who: &Identifier,
    password: &Secret,
    lifetimes: &Lifetimes,
) -> Result<(Account, Session), Error> {
    let Proved { account, spent, rehash } = prove(visit, who, password).await?;
    let (guard, entry) = (Guard::always(), Entry::of(Act::SignIn));
    let proof = SignIn { account: &account, factor: Factor::Pwd, spent, guard, entry, lifetimes };
    match sessions::begin(visit, proof, rehash).await? {
        Some(session) => Ok((account, session)),
        // The account changed while the password was being checked: what was right then may not be now.
        None => refuse(visit, who, Some(account.id), Error::InvalidCredentials).await,
    }
}

/// The account of a name, if the password is its own. Unknown names, wrong passwords, disabled and not-activated accounts
/// cost the same, and which of the latter two it is, is told only after the right password.
pub async fn prove(visit: &Visit<'_, impl Platform>, who: &Identifier, password: &Secret) -> Result<Proved, Error> {
    let password = Password::present(password)?;
    let attempt = rate_limit::attempt(visit, Guessable::Password, who)?;
    let (spent, rows) = rate_limit::spend(visit, &attempt, users::candidates(who, visit.now)).await?;
    let candidates = Candidates::read(&rows)?;
    let meant = candidates.account.as_ref().map(|account| account.id);
    let error = match check(visit.on, &password, candidates)? {
        Proof::Account(account) if account.disabled => Error::AccountDisabled,
        Proof::Registration => Error::AccountNotActivated,
        Proof::Nothing => Error::InvalidCredentials,
        Proof::Account(account) => {
            let rehash = rehash(visit, &account, &password)?;
            return Ok(Proved { account, spent, rehash });
        }
    };
    refuse(visit, who, meant, error).await
}

/// Refuses a sign-in, on the record.
pub async fn refuse<T>(
    visit: &Visit<'_, impl Platform>,
    who: &Identifier,
    meant: Option<Id<User>>,
    error: Error,
) -> Result<T, Error> {
    let entry = Entry::of(Act::SignIn).with(Factor::Pwd).about(visit.pseudonym(who.as_str()));
    visit.refuse(entry.by(meant), error).await
}

/// Two hashes for every failure, whoever was meant: one for an account and one for a registration, real or not.
/// A success needs one, and gives nothing away that it does not say itself.
fn check(on: &(impl Argon2id + Entropy), password: &Password, candidates: Candidates) -> Result<Proof, Fault> {
    let (first, second) = (on.bytes()?, on.bytes()?);
    match candidates.account {
        Some(account) if password.verify(on, &account.password_hash)? => {
            if account.disabled {
                // Not every dialect tells this failure from others. Then time must not either.
                password.verify_nobody(on, first)?;
            }
            return Ok(Proof::Account(account));
        }
        Some(_) => {}
        None => password.verify_nobody(on, first)?,
    }
    match candidates.registration {
        Some(pending) if password.verify(on, &pending.password_hash)? => return Ok(Proof::Registration),
        Some(_) => {}
        None => password.verify_nobody(on, second)?,
    }
    Ok(Proof::Nothing)
}

fn rehash(
    visit: &Visit<'_, impl Platform>,
    account: &Account,
    password: &Password,
) -> Result<Option<Statement>, Fault> {
    if !password::needs_rehash(&account.password_hash) {
        return Ok(None);
    }
    let renewed = password.hash(visit.on, visit.on.bytes()?)?;
    Ok(Some(users::renew_hash(account.id, &account.password_hash, &renewed)))
}
