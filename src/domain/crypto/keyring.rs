//! `APP_KEY` and the keys derived from it: one for each purpose, so that no two uses interfere.

use hkdf::Hkdf;
use hmac::digest::{KeyInit, generic_array::GenericArray};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::ZeroizeOnDrop;

use crate::domain::id::Id;
use crate::domain::policy;

/// HKDF's salt (RFC 5869 §3.1): the service's name and the version of the whole key tree.
const TREE: &[u8] = b"gatehouse/1";

/// One purpose per line: its description, the field of its key, and its label, which is HKDF's `info`. Changing a label
/// invalidates everything made with it.
macro_rules! purposes {
    ($($(#[$what:meta])* $purpose:ident $key:ident $label:literal,)*) => {
        /// The purpose of a derived key.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Purpose { $($(#[$what])* $purpose),* }

        /// The key of each purpose.
        struct DerivedKeys { $($key: DerivedKey),* }

        impl DerivedKeys {
            fn of(root: &Hkdf<Sha256>) -> Self {
                Self { $($key: expand(root, $label)),* }
            }

            const fn get(&self, purpose: Purpose) -> &DerivedKey {
                match purpose { $(Purpose::$purpose => &self.$key),* }
            }
        }

        #[cfg(test)]
        const LABELS: &[(Purpose, &str)] = &[$((Purpose::$purpose, $label)),*];
    };
}

purposes! {
    /// Stamps of activation links.
    Activation activation "stamp/activation",
    /// Stamps of recovery links.
    Recovery recovery "stamp/recovery",
    /// Stamps of the links that confirm a new address.
    EmailChange email_change "stamp/email-change",
    /// Stamps of the links that restore an old address.
    EmailUndo email_undo "stamp/email-undo",
    /// Digests of one-time codes.
    Code code "seal/code",
    /// Addresses in the rows of one-time codes.
    Subject subject "pseudonym/subject",
    /// Encrypts the address a one-time code was requested for.
    CodeSession code_session "seal/code-session",
    /// Stamps of refresh tokens.
    Refresh refresh "stamp/refresh",
    /// The `jti` of the access token that a refresh issues.
    AccessTokenId access_token_id "jti/access",
    /// Stamps of API keys.
    ApiKey api_key "stamp/api-key",
    /// Stamps of portal tokens.
    PortalToken portal_token "stamp/portal-token",
    /// Signs private tokens.
    PrivateToken private_token "jwt-private/HS256",
    /// Signs tickets.
    Ticket ticket "jwt-ticket/HS256",
    /// Stamps of browser session cookies.
    BrowserSession browser_session "stamp/browser-session",
    /// Stamps of the cookies that identify known browsers.
    Device device "stamp/device",
    /// Stamps of the cookies of browsers that registered.
    RegisteredHere registered_here "stamp/registered-here",
    /// CSRF tokens, which tie a form to its browser.
    Form form "seal/form",
    /// Names of submitted forms.
    Submission submission "pseudonym/submission",
    /// The id of a browser that has none yet.
    NewDevice new_device "id/device",
    /// Encrypts the tokens that an identity provider has issued.
    UpstreamTokens upstream_tokens "seal/upstream-tokens",
    /// Pseudonyms of submitted login names and addresses in the audit log.
    Identifier identifier "pseudonym/identifier",
    /// Names of the counters of failures.
    Counter counter "pseudonym/counter",
    /// Encrypts the parameters of an email.
    Email email "seal/letter",
    /// Encrypts what a client holds between its first factor and its second.
    MfaToken mfa_token "seal/mfa-token",
    /// Encrypts what a client holds until it confirms an authenticator app or recovery codes.
    Enrolment enrolment "seal/enrolment",
    /// Stamps of the links that remove a first factor.
    FactorUndo factor_undo "stamp/factor-undo",
    /// Stamps of the challenges of passkey sign-ins.
    PasskeySignIn passkey_sign_in "stamp/passkey-sign-in",
    /// Stamps of the challenges that new passkeys answer.
    PasskeyEnrolment passkey_enrolment "stamp/passkey-enrolment",
    /// Stamps of the challenges that the passkeys of new accounts answer.
    PasskeyActivation passkey_activation "stamp/passkey-activation",
    /// The ids of accounts that a passkey activates.
    PasskeyUser passkey_user "id/passkey-user",
    /// Stamps of the challenges of passkeys as second factors.
    PasskeySecondFactor passkey_second_factor "stamp/passkey-second-factor",
    /// Encrypts database bookmarks.
    Bookmark bookmark "seal/bookmark",
    /// Encrypts the secrets of authenticator apps.
    Totp totp "seal/totp",
    /// Stamps of authorization codes.
    AuthorizationCode authorization_code "stamp/authorization-code",
    /// Stamps of device codes.
    DeviceCode device_code "stamp/device-code",
    /// The names under which user codes are stored.
    UserCode user_code "pseudonym/user-code",
    /// Stamps of the `request_uri` of pushed requests.
    PushedRequest pushed_request "stamp/pushed-request",
    /// The same while the user signs in.
    ContinuedRequest continued_request "stamp/continued-request",
    /// Stamps of refresh tokens of clients.
    ClientRefresh client_refresh "stamp/client-refresh",
    /// Stamps of client secrets.
    ClientSecret client_secret "stamp/client-secret",
    /// Ties a consent to its request and its session.
    Consent consent "pseudonym/consent",
    /// Stamps of the ids of clients that registered themselves.
    SelfRegistration self_registration "stamp/self-registration",
    /// Encrypts what a browser holds of a sign-in at another provider.
    FederatedSignIn federated_sign_in "seal/federated-sign-in",
    /// Names an `APP_KEY` in rows that it encrypted.
    KeyName key_name "id/app-key",
}

/// 256 bits for one purpose.
#[derive(Clone, ZeroizeOnDrop)]
pub struct DerivedKey([u8; 32]);

impl DerivedKey {
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A key that was not derived: an operator's.
    pub const fn of_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// HMAC-SHA256 (RFC 2104) over the parts in order. Parts have fixed lengths or come last: no two inputs collide.
    pub fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        // HMAC pads a short key with zeros to the hash's block (RFC 2104 §2); done here, nothing can fail.
        let mut block = GenericArray::default();
        for (to, from) in block.iter_mut().zip(&self.0) {
            *to = *from;
        }
        let mut mac = <Hmac<Sha256> as KeyInit>::new(&block);
        for part in parts {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }

    /// The first 128 bits of [`Self::mac`], as the id of a `T`: a name that reveals nothing of the input.
    pub fn id_of<T>(&self, parts: &[&[u8]]) -> Id<T> {
        let [id @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = self.mac(parts);
        Id::from_bytes(id)
    }
}

/// One `APP_KEY`, with the keys of every purpose derived once.
pub struct AppKey {
    root: Hkdf<Sha256>,
    keys: DerivedKeys,
}

/// Control characters, and those that are invisible on screen: they would make a key differ from what its operator sees.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Why a text cannot be an `APP_KEY`, for the log and `/health/ready`.
pub type WeakKey = String;

impl AppKey {
    /// At least 32 bytes, at least 16 of them distinct, and no comma, because it will be listed in `APP_KEY_PREVIOUS` one
    /// day. There is no default.
    pub fn parse(text: &str) -> Result<Self, WeakKey> {
        let length = text.len();
        if length < policy::APP_KEY_MIN_BYTES {
            return Err(format!("has {length} bytes, needs at least {}", policy::APP_KEY_MIN_BYTES));
        }
        let mut distinct: Vec<u8> = text.bytes().collect();
        distinct.sort_unstable();
        distinct.dedup();
        if distinct.len() < policy::APP_KEY_MIN_DISTINCT {
            return Err("repeats itself too much: use `openssl rand -base64 32`".into());
        }
        if text.chars().any(is_unseen) {
            return Err("has a character that cannot be seen, from a paste: use `openssl rand -base64 32`".into());
        }
        if text.contains(',') {
            return Err("has a comma, which separates keys in APP_KEY_PREVIOUS: use `openssl rand -base64 32`".into());
        }
        let root = Hkdf::new(Some(TREE), text.as_bytes());
        let keys = DerivedKeys::of(&root);
        Ok(Self { root, keys })
    }

    pub const fn derive(&self, purpose: Purpose) -> &DerivedKey {
        self.keys.get(purpose)
    }

    /// A name that a row can keep to say which `APP_KEY` encrypted it: eight lower-case hex digits, which reveal nothing of the
    /// key. Two keys share a name once in 2^32 pairs, so a name informs and decides nothing.
    pub fn name(&self) -> String {
        let [name @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] =
            self.derive(Purpose::KeyName).bytes();
        base16ct::lower::encode_string(name)
    }

    /// Whether this is the same key: then all derived keys are the same.
    fn is(&self, other: &Self) -> bool {
        self.derive(Purpose::Refresh).bytes() == other.derive(Purpose::Refresh).bytes()
    }

    /// The seed of a signing key, identified by algorithm and epoch. Not a `Purpose`: there is a new one every 30 days.
    pub fn signing_seed(&self, which: &str) -> DerivedKey {
        expand(&self.root, &format!("jwt/{which}"))
    }
}

fn expand(root: &Hkdf<Sha256>, label: &str) -> DerivedKey {
    let mut key = [0; 32];
    // `expand` fails only above 255 hash lengths (RFC 5869 §2.3); this is one.
    let expanded = root.expand(label.as_bytes(), &mut key);
    debug_assert!(expanded.is_ok());
    DerivedKey(key)
}

/// The key that signs, and those that are still accepted (`APP_KEY_PREVIOUS`).
pub struct Keyring {
    current: AppKey,
    previous: Vec<AppKey>,
}

impl Keyring {
    /// Duplicate keys count once: the list may name old and new while `APP_KEY` changes from one to the other, and no key id
    /// is in the JWKS twice.
    pub fn new(current: AppKey, listed: Vec<AppKey>) -> Self {
        let mut keys = Self { current, previous: Vec::new() };
        for key in listed {
            if !keys.accepted().any(|known| known.is(&key)) {
                keys.previous.push(key);
            }
        }
        keys
    }

    /// The only key for anything new.
    pub const fn current(&self) -> &AppKey {
        &self.current
    }

    /// [`AppKey::name`] of the current key, which is the one that encrypts.
    pub fn key_name(&self) -> String {
        self.current.name()
    }

    /// Every accepted key, the current one first.
    pub fn accepted(&self) -> impl Iterator<Item = &AppKey> {
        std::iter::once(&self.current).chain(&self.previous)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn short_and_monotonous_keys_and_lists_are_refused() {
        assert!(AppKey::parse("").is_err());
        assert!(AppKey::parse(&KEY[1..]).is_err());
        assert!(AppKey::parse(&"a".repeat(64)).is_err());
        assert!(AppKey::parse(&format!("{KEY},{KEY}")).is_err());
        assert!(AppKey::parse(KEY).is_ok());
    }

    #[test]
    fn no_two_purposes_share_a_key() {
        let key = AppKey::parse(KEY).unwrap();
        let mut seen: Vec<_> = LABELS.iter().map(|(purpose, _)| *key.derive(*purpose).bytes()).collect();
        for which in ["EdDSA/0", "EdDSA/1", "ES256/0/0", "ES256/0/1", "ES256/1/0"] {
            seen.push(*key.signing_seed(which).bytes());
        }
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }

    #[test]
    fn each_purpose_gets_the_key_of_its_own_label() {
        let key = AppKey::parse(KEY).unwrap();
        for (purpose, label) in LABELS {
            assert_eq!(key.derive(*purpose).bytes(), expand(&key.root, label).bytes(), "{purpose:?}");
        }
    }

    #[test]
    fn a_key_has_a_name_of_its_own_that_stays_the_same() {
        let other = "fedcba9876543210fedcba9876543210";
        let key = |text| AppKey::parse(text).unwrap();
        // Rows keep it: another name for the same key would be a broken promise to all of them.
        assert_eq!(key(KEY).name(), "3983379a");
        assert_ne!(key(other).name(), key(KEY).name());
        assert_eq!(Keyring::new(key(KEY), vec![key(other)]).key_name(), key(KEY).name());
    }
}
