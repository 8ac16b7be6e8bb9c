//! Tokens for programs: named and revocable. API keys, private tokens and portal tokens share a table; formats differ.

use std::time::Duration;

use base32::Alphabet;
use serde::{Deserialize, Serialize};

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::stamp;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::words::account::Keys;
use crate::words::catalogue::Words;
use crate::words::tokens::{Section, TokenTexts, Tokens};

/// A row of `tokens`; here only a type for ids.
pub struct ApiToken;

/// One entry per kind of token, with what it is. The names are stored: they never change.
macro_rules! token_kinds {
    ($($(#[$what:meta])* $kind:ident => $spec:expr,)*) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum TokenKind { $($(#[$what])* $kind),* }

        impl TokenKind {
            pub const ALL: &[Self] = &[$(Self::$kind),*];

            pub const fn spec(self) -> &'static TokenSpec {
                match self { $(Self::$kind => { const SPEC: TokenSpec = $spec; &SPEC })* }
            }
        }
    };
}

token_kinds! {
    /// FastReport Cloud.
    ApiKey => TokenSpec {
        word: "api_key",
        scheme: "Basic",
        format: TokenFormat::Stamped { spell: spell_api_key, read: read_api_key },
        creator: Creator::User,
        limit: Limit::Configured,
        is_sign_in: false,
        mask: Some(mask_api_key),
        texts: |words| &words.api_key,
        section: &API_KEYS,
    },
    /// Haut.AI: a JWT (`private_token`).
    Private => TokenSpec {
        word: "private",
        scheme: "Bearer",
        format: TokenFormat::Jwt,
        creator: Creator::User,
        limit: Limit::Of(policy::PRIVATE_TOKENS_MAX),
        is_sign_in: false,
        mask: None,
        texts: |words| &words.private,
        section: &PRIVATE_TOKENS,
    },
    /// FortiPortal, from `tokenlogin`: one at a time.
    Portal => TokenSpec {
        word: "portal",
        scheme: "Token",
        format: TokenFormat::Stamped { spell: spell_portal_token, read: read_portal_token },
        creator: Creator::Password,
        limit: Limit::OneAlive,
        is_sign_in: true,
        mask: None,
        texts: |words| &words.portal,
        section: &PORTAL_KEYS,
    },
    /// FortiPortal, from a page: any number, for an hour each.
    PortalKey => TokenSpec {
        word: "portal_key",
        scheme: "Token",
        format: TokenFormat::Stamped { spell: spell_portal_token, read: read_portal_token },
        creator: Creator::Administrator,
        limit: Limit::Of(policy::PORTAL_KEYS_MAX),
        is_sign_in: true,
        mask: None,
        texts: |words| &words.portal_key,
        section: &PORTAL_KEYS,
    },
}

/// What a kind of token is. `store::token_kinds` says in SQL what queries need to know of it.
pub struct TokenSpec {
    /// At rest, in answers and in forms.
    pub word: &'static str,
    /// The scheme of `Authorization` it is presented with.
    pub scheme: &'static str,
    pub format: TokenFormat,
    pub creator: Creator,
    pub limit: Limit,
    /// It ends when all sessions do, may not manage tokens, and is deleted once it has expired.
    pub is_sign_in: bool,
    /// What lists show of one, and while it is new all of it; `None` if it is shown once.
    pub mask: Option<fn(Id<ApiToken>) -> String>,
    texts: fn(&Tokens) -> &TokenTexts,
    /// The part of `/account/keys` that lists it.
    pub section: &'static KeySection,
}

pub enum TokenFormat {
    /// Its id with a MAC. Each is checked in D1.
    Stamped { spell: fn(&Keyring, Id<ApiToken>) -> String, read: fn(&Keyring, &str) -> Option<Id<ApiToken>> },
    /// Also accepted where only KV is read, so the end of one needs a mark there.
    Jwt,
}

/// Who may create one.
pub enum Creator {
    /// Its user, in a session or with a token that may manage tokens.
    User,
    /// An administrator, in a session.
    Administrator,
    /// An administrator's password: it is a sign-in of its own, so it counts for no limit on how many are created in an hour.
    Password,
}

/// How many a user may have at once.
pub enum Limit {
    /// `AUTH_API_KEYS_PER_USER`, expired ones included.
    Configured,
    /// So many, expired ones included.
    Of(u32),
    /// One that has not expired.
    OneAlive,
}

/// A part of `/account/keys`: a list, and a form that creates one more.
pub struct KeySection {
    pub creates: TokenKind,
    pub path: &'static str,
    pub fields: KeyFields,
    texts: fn(&Tokens) -> &Section,
}

/// What a user chooses for a new token.
pub enum KeyFields {
    /// A name and a lifetime.
    NameAndLife { label: fn(&Keys) -> &'static str, name_required: bool },
    /// Nothing: each has this lifetime.
    Nothing(Duration),
}

const API_KEYS: KeySection = KeySection {
    creates: TokenKind::ApiKey,
    path: "/account/keys/api",
    fields: KeyFields::NameAndLife { label: |words| words.description, name_required: false },
    texts: |words| &words.api_keys,
};

const PRIVATE_TOKENS: KeySection = KeySection {
    creates: TokenKind::Private,
    path: "/account/keys/private",
    fields: KeyFields::NameAndLife { label: |words| words.name, name_required: true },
    texts: |words| &words.private_tokens,
};

const PORTAL_KEYS: KeySection = KeySection {
    creates: TokenKind::PortalKey,
    path: "/account/keys/portal",
    fields: KeyFields::Nothing(policy::PORTAL_KEY_LIFETIME),
    texts: |words| &words.portal_keys,
};

impl TokenKind {
    pub const fn as_str(self) -> &'static str {
        self.spec().word
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == text)
    }

    pub fn texts(self, words: &Words) -> &TokenTexts {
        (self.spec().texts)(&words.tokens)
    }
}

