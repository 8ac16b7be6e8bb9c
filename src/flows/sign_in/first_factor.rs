//! The step between a first factor and what a sign-in issues: what is still due? A sign-in with a password or a code issues its
//! session or token to an [`Authenticated`], which only [`FirstFactor::due`] makes. A ticket passes on what its session proved.

use crate::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use crate::flows::rate_limit::Spent;
use crate::ports::{Guard, Statement};
use crate::store::users::Account;

/// An account whose first factor has been proved.
pub struct FirstFactor {
    pub account: Account,
    pub method: AuthMethod,
    /// The successful try.
    pub spent: Spent,
    /// A further condition, besides the account being unchanged.
    pub guard: Guard,
    /// Uses up the proof, or renews the hash it was compared with.
    pub closing: Option<Statement>,
}

/// What an account must still prove before anything is issued to it. Every sign-in matches all of it, so it does not compile
/// while it ignores a part.
pub enum Due {
    Nothing(Authenticated),
}

/// An account that has proved everything required of it.
pub struct Authenticated(FirstFactor);

impl FirstFactor {
    /// Accounts have no second factor: nothing is due.
    pub const fn due(self) -> Due {
        Due::Nothing(Authenticated(self))
    }
}

impl Authenticated {
    pub const fn account(&self) -> &Account {
        &self.0.account
    }

    pub fn methods(&self) -> AuthMethods {
        self.0.method.into()
    }

    pub const fn spent(&self) -> Spent {
        self.0.spent
    }

    pub fn guard(&self) -> Guard {
        self.0.guard.clone()
    }

    pub fn closing(&self) -> Option<Statement> {
        self.0.closing.clone()
    }

    pub fn into_account(self) -> Account {
        self.0.account
    }
}
