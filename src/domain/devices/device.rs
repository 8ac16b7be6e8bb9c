//! Browser cookies: the session, the nonce of forms, and the device.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::crypto::stamp::Stamped;
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;

/// The value of a browser's session cookie.
pub const SESSION_TOKEN: Stamped<Session> = Stamped::new(Purpose::BrowserSession, "ghb_");

/// A browser, whichever users sign in with it. Sessions link it to users.
pub struct Device;

/// The value of the cookie that identifies a known browser.
pub const DEVICE_TOKEN: Stamped<Device> = Stamped::new(Purpose::Device, "ghd_");

/// The id of a browser that has none yet, derived from its nonce, so that two simultaneous requests get the same id.
pub fn new_device(keys: &Keyring, nonce: &str) -> Id<Device> {
    keys.current().derive(Purpose::NewDevice).id_of(&[nonce.as_bytes()])
}

/// A submitted form.
pub struct Submission;

/// The name of a submitted form: the same for the same fields, page, browser and session, and impossible to guess without the
/// browser's cookies. `body` names the page.
pub fn submission(keys: &Keyring, [nonce, session]: [&str; 2], path: &str, body: &[u8]) -> Id<Submission> {
    // Neither cookies nor paths contain a line break, and the body comes last.
    let sender = format!("{nonce}\n{session}\n{path}\n");
    keys.current().derive(Purpose::Submission).id_of(&[sender.as_bytes(), body])
}

/// A form's CSRF token: a MAC of a nonce in a cookie that no other site can read or set.
pub fn csrf_token(keys: &Keyring, nonce: &str) -> String {
    seal_under(keys.current(), nonce)
}

/// Whether a form was made for the browser that submits it.
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
