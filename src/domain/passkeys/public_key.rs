//! Public keys of passkeys: COSE keys (RFC 9052 §7, RFC 9053 §7) of the three algorithms that authenticators have.

use serde::{Serialize, Serializer};

use crate::domain::crypto::ed25519::Ed25519PublicKey;
use crate::domain::crypto::es256::Es256PublicKey;
use crate::domain::crypto::rs256::RsaPublicKey;
use crate::domain::passkeys::cbor::Item;
use crate::domain::passkeys::refusal::Refusal;

/// A signature algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoseAlgorithm {
    EdDsa,
    Es256,
    Rs256,
}

impl CoseAlgorithm {
    /// Those offered, the preferred first: the fastest to verify. RS256 is for TPMs.
    pub const OFFERED: [Self; 3] = [Self::EdDsa, Self::Es256, Self::Rs256];

    /// Its number in IANA's registry "COSE Algorithms".
    pub const fn number(self) -> i64 {
        match self {
            Self::EdDsa => -8,
            Self::Es256 => -7,
            Self::Rs256 => -257,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
        }
    }
}

impl Serialize for CoseAlgorithm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.number())
    }
}

/// Labels of a COSE key: its type, its algorithm, and its parameters, whose meaning depends on the type.
const KTY: i64 = 1;
const ALG: i64 = 3;
const FIRST: i64 = -1;
const SECOND: i64 = -2;
const THIRD: i64 = -3;

/// Types of keys, and the curves that WebAuthn L3 §5.8.5 has for the algorithms.
const OKP: i64 = 1;
const EC2: i64 = 2;
const RSA: i64 = 3;
const P256: i64 = 1;
const ED25519: i64 = 6;

/// The public key of a passkey. Its signatures have the formats of WebAuthn L3 §6.5.5: DER for ES256, the algorithm's own
/// otherwise. The platform verifies them (`ports::Signatures`).
pub enum PublicKey {
    EdDsa(Ed25519PublicKey),
    Es256(Es256PublicKey),
    Rs256(RsaPublicKey),
}

impl PublicKey {
    /// From the bytes of a COSE key, and nothing after it. [`Refusal::Algorithm`] for one that is not offered,
    /// [`Refusal::PublicKey`] for a key that is none.
    pub fn parse(cose: &[u8]) -> Result<Self, Refusal> {
        let key = Item::whole(cose).ok_or(Refusal::PublicKey)?;
        let number = key.labelled(ALG).and_then(Item::as_integer).ok_or(Refusal::PublicKey)?;
        let mut offered = CoseAlgorithm::OFFERED.into_iter();
        let algorithm = offered.find(|algorithm| algorithm.number() == number).ok_or(Refusal::Algorithm)?;
        let parsed = match algorithm {
            CoseAlgorithm::EdDsa => ed25519(&key).map(Self::EdDsa),
            CoseAlgorithm::Es256 => p256(&key).map(Self::Es256),
            CoseAlgorithm::Rs256 => rsa(&key).map(Self::Rs256),
        };
        parsed.ok_or(Refusal::PublicKey)
    }

    pub const fn algorithm(&self) -> CoseAlgorithm {
        match self {
            Self::EdDsa(_) => CoseAlgorithm::EdDsa,
            Self::Es256(_) => CoseAlgorithm::Es256,
            Self::Rs256(_) => CoseAlgorithm::Rs256,
        }
    }
}

fn integer(key: &Item<'_>, label: i64) -> Option<i64> {
    key.labelled(label)?.as_integer()
}

fn bytes<'a>(key: &Item<'a>, label: i64) -> Option<&'a [u8]> {
    key.labelled(label)?.as_bytes()
}

/// RFC 9053 §7.2. A key of small order verifies signatures that nobody made.
fn ed25519(key: &Item<'_>) -> Option<Ed25519PublicKey> {
    let point = bytes(key, SECOND)?.try_into().ok()?;
    let is_of_curve = integer(key, KTY) == Some(OKP) && integer(key, FIRST) == Some(ED25519);
    Ed25519PublicKey::new(point).filter(|_| is_of_curve)
}

/// RFC 9053 §7.1, uncompressed only (WebAuthn L3 §5.8.5).
fn p256(key: &Item<'_>) -> Option<Es256PublicKey> {
    let point = Es256PublicKey::new(bytes(key, SECOND)?, bytes(key, THIRD)?);
    point.filter(|_| integer(key, KTY) == Some(EC2) && integer(key, FIRST) == Some(P256))
}

