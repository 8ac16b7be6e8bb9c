//! Passwords: the rules for new ones, and hashing with Argon2id.

use std::cell::RefCell;

use argon2::password_hash::{Output, ParamsString, PasswordHash, Salt, SaltString};
use argon2::{Algorithm, Params, Version};
use argon2id::{Cost, Input, Memory};
use subtle::ConstantTimeEq;
use unicode_normalization::UnicodeNormalization;

use crate::domain::credentials::blocklist;
use crate::domain::credentials::breach_check::Fingerprint;
use crate::domain::error::{Error, Fault, Weakness};
use crate::domain::policy;
use crate::domain::secret::Secret;

/// Computes Argon2id. A port, because its memory belongs to the isolate, and tests count its calls.
pub trait Argon2id {
    /// Fills `out`; `None` if the parameters are invalid or there is not enough memory.
    fn argon2id(&self, cost: Cost, input: Input<'_>, out: &mut [u8]) -> Option<()> {
        MEMORY.with_borrow_mut(|memory| argon2id::derive(cost, input, memory, out))
    }
}

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
        text.expose().nfc().collect()
    }

    /// A new PHC string with the current parameters. `salt` comes from the CSPRNG.
    pub fn hash(&self, platform: &impl Argon2id, salt: [u8; 16]) -> Result<String, Fault> {
        let salt = SaltString::encode_b64(&salt).map_err(fault)?;
        let params = default_params()?;
        phc(&params, &salt, derive(platform, &params, salt.as_salt(), self)?)
    }

    /// Whether this is the password behind a stored PHC string. `Err` only if the stored string is not one we can run: that
    /// is our fault, never a wrong password.
    pub fn verify(&self, platform: &impl Argon2id, stored: &str) -> Result<bool, Fault> {
        let hash = PasswordHash::new(stored).map_err(fault)?;
        let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
            return Err(fault("a stored hash lacks its salt or its output"));
        };
        let params = bounded_params(&hash)?;
        let found = derive(platform, &params, salt, self)?;
        Ok(found.as_bytes().ct_eq(expected.as_bytes()).into())
    }

    /// As [`Self::verify`]. Without a stored string it is false, and costs the same.
    pub fn verify_any(&self, platform: &impl Argon2id, stored: Option<&str>, salt: [u8; 16]) -> Result<bool, Fault> {
        match stored {
            Some(stored) => self.verify(platform, stored),
            None => self.dummy_verify(platform, salt).map(|()| false),
        }
    }

    /// The work of one `verify` for an unknown name, so that it costs the same as a known one. The salt is random: two hashes
    /// of one failure would otherwise be the same computation twice, which never happens for real accounts.
    pub fn dummy_verify(&self, platform: &impl Argon2id, salt: [u8; 16]) -> Result<(), Fault> {
        let salt = SaltString::encode_b64(&salt).map_err(fault)?;
        derive(platform, &default_params()?, salt.as_salt(), self).map(|_| ())
    }
}

/// Whether a stored PHC string has weaker parameters than the current ones, so that a sign-in should rehash it.
pub fn needs_rehash(stored: &str) -> bool {
    PasswordHash::new(stored)
        .ok()
        .and_then(|hash| Params::try_from(&hash).ok())
        .is_none_or(|params| params.m_cost() < policy::ARGON2_MEMORY_KIB || params.t_cost() < policy::ARGON2_PASSES)
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

fn phc(params: &Params, salt: &SaltString, output: Output) -> Result<String, Fault> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(params).map_err(fault)?,
        salt: Some(salt.as_salt()),
        hash: Some(output),
    };
    Ok(hash.to_string())
}

fn default_params() -> Result<Params, Fault> {
    let (m, t, p) = (policy::ARGON2_MEMORY_KIB, policy::ARGON2_PASSES, policy::ARGON2_LANES);
    Params::new(m, t, p, None).map_err(fault)
}

/// The parameters of a stored hash, if it is Argon2id of the current version, has only the optional parts that ours have, and
/// asks for no more than an isolate can give.
fn bounded_params(hash: &PasswordHash<'_>) -> Result<Params, Fault> {
    let params = Params::try_from(hash).map_err(fault)?;
    let in_bounds = params.m_cost() <= policy::ARGON2_MEMORY_KIB_MAX
        && params.t_cost() <= policy::ARGON2_PASSES_MAX
        && params.p_cost() <= policy::ARGON2_LANES_MAX;
    let ours = hash.version == Some(Version::V0x13.into()) && params.data().is_empty() && params.keyid().is_empty();
    if hash.algorithm != Algorithm::Argon2id.ident() || !ours || !in_bounds {
        return Err(fault("a stored hash is not Argon2id within bounds"));
    }
    Ok(params)
}

