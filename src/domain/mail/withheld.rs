//! The notice that replaces emails beyond a mailbox's budget.

use serde::{Deserialize, Serialize};

use crate::words::emails::Fillings;

/// The kind of email that was withheld.
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
    /// Its name in words that fit into the notice.
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