/// RFC 8230 §4.
fn rsa(key: &Item<'_>) -> Option<RsaPublicKey> {
    let parsed = RsaPublicKey::new(bytes(key, FIRST)?, bytes(key, SECOND)?);
    parsed.filter(|_| integer(key, KTY) == Some(RSA))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A COSE key from the bytes of its entries.
    fn parse(entries: &[&[u8]]) -> Result<CoseAlgorithm, Refusal> {
        let head = [0xa0 + u8::try_from(entries.len()).unwrap()];
        PublicKey::parse(&[&head, entries.concat().as_slice()].concat()).map(|key| key.algorithm())
    }

    fn coordinate(label: u8, bytes: &[u8]) -> Vec<u8> {
        [&[label, 0x58, u8::try_from(bytes.len()).unwrap()], bytes].concat()
    }

    const KTY_EC2: &[u8] = &[0x01, 0x02];
    const KTY_OKP: &[u8] = &[0x01, 0x01];
    const KTY_RSA: &[u8] = &[0x01, 0x03];
    const ALG_ES256: &[u8] = &[0x03, 0x26];
    const ALG_EDDSA: &[u8] = &[0x03, 0x27];
    const ALG_RS256: &[u8] = &[0x03, 0x39, 0x01, 0x00];
    const CRV_P256: &[u8] = &[0x20, 0x01];
    const CRV_ED25519: &[u8] = &[0x20, 0x06];

    /// The coordinates of P-256's generator, as entries −2 and −3.
    fn generator() -> (Vec<u8>, Vec<u8>) {
        let point = p256::AffinePoint::GENERATOR;
        let point = p256::elliptic_curve::sec1::ToEncodedPoint::to_encoded_point(&point, false);
        (coordinate(0x21, point.x().unwrap()), coordinate(0x22, point.y().unwrap()))
    }

    #[test]
    fn a_point_of_p256_is_complete() {
        let (x, y) = generator();
        assert_eq!(parse(&[KTY_EC2, ALG_ES256, CRV_P256, &x, &y]), Ok(CoseAlgorithm::Es256));
        assert_eq!(parse(&[&y, &x, CRV_P256, ALG_ES256, KTY_EC2]), Ok(CoseAlgorithm::Es256));
        let refuses = |entries: &[&[u8]]| assert_eq!(parse(entries), Err(Refusal::PublicKey), "{entries:x?}");
        refuses(&[KTY_EC2, ALG_ES256, CRV_P256, &coordinate(0x21, &x[3..34]), &y]);
        refuses(&[KTY_EC2, ALG_ES256, CRV_P256, &x, &[0x22, 0xf5]]);
        refuses(&[KTY_EC2, ALG_ES256, CRV_P256, &x]);
        refuses(&[KTY_EC2, ALG_ES256, &x, &y]);
        refuses(&[KTY_EC2, ALG_ES256, &[0x20, 0x02], &x, &y]);
        refuses(&[KTY_OKP, ALG_ES256, CRV_P256, &x, &y]);
        refuses(&[ALG_ES256, CRV_P256, &x, &y]);
        refuses(&[KTY_EC2, CRV_P256, &x, &y]);
        refuses(&[KTY_EC2, ALG_ES256, ALG_ES256, CRV_P256, &x, &y]);
    }

    #[test]
    fn a_key_of_ed25519_is_of_full_order() {
        let key = ed25519_dalek::SigningKey::from_bytes(&[7; 32]).verifying_key();
        let point = coordinate(0x21, key.as_bytes());
        assert_eq!(parse(&[KTY_OKP, ALG_EDDSA, CRV_ED25519, &point]), Ok(CoseAlgorithm::EdDsa));
        let refuses = |entries: &[&[u8]]| assert_eq!(parse(entries), Err(Refusal::PublicKey), "{entries:x?}");
        let mut neutral = [0; 32];
        neutral[0] = 1;
        for weak in [[0; 32], neutral] {
            refuses(&[KTY_OKP, ALG_EDDSA, CRV_ED25519, &coordinate(0x21, &weak)]);
        }
        refuses(&[KTY_OKP, ALG_EDDSA, CRV_ED25519, &coordinate(0x21, &[7; 31])]);
        refuses(&[KTY_OKP, ALG_EDDSA, CRV_P256, &point]);
        refuses(&[KTY_EC2, ALG_EDDSA, CRV_ED25519, &point]);
        refuses(&[KTY_OKP, ALG_EDDSA, CRV_ED25519]);
    }

    #[test]
    fn a_key_of_another_type_or_algorithm_is_refused() {
        let modulus = [&[0x20, 0x59, 0x01, 0x00][..], &[0xff; 256]].concat();
        let exponent: &[u8] = &[0x21, 0x43, 0x01, 0x00, 0x01];
        assert_eq!(parse(&[KTY_RSA, ALG_RS256, &modulus, exponent]), Ok(CoseAlgorithm::Rs256));
        assert_eq!(parse(&[KTY_EC2, ALG_RS256, &modulus, exponent]), Err(Refusal::PublicKey));
        assert_eq!(parse(&[KTY_RSA, ALG_RS256, &modulus]), Err(Refusal::PublicKey));
        let (x, y) = generator();
        // ES384, PS256, and HS256, whose key everybody would know.
        for alg in [&[0x03, 0x38, 0x22][..], &[0x03, 0x38, 0x24], &[0x03, 0x05]] {
            assert_eq!(parse(&[KTY_EC2, alg, CRV_P256, &x, &y]), Err(Refusal::Algorithm));
        }
        for wrong in [&[][..], &[0xa0], &[0x80], &[0x01]] {
            assert!(matches!(PublicKey::parse(wrong), Err(Refusal::PublicKey)));
        }
    }
}
