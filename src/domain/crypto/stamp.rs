//! Opaque tokens are an id and a stamp: `id ‖ HMAC-SHA256(K_purpose, id)[..16]`.
//!
//! A forged or mistyped token is rejected before any I/O, a token of one purpose is rejected for every other by construction,
//! and the database holds ids only: a leaked dump contains no usable token.

use std::marker::PhantomData;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::id::Id;

/// 128 bits: forging one takes 2^127 requests on average.
pub const STAMP_BYTES: usize = 16;

/// The stamp of a message under one key, in a context that is not part of the token.
fn stamp(key: &AppKey, purpose: Purpose, message: &[u8], context: &[u8]) -> [u8; STAMP_BYTES] {
    let [stamp @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = key.derive(purpose).mac(&[message, context]);
    stamp
}

/// `message ‖ stamp`, for tokens with a spelling of their own.
pub fn append_mac(keys: &Keyring, purpose: Purpose, message: &[u8]) -> Vec<u8> {
    append_mac_within(keys, purpose, message, &[])
}

/// The same, valid only in a context that its reader knows too. Messages of one purpose have one length, so that no byte can
/// move between message and context.
pub fn append_mac_within(keys: &Keyring, purpose: Purpose, message: &[u8], context: &[u8]) -> Vec<u8> {
    [message, &stamp(keys.current(), purpose, message, context)].concat()
}

/// The message, if one of the accepted keys has stamped it for this purpose. `N` is the message's length.
pub fn verify_mac<const N: usize>(keys: &Keyring, purpose: Purpose, stamped: &[u8]) -> Option<[u8; N]> {
    verify_mac_within(keys, purpose, stamped, &[])
}

/// The same for a message that was stamped in this context.
pub fn verify_mac_within<const N: usize>(
    keys: &Keyring,
    purpose: Purpose,
    stamped: &[u8],
    context: &[u8],
) -> Option<[u8; N]> {
    let (message, presented) = stamped.split_first_chunk::<N>()?;
    let verified = keys.accepted().any(|key| stamp(key, purpose, message, context).as_slice().ct_eq(presented).into());
    verified.then_some(*message)
}

/// The message of any length, if one of the accepted keys has stamped it for this purpose, without a context.
pub fn verify_mac_of_any_length<'a>(keys: &Keyring, purpose: Purpose, stamped: &'a [u8]) -> Option<&'a [u8]> {
    let (message, presented) = stamped.split_last_chunk::<STAMP_BYTES>()?;
    let verified = keys.accepted().any(|key| stamp(key, purpose, message, &[]).ct_eq(presented).into());
    verified.then_some(message)
}

/// `message ‖ stamp` as base64url (RFC 4648 §5, no padding) after a readable prefix.
pub fn spell(keys: &Keyring, purpose: Purpose, prefix: &str, message: &[u8]) -> String {
    spell_within(keys, purpose, prefix, message, &[])
}

/// The same, valid only in a context that its reader knows too.
pub fn spell_within(keys: &Keyring, purpose: Purpose, prefix: &str, message: &[u8], context: &[u8]) -> String {
    format!("{prefix}{}", URL_SAFE_NO_PAD.encode(append_mac_within(keys, purpose, message, context)))
}

/// The message of a token made by [`spell`] for the same purpose and prefix. `N` is the message's length. Every other
/// spelling is `None`: wrong prefix, alphabet, length, padding, or spare bits in the last character.
pub fn read<const N: usize>(keys: &Keyring, purpose: Purpose, prefix: &str, token: &str) -> Option<[u8; N]> {
    read_within(keys, purpose, prefix, token, &[])
}

/// The same for a token made by [`spell_within`] in this context.
pub fn read_within<const N: usize>(
    keys: &Keyring,
    purpose: Purpose,
    prefix: &str,
    token: &str,
    context: &[u8],
) -> Option<[u8; N]> {
    let encoded = token.strip_prefix(prefix)?;
    // Bounds the decoder's work; the exact length is checked below.
    if encoded.len() > 2 * (N + STAMP_BYTES) {
        return None;
    }
    verify_mac_within(keys, purpose, &URL_SAFE_NO_PAD.decode(encoded).ok()?, context)
}

/// A kind of token whose message is the id of a `T`: its purpose, and its prefix, which identifies it to people and secret
/// scanners. Whether the `T` still exists is checked in its table.
pub struct Stamped<T> {
    purpose: Purpose,
    prefix: &'static str,
    of: PhantomData<fn() -> T>,
}

impl<T> Stamped<T> {
    pub const fn new(purpose: Purpose, prefix: &'static str) -> Self {
        Self { purpose, prefix, of: PhantomData }
    }

    pub fn spell(&self, keys: &Keyring, id: Id<T>) -> String {
        spell(keys, self.purpose, self.prefix, id.bytes())
    }

    /// The id in a token of this kind, if it is genuine.
    pub fn read(&self, keys: &Keyring, token: &str) -> Option<Id<T>> {
        read(keys, self.purpose, self.prefix, token).map(Id::from_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    fn keys(current: &str, previous: &[&str]) -> Keyring {
        let parse = |text: &str| AppKey::parse(text).unwrap();
        Keyring::new(parse(current), previous.iter().map(|text| parse(text)).collect())
    }

    const OLD: &str = "0123456789abcdef0123456789abcdef";
    const NEW: &str = "fedcba9876543210fedcba9876543210";

    const THING: Stamped<Thing> = Stamped::new(Purpose::Activation, "gha_");

    fn token(keys: &Keyring) -> String {
        THING.spell(keys, Id::from_bytes([7; 16]))
    }

    fn read_back(keys: &Keyring, token: &str) -> Option<Id<Thing>> {
        THING.read(keys, token)
    }

    #[test]
    fn a_token_is_read_back_for_its_own_purpose_only() {
        let keys = keys(OLD, &[]);
        let token = token(&keys);
        assert_eq!(read_back(&keys, &token), Some(Id::from_bytes([7; 16])));
        assert_eq!(Stamped::<Thing>::new(Purpose::Refresh, "gha_").read(&keys, &token), None);
        assert_eq!(Stamped::<Thing>::new(Purpose::Activation, "ghx_").read(&keys, &token), None);
    }

    #[test]
    fn every_single_changed_character_is_noticed() {
        let keys = keys(OLD, &[]);
        let token = token(&keys);
        for place in 4..token.len() {
            // The neighbours in the alphabet include those that differ in spare bits only.
            for other in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ \0é".chars() {
                let mut changed: Vec<char> = token.chars().collect();
                if changed[place] != other {
                    changed[place] = other;
                    assert_eq!(read_back(&keys, &changed.into_iter().collect::<String>()), None);
                }
            }
        }
        assert_eq!(read_back(&keys, &token[..token.len() - 1]), None);
        assert_eq!(read_back(&keys, &format!("{token}A")), None);
        assert_eq!(read_back(&keys, &format!("{token}=")), None);
    }

    #[test]
    fn a_previous_key_is_believed_and_makes_nothing_new() {
        let (before, during, after) = (keys(OLD, &[]), keys(NEW, &[OLD]), keys(NEW, &[]));
        let old = token(&before);
        assert!(read_back(&during, &old).is_some());
        assert_eq!(read_back(&after, &old), None);
        assert_eq!(token(&during), token(&after));
    }
}
