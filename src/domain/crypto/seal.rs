//! Authenticated encryption of values that a table or a client stores, and must neither read nor use in another place.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::error::Fault;

/// XChaCha20 nonces are long enough to be random: no counter to keep, and no risk of repetition.
pub const NONCE_BYTES: usize = 24;

/// Encrypts `plain` under the current key of a purpose, bound to `context`. Base64url of `nonce ‖ ciphertext`.
pub fn seal(
    keys: &Keyring,
    purpose: Purpose,
    context: &str,
    nonce: [u8; NONCE_BYTES],
    plain: &[u8],
) -> Result<String, Fault> {
    let cipher = XChaCha20Poly1305::new(keys.current().derive(purpose).bytes().into());
    let payload = Payload { msg: plain, aad: context.as_bytes() };
    let sealed = cipher.encrypt(XNonce::from_slice(&nonce), payload).map_err(|_| fault("could not seal"))?;
    Ok(URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat()))
}

/// The input of [`seal`], if one of the accepted keys encrypted it for the same purpose and context; else a fault.
pub fn open(keys: &Keyring, purpose: Purpose, context: &str, sealed: &str) -> Result<Vec<u8>, Fault> {
    let sealed = URL_SAFE_NO_PAD.decode(sealed).map_err(fault)?;
    let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE_BYTES>().ok_or_else(|| fault("too short"))?;
    let open = |key: &crate::domain::crypto::keyring::AppKey| {
        let cipher = XChaCha20Poly1305::new(key.derive(purpose).bytes().into());
        cipher.decrypt(XNonce::from_slice(nonce), Payload { msg: ciphertext, aad: context.as_bytes() }).ok()
    };
    keys.accepted().find_map(open).ok_or_else(|| fault("sealed under another key, or for another row"))
}

fn fault(detail: impl std::fmt::Display) -> Fault {
    Fault::new("seal", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    fn keys(text: &str) -> Keyring {
        Keyring::new(AppKey::parse(text).unwrap(), vec![])
    }

    #[test]
    fn a_seal_opens_with_its_key_in_its_place_only() {
        let ours = keys("0123456789abcdef0123456789abcdef");
        let sealed = seal(&ours, Purpose::Email, "row 1", [3; NONCE_BYTES], b"secret").unwrap();
        assert_eq!(open(&ours, Purpose::Email, "row 1", &sealed).unwrap(), b"secret");
        assert!(open(&ours, Purpose::Email, "row 2", &sealed).is_err());
        assert!(open(&ours, Purpose::CodeSession, "row 1", &sealed).is_err());
        assert!(open(&keys("fedcba9876543210fedcba9876543210"), Purpose::Email, "row 1", &sealed).is_err());
        for hostile in ["", "AAAA", "%%%", &sealed[..sealed.len() - 2], &format!("{sealed}AAAA")] {
            assert!(open(&ours, Purpose::Email, "row 1", hostile).is_err(), "{hostile}");
        }
    }
}
