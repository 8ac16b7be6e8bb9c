//! Passwords: the rules for new ones. They are hashed with Argon2id (`phc`).

use crate::domain::credentials::blocklist;
use crate::domain::credentials::breach_check::Fingerprint;
use crate::domain::credentials::phc::{self, Argon2id};
use crate::domain::error::{Error, Fault, Weakness};
use crate::domain::policy;
use crate::domain::secret::Secret;

/// Stands for no password where a row cannot be without a hash: nobody knows a password for it, because its output is zero and was
/// not derived. Migration 0018 has the same text.
pub const NO_PASSWORD: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// A password in NFC, within bounds: nothing longer or shorter is hashed.
#[derive(Debug)]
pub struct Password(Secret);

impl Password {
    /// A new password. No composition rules (NIST SP 800-63B-4 §3.1.1.2); the error lists every weakness at once. `context`
    /// holds the words that are public about this account: application, login name, email.
    pub fn new(text: &Secret, min_chars: usize, context: &[&str]) -> Result<Self, Error> {
        let password = Self::normalized(text);
        let weaknesses = [
            (password.chars().count() < min_chars, Weakness::TooShort),
            (password.len() > policy::PASSWORD_MAX_BYTES, Weakness::TooLong),
            (is_built_on(&password, context), Weakness::ContextWord),
            (blocklist::is_common(&password), Weakness::Common),
        ];
        let found: Vec<_> = weaknesses.into_iter().filter_map(|(applies, which)| applies.then_some(which)).collect();
        if found.is_empty() { Ok(Self(Secret::new(password))) } else { Err(Error::WeakPassword(found)) }
    }

    /// A password to verify. Only the upper bound is checked: a shorter one is simply wrong.
    pub fn candidate(text: &Secret) -> Result<Self, Error> {
        let password = Self::normalized(text);
        if password.len() > policy::PASSWORD_MAX_BYTES {
            return Err(Error::InvalidRequest(Some("password")));
        }
        Ok(Self(Secret::new(password)))
    }

    /// For the breach check.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint::of(self.0.expose().as_bytes())
    }

    fn normalized(text: &Secret) -> String {
        normalization::nfc(text.expose())
    }

    /// As [`phc::hash`].
    pub fn hash(&self, platform: &impl Argon2id, salt: [u8; 16]) -> Result<String, Fault> {
        phc::hash(platform, &self.0, salt)
    }

    /// As [`phc::verify`].
    pub fn verify(&self, platform: &impl Argon2id, stored: &str) -> Result<bool, Fault> {
        phc::verify(platform, &self.0, stored)
    }

    /// As [`phc::verify_any`].
    pub fn verify_any(&self, platform: &impl Argon2id, stored: Option<&str>, salt: [u8; 16]) -> Result<bool, Fault> {
        phc::verify_any(platform, &self.0, stored, salt)
    }

    /// As [`phc::dummy_verify`].
    pub fn dummy_verify(&self, platform: &impl Argon2id, salt: [u8; 16]) -> Result<(), Fault> {
        phc::dummy_verify(platform, &self.0, salt)
    }
}

/// Forbidden: a context word as the password, or with a little around it. A long passphrase that contains one is fine.
fn is_built_on(password: &str, context: &[&str]) -> bool {
    let password = password.to_lowercase();
    let mut words = context.iter().flat_map(|word| [*word, word.split('@').next().unwrap_or(word)]);
    words.any(|word| {
        let word = word.to_lowercase();
        let chars = word.chars().count();
        let padding = password.chars().count().saturating_sub(chars);
        chars >= policy::CONTEXT_WORD_MIN_CHARS && password.contains(&word) && padding < policy::PASSWORD_MIN_CHARS
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Here;

    impl Argon2id for Here {}

    fn chosen(text: &str) -> Result<Password, Error> {
        Password::new(&Secret::new(text), 8, &["Gatehouse", "ada", "lovelace@example.com"])
    }

    #[test]
    fn a_hash_is_verified_by_its_own_password_only() {
        let hash = chosen("correct horse").unwrap().hash(&Here, [1; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(chosen("correct horse").unwrap().verify(&Here, &hash).unwrap());
        assert!(!chosen("correct horsf").unwrap().verify(&Here, &hash).unwrap());
        assert!(!phc::needs_rehash(&hash));
    }

    #[test]
    fn one_password_typed_on_two_keyboards_is_one_password() {
        let hash = chosen("pass\u{00e9}phrase").unwrap().hash(&Here, [1; 16]).unwrap();
        assert!(chosen("passe\u{0301}phrase").unwrap().verify(&Here, &hash).unwrap());
    }

    #[test]
    fn bounds_are_judged_before_hashing_and_nothing_is_cut_off() {
        assert_eq!(chosen("short").unwrap_err(), Error::WeakPassword(vec![Weakness::TooShort]));
        assert_eq!(chosen(&"x".repeat(1025)).unwrap_err(), Error::WeakPassword(vec![Weakness::TooLong]));
        let long = "x".repeat(1023);
        let hash = chosen(&format!("{long}a")).unwrap().hash(&Here, [1; 16]).unwrap();
        assert!(!chosen(&format!("{long}b")).unwrap().verify(&Here, &hash).unwrap());
    }

    #[test]
    fn what_everybody_knows_about_the_account_is_no_password() {
        for weak in ["gatehouse", "Gatehouse1!", "lovelace", "LOVELACE2024", "lovelace@example.com"] {
            assert!(matches!(chosen(weak), Err(Error::WeakPassword(_))), "{weak}");
        }
        assert!(chosen("the gatehouse by the river").is_ok());
        assert!(chosen("ada12345").is_ok(), "three letters are in too many good passwords");
    }
}
