//! The values of placeholders in an email.

use crate::domain::accounts::user::Role;
use crate::domain::base_url::BaseUrl;
use crate::domain::crypto::keyring::Keyring;
use crate::domain::devices::user_agent;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::mail::template::Values;
use crate::domain::mail::withheld::Withheld;
use crate::domain::tokens::token_summary::TokenSummary;
use crate::words::catalogue::Words;

/// What an email's own data is put into words with.
pub struct Placeholders<'a> {
    pub base_url: &'a BaseUrl,
    /// The tokens of links are stamped with these.
    pub keys: &'a Keyring,
    pub words: &'static Words,
}

impl Placeholders<'_> {
    /// Built from `APP_BASE_URL` alone: a request's headers must not determine where a token is sent.
    pub fn link(&self, page: &str, token: &str) -> String {
        format!("{}/account/{page}?token={token}", self.base_url)
    }

    /// Where a request came from, in words that fit after "from".
    pub fn origin(&self, address: &str) -> String {
        if address.is_empty() { self.words.emails.fillings.unknown_address } else { address }.to_owned()
    }

    pub fn device(&self, agent: &str) -> String {
        user_agent::describe(agent, &self.words.devices)
    }

    pub fn role(&self, role: Role) -> String {
        let words = &self.words.emails.fillings;
        match role {
            Role::User => words.user,
            Role::Admin => words.admin,
        }
        .to_owned()
    }

    pub fn key(&self, key: &TokenSummary) -> String {
        key.describe(self.words)
    }

    pub fn keys_in_words(&self, keys: &[TokenSummary]) -> String {
        if keys.is_empty() {
            return self.words.emails.fillings.no_keys.to_owned();
        }
        keys.iter().map(|key| self.key(key)).collect::<Vec<_>>().join(", ")
    }

    pub fn factor(&self, factor: FactorKind) -> String {
        factor.named(&self.words.emails.fillings).to_owned()
    }

    pub fn withheld(&self, what: Withheld) -> String {
        what.named(&self.words.emails.fillings).to_owned()
    }
}

/// The values of an email's placeholders: of the whole, and of each of its links.
pub struct Contents {
    pub values: Values,
    pub links: Vec<Values>,
}

impl Contents {
    /// Without links.
    pub const fn of(values: Values) -> Self {
        Self { values, links: Vec::new() }
    }

    pub fn linking(self, links: Vec<Values>) -> Self {
        Self { links, ..self }
    }
}
