//! Recovery codes: what a user has saved for the day when an authenticator app is lost. Each works once.
//!
//! `3-K7QF-9M2X-4DZA-T0WB`: the number of the code, which finds its row, then 80 random bits in Crockford's base 32. Only a
//! hash is stored. `APP_KEY` is no part of it, so codes still work after the loss of that key.

use base32::Alphabet;
use zeroize::Zeroizing;

use crate::domain::credentials::phc::{self, Argon2id};
use crate::domain::error::Fault;
use crate::domain::policy::{RECOVERY_CODE_BYTES, RECOVERY_CODES};
use crate::domain::secret::Secret;
use crate::domain::text::digit;

/// The random bytes of one account's codes.
pub const ENTROPY_BYTES: usize = RECOVERY_CODES * RECOVERY_CODE_BYTES;

/// No I, L, O and U. 32 symbols of five bits each: every code is as likely as any other.
const CROCKFORD: Alphabet = Alphabet::Crockford;

/// Characters after the number, and in a group of them.
const RANDOM_CHARS: usize = RECOVERY_CODE_BYTES * 8 / 5;
const GROUP_CHARS: usize = 4;

/// One code: a digit and 16 characters in their only spelling, as they are hashed. `Debug` does not print them; memory is wiped
/// on drop.
#[derive(Debug)]
pub struct RecoveryCode(Secret);

/// The codes of an account, numbered from 0, from bytes of the CSPRNG.
pub fn generate(entropy: [u8; ENTROPY_BYTES]) -> [RecoveryCode; RECOVERY_CODES] {
    let entropy = Zeroizing::new(entropy);
    let mut parts = entropy.chunks_exact(RECOVERY_CODE_BYTES);
    std::array::from_fn(|number| {
        let random = Zeroizing::new(base32::encode(CROCKFORD, parts.next().unwrap_or_default()));
        RecoveryCode(Secret::new(format!("{number}{}", *random)))
    })
}

impl RecoveryCode {
    /// Parses user input as Crockford says: in any case and grouping, I and L as 1, O as 0. Characters of other widths and
    /// digits of other scripts are read too. With another letter (U), or another number of characters, it is `None`.
    pub fn parse(text: &str) -> Option<Self> {
        let text = Zeroizing::new(normalization::nfkc(text));
        let characters = text.chars().filter(|character| character.is_alphanumeric()).map(symbol);
        let code = Secret::new(characters.take(1 + RANDOM_CHARS + 1).collect::<Option<String>>()?);
        let is_code =
            code.expose().len() == 1 + RANDOM_CHARS && code.expose().starts_with(|c: char| c.is_ascii_digit());
        is_code.then_some(Self(code))
    }

    /// Which of the account's codes it claims to be, from 0 to 9: its row.
    pub fn number(&self) -> u8 {
        self.0.expose().bytes().next().map_or(0, |digit| digit.wrapping_sub(b'0'))
    }

    /// For people: `3-K7QF-9M2X-4DZA-T0WB`.
    pub fn grouped(&self) -> String {
        let mut grouped = String::new();
        for (place, character) in self.0.expose().chars().enumerate() {
            if place % GROUP_CHARS == 1 {
                grouped.push('-');
            }
            grouped.push(character);
        }
        grouped
    }

    /// As [`phc::hash`]. The number is part of it, so that no row can stand for another. Every code has a salt of its own.
    pub fn hash(&self, platform: &impl Argon2id, salt: [u8; 16]) -> Result<String, Fault> {
        phc::hash(platform, &self.0, salt)
    }

    /// As [`phc::verify_any`]: false without a row (a used code, an account without codes), which costs the same.
    pub fn verify(&self, platform: &impl Argon2id, stored: Option<&str>, salt: [u8; 16]) -> Result<bool, Fault> {
        phc::verify_any(platform, &self.0, stored, salt)
    }
}

