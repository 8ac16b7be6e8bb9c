//! RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2), verification only: TPMs, as Windows Hello uses them, have RSA keys, and
//! ID tokens of ours that come back may be signed with one. Signing is for the runtime (`ports::Signatures`).
//!
//! Everything here is public, so nothing needs to take the same time.

use crypto_bigint::modular::runtime_mod::{DynResidue, DynResidueParams};
use crypto_bigint::{U2048, U4096, Uint};
use sha2::{Digest, Sha256};

use crate::domain::policy;

/// RFC 8017 §9.2, note 1: the DER of `DigestInfo` with SHA-256, up to the hash.
const DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

/// The only exponent taken, 65537: the one that authenticators and OpenSSL use. Small ones have a history of forgeries.
pub const EXPONENT: [u8; 3] = [0x01, 0x00, 0x01];
/// How often a number is squared before the last multiplication: 65537 is 2^16 + 1.
const SQUARINGS: u32 = 16;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublicKey {
    /// Big endian, without leading zeros.
    modulus: Vec<u8>,
}

impl RsaPublicKey {
    /// `n` and `e` of a key (RFC 8017 §3.1), big endian. `None` for another size, another exponent, or an even modulus.
    pub fn new(modulus: &[u8], exponent: &[u8]) -> Option<Self> {
        let (first, last) = (modulus.first()?, modulus.last()?);
        let bits = (modulus.len() * 8).checked_sub(usize::try_from(first.leading_zeros()).ok()?)?;
        let sound = *first != 0 && last % 2 == 1 && policy::RSA_BITS.contains(&bits) && exponent == EXPONENT;
        sound.then(|| Self { modulus: modulus.to_vec() })
    }

    /// Big endian, without leading zeros.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The message that the signature encodes is compared with the one expected, as RFC 8017 has it: a parser of padding
    /// would have to be right about every byte.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        if signature.len() != self.modulus.len() {
            return false;
        }
        let expected = self.expected(message);
        // Half the width takes a quarter of the time, and nearly all keys have 2048 bits.
        if self.modulus.len() <= U2048::BYTES {
            encodes::<{ U2048::LIMBS }>(&self.modulus, signature, &expected)
        } else {
            encodes::<{ U4096::LIMBS }>(&self.modulus, signature, &expected)
        }
    }

    /// EMSA-PKCS1-v1_5 (RFC 8017 §9.2): `00 01 ff … ff 00`, the algorithm, the hash.
    fn expected(&self, message: &[u8]) -> Vec<u8> {
        let hash = Sha256::digest(message);
        let tail = 1 + DIGEST_INFO.len() + hash.len();
        let mut encoded = vec![0xff; self.modulus.len().saturating_sub(tail)];
        for (to, from) in encoded.iter_mut().zip([0x00, 0x01]) {
            *to = from;
        }
        encoded.push(0x00);
        encoded.extend_from_slice(&DIGEST_INFO);
        encoded.extend_from_slice(&hash);
        encoded
    }
}

/// RSAVP1 (RFC 8017 §5.2.2): whether the signature, raised to the exponent, is the expected message.
fn encodes<const LIMBS: usize>(modulus: &[u8], signature: &[u8], expected: &[u8]) -> bool {
    let [modulus, signature, expected] = [modulus, signature, expected].map(number::<LIMBS>);
    if signature >= modulus {
        return false;
    }
    // Montgomery's form needs an odd modulus, which `RsaPublicKey::new` has checked.
    let signature = DynResidue::new(&signature, DynResidueParams::new(&modulus));
    let power = (0..SQUARINGS).fold(signature, |power, _| power.square()).mul(&signature);
    power.retrieve() == expected
}

/// A big-endian number that has at most as many bytes as its type.
fn number<const LIMBS: usize>(bytes: &[u8]) -> Uint<LIMBS> {
    let padding = Uint::<LIMBS>::BYTES.saturating_sub(bytes.len());
    let padded: Vec<u8> =
        std::iter::repeat_n(0, padding).chain(bytes.iter().copied()).take(Uint::<LIMBS>::BYTES).collect();
    Uint::from_be_slice(&padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An odd number of so many bits; no key, but of the form of one.
    fn modulus(bits: usize) -> Vec<u8> {
        let mut bytes = vec![0xff; bits.div_ceil(8)];
        bytes[0] >>= (8 - bits % 8) % 8;
        bytes
    }

    #[test]
    fn keys_are_neither_weak_nor_slow() {
        for (bits, taken) in
            [(1024, false), (2047, false), (2048, true), (3072, true), (3482, true), (4096, true), (4097, false)]
        {
            assert_eq!(RsaPublicKey::new(&modulus(bits), &EXPONENT).is_some(), taken, "{bits}");
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let sound = modulus(2048);
        for exponent in [&[3][..], &[1], &[0], &[], &[0, 1, 0, 1], &[1, 0, 3], &[1, 0, 1, 0]] {
            assert_eq!(RsaPublicKey::new(&sound, exponent), None, "{exponent:?}");
        }
        let even: Vec<u8> = sound.iter().map(|byte| byte & 0xfe).collect();
        assert_eq!(RsaPublicKey::new(&even, &EXPONENT), None);
        assert_eq!(RsaPublicKey::new(&[&[0], sound.as_slice()].concat(), &EXPONENT), None, "a leading zero");
        assert_eq!(RsaPublicKey::new(&[], &EXPONENT), None);
    }

    #[test]
    fn a_signature_of_another_length_or_beyond_the_modulus_is_refused() {
        let key = RsaPublicKey::new(&modulus(2048), &EXPONENT).unwrap();
        let expected = key.expected(b"message");
        assert_eq!((expected.len(), &expected[..3]), (256, [0x00, 0x01, 0xff].as_slice()));
        for wrong in [vec![], vec![1; 255], vec![1; 257], vec![1; 512], vec![0xff; 256], vec![0; 256]] {
            assert!(!key.verifies(b"message", &wrong));
        }
    }
}
