//! What an email says was added to the sign-in of an account, or removed from it.

use serde::{Deserialize, Serialize};

use crate::words::emails::Fillings;

/// A kind of factor. The outbox stores these names: they never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FactorKind {
    AuthenticatorApp,
    RecoveryCodes,
    Passkey,
    SecurityKey,
    /// A sign-in with another provider.
    Identity,
}

impl FactorKind {
    /// Its name in words that fit after a colon.
    pub const fn named(self, words: &Fillings) -> &'static str {
        let [app, codes, passkey, security_key, identity] = words.factors;
        match self {
            Self::AuthenticatorApp => app,
            Self::RecoveryCodes => codes,
            Self::Passkey => passkey,
            Self::SecurityKey => security_key,
            Self::Identity => identity,
        }
    }
}
