//! Public keys of RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2): TPMs, as Windows Hello uses them, have RSA keys, and so do clients
//! and our own ID tokens. Signing and verifying are for the runtime (`ports::Signatures`).

use crate::domain::policy;

/// The only exponent taken, 65537: the one that authenticators and OpenSSL use. Small ones have a history of forgeries.
pub const EXPONENT: [u8; 3] = [0x01, 0x00, 0x01];

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
}
