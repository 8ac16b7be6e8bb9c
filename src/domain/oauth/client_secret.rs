//! Client secrets: `number ‖ HMAC(K_client_secret, number, client_id)[..16]`.
//!
//! The client's row has the number of its current secret and nothing else, so a leaked database contains no secret, and checking
//! one costs no password hash. A new secret is the next number; the one before works for a while.
//!
//! A client's first number is the second in which it was registered, so that a client that is deleted and registered again under its
//! id has none of its former secrets, unless it got one each second.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::oauth::client::ClientId;
use crate::domain::timestamp::Timestamp;

const PREFIX: &str = "ghcs_";

/// The number of the first secret of a client that is registered now. It has 32 bits until the year 2106.
pub const fn first_number(now: Timestamp) -> i64 {
    now.seconds()
}

/// The secret of a client with this number.
pub fn spell(keys: &Keyring, client: &ClientId, number: u32) -> String {
    stamp::spell_within(keys, Purpose::ClientSecret, PREFIX, &number.to_be_bytes(), client.as_str().as_bytes())
}

/// The number of a genuine secret of this client. Whether it is still accepted is in the client's row.
pub fn read(keys: &Keyring, client: &ClientId, secret: &str) -> Option<u32> {
    stamp::read_within(keys, Purpose::ClientSecret, PREFIX, secret, client.as_str().as_bytes()).map(u32::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    #[test]
    fn a_secret_is_its_clients_alone() {
        let keys = Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![]);
        let (web, app) = (ClientId::parse("web").unwrap(), ClientId::parse("web2").unwrap());
        let secret = spell(&keys, &web, 7);
        assert_eq!(read(&keys, &web, &secret), Some(7));
        assert_eq!(read(&keys, &app, &secret), None);
        for cut in 0..secret.len() {
            assert_eq!(read(&keys, &web, &secret[..cut]), None);
        }
        assert_eq!(read(&keys, &web, &format!("{secret}A")), None);
    }
}