/// The symbol that a typed character stands for.
fn symbol(typed: char) -> Option<char> {
    let typed = digit::value(typed).and_then(|value| char::from_digit(value, 10)).unwrap_or(typed);
    match typed.to_ascii_uppercase() {
        'O' => Some('0'),
        'I' | 'L' => Some('1'),
        'U' => None,
        symbol => symbol.is_ascii_alphanumeric().then_some(symbol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2id::{Cost, Input};
    use std::cell::RefCell;

    /// Argon2id without its work: the output repeats salt and input, so that every difference shows. What it is asked for is
    /// kept.
    #[derive(Default)]
    struct Transparent(RefCell<Vec<(u32, Vec<u8>)>>);

    impl Argon2id for Transparent {
        fn argon2id(&self, cost: Cost, input: Input<'_>, out: &mut [u8]) -> Option<()> {
            self.0.borrow_mut().push((cost.memory, input.password.to_vec()));
            let (from, to) = (input.password.iter().chain(input.salt), out.iter_mut());
            to.zip(from).for_each(|(to, from)| *to = *from);
            Some(())
        }
    }

    struct Here;

    impl Argon2id for Here {}

    fn entropy() -> [u8; ENTROPY_BYTES] {
        std::array::from_fn(|place| u8::try_from(place * 37 % 256).unwrap())
    }

    fn parsed(text: &str) -> Option<String> {
        RecoveryCode::parse(text).map(|code| code.grouped())
    }

    #[test]
    fn there_are_ten_codes_and_each_says_its_number() {
        let codes = generate(entropy());
        for (number, code) in (0..).zip(&codes) {
            assert_eq!(code.number(), number);
            let grouped = code.grouped();
            assert!(grouped.starts_with(&format!("{number}-")), "{grouped}");
            assert_eq!(grouped.split('-').map(str::len).collect::<Vec<_>>(), [1, 4, 4, 4, 4]);
            assert_eq!(parsed(&grouped), Some(grouped));
        }
    }

    #[test]
    fn every_random_bit_is_in_the_code_and_none_favours_a_symbol() {
        for (number, code) in generate(entropy()).iter().enumerate() {
            let random: String = code.grouped().chars().skip(1).filter(|c| *c != '-').collect();
            let bytes = base32::decode(CROCKFORD, &random).unwrap();
            assert_eq!(bytes, entropy()[number * 10..][..10], "{number}");
        }
        let lowest = generate([0; ENTROPY_BYTES]);
        let highest = generate([0xff; ENTROPY_BYTES]);
        assert_eq!(lowest[0].grouped(), "0-0000-0000-0000-0000");
        assert_eq!(highest[9].grouped(), "9-ZZZZ-ZZZZ-ZZZZ-ZZZZ");
    }

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let code = "3-K7QF-9M2X-01DZ-T0WB";
        for typed in [
            code,
            "3K7QF9M2X01DZT0WB",
            "3-k7qf-9m2x-01dz-t0wb",
            " 3 k7qf 9m2x 01dz t0wb\r\n",
            "3-K7QF-9M2X-OIDZ-TOWB",
            "3-k7qf-9m2x-oldz-towb",
            "3\u{2013}K7QF\u{2013}9M2X\u{2013}01DZ\u{2013}T0WB",
            "\u{feff}3-K7QF-9M2X-\u{200b}01DZ-T0WB.",
            "３－Ｋ７ＱＦ－９Ｍ２Ｘ－０１ＤＺ－Ｔ０ＷＢ",
            "٣-K٧QF-٩M٢X-٠١DZ-T٠WB",
        ] {
            assert_eq!(parsed(typed).as_deref(), Some(code), "{typed}");
        }
        assert_eq!(RecoveryCode::parse(&code.replace('3', "O")).unwrap().number(), 0);
        assert_eq!(RecoveryCode::parse(&code.replace('3', "l")).unwrap().number(), 1);
    }

    #[test]
    fn what_no_code_can_be_is_refused_before_anything_is_hashed() {
        for typed in [
            "",
            "3",
            "K7QF-9M2X-01DZ-T0WB",
            "3-K7QF-9M2X-01DZ-T0W",
            "3-K7QF-9M2X-01DZ-T0WBB",
            "A-K7QF-9M2X-01DZ-T0WB",
            "3-U7QF-9M2X-01DZ-T0WB",
            "3-u7qf-9m2x-01dz-t0wb",
            "3-Ü7QF-9M2X-01DZ-T0WB",
            "3-К7QF-9M2X-01DZ-T0WB", // a Cyrillic К
            &"3".repeat(100_000),
        ] {
            assert!(RecoveryCode::parse(typed).is_none(), "{typed:.40}");
        }
    }

    #[test]
    fn a_hash_is_verified_by_its_own_code_only() {
        let [first, second, ..] = generate(entropy());
        let hash = first.hash(&Here, [1; 16]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let typed = RecoveryCode::parse(&first.grouped().to_lowercase().replace('-', " ")).unwrap();
        assert_eq!(typed.verify(&Here, Some(&hash), [2; 16]), Ok(true));
        assert_eq!(second.verify(&Here, Some(&hash), [2; 16]), Ok(false));
    }

    #[test]
    fn the_hash_of_one_number_does_not_let_another_in() {
        let platform = Transparent::default();
        let [first, second, ..] = generate([7; ENTROPY_BYTES]);
        let hash = first.hash(&platform, [1; 16]).unwrap();
        assert_eq!(first.verify(&platform, Some(&hash), [2; 16]), Ok(true));
        assert_eq!(second.verify(&platform, Some(&hash), [2; 16]), Ok(false), "they differ in their numbers alone");
        assert_ne!(first.hash(&platform, [2; 16]).unwrap(), hash);
    }

    #[test]
    fn without_a_row_no_code_is_right_and_the_work_is_done_all_the_same() {
        let [code, ..] = generate(entropy());
        let (known, unknown) = (Transparent::default(), Transparent::default());
        let hash = code.hash(&Transparent::default(), [1; 16]).unwrap();
        assert_eq!(code.verify(&known, Some(&hash), [2; 16]), Ok(true));
        assert_eq!(code.verify(&unknown, None, [2; 16]), Ok(false));
        assert_eq!(*known.0.borrow(), *unknown.0.borrow());
        assert_eq!(unknown.0.borrow().len(), 1);
    }

    #[test]
    fn debug_does_not_tell_a_code() {
        let [code, ..] = generate(entropy());
        assert_eq!(format!("{code:?}"), "RecoveryCode(Secret(…))");
    }
}