impl KeySection {
    pub fn texts<'a>(&self, words: &'a Words) -> &'a Section {
        (self.texts)(&words.tokens)
    }
}

/// Whether a text is valid as a token's name.
pub fn is_name(text: &str) -> bool {
    text.chars().count() <= policy::KEY_NAME_MAX_CHARS
}

/// The user name that is sent with an API key (RFC 7617 §2).
pub const API_KEY_USER: &str = "apikey";

/// z-base-32, as in FastReport Cloud's example. 32 bytes are 52 characters, the last with four spare bits that must be zero.
const Z_BASE_32: Alphabet = Alphabet::Z;

/// The bytes of a stamped token.
const BYTES: usize = 16 + stamp::STAMP_BYTES;

/// The number of characters of a key that reveal its id and nothing of its stamp: 125 of 128 bits.
const SHOWN_CHARS: usize = 25;

/// An API key in full.
pub fn spell_api_key(keys: &Keyring, id: Id<ApiToken>) -> String {
    base32::encode(Z_BASE_32, &stamp::append_mac(keys, Purpose::ApiKey, id.bytes()))
}

/// The id in a genuine API key.
pub fn read_api_key(keys: &Keyring, key: &str) -> Option<Id<ApiToken>> {
    // Bounds the decoder's work: no other length is valid.
    (key.len() == (8 * BYTES).div_ceil(5)).then_some(())?;
    let stamped = base32::decode(Z_BASE_32, key)?;
    // The decoder takes other spellings as well: capitals, and any spare bits.
    let is_canonical = base32::encode(Z_BASE_32, &stamped) == key;
    stamp::verify_mac(keys, Purpose::ApiKey, &stamped).filter(|_| is_canonical).map(Id::from_bytes)
}

/// An API key as its owner recognises it, useless to others.
pub fn mask_api_key(id: Id<ApiToken>) -> String {
    let shown: String = base32::encode(Z_BASE_32, id.bytes()).chars().take(SHOWN_CHARS).collect();
    format!("{shown}…")
}

/// A portal token, whether from `tokenlogin` or from a page.
pub fn spell_portal_token(keys: &Keyring, id: Id<ApiToken>) -> String {
    base16ct::lower::encode_string(&stamp::append_mac(keys, Purpose::PortalToken, id.bytes()))
}

/// The id in a genuine portal token.
pub fn read_portal_token(keys: &Keyring, token: &str) -> Option<Id<ApiToken>> {
    (token.len() == 2 * BYTES).then_some(())?;
    stamp::verify_mac(keys, Purpose::PortalToken, &base16ct::lower::decode_vec(token).ok()?).map(Id::from_bytes)
}

/// The id in a genuine token of any stamped format.
pub fn recognize(keys: &Keyring, token: &str) -> Option<Id<ApiToken>> {
    TokenKind::ALL.iter().find_map(|kind| match kind.spec().format {
        TokenFormat::Stamped { read, .. } => read(keys, token),
        TokenFormat::Jwt => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    fn keys() -> Keyring {
        Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![])
    }

    #[test]
    fn a_kind_has_one_name_at_rest_and_in_json() {
        for kind in TokenKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
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
