//! A change of address: confirmed by whoever reads the new one, and for a week taken back by whoever reads the old one.

use crate::domain::id::Id;
use crate::domain::key::{Keyring, Purpose};
use crate::domain::stamp;

/// These links carry these in front, so that people and secret scanners know what they see.
const CHANGE_PREFIX: &str = "ghe_";
const UNDO_PREFIX: &str = "ghu_";

/// What `email_changes` holds; here it gives its name to the ids.
pub struct EmailChange;

/// What `email_undos` holds.
pub struct EmailUndo;

/// The token of the link that goes to the new address.
pub fn change_token(keys: &Keyring, id: Id<EmailChange>) -> String {
    stamp::spell_id(keys, Purpose::EmailChange, CHANGE_PREFIX, id)
}

/// The change a token was made for, if it is genuine; whether it still stands, the table knows.
pub fn read_change_token(keys: &Keyring, token: &str) -> Option<Id<EmailChange>> {
    stamp::read_id(keys, Purpose::EmailChange, CHANGE_PREFIX, token)
}

/// The token of the link that goes to the old address.
pub fn undo_token(keys: &Keyring, id: Id<EmailUndo>) -> String {
    stamp::spell_id(keys, Purpose::EmailUndo, UNDO_PREFIX, id)
}

/// The way back a token was made for, likewise.
pub fn read_undo_token(keys: &Keyring, token: &str) -> Option<Id<EmailUndo>> {
    stamp::read_id(keys, Purpose::EmailUndo, UNDO_PREFIX, token)
}