thread_local! {
    /// The 19 MiB are allocated once per isolate, because a fresh allocation for every hash would have to be zeroed. A stored
    /// hash that needs more gets it for that call only; nothing awaits while it is borrowed. Freed memory is reused, but WASM
    /// memory never shrinks, so an isolate that has verified one of 64 MiB keeps 85 MiB for the rest of its life.
    static MEMORY: RefCell<Memory> = const { RefCell::new(Memory::keeping(policy::ARGON2_MEMORY_KIB)) };
}

fn derive(platform: &impl Argon2id, params: &Params, salt: Salt<'_>, password: &Password) -> Result<Output, Fault> {
    let mut salt_bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut salt_bytes).map_err(fault)?;
    let cost = Cost { memory: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
    let input = Input { password: password.0.expose().as_bytes(), salt, ..Input::default() };
    let mut out = [0; Output::MAX_LENGTH];
    let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
    let out = out.get_mut(..length).ok_or_else(|| fault("an output longer than a PHC string holds"))?;
    platform.argon2id(cost, input, out).ok_or_else(|| fault("Argon2id has no such hash"))?;
    Output::new(out).map_err(fault)
}

fn fault(detail: impl std::fmt::Display) -> Fault {
    Fault::new("password hash", detail)
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
        assert!(!needs_rehash(&hash));
    }

    #[test]
    fn argon2id_agrees_with_a_published_vector() {
        // From the reference implementation's test suite (phc-winner-argon2, src/test.c): Argon2id, v=19.
        let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(Password::candidate(&Secret::new("password")).unwrap().verify(&Here, stored).unwrap());
        assert!(needs_rehash(stored));
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
    fn without_a_hash_no_password_is_right_and_the_work_is_done_all_the_same() {
        thread_local!(static HASHED: std::cell::Cell<u32> = const { std::cell::Cell::new(0) });
        struct Counting;
        impl Argon2id for Counting {
            fn argon2id(&self, cost: Cost, input: Input<'_>, out: &mut [u8]) -> Option<()> {
                assert_eq!(cost.memory, policy::ARGON2_MEMORY_KIB);
                HASHED.set(HASHED.get() + 1);
                Here.argon2id(cost, input, out)
            }
        }
        assert_eq!(chosen("correct horse battery").unwrap().verify_any(&Counting, None, [7; 16]), Ok(false));
        assert_eq!(HASHED.get(), 1);
    }

    #[test]
    fn what_everybody_knows_about_the_account_is_no_password() {
        for weak in ["gatehouse", "Gatehouse1!", "lovelace", "LOVELACE2024", "lovelace@example.com"] {
            assert!(matches!(chosen(weak), Err(Error::WeakPassword(_))), "{weak}");
        }
        assert!(chosen("the gatehouse by the river").is_ok());
        assert!(chosen("ada12345").is_ok(), "three letters are in too many good passwords");
    }

    #[test]
    fn memory_that_a_foreign_hash_needs_is_not_kept() {
        let held = || MEMORY.with_borrow(Memory::held);
        let password = Password::candidate(&Secret::new("password")).unwrap();
        password.dummy_verify(&Here, [1; 16]).unwrap();
        assert_eq!(held(), 19_456);
        let largest = "$argon2id$v=19$m=65536,t=1,p=4$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(!password.verify(&Here, largest).unwrap());
        assert_eq!(held(), 0);
        password.dummy_verify(&Here, [1; 16]).unwrap();
        assert_eq!(held(), 19_456);
    }

    #[test]
    fn a_stored_hash_cannot_ask_for_more_than_an_isolate_has() {
        let password = Password::candidate(&Secret::new("password")).unwrap();
        for stored in [
            "",
            "plain",
            "$argon2id$v=19$m=19456,t=2,p=1",
            "$argon2i$v=19$m=256,t=2,p=1$c29tZXNhbHQ$AAAA",
            "$argon2id$v=16$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=2,p=1,data=AAAA$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=4194304,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
            "$argon2id$v=19$m=256,t=4000000,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4",
        ] {
            assert!(password.verify(&Here, stored).is_err(), "{stored}");
        }
    }
}
