//! Ties a user's consent to the request and the session that they were asked in, so that neither can be exchanged meanwhile.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;

fn mac(key: &AppKey, session: Id<Session>, query: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.derive(Purpose::Consent).mac(&[session.bytes(), query.as_bytes()]))
}

pub fn mint(keys: &Keyring, session: Id<Session>, query: &str) -> String {
    mac(keys.current(), session, query)
}

pub fn verify(keys: &Keyring, session: Id<Session>, query: &str, token: &str) -> bool {
    keys.accepted().any(|key| mac(key, session, query).as_bytes().ct_eq(token.as_bytes()).into())
}
