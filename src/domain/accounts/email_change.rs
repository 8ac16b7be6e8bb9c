//! A change of address: confirmed by whoever reads the new one, and for a week taken back by whoever reads the old one.

use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::stamp::Stamped;

/// What `email_changes` holds; here it gives its name to the ids.
pub struct EmailChange;

/// What `email_undos` holds.
pub struct EmailUndo;

/// What the link carries that goes to the new address.
pub const CHANGE_TOKEN: Stamped<EmailChange> = Stamped::new(Purpose::EmailChange, "ghe_");

/// What the link carries that goes to the old address.
pub const UNDO_TOKEN: Stamped<EmailUndo> = Stamped::new(Purpose::EmailUndo, "ghu_");
