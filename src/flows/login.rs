//! Somebody signs in with a password.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::limit::Guessable;
use crate::domain::login_name::Identifier;
use crate::domain::password::{self, Password};
use crate::domain::secret::Secret;
use crate::domain::session::{Factor, TokenPair};
use crate::flows::limit::{self, Spent};
use crate::flows::sessions::{self, SignIn};
use crate::flows::visit::Visit;
use crate::ports::{Guard, Platform};
use crate::store::users::{self, Account, Candidates};

/// What a password has proved.
enum Proof {
    /// It is the account's.
    Account(Account),
    /// It belongs to a registration that has not been activated.
    Registration,
    Nothing,
}

/// Begins a session. Unknown names, wrong passwords, disabled and not-activated accounts cost the same, and which of
/// the latter two it is, is told only after the right password.
pub async fn login(visit: &Visit<'_, impl Platform>, who: &Identifier, password: &Secret) -> Result<TokenPair, Error> {
    let password = Password::present(password)?;
    let attempt = limit::attempt(visit, Guessable::Password, who);
    let (spent, rows) = limit::spend(visit, &attempt, users::candidates(who, visit.now)).await?;
    let candidates = Candidates::read(&rows)?;
    let known = candidates.account.as_ref().map(|account| account.id);
    let failed = |error: &Error| {
        Entry::failed(Act::SignIn, error).with(Factor::Pwd).about(visit.pseudonym(who.as_str())).by(known)
    };
    let error = match check(&password, candidates)? {
        Proof::Account(account) if account.disabled => Error::AccountDisabled,
        Proof::Registration => Error::AccountNotActivated,
        Proof::Nothing => Error::InvalidCredentials,
        Proof::Account(account) => match begin(visit, &account, &password, spent).await? {
            Some(tokens) => return Ok(tokens),
            // The account changed while the password was being checked: what was right then may not be now.
            None => Error::InvalidCredentials,
        },
    };
    visit.refuse(failed(&error), error).await
}

/// Two hashes for every failure, whoever was meant: one for an account and one for a registration, real or not.
/// A success needs one, and gives nothing away that it does not say itself.
fn check(password: &Password, candidates: Candidates) -> Result<Proof, Fault> {
    match candidates.account {
        Some(account) if password.verify(&account.password_hash)? => return Ok(Proof::Account(account)),
        Some(_) => {}
        None => password.verify_nobody()?,
    }
    match candidates.registration {
        Some(pending) if password.verify(&pending.password_hash)? => return Ok(Proof::Registration),
        Some(_) => {}
        None => password.verify_nobody()?,
    }
    Ok(Proof::Nothing)
}

/// Begins the session, and renews the hash if the house's parameters have risen since it was made.
async fn begin(
    visit: &Visit<'_, impl Platform>,
    account: &Account,
    password: &Password,
    spent: Spent,
) -> Result<Option<TokenPair>, Error> {
    let entry = Entry::succeeded(Act::SignIn);
    let proof = SignIn { account, factor: Factor::Pwd, spent, guard: Guard::always(), entry };
    let mut closing = None;
    if password::needs_rehash(&account.password_hash) {
        let renewed = password.hash(visit.on.bytes()?)?;
        closing = Some(users::renew_hash(account.id, &account.password_hash, &renewed));
    }
    sessions::begin(visit, proof, closing).await
}
