//! A registration: a wish to have an account, good for a day, nothing more until its link is followed.

use crate::domain::email::Email;
use crate::domain::id::Id;
use crate::domain::key::{Keyring, Purpose};
use crate::domain::login_name::LoginName;
use crate::domain::stamp;

/// Activation links carry these in front, so that people and secret scanners know what they see.
const TOKEN_PREFIX: &str = "gha_";

/// What somebody asked for. It is written the same way whether or not the address has an account.
pub struct Registration {
    pub id: Id<Registration>,
    pub login: LoginName,
    pub email: Email,
    /// PHC string.
    pub password_hash: String,
}

/// The token of an activation link.
pub fn activation_token(keys: &Keyring, id: Id<Registration>) -> String {
    stamp::spell_id(keys, Purpose::Activation, TOKEN_PREFIX, id)
}

/// The registration an activation token was made for, if it is genuine; whether it still stands, the table knows.
pub fn read_activation_token(keys: &Keyring, token: &str) -> Option<Id<Registration>> {
    stamp::read_id(keys, Purpose::Activation, TOKEN_PREFIX, token)
}
