//! Tokens for programs: named and revocable. API keys, private tokens and portal tokens share a table; formats differ.

use data_encoding::{Encoding, HEXLOWER};
use data_encoding_macro::new_encoding;
use serde::{Deserialize, Serialize};

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::id::Id;
use crate::domain::policy;

/// A row of `tokens`; here only a type for ids.
pub struct ApiToken;

/// The format of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// FastReport Cloud.
    ApiKey,
    /// Haut.AI: a JWT (`private_token`).
    Private,
    /// FortiPortal, from `tokenlogin`: one at a time.
    Portal,
    /// FortiPortal, from a page: any number, for an hour each.
    PortalKey,
}

impl TokenKind {
    const ALL: [Self; 4] = [Self::ApiKey, Self::Private, Self::Portal, Self::PortalKey];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ApiKey => "api_key",
            Self::Private => "private",
            Self::Portal => "portal",
            Self::PortalKey => "portal_key",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }

    /// The scheme of `Authorization` it is presented with.
    pub const fn scheme(self) -> &'static str {
        match self {
            Self::ApiKey => "Basic",
            Self::Private => "Bearer",
            Self::Portal | Self::PortalKey => "Token",
        }
    }
}

/// Whether a text is valid as a token's name.
pub fn is_name(text: &str) -> bool {
    text.chars().count() <= policy::KEY_NAME_MAX_CHARS
}

/// z-base-32, as in FastReport Cloud's example. 32 bytes are 52 characters, the last with four spare bits that must be zero.
const Z_BASE_32: Encoding = new_encoding! { symbols: "ybndrfg8ejkmcpqxot1uwisza345h769", };

/// The number of characters of a key that reveal its id and nothing of its stamp: 125 of 128 bits.
const SHOWN_CHARS: usize = 25;

/// An API key in full.
pub fn spell_api_key(keys: &Keyring, id: Id<ApiToken>) -> String {
    Z_BASE_32.encode(&stamp::append_mac(keys, Purpose::ApiKey, id.bytes()))
}

/// The id in a genuine API key.
pub fn read_api_key(keys: &Keyring, key: &str) -> Option<Id<ApiToken>> {
    open(keys, Purpose::ApiKey, &Z_BASE_32, key)
}

/// An API key as its owner recognises it, useless to others.
pub fn mask_api_key(id: Id<ApiToken>) -> String {
    let shown: String = Z_BASE_32.encode(id.bytes()).chars().take(SHOWN_CHARS).collect();
    format!("{shown}…")
}

/// A portal token, whether from `tokenlogin` or from a page.
pub fn spell_portal_token(keys: &Keyring, id: Id<ApiToken>) -> String {
    HEXLOWER.encode(&stamp::append_mac(keys, Purpose::PortalToken, id.bytes()))
}

/// The id in a genuine portal token.
pub fn read_portal_token(keys: &Keyring, token: &str) -> Option<Id<ApiToken>> {
    open(keys, Purpose::PortalToken, &HEXLOWER, token)
}

fn open(keys: &Keyring, purpose: Purpose, spelling: &Encoding, token: &str) -> Option<Id<ApiToken>> {
    const BYTES: usize = 16 + stamp::STAMP_BYTES;
    // Bounds the decoder's work: no other length is valid.
    (token.len() == spelling.encode_len(BYTES)).then_some(())?;
    stamp::verify_mac(keys, purpose, &spelling.decode(token.as_bytes()).ok()?).map(Id::from_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    fn keys() -> Keyring {
        Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![])
    }

    #[test]
    fn keys_and_portal_tokens_are_spelled_as_their_clients_know_them() {
        let (keys, id) = (keys(), Id::from_bytes([0xa5; 16]));
        let key = spell_api_key(&keys, id);
        assert_eq!(key.len(), "cc355oeu1z5d5wncayo33me6c1g5junqdqk4pkupid7t8ynjshey".len());
        assert!(key.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()), "{key}");
        assert_eq!(read_api_key(&keys, &key), Some(id));
        let token = spell_portal_token(&keys, id);
        assert_eq!(token.len(), 64);
        assert!(token.bytes().all(|byte| byte.is_ascii_hexdigit()), "{token}");
        assert_eq!(read_portal_token(&keys, &token), Some(id));
    }

    #[test]
    fn a_mask_tells_which_key_it_is_and_nothing_of_its_stamp() {
        let (keys, id) = (keys(), Id::from_bytes([0xa5; 16]));
        let (key, mask) = (spell_api_key(&keys, id), mask_api_key(id));
        assert_eq!(mask, format!("{}…", &key[..25]));
        assert_eq!(read_api_key(&keys, &mask), None);
    }

    #[test]
    fn other_spellings_of_a_token_are_no_token() {
        let (keys, id) = (keys(), Id::from_bytes([0xa5; 16]));
        let key = spell_api_key(&keys, id);
        let spare_bits = format!("{}b", &key[..51]);
        let token = spell_portal_token(&keys, id);
        for wrong in ["", &key[..51], &format!("{key}y"), &key.to_uppercase(), &spare_bits, &token] {
            assert_eq!(read_api_key(&keys, wrong), None, "{wrong}");
        }
        for wrong in ["", &token[..63], &token.to_uppercase(), &key, "é".repeat(32).as_str()] {
            assert_eq!(read_portal_token(&keys, wrong), None, "{wrong}");
        }
    }
}
