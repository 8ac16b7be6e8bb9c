//! RSASSA-PKCS1-v1_5 and RSASSA-PSS with SHA-256 (RFC 8017 §8.1, §8.2) for the platform in memory: what the runtime does in production.

use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{Encoding, U2048, U4096};
use gatehouse::domain::crypto::pkcs8::rsa_integers;
use gatehouse::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use gatehouse::domain::crypto::rsa_keys::RsaKey;
use sha2::{Digest, Sha256};

use crate::rsa_keys::RSA_KEY;

/// RFC 8017 §9.2, note 1: the DER of `DigestInfo` with SHA-256, up to the hash.
const DIGEST_INFO: &[u8] = b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";

/// With a key of 2048 bits: one power with the private exponent.
pub fn sign(key: &RsaKey, message: &[u8]) -> Vec<u8> {
    let [modulus, _, exponent, ..] = rsa_integers(key.pkcs8()).unwrap();
    let signature = power(modulus, &encoded(message, U2048::BYTES), exponent).unwrap();
    signature.to_be_bytes()[U4096::BYTES - U2048::BYTES..].to_vec()
}

/// Whether the signature, raised to the public exponent, is the expected message.
pub fn verify(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    let (modulus, expected) = (key.modulus(), encoded(message, key.modulus().len()));
    signature.len() == modulus.len() && power(modulus, signature, &EXPONENT) == Some(number(&expected))
}

/// EMSA-PSS (RFC 8017 §9.1.2) with a salt as long as the hash, and a modulus of whole bytes.
pub fn verify_pss(key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> bool {
    const HASH: usize = 32;
    let modulus = key.modulus();
    let Some(encoded) = power(modulus, signature, &EXPONENT).filter(|_| signature.len() == modulus.len()) else {
        return false;
    };
    let encoded = &encoded.to_be_bytes()[U4096::BYTES - modulus.len()..];
    let (masked, hash) = encoded[..modulus.len() - 1].split_at(modulus.len() - HASH - 1);
    let mut block: Vec<u8> = masked.iter().zip(mask(hash, masked.len())).map(|(byte, mask)| byte ^ mask).collect();
    block[0] &= 0x7f;
    let (padding, salt) = block.split_at(masked.len() - HASH);
    let is_padded = padding.split_last().is_some_and(|(last, zeros)| *last == 1 && zeros.iter().all(|byte| *byte == 0));
    let expected = Sha256::digest([&[0; 8], Sha256::digest(message).as_slice(), salt].concat());
    encoded.last() == Some(&0xbc) && masked[0] & 0x80 == 0 && is_padded && expected.as_slice() == hash
}

/// MGF1 (RFC 8017 §B.2.1).
fn mask(seed: &[u8], length: usize) -> Vec<u8> {
    let blocks = (0_u32..).flat_map(|counter| Sha256::digest([seed, &counter.to_be_bytes()].concat()));
    blocks.take(length).collect()
}

/// `None` for a base beyond the modulus.
fn power(modulus: &[u8], base: &[u8], exponent: &[u8]) -> Option<U4096> {
    let bits = exponent.len() * 8;
    let [modulus, base, exponent] = [modulus, base, exponent].map(number);
    let power = || DynResidue::new(&base, DynResidueParams::new(&modulus)).pow_bounded_exp(&exponent, bits);
    (base < modulus).then(|| power().retrieve())
}

/// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 ff … ff 00`, the algorithm, the hash.
fn encoded(message: &[u8], length: usize) -> Vec<u8> {
    let tail = [&[0], DIGEST_INFO, &Sha256::digest(message)].concat();
    [&[0, 1], vec![0xff; length - tail.len() - 2].as_slice(), &tail].concat()
}

/// A big-endian number.
fn number(bytes: &[u8]) -> U4096 {
    U4096::from_be_slice(&[vec![0; U4096::BYTES - bytes.len()].as_slice(), bytes].concat())
}

#[test]
fn a_signature_that_openssl_has_made_with_pss_is_genuine_and_no_changed_one() {
    let (key, message) = (RsaKey::parse(RSA_KEY).unwrap().public.key, b"signed by OpenSSL");
    let signature = include_bytes!("rsa/pss.sig");
    assert!(verify_pss(&key, message, signature));
    assert!(!verify_pss(&key, b"signed by Openssl", signature) && !verify(&key, message, signature));
    for place in 0..signature.len() {
        let mut changed = *signature;
        changed[place] ^= 1;
        assert!(!verify_pss(&key, message, &changed), "{place}");
    }
}
