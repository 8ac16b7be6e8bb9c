//! User codes (RFC 8628 §6.1): what a device shows and its user types. Twenty consonants: no word can be read in them, and no two
//! of them look alike.

use std::fmt;

use crate::domain::crypto::keyring::{AppKey, Keyring, Purpose};
use crate::domain::id::Id;
use crate::domain::policy::USER_CODE_LETTERS;

const LETTERS: [char; 20] =
    ['B', 'C', 'D', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q', 'R', 'S', 'T', 'V', 'W', 'X', 'Z'];

/// `WDJBMJHT`, shown as `WDJB-MJHT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserCode(String);

impl UserCode {
    /// From 128 random bits: so many that no letter is likelier than another.
    pub fn draw(random: [u8; 16]) -> Self {
        let mut rest = u128::from_be_bytes(random);
        let letters = (0..USER_CODE_LETTERS).filter_map(|_| {
            let place = usize::try_from(rest % 20).ok();
            rest /= 20;
            place.and_then(|place| LETTERS.get(place))
        });
        Self(letters.collect())
    }

    /// What a user has typed: case, blanks and hyphens of every kind make no difference.
    pub fn parse(typed: &str) -> Option<Self> {
        let between =
            |c: char| c.is_whitespace() || matches!(c, '-' | '_' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}');
        let letters = typed.chars().filter(|c| !between(*c)).take(USER_CODE_LETTERS + 1);
        let code: String = letters.map(|c| c.to_ascii_uppercase()).collect();
        let is_one = code.len() == USER_CODE_LETTERS && code.chars().all(|c| LETTERS.contains(&c));
        is_one.then_some(Self(code))
    }

    /// The name of its row: the database contains no code that could be typed.
    pub fn name(&self, keys: &Keyring) -> Id<Self> {
        self.name_under(keys.current())
    }

    /// Its names under each of the accepted keys, as a JSON array.
    pub fn names(&self, keys: &Keyring) -> String {
        let names: Vec<_> = keys.accepted().map(|key| self.name_under(key).to_string()).collect();
        format!("{names:?}")
    }

    fn name_under(&self, key: &AppKey) -> Id<Self> {
        key.derive(Purpose::UserCode).id_of(&[self.0.as_bytes()])
    }
}

impl fmt::Display for UserCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (first, second) = self.0.split_at_checked(USER_CODE_LETTERS / 2).unwrap_or_default();
        write!(f, "{first}-{second}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_eight_letters_that_are_read_back() {
        for random in [[0; 16], [255; 16], *b"0123456789abcdef"] {
            let code = UserCode::draw(random);
            assert_eq!(code.to_string().len(), 9);
            assert_eq!(UserCode::parse(&code.to_string()), Some(code));
        }
        assert_ne!(UserCode::draw([1; 16]), UserCode::draw([2; 16]));
    }

    #[test]
    fn every_letter_is_drawn() {
        let drawn: String = (0..=255).map(|byte| UserCode::draw([byte; 16]).0).collect();
        assert!(LETTERS.iter().all(|letter| drawn.contains(*letter)));
    }

    #[test]
    fn case_blanks_and_hyphens_make_no_difference() {
        let code = UserCode::parse("WDJB-MJHT").unwrap();
        for typed in ["wdjb-mjht", "WDJBMJHT", " wdjb mjht\n", "W D J B – M J H T", "wdjb\u{2011}mjht"] {
            assert_eq!(UserCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "WDJB-MJH", "WDJB-MJHTT", "WDJB-MJHA", "WDJB-MJH1", "ẞDJB-MJHT", &"W".repeat(9000)] {
            assert_eq!(UserCode::parse(wrong), None, "{wrong}");
        }
    }
}
