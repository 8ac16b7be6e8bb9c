//! Keys and signatures of ECDSA on P-256 (FIPS 186-5). We never compute on the curve: the platform does (`ports::Signatures`).

use jwt_compact::jwk::JsonWebKey;

use crate::domain::crypto::der::{Der, SEQUENCE};

/// The length of a coordinate, of a private key, and of each half of a signature.
const BYTES: usize = 32;

/// SP 800-186 §3.2.1.3: the order of the curve's group.
const ORDER: [u8; BYTES] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// SEC 1 §2.3.3: the first byte of an uncompressed point.
const UNCOMPRESSED: u8 = 4;

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Es256PublicKey {
    x: [u8; BYTES],
    y: [u8; BYTES],
}

impl Es256PublicKey {
    /// `None` for coordinates of another length. A point that is not on the curve is taken: it verifies nothing.
    pub fn new(x: &[u8], y: &[u8]) -> Option<Self> {
        Some(Self { x: x.try_into().ok()?, y: y.try_into().ok()? })
    }

    /// The uncompressed point (SEC 1 §2.3.3).
    pub fn point(&self) -> Vec<u8> {
        [&[UNCOMPRESSED], self.x.as_slice(), &self.y].concat()
    }

    /// RFC 7518 §6.2.1.
    pub fn jwk(&self) -> JsonWebKey<'_> {
        JsonWebKey::EllipticCurve {
            curve: "P-256".into(),
            x: self.x.as_slice().into(),
            y: self.y.as_slice().into(),
            secret: None,
        }
    }
}

/// Whether 32 bytes are a private key: a number from 1 to the order minus 1, big endian. Comparing them takes a time that
/// depends on them, but nobody can repeat it: they are derived from `APP_KEY` alone.
pub fn is_private_key(bytes: &[u8; BYTES]) -> bool {
    *bytes != [0; BYTES] && *bytes < ORDER
}

/// The signature of a JWS (r and s: RFC 7518 §3.4) from one in DER (`Ecdsa-Sig-Value`: RFC 3279 §2.2.3), as passkeys have it.
/// `None` for any spelling but the shortest.
pub fn fixed_of_der(der: &[u8]) -> Option<[u8; 2 * BYTES]> {
    let mut document = Der(der);
    let mut numbers = Der(document.element(SEQUENCE)?);
    let (r, s) = (numbers.integer()?, numbers.integer()?);
    let mut fixed = [0; 2 * BYTES];
    let (first, second) = fixed.split_at_mut(BYTES);
    for (half, number) in [(first, r), (second, s)] {
        let start = BYTES.checked_sub(number.len())?;
        half.get_mut(start..)?.copy_from_slice(number);
    }
    (document.is_over() && numbers.is_over()).then_some(fixed)
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Signer;
    use p256::ecdsa::{Signature, SigningKey};

    use super::*;

    #[test]
    fn a_private_key_is_in_the_range_that_the_crate_accepts() {
        let mut candidates = vec![[0; BYTES], ORDER, [0xff; BYTES], [1; BYTES]];
        for change in [1, 2, 0x51] {
            let (mut below, mut above, mut small) = (ORDER, ORDER, [0; BYTES]);
            below[BYTES - 1] -= change;
            above[BYTES - 1] += change;
            small[BYTES - 1] = change;
            candidates.extend([below, above, small]);
        }
        for bytes in candidates {
            assert_eq!(is_private_key(&bytes), SigningKey::from_slice(&bytes).is_ok(), "{bytes:x?}");
        }
    }

    #[test]
    fn a_signature_in_der_has_one_spelling() {
        let key = SigningKey::from_slice(&[7; BYTES]).unwrap();
        for message in 0..=u8::MAX {
            let signature: Signature = key.sign(&[message]);
            let der = signature.to_der();
            assert_eq!(fixed_of_der(der.as_bytes()).unwrap().as_slice(), signature.to_bytes().as_slice());
            let longer = [der.as_bytes(), &[0]].concat();
            assert_eq!(fixed_of_der(&longer), None);
            assert_eq!(fixed_of_der(&longer[..longer.len() - 2]), None);
        }
        let with = |r: &[u8], s: &[u8]| {
            let numbers = [&[2, u8::try_from(r.len()).unwrap()], r, &[2, u8::try_from(s.len()).unwrap()], s].concat();
            fixed_of_der(&[&[SEQUENCE, u8::try_from(numbers.len()).unwrap()], numbers.as_slice()].concat())
        };
        assert_eq!(with(&[1], &[2]).map(|fixed| (fixed[31], fixed[63])), Some((1, 2)));
        assert!(with(&[&[0][..], &[0xff; 32]].concat(), &[1]).is_some());
        assert_eq!(with(&[&[1][..], &[0; 32]].concat(), &[1]), None, "33 bytes");
        assert_eq!(with(&[0xff], &[1]), None, "a negative number");
        assert_eq!(with(&[0, 1], &[1]), None, "a leading zero");
    }
}
