//! `client_id` of a client that registers itself (RFC 7591, appendix A.5.2: "stateless client registration"): it contains the
//! registration, so that a registration stores nothing.
//!
//! `ghdr_` and, as base64url, `version ‖ last day ‖ name ‖ redirect addresses ‖ HMAC(K_self_registration, all before)[..16]`. A text
//! is its length, two bytes, and itself.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::self_description::SelfDescription;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

const PREFIX: &str = "ghdr_";
const VERSION: u8 = 1;
/// Before the hash that names the client in our tables. No other `client_id` begins like that.
const STORED_PREFIX: &str = "dcr:";

/// A registration that is still valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelfRegistration {
    /// As the client presents it.
    pub client_id: String,
    /// As our tables name the client.
    pub stored_id: String,
    pub description: SelfDescription,
}

impl SelfRegistration {
    /// The registration of this client from now on; `None` if it is too long. The same on the same day, byte for byte.
    pub fn new(keys: &Keyring, description: SelfDescription, now: Timestamp) -> Option<Self> {
        let last_day = day(now)?.checked_add(policy::SELF_REGISTRATION_DAYS)?;
        let texts =
            std::iter::once(description.name.as_str()).chain(description.redirect_uris.iter().map(RedirectUri::as_str));
        let mut content = vec![VERSION];
        content.extend(last_day.to_be_bytes());
        for text in texts {
            content.extend(u16::try_from(text.len()).ok()?.to_be_bytes());
            content.extend(text.as_bytes());
        }
        let stamped = stamp::append_mac(keys, Purpose::SelfRegistration, &content);
        let client_id = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(stamped));
        (content.len() <= policy::SELF_REGISTRATION_MAX_BYTES).then(|| Self::named(client_id, description))
    }

    /// The registration that a `client_id` is, if it is genuine and has not expired.
    pub fn read(keys: &Keyring, now: Timestamp, client_id: &str) -> Option<Self> {
        let encoded = client_id.strip_prefix(PREFIX)?;
        // Bounds the decoder's work.
        if encoded.len() > 2 * (policy::SELF_REGISTRATION_MAX_BYTES + stamp::STAMP_BYTES) {
            return None;
        }
        let stamped = URL_SAFE_NO_PAD.decode(encoded).ok()?;
        let content = stamp::verify_mac_of_any_length(keys, Purpose::SelfRegistration, &stamped)?;
        let (version, content) = content.split_first()?;
        let (last_day, content) = content.split_first_chunk()?;
        if *version != VERSION || day(now)? > u16::from_be_bytes(*last_day) {
            return None;
        }
        let mut texts = texts(content)?.into_iter();
        let name = texts.next()?.to_owned();
        let redirect_uris: Vec<_> = texts.map(RedirectUri::parse).collect::<Option<_>>()?;
        let description = SelfDescription { name, redirect_uris };
        (!description.redirect_uris.is_empty()).then(|| Self::named(client_id.to_owned(), description))
    }

    fn named(client_id: String, description: SelfDescription) -> Self {
        let stored_id = format!("{STORED_PREFIX}{}", URL_SAFE_NO_PAD.encode(Sha256::digest(&client_id)));
        Self { client_id, stored_id, description }
    }
}

/// Days since 1970.
fn day(now: Timestamp) -> Option<u16> {
    u16::try_from(now.seconds().div_euclid(24 * 60 * 60)).ok()
}

fn texts(mut content: &[u8]) -> Option<Vec<&str>> {
    let mut texts = Vec::new();
    while let Some((length, rest)) = content.split_first_chunk() {
        let (text, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        texts.push(std::str::from_utf8(text).ok()?);
        content = rest;
    }
    content.is_empty().then_some(texts)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    const NOW: Timestamp = Timestamp::from_seconds(1_780_000_000);
    const DAY: u64 = 24 * 60 * 60;

    fn keys() -> Keyring {
        Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![])
    }

    fn described(name: &str, uris: &[&str]) -> SelfDescription {
        let redirect_uris = uris.iter().map(|uri| RedirectUri::parse(uri).unwrap()).collect();
        SelfDescription { name: name.to_owned(), redirect_uris }
    }

    #[test]
    fn a_registration_is_read_back_for_ninety_days() {
        let keys = keys();
        let made =
            SelfRegistration::new(&keys, described("Tool ÿ", &["http://localhost/cb", "tool:/cb"]), NOW).unwrap();
        assert!(made.stored_id.len() == 47 && made.client_id.starts_with("ghdr_"));
        for days in [0, 1, 89, 90] {
            let at = NOW + Duration::from_secs(days * DAY);
            assert_eq!(SelfRegistration::read(&keys, at, &made.client_id).as_ref(), Some(&made), "{days}");
        }
        let later = NOW + Duration::from_secs(91 * DAY);
        assert_eq!(SelfRegistration::read(&keys, later, &made.client_id), None);
    }

    #[test]
    fn nothing_else_is_a_registration() {
        let keys = keys();
        let made = SelfRegistration::new(&keys, described("Tool", &["http://localhost/cb"]), NOW).unwrap();
        let id = &made.client_id;
        for cut in 0..id.len() {
            assert_eq!(SelfRegistration::read(&keys, NOW, &id[..cut]), None);
        }
        for place in PREFIX.len()..id.len() {
            let other = if id.as_bytes()[place] == b'A' { "B" } else { "A" };
            let changed = format!("{}{other}{}", &id[..place], &id[place + 1..]);
            assert_eq!(SelfRegistration::read(&keys, NOW, &changed), None);
        }
        for more in ["A", "=", " "] {
            assert_eq!(SelfRegistration::read(&keys, NOW, &format!("{id}{more}")), None);
        }
        let stamped = URL_SAFE_NO_PAD.decode(&id[PREFIX.len()..]).unwrap();
        let content = &stamped[..stamped.len() - stamp::STAMP_BYTES];
        let other_purpose = stamp::append_mac(&keys, Purpose::ClientSecret, content);
        let other_purpose = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(other_purpose));
        assert_eq!(SelfRegistration::read(&keys, NOW, &other_purpose), None);
    }

    #[test]
    fn a_registration_is_short() {
        let long = format!("https://client.example/{}", "a".repeat(480));
        assert!(SelfRegistration::new(&keys(), described("Tool", &[&long]), NOW).is_some());
        assert_eq!(SelfRegistration::new(&keys(), described("Tool", &[&long, &long, &long]), NOW), None);
    }
}
