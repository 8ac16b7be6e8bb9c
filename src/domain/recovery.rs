//! A recovery: somebody who reads a mailbox may set its account's password anew, once, for an hour.

use crate::domain::id::Id;
use crate::domain::key::{Keyring, Purpose};
use crate::domain::stamp;

/// Recovery links carry these in front, so that people and secret scanners know what they see.
const TOKEN_PREFIX: &str = "ghv_";

/// What `recoveries` holds; here it gives its name to the ids.
pub struct Recovery;

/// The token of a recovery link.
pub fn token(keys: &Keyring, id: Id<Recovery>) -> String {
    stamp::spell_id(keys, Purpose::Recovery, TOKEN_PREFIX, id)
}

/// The recovery a token was made for, if it is genuine; whether it still stands, the table knows.
pub fn read_token(keys: &Keyring, token: &str) -> Option<Id<Recovery>> {
    stamp::read_id(keys, Purpose::Recovery, TOKEN_PREFIX, token)
}
