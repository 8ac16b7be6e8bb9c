//! RSA private keys in PKCS#8 (RFC 5208 §5), read as far as to know what they are: the runtime imports and uses them.

use base64::{Engine, engine::general_purpose::STANDARD};
use zeroize::Zeroizing;

const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Tags of X.690 §8.
const INTEGER: u8 = 0x02;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;

/// `rsaEncryption` and its parameters, which are NULL (RFC 8017 §A.1). A key for RSASSA-PSS alone has another identifier.
const RSA_ENCRYPTION: [u8; 13] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00];

/// The DER in a PEM (RFC 7468 §10). A line break may be written as `\n`, because secrets are often pasted as one line.
pub fn der_of_pem(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let text = Zeroizing::new(text.replace("\\n", "\n"));
    let body = text.trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let body = Zeroizing::new(body.split_whitespace().collect::<String>());
    STANDARD.decode(body.as_bytes()).ok().map(Zeroizing::new)
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

/// What is left of a sequence of elements in DER.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    const fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The content of the next element, which must be of this type. Lengths up to 65535 in their shortest form (X.690 §10.1).
    fn element(&mut self, tag: u8) -> Option<&'a [u8]> {
        let (&[found, length], rest) = self.0.split_first_chunk()?;
        let (length, rest, shorter) = match length {
            0..=0x7f => (usize::from(length), rest, 0),
            0x81 => rest.split_first_chunk().map(|(&[length], rest)| (usize::from(length), rest, 0x80))?,
            0x82 => rest.split_first_chunk().map(|(&bytes, rest)| (u16::from_be_bytes(bytes).into(), rest, 0x100))?,
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (found == tag && length >= shorter).then_some(content)
    }

    /// An integer that is not negative, without leading zeros: zero is empty.
    fn integer(&mut self) -> Option<&'a [u8]> {
        match self.element(INTEGER)? {
            [] | [0x80..=0xff, ..] | [0, 0..=0x7f, ..] => None,
            [0, number @ ..] | number => Some(number),
        }
    }

    fn is_version_0(&mut self) -> Option<bool> {
        self.integer().map(<[u8]>::is_empty)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_integers_have_one_spelling() {
        let integer = |der: &'static [u8]| Der(der).integer();
        assert_eq!(integer(&[2, 1, 0]), Some(&[][..]));
        assert_eq!(integer(&[2, 1, 5]), Some(&[5][..]));
        assert_eq!(integer(&[2, 2, 0, 0x80]), Some(&[0x80][..]));
        for wrong in [&[][..], &[2], &[2, 0], &[2, 1], &[2, 1, 0x80], &[2, 2, 0, 0x7f], &[2, 0x81, 1, 5], &[4, 1, 5]] {
            assert_eq!(integer(wrong), None, "{wrong:?}");
        }
        let long = [&[2, 0x81, 0x80][..], &[1; 0x80]].concat();
        assert_eq!(Der(&long).integer(), Some(&long[3..]));
        for wrong in [&[2, 0x82, 0, 0x80][..], &[2, 0x80], &[2, 0x83, 0, 0, 0x80], &[2, 0x82, 0x80]] {
            assert_eq!(Der(&[wrong, &[1; 0x80]].concat()).integer(), None, "{wrong:?}");
        }
    }
}
