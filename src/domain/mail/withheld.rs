//! What stands for emails that a mailbox does not get.

use serde::{Deserialize, Serialize};

use crate::words::emails::Fillings;

/// What an email would have brought that was withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    Activation,
    Recovery,
    Code,
    Address,
    Notice,
}

impl Withheld {
    /// In words that fit where the email speaks of them.
    pub const fn named(self, words: &Fillings) -> &'static str {
        let [activation, recovery, code, address, notice] = words.withheld;
        match self {
            Self::Activation => activation,
            Self::Recovery => recovery,
            Self::Code => code,
            Self::Address => address,
            Self::Notice => notice,
        }
    }
}
