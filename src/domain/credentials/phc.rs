//! PHC strings of Argon2id (RFC 9106): how passwords and recovery codes are stored.
//!
//! `$argon2id$v=19$m=19456,t=2,p=1$SALT$OUTPUT`: a hash with its parameters and its salt, so that rows made with other
//! parameters, here or elsewhere, can still be verified.

use std::cell::RefCell;

use argon2::password_hash::{Output, ParamsString, PasswordHash, Salt, SaltString};
use argon2::{Algorithm, Params, Version};
use argon2id::{Cost, Input, Memory};
use subtle::ConstantTimeEq;

use crate::domain::error::Fault;
use crate::domain::policy;
use crate::domain::secret::Secret;

/// Computes Argon2id. A port, because its memory belongs to the isolate, and tests count its calls.
pub trait Argon2id {
    /// Fills `out`; `None` if the parameters are invalid or there is not enough memory.
    fn argon2id(&self, cost: Cost, input: Input<'_>, out: &mut [u8]) -> Option<()> {
        MEMORY.with_borrow_mut(|memory| argon2id::derive(cost, input, memory, out))
    }
}

/// A new PHC string with the current parameters. `salt` comes from the CSPRNG.
pub fn hash(platform: &impl Argon2id, secret: &Secret, salt: [u8; 16]) -> Result<String, Fault> {
    let salt = SaltString::encode_b64(&salt).map_err(fault)?;
    let params = default_params()?;
    spell(&params, &salt, derive(platform, &params, salt.as_salt(), secret)?)
}

/// Whether this is the secret behind a stored PHC string; in constant time. `Err` only if the stored string is not one we can
/// run: that is our fault, never a wrong secret.
pub fn verify(platform: &impl Argon2id, secret: &Secret, stored: &str) -> Result<bool, Fault> {
    let hash = PasswordHash::new(stored).map_err(fault)?;
    let (Some(salt), Some(expected)) = (hash.salt, hash.hash) else {
        return Err(fault("a stored hash lacks its salt or its output"));
    };
    let params = bounded_params(&hash)?;
    let found = derive(platform, &params, salt, secret)?;
    Ok(found.as_bytes().ct_eq(expected.as_bytes()).into())
}

/// As [`verify`]. Without a stored string it is false, and costs the same.
pub fn verify_any(
    platform: &impl Argon2id,
    secret: &Secret,
    stored: Option<&str>,
    salt: [u8; 16],
) -> Result<bool, Fault> {
    match stored {
        Some(stored) => verify(platform, secret, stored),
        None => dummy_verify(platform, secret, salt).map(|()| false),
    }
}

/// The work of one [`verify`] where nothing is stored, so that it costs the same as where something is. The salt is random:
/// two hashes of one failure would otherwise be the same computation twice, which never happens for real accounts.
pub fn dummy_verify(platform: &impl Argon2id, secret: &Secret, salt: [u8; 16]) -> Result<(), Fault> {
    let salt = SaltString::encode_b64(&salt).map_err(fault)?;
    derive(platform, &default_params()?, salt.as_salt(), secret).map(|_| ())
}

/// Whether a stored PHC string has weaker parameters than the current ones, so that a sign-in should rehash it.
pub fn needs_rehash(stored: &str) -> bool {
    PasswordHash::new(stored)
        .ok()
        .and_then(|hash| Params::try_from(&hash).ok())
        .is_none_or(|params| params.m_cost() < policy::ARGON2_MEMORY_KIB || params.t_cost() < policy::ARGON2_PASSES)
}

fn spell(params: &Params, salt: &SaltString, output: Output) -> Result<String, Fault> {
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

fn derive(platform: &impl Argon2id, params: &Params, salt: Salt<'_>, secret: &Secret) -> Result<Output, Fault> {
    let mut salt_bytes = [0; Salt::MAX_LENGTH];
    let salt = salt.decode_b64(&mut salt_bytes).map_err(fault)?;
    let cost = Cost { memory: params.m_cost(), passes: params.t_cost(), lanes: params.p_cost() };
    let input = Input { password: secret.expose().as_bytes(), salt, ..Input::default() };
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

    #[test]
    fn argon2id_agrees_with_a_published_vector() {
        // From the reference implementation's test suite (phc-winner-argon2, src/test.c): Argon2id, v=19.
        let stored = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(verify(&Here, &Secret::new("password"), stored).unwrap());
        assert!(needs_rehash(stored));
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
        assert_eq!(verify_any(&Counting, &Secret::new("correct horse battery"), None, [7; 16]), Ok(false));
        assert_eq!(HASHED.get(), 1);
    }

    #[test]
    fn memory_that_a_foreign_hash_needs_is_not_kept() {
        let held = || MEMORY.with_borrow(Memory::held);
        let password = Secret::new("password");
        dummy_verify(&Here, &password, [1; 16]).unwrap();
        assert_eq!(held(), 19_456);
        let largest = "$argon2id$v=19$m=65536,t=1,p=4$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
        assert!(!verify(&Here, &password, largest).unwrap());
        assert_eq!(held(), 0);
        dummy_verify(&Here, &password, [1; 16]).unwrap();
        assert_eq!(held(), 19_456);
    }

    #[test]
    fn a_stored_hash_cannot_ask_for_more_than_an_isolate_has() {
        let password = Secret::new("password");
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
            assert!(verify(&Here, &password, stored).is_err(), "{stored}");
        }
    }
}
