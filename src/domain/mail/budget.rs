//! How many emails of a kind a mailbox gets within `policy::MAIL_BUDGET_WINDOW`.

use crate::domain::policy;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Requested from one network.
    pub of_network: u32,
    pub of_all: u32,
}

impl Budget {
    /// Of an email whose entry names no other.
    pub const USUAL: Self = Self { of_network: policy::MAIL_BUDGET, of_all: policy::MAIL_BUDGET_OF_ALL };
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
