//! How many emails of a kind a mailbox gets within `policy::MAIL_BUDGET_WINDOW`, and the notice that replaces the rest.

use crate::domain::mail::message::Email;
use crate::domain::mail::withheld::Withheld;
use crate::domain::policy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requested from one network.
    pub of_network: u32,
    pub of_all: u32,
}

impl Budget {
    /// Codes are limited when they are created (`store::codes`), separately for known and unknown clients of one network.
    pub const fn of(message: &Email) -> Self {
        match message {
            Email::Code { .. } => Self { of_network: 2 * policy::MAIL_BUDGET, of_all: policy::MAIL_BUDGET_OF_ALL },
            Email::TokenCreated { .. } => Self { of_network: policy::KEYS_AT_ONCE, of_all: policy::KEYS_AT_ONCE },
            _ => Self { of_network: policy::MAIL_BUDGET, of_all: policy::MAIL_BUDGET_OF_ALL },
        }
    }
}

impl Withheld {
    /// The kind of notice that replaces an email.
    pub const fn of(message: &Email) -> Self {
        match message {
            Email::Activation { .. } => Self::Activation,
            Email::Recovery { .. } | Email::ResetStarted { .. } => Self::Recovery,
            Email::Code { .. } => Self::Code,
            Email::EmailChanging { .. } => Self::Address,
            _ => Self::Notice,
        }
    }
}

/// The mailbox that a case-folded address counts as: most providers deliver `ada+shop@` to `ada@`. For counting only; where a
/// provider does not, two people share a budget.
pub fn mailbox(folded: &str) -> String {
    let (local, domain) = folded.rsplit_once('@').unwrap_or((folded, ""));
    let local = local.split_once('+').map_or(local, |(local, _)| local);
    format!("{local}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subaddresses_are_one_mailbox() {
        for (folded, counted) in [
            ("ada@example.com", "ada@example.com"),
            ("ada+shop@example.com", "ada@example.com"),
            ("ada+a+b@example.com", "ada@example.com"),
            ("+@example.com", "@example.com"),
            ("ada-shop@example.com", "ada-shop@example.com"),
            ("ada@shop+x.example", "ada@shop+x.example"),
        ] {
            assert_eq!(mailbox(folded), counted, "{folded}");
        }
    }
}
