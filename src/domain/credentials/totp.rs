//! Time-based one-time passwords (TOTP, RFC 6238): the codes of authenticator apps.

use std::fmt;

use hmac::digest::{KeyInit, generic_array::GenericArray};
use hmac::{Hmac, Mac};
use sha1::Sha1;
use subtle::{ConditionallySelectable, ConstantTimeEq};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::domain::accounts::user::User;
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::text::digit;
use crate::domain::timestamp::Timestamp;

/// The key that an authenticator app and this service share. `Debug` does not print it; memory is wiped on drop.
#[derive(ZeroizeOnDrop)]
pub struct TotpSecret([u8; policy::TOTP_SECRET_BYTES]);

impl TotpSecret {
    /// From 20 bytes of the CSPRNG.
    pub const fn from_bytes(bytes: [u8; policy::TOTP_SECRET_BYTES]) -> Self {
        Self(bytes)
    }

    /// For apps: 32 characters of base 32 (RFC 4648 §6) without padding.
    pub fn base32(&self) -> String {
        base32::encode(base32::Alphabet::Rfc4648 { padding: false }, &self.0)
    }

    /// For people, who type it if they cannot scan it: [`Self::base32`] in groups of four. Apps ignore the blanks.
    pub fn grouped(&self) -> String {
        let mut grouped = String::new();
        for (place, character) in self.base32().chars().enumerate() {
            if place > 0 && place % 4 == 0 {
                grouped.push(' ');
            }
            grouped.push(character);
        }
        grouped
    }

    /// For a QR code: `otpauth://totp/Issuer:account?secret=…&issuer=Issuer&algorithm=SHA1&digits=6&period=30`, percent-encoded
    /// (RFC 3986 §2.1). The format (Google Authenticator's "Key Uri Format") separates issuer and account with the label's only
    /// colon, so colons within them are left out.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (percent_encoded(issuer), percent_encoded(account));
        format!(
            "otpauth://totp/{issuer}:{account}?secret={}&issuer={issuer}&algorithm=SHA1&digits={}&period={}",
            self.base32(),
            policy::TOTP_DIGITS,
            policy::TOTP_STEP.as_secs(),
        )
    }

    /// The time step that a code is from: the current one, one before or one after. The caller must accept no step that is not
    /// later than the last one accepted (RFC 6238 §5.2), so of two steps with the same code it is the later. All of them are
    /// compared, in constant time.
    pub fn matching_step(&self, code: &TotpCode, now: Timestamp) -> Option<i64> {
        let current = step(now);
        let (mut matches, mut matching) = (subtle::Choice::from(0), 0);
        for drift in -policy::TOTP_DRIFT_STEPS..=policy::TOTP_DRIFT_STEPS {
            let step = current.saturating_add(drift);
            let is_of_step = self.hotp(step, policy::TOTP_DIGITS).ct_eq(&code.0);
            matching.conditional_assign(&step, is_of_step);
            matches |= is_of_step;
        }
        bool::from(matches).then_some(matching)
    }

    /// HOTP (RFC 4226 §5.3): a number of at most `digits` decimal digits.
    fn hotp(&self, counter: i64, digits: u32) -> u32 {
        // HMAC pads a short key with zeros to the hash's block (RFC 2104 §2); done here, nothing can fail.
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(&self.0) {
            *to = *from;
        }
        let mut mac = <Hmac<Sha1> as KeyInit>::new(GenericArray::from_slice(block.as_slice()));
        mac.update(&counter.to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(hash.last().copied().unwrap_or_default() & 0x0f);
        let truncated = hash.iter().skip(offset).take(4).fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        (truncated & 0x7fff_ffff) % 10_u32.pow(digits)
    }

    /// Encrypts it for the row of its user, under the current key ([`Keyring::key_name`]).
    pub fn seal(&self, keys: &Keyring, user: Id<User>, nonce: [u8; NONCE_BYTES]) -> Result<String, Fault> {
        seal::seal(keys, Purpose::Totp, &user.to_string(), nonce, &self.0)
    }

    /// The secret that [`Self::seal`] encrypted for this user under one of the accepted keys; else a fault.
    pub fn open(keys: &Keyring, user: Id<User>, sealed: &str) -> Result<Self, Fault> {
        let plain = Zeroizing::new(seal::open(keys, Purpose::Totp, &user.to_string(), sealed)?);
        let bytes = plain.as_slice().try_into().map_err(|_| Fault::new("seal", "a TOTP secret of another length"))?;
        Ok(Self(bytes))
    }
}

impl fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

/// The number of the time step of a moment (RFC 6238 §4.2).
const fn step(now: Timestamp) -> i64 {
    now.seconds().div_euclid(policy::TOTP_STEP.as_secs().cast_signed())
}

