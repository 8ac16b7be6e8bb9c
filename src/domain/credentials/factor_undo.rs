//! Undo links of first factors.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// A row of `factor_undos`; here only a type for ids.
pub struct FactorUndo;

/// The token in the link.
pub const TOKEN: Stamped<FactorUndo> = Stamped::new(Purpose::FactorUndo, "ghf_");
