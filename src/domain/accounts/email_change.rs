//! A change of address: confirmed from the new address, and for a week undone from the old one.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// A row of `email_changes`; here only a type for ids.
pub struct EmailChange;

/// A row of `email_undos`; here only a type for ids.
pub struct EmailUndo;

/// The token in the link to the new address.
pub const CHANGE_TOKEN: Stamped<EmailChange> = Stamped::new(Purpose::EmailChange, "ghe_");

/// The token in the link to the old address.
pub const UNDO_TOKEN: Stamped<EmailUndo> = Stamped::new(Purpose::EmailUndo, "ghu_");
