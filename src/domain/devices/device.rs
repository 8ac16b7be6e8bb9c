//! What a browser keeps for us in cookies: its session, what ties a form to it, and what it is known again by.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::crypto::stamp::Stamped;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;

/// What a browser presents for a session.
pub const SESSION_TOKEN: Stamped<Session> = Stamped::new(Purpose::BrowserSession, "ghb_");

/// A browser, whoever signs in with it. Which users have, their sessions say.
pub struct Device;

/// What a browser presents to be known again.
pub const DEVICE_TOKEN: Stamped<Device> = Stamped::new(Purpose::Device, "ghd_");

/// The id of a browser that has none yet, by its nonce: of two requests it makes at once both find the same.
pub fn new_device(keys: &Keyring, nonce: &str) -> Id<Device> {
    keys.current().derive(Purpose::NewDevice).id_of(&[nonce.as_bytes()])
}

/// A form that has been sent.
pub struct Submission;

/// The name of a form that has been sent: the same for the same fields, from the same page, in the same browser and session,
/// and guessed by nobody who does not have the browser's cookies. `body` names the page.
pub fn submission(keys: &Keyring, [nonce, session]: [&str; 2], path: &str, body: &[u8]) -> Id<Submission> {
    // Neither cookies nor paths have a line break in them, and the body comes last.
    let sender = format!("{nonce}\n{session}\n{path}\n");
    keys.current().derive(Purpose::Submission).id_of(&[sender.as_bytes(), body])
}

/// What a form carries: a MAC of a nonce that the browser has in a cookie, where no other site can read or set it.
pub fn csrf_token(keys: &Keyring, nonce: &str) -> String {
    seal_under(keys.current(), nonce)
}

/// Whether a form was made for the browser that sends it.
pub fn verify_csrf_token(keys: &Keyring, nonce: &str, seal: &str) -> bool {
    keys.accepted().any(|key| seal_under(key, nonce).as_bytes().ct_eq(seal.as_bytes()).into())
}

fn seal_under(key: &AppKey, nonce: &str) -> String {
    URL_SAFE_NO_PAD.encode(key.derive(Purpose::Form).mac(&[nonce.as_bytes()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn a_form_is_good_for_the_browser_it_was_made_for() {
        let keys = Keyring::new(AppKey::parse(KEY).unwrap(), vec![]);
        let seal = csrf_token(&keys, "one");
        assert!(verify_csrf_token(&keys, "one", &seal));
        for (nonce, seal) in [("two", seal.as_str()), ("one", ""), ("one", "one"), ("", &seal)] {
            assert!(!verify_csrf_token(&keys, nonce, seal), "{nonce} {seal}");
        }
        let swapped =
            Keyring::new(AppKey::parse("fedcba9876543210fedcba9876543210").unwrap(), vec![AppKey::parse(KEY).unwrap()]);
        assert!(verify_csrf_token(&swapped, "one", &seal));
    }
}
