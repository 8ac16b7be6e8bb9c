//! Private keys in PKCS#8 (RFC 5208 §5), read as far as to know what they are: the runtime imports and uses them.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

use crate::domain::crypto::der::{Der, OCTET_STRING, SEQUENCE};
use crate::domain::crypto::es256;
use crate::domain::crypto::keyring::DerivedKey;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// `rsaEncryption` and its parameters, which are NULL (RFC 8017 §A.1). A key for RSASSA-PSS alone has another identifier.
const RSA_ENCRYPTION: [u8; 13] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// `id-ecPublicKey` and P-256 (RFC 5480 §2.1.1).
const P256: [u8; 19] =
    [0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

/// The DER in a PEM (RFC 7468 §10). A line break may be written as `\n`, because secrets are often pasted as one line.
pub fn der_of_pem(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = Zeroizing::new(text.replace("\\n", "\n"));
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let body = Zeroizing::new(body.split_whitespace().collect::<String>());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
}

/// The private key of P-256 in a PEM (RFC 5915 §3). `None` for any other. What else the document says is ignored.
pub fn p256_of_pem(text: &str) -> Option<DerivedKey> {
    let der = der_of_pem(text)?;
    let mut document = Der(&der);
    let mut info = Der(document.element(SEQUENCE)?);
    let is_p256 = document.is_over() && info.is_version_0()? && info.element(SEQUENCE)? == P256;
    let mut wrapped = Der(info.element(OCTET_STRING)?);
    let mut key = Der(wrapped.element(SEQUENCE)?);
    let is_version_1 = key.integer()? == [1];
    let bytes = key.element(OCTET_STRING)?.try_into().ok().filter(es256::is_private_key)?;
    (is_p256 && is_version_1).then(|| DerivedKey::of_bytes(bytes))
}

/// The eight integers of an `RSAPrivateKey` (RFC 8017 §A.1.2): n, e, d, p, q, dP, dQ and qInv, big endian and without leading
/// zeros. `None` for any other key, and for one that is cut off. Attributes of the key are ignored.
pub fn rsa_integers(der: &[u8]) -> Option<[&[u8]; 8]> {
    let mut document = Der(der);
    let mut info = Der(document.element(SEQUENCE)?);
    let is_rsa = document.is_over() && info.is_version_0()? && info.element(SEQUENCE)? == RSA_ENCRYPTION;
    let mut wrapped = Der(info.element(OCTET_STRING)?);
    let mut key = Der(wrapped.element(SEQUENCE)?);
    // Version 1 has more than two primes.
    let has_two_primes = wrapped.is_over() && key.is_version_0()?;
    let mut integers: [&[u8]; 8] = [&[]; 8];
    for integer in &mut integers {
        *integer = key.integer()?;
    }
    (is_rsa && has_two_primes && key.is_over()).then_some(integers)
}
