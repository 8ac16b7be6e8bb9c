//! RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2) for the platform in memory: what the runtime does in production.

use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{Encoding, U2048, U4096};
use gatehouse::domain::crypto::pkcs8::rsa_integers;
use gatehouse::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use gatehouse::domain::crypto::rsa_keys::RsaKey;
use sha2::{Digest, Sha256};

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
