//! Public keys of Ed25519 (RFC 8032). We never compute on the curve: the platform does (`ports::Signatures`).

use jwt_compact::jwk::JsonWebKey;

/// The `y` of every point of small order, little endian and without the sign of `x`: 0, 1, −1, the two of order 8, and 0 and 1
/// again with p added. Anybody can make signatures that such a key verifies.
const SMALL_ORDER: [[u8; 32]; 7] = [
    [0; 32],
    around([1, 0], 0, 0),
    around([0xec, 0xff], 0xff, 0x7f),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
    around([0xed, 0xff], 0xff, 0x7f),
    around([0xee, 0xff], 0xff, 0x7f),
];

/// 32 bytes of which only the ends differ from those in the middle.
const fn around(start: [u8; 2], middle: u8, end: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    [bytes[0], bytes[1], bytes[31]] = [start[0], start[1], end];
    bytes
}

/// A public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ed25519PublicKey([u8; 32]);

impl Ed25519PublicKey {
    /// `None` for a key of small order. Bytes that are no point of the curve are taken: they verify nothing.
    pub fn new(bytes: [u8; 32]) -> Option<Self> {
        let [head @ .., last] = bytes;
        let is_weak = SMALL_ORDER.iter().any(|[start @ .., end]| *start == head && *end == last & 0x7f);
        (!is_weak).then_some(Self(bytes))
    }

    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// RFC 8037 §2.
    pub fn jwk(&self) -> JsonWebKey<'_> {
        JsonWebKey::KeyPair { curve: "Ed25519".into(), x: self.0.as_slice().into(), secret: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Against the crate's own arithmetic, also near the ends of the field.
    #[test]
    fn the_keys_of_small_order_are_refused_and_no_others() {
        let mut candidates = SMALL_ORDER.to_vec();
        for low in 0..=u8::MAX {
            candidates.extend([around([low, 0], 0, 0), around([low, 0xff], 0xff, 0x7f), [low; 32]]);
        }
        let mut weak = 0;
        for mut bytes in candidates {
            for sign in [0, 0x80] {
                bytes[31] = bytes[31] & 0x7f | sign;
                let is_weak = ed25519_dalek::VerifyingKey::from_bytes(&bytes).is_ok_and(|key| key.is_weak());
                assert!(!is_weak || Ed25519PublicKey::new(bytes).is_none(), "{bytes:x?}");
                weak += usize::from(is_weak);
            }
        }
        assert!(weak >= 14, "{weak}");
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        assert_eq!(Ed25519PublicKey::new(key.to_bytes()).unwrap().bytes(), key.as_bytes());
    }
}
