//! One-time codes: digits that a user reads in an email and types.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::text::digit;

/// The digits of a code, as many as the settings say.
#[derive(Debug)]
pub struct EmailOtp(Secret);

impl EmailOtp {
    /// Without bias: a draw beyond the last whole multiple of 10^length is `None`, and the caller draws again.
    pub fn draw(length: u32, entropy: [u8; 8]) -> Option<Self> {
        let count = 10_u64.checked_pow(length)?;
        let drawn = u64::from_be_bytes(entropy);
        let fair = drawn < u64::MAX - u64::MAX % count;
        let width = usize::try_from(length).ok()?;
        fair.then(|| Self(Secret::new(format!("{:0width$}", drawn % count))))
    }

    /// Parses user input, as [`digit::code`] does.
    pub fn typed(text: &str, length: u32) -> Option<Self> {
        digit::code(text, length).map(|digits| Self(Secret::new(digits)))
    }

    pub fn digits(&self) -> &str {
        self.0.expose()
    }

    /// The digest that KV holds: useless without `APP_KEY`, and valid for one row and one address only.
    pub fn digest(&self, keys: &Keyring, id: Id<EmailOtp>, subject: &Subject) -> String {
        URL_SAFE_NO_PAD.encode(self.mac(keys.current(), id, subject.current()))
    }

    /// Whether the digest is that of this code under any of the accepted keys; in constant time.
    pub fn matches(&self, keys: &Keyring, id: Id<EmailOtp>, subject: &Subject, seal: &str) -> bool {
        let Ok(seal) = URL_SAFE_NO_PAD.decode(seal) else {
            return false;
        };
        let mut names = keys.accepted().zip(&subject.names);
        names.any(|(key, name)| self.mac(key, id, *name).as_slice().ct_eq(&seal).into())
    }

    fn mac(&self, key: &AppKey, id: Id<Self>, subject: Id<Subject>) -> [u8; 32] {
        key.derive(Purpose::Code).mac(&[id.bytes(), subject.bytes(), self.digits().as_bytes()])
    }
}

/// An address in the table `codes`: a deterministic MAC. There is one for each accepted key, so that a planned change of
/// `APP_KEY` does not invalidate codes that are on their way.
#[derive(Clone, Debug)]
pub struct Subject {
    /// In the order of the keyring.
    names: Vec<Id<Self>>,
}

impl Subject {
    pub fn new(keys: &Keyring, folded: &str) -> Self {
        let name = |key: &AppKey| key.derive(Purpose::Subject).id_of(&[folded.as_bytes()]);
        Self { names: keys.accepted().map(name).collect() }
    }

    /// The one for new rows.
    pub fn current(&self) -> Id<Self> {
        self.names.first().copied().unwrap_or(Id::from_bytes([0; 16]))
    }

    /// All of them, as a JSON array.
    pub fn all(&self) -> String {
        let names: Vec<_> = self.names.iter().map(Id::to_string).collect();
        format!("{names:?}")
    }
}

/// A token that stands for the address a code was requested for. It is the encrypted address, whether or not it has an
/// account, so there is no state to keep, and nothing to forge or to find out.
pub fn session(keys: &Keyring, email: &EmailAddress, nonce: [u8; NONCE_BYTES]) -> Result<String, Fault> {
    seal::seal(keys, Purpose::CodeSession, "", nonce, email.spelled().as_bytes())
}

/// The address in a token made by [`session`].
pub fn read_session(keys: &Keyring, session: &str) -> Option<String> {
    let address = seal::open(keys, Purpose::CodeSession, "", session).ok()?;
    String::from_utf8(address).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    fn draw(length: u32, number: u64) -> Option<String> {
        EmailOtp::draw(length, number.to_be_bytes()).map(|code| code.digits().to_owned())
    }

    #[test]
    fn a_code_has_its_length_and_no_number_is_likelier_than_another() {
        assert_eq!(draw(6, 0).unwrap(), "000000");
        assert_eq!(draw(6, 1_000_042).unwrap(), "000042");
        assert_eq!(draw(10, 12_345_678_901).unwrap(), "2345678901");
        // 2^64 is no multiple of a million: the numbers past the last whole one would favour the small codes.
        assert_eq!(draw(6, u64::MAX), None);
        let last = u64::MAX - u64::MAX % 1_000_000 - 1;
        assert_eq!(draw(6, last).unwrap(), "999999");
        assert_eq!(draw(6, last + 1), None);
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        for text in [
            "012345",
            " 012 345 ",
            "012-345",
            "012\u{2013}345",
            "012\u{2212}345",
            "012345.",
            "012345。",
            "012.345",
            "\u{feff}012\u{200b}345\u{2060}",
            "\u{202a}012345\u{202c}",
            "012\u{a0}345",
            "012\u{202f}345\r\n",
            "٠١٢٣٤٥",
            "۰۱۲۳۴۵",
            "०१२३४५",
            "０１２　３４５",
            "0\u{fe0f}\u{20e3}1\u{fe0f}\u{20e3}2\u{fe0f}\u{20e3}3\u{fe0f}\u{20e3}4\u{fe0f}\u{20e3}5\u{fe0f}\u{20e3}",
        ] {
            assert_eq!(
                EmailOtp::typed(text, 6).map(|code| code.digits().to_owned()).as_deref(),
                Some("012345"),
                "{text:?}"
            );
        }
        for text in ["", "-", "01234", "0123456", "O12345", "012345a", "①②③④⑤⑥", "一二三四五六", "012345²"]
        {
            assert!(EmailOtp::typed(text, 6).is_none(), "{text:?}");
        }
    }

    #[test]
    fn a_seal_opens_for_its_row_its_address_and_its_code_only() {
        let keys = Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![]);
        let subject = |email| Subject::new(&keys, email);
        let (id, ada, bob) = (Id::from_bytes([1; 16]), &subject("ada@example.com"), &subject("bob@b.com"));
        let code = |text| EmailOtp::typed(text, 6).unwrap();
        let seal = code("123456").digest(&keys, id, ada);
        assert!(code(" 123-456 ").matches(&keys, id, ada, &seal));
        assert!(!code("123457").matches(&keys, id, ada, &seal));
        assert!(!code("123456").matches(&keys, id, bob, &seal));
        assert!(!code("123456").matches(&keys, Id::from_bytes([2; 16]), ada, &seal));
        for hostile in ["", "%", "AAAA", &seal[1..]] {
            assert!(!code("123456").matches(&keys, id, ada, hostile));
        }
    }
}