/// Everything but RFC 3986's unreserved characters as `%XX`, without colons.
fn percent_encoded(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes().filter(|byte| *byte != b':') {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

/// A code that a user typed. `Debug` does not print it; memory is wiped on drop.
#[derive(ZeroizeOnDrop)]
pub struct TotpCode(u32);

impl TotpCode {
    /// Parses user input, as [`digit::code`] does: `123 456` and `１２３４５６` too.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = Zeroizing::new(digit::code(text, policy::TOTP_DIGITS)?);
        digits.parse().ok().map(Self)
    }
}

impl fmt::Debug for TotpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TotpCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::crypto::keyring::AppKey;

    /// The secret of both RFCs' vectors.
    const SECRET: TotpSecret = TotpSecret::from_bytes(*b"12345678901234567890");
    const USER: Id<User> = Id::from_bytes([1; 16]);

    fn code_of(step: i64) -> TotpCode {
        TotpCode(SECRET.hotp(step, 6))
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    // RFC 4226, appendix D: Copyright (C) The Internet Society (2005), BCP 78. Facts that implementations are tested against.
    #[test]
    fn hotp_agrees_with_the_vectors_of_rfc_4226() {
        let truncated = [
            1_284_755_224,
            1_094_287_082,
            137_359_152,
            1_726_969_429,
            1_640_338_314,
            868_254_676,
            1_918_287_922,
            82_162_583,
            673_399_871,
            645_520_489,
        ];
        let codes = [755_224, 287_082, 359_152, 969_429, 338_314, 254_676, 287_922, 162_583, 399_871, 520_489];
        for (counter, (truncated, code)) in (0..).zip(truncated.into_iter().zip(codes)) {
            assert_eq!(SECRET.hotp(counter, 6), code, "{counter}");
            assert_eq!(SECRET.hotp(counter, 9), truncated % 1_000_000_000, "{counter}");
        }
    }

    // RFC 6238, appendix B, the rows of SHA-1: Copyright (c) 2011 IETF Trust and the persons identified as the document authors,
    // BCP 78. Facts as well.
    #[test]
    fn totp_agrees_with_the_vectors_of_rfc_6238() {
        for (seconds, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            assert_eq!(SECRET.hotp(step(at(seconds)), 8), code, "{seconds}");
            let typed = TotpCode::parse(&format!("{:06}", code % 1_000_000)).unwrap();
            assert_eq!(SECRET.matching_step(&typed, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_right_in_its_own_step_and_its_neighbours_only() {
        let code = code_of(100);
        for (seconds, found) in
            [(2969, None), (2970, Some(100)), (3000, Some(100)), (3030, Some(100)), (3059, Some(100)), (3060, None)]
        {
            assert_eq!(SECRET.matching_step(&code, at(seconds)), found, "{seconds}");
        }
        let another = TotpSecret::from_bytes([7; 20]);
        assert_eq!(another.matching_step(&code, at(3000)), None);
    }

    #[test]
    fn a_code_of_two_steps_uses_up_the_later_one() {
        // The first such pairs of this secret.
        for (earlier, later, code) in [(153_567, 153_569, 468_457), (910_737, 910_738, 911_617)] {
            assert_eq!([earlier, later].map(|step| SECRET.hotp(step, 6)), [code; 2]);
            let now = at((later - 1) * 30);
            assert_eq!(SECRET.matching_step(&TotpCode(code), now), Some(later));
        }
    }

    #[test]
    fn a_code_is_typed_in_any_grouping_and_script_and_has_six_digits() {
        for text in ["012345", " 012 345\n", "012-345", "０１２３４５", "٠١٢٣٤٥"] {
            assert_eq!(TotpCode::parse(text).map(|code| code.0), Some(12_345), "{text}");
        }
        for text in ["", "12345", "0123456", "01234a", "+12345", "²23456", "0x1234"] {
            assert!(TotpCode::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn an_app_reads_the_secret_and_whose_it_is_from_the_uri() {
        assert_eq!(SECRET.base32(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
        assert_eq!(SECRET.grouped(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        assert_eq!(
            SECRET.uri("Gatehouse", "ada@example.com"),
            "otpauth://totp/Gatehouse:ada%40example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Gatehouse\
             &algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn no_name_adds_a_parameter_to_the_uri_or_changes_its_issuer() {
        let uri = SECRET.uri("A: B&C", "x?secret=AAAA&issuer=Bank#ü/+%");
        assert!(
            uri.starts_with("otpauth://totp/A%20B%26C:x%3Fsecret%3DAAAA%26issuer%3DBank%23%C3%BC%2F%2B%25?secret=GEZD")
        );
        assert!(uri.contains("&issuer=A%20B%26C&"), "{uri}");
        assert_eq!((uri.matches('?').count(), uri.matches('&').count(), uri.matches(':').count()), (1, 4, 2));
    }

    #[test]
    fn a_sealed_secret_opens_for_its_user_and_as_a_secret_only() {
        let keys = Keyring::new(AppKey::parse("0123456789abcdef0123456789abcdef").unwrap(), vec![]);
        let sealed = SECRET.seal(&keys, USER, [3; NONCE_BYTES]).unwrap();
        assert_eq!(TotpSecret::open(&keys, USER, &sealed).unwrap().0, SECRET.0);
        assert!(TotpSecret::open(&keys, Id::from_bytes([2; 16]), &sealed).is_err());
        let context = USER.to_string();
        for (purpose, plain) in [(Purpose::Totp, &SECRET.0[..19]), (Purpose::Email, &SECRET.0[..])] {
            let foreign = seal::seal(&keys, purpose, &context, [3; NONCE_BYTES], plain).unwrap();
            assert!(TotpSecret::open(&keys, USER, &foreign).is_err(), "{purpose:?}");
        }
    }

    #[test]
    fn a_key_that_is_still_accepted_opens_what_it_sealed() {
        let key = |text: &str| AppKey::parse(text).unwrap();
        let (old, new) = ("0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210");
        let sealed = SECRET.seal(&Keyring::new(key(old), vec![]), USER, [3; NONCE_BYTES]).unwrap();
        assert!(TotpSecret::open(&Keyring::new(key(new), vec![key(old)]), USER, &sealed).is_ok());
        assert!(TotpSecret::open(&Keyring::new(key(new), vec![]), USER, &sealed).is_err());
    }

    #[test]
    fn debug_tells_neither_secret_nor_code() {
        assert_eq!(format!("{SECRET:?} {:?}", code_of(1)), "TotpSecret(…) TotpCode(…)");
    }
}
