//! The characters of names, in NFKC: PRECIS' IdentifierClass (RFC 8264 §4.2), but not all of its symbols.

use icu_normalizer::ComposingNormalizerBorrowed;
use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;

/// The text with each character in its composed form.
pub fn nfc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// The text with compatibility forms unified: full-width letters, ligatures, composed characters.
pub fn nfkc(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfkc().normalize(text).into_owned()
}

/// A letter, a digit, or a combining mark: Thai, Hebrew and the scripts of India are not written without marks. Invisible
/// characters are excluded, and so are parts of Hangul syllables that form no modern syllable.
pub fn is_of_a_word(c: char) -> bool {
    (c.is_alphanumeric() || is_mark(c)) && !is_old_hangul(c) && !is_exception(c)
}

/// General categories Mn and Mc, except variation selectors and the notations of music, dance and signs. `char` counts most
/// vowel signs as letters, and most other marks have a combining class. The rest is this list, from `UnicodeData.txt`; a
/// crate's table of all marks is twenty times as large.
fn is_mark(c: char) -> bool {
    CanonicalCombiningClassMapBorrowed::new().get_u8(c) != 0
        || matches!(c,
            '\u{afd}'..='\u{aff}' | '\u{b53}'..='\u{b55}' | '\u{e47}' | '\u{e4c}' | '\u{e4e}' | '\u{ecc}' | '\u{ece}'
            | '\u{f3e}'..='\u{f3f}' | '\u{17c9}'..='\u{17d1}' | '\u{17d3}' | '\u{1ce1}' | '\u{1cf7}' | '\u{abec}'
            | '\u{111c9}' | '\u{111cb}'..='\u{111cc}' | '\u{113d2}' | '\u{113e1}'..='\u{113e2}' | '\u{11a33}'
            | '\u{11a98}' | '\u{11df0}' | '\u{11f5a}')
}

/// Conjoining jamo (RFC 8264 §9.9): in NFKC the modern ones are syllables. Two of them are invisible fillers.
const fn is_old_hangul(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

/// Characters that lengthen, repeat or intone others (RFC 8264 §9.6, RFC 5892 §2.6).
const fn is_exception(c: char) -> bool {
    matches!(c, '\u{640}' | '\u{7fa}' | '\u{302e}'..='\u{302f}' | '\u{3031}'..='\u{3035}' | '\u{303b}')
}

/// Scripts with similar-looking letters.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
}

impl Script {
    /// By blocks (`Blocks.txt`), and by `Scripts.txt` within shared blocks.
    const fn of(letter: char) -> Option<Self> {
        match letter {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{250}'..='\u{2af}' => Some(Self::Latin),
            '\u{1d00}'..='\u{1d25}' | '\u{1d2c}'..='\u{1dbe}' | '\u{1e00}'..='\u{1eff}' => Some(Self::Latin),
            '\u{2c60}'..='\u{2c7f}' | '\u{a722}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab64}' => Some(Self::Latin),
            '\u{10780}'..='\u{107bf}' | '\u{1df00}'..='\u{1dfff}' => Some(Self::Latin),
            '\u{3e2}'..='\u{3ef}' => None,
            '\u{370}'..='\u{3ff}' | '\u{1d26}'..='\u{1d2a}' | '\u{1dbf}' | '\u{1f00}'..='\u{1fff}' => Some(Self::Greek),
            '\u{ab65}' | '\u{10140}'..='\u{1018f}' => Some(Self::Greek),
            '\u{400}'..='\u{52f}' | '\u{1c80}'..='\u{1c8f}' | '\u{1d2b}' => Some(Self::Cyrillic),
            '\u{2de0}'..='\u{2dff}' | '\u{a640}'..='\u{a69f}' | '\u{1e030}'..='\u{1e08f}' => Some(Self::Cyrillic),
            _ => None,
        }
    }
}

/// Whether a text mixes letters of Latin, Greek and Cyrillic, so that it may look like another name.
pub fn mixes_scripts(text: &str) -> bool {
    let mut scripts = text.chars().filter_map(Script::of);
    scripts.next().is_some_and(|first| scripts.any(|other| other != first))
}

#[cfg(test)]
mod tests {
    use std::ops::RangeInclusive;

    use unicode_normalization::UnicodeNormalization;
    use unicode_normalization::char::{canonical_combining_class, is_combining_mark};

    use super::*;

    /// Enclosing marks, variation selectors, fillers, hieroglyphs' joiners, and the notations of music, dance and signs.
    const NO_MARKS_OF_LETTERS: [RangeInclusive<u32>; 16] = [
        0x34f..=0x34f,
        0x488..=0x489,
        0x17b4..=0x17b5,
        0x180b..=0x180f,
        0x1abe..=0x1abe,
        0x20dd..=0x20e0,
        0x20e2..=0x20e4,
        0xa670..=0xa672,
        0xfe00..=0xfe0f,
        0x13440..=0x13455,
        0x16fe4..=0x16fe4,
        0x1bc9d..=0x1bc9d,
        0x1cf00..=0x1cf46,
        0x1da00..=0x1daaf,
        0x302e..=0x302f,
        0xe0100..=0xe01ef,
    ];

    /// Another maker's tables, character by character, in all planes that have any.
    #[test]
    fn every_character_is_normalized_as_by_another_library() {
        for c in ('\0'..='\u{33479}').chain('\u{e0000}'..='\u{e01ef}') {
            let text = format!("a{c}\u{301}");
            assert_eq!(nfc(&text), text.nfc().collect::<String>(), "{:x}", u32::from(c));
            assert_eq!(nfkc(&text), text.nfkc().collect::<String>(), "{:x}", u32::from(c));
            let class = CanonicalCombiningClassMapBorrowed::new().get_u8(c);
            assert_eq!(class, canonical_combining_class(c), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn every_mark_of_unicode_that_belongs_to_letters_is_of_a_word() {
        let mut marks = 0;
        for c in ('\0'..=char::MAX).filter(|c| is_combining_mark(*c) && c.nfkc().eq([*c])) {
            let left_out = NO_MARKS_OF_LETTERS.iter().any(|range| range.contains(&u32::from(c)));
            assert_eq!(is_of_a_word(c), !left_out, "{:x}", u32::from(c));
            marks += 1;
        }
        assert!(marks > 2000);
    }

    #[test]
    fn what_nobody_sees_is_of_no_word() {
        let unseen = [
            0xad..=0xad,
            0x34f..=0x34f,
            0x61c..=0x61c,
            0x115f..=0x1160,
            0x17b4..=0x17b5,
            0x180b..=0x180f,
            0x200b..=0x200f,
            0x202a..=0x202e,
            0x2060..=0x206f,
            0x2800..=0x2800,
            0xfe00..=0xfe0f,
            0xfeff..=0xfeff,
            0xfff0..=0xfff8,
            0x1bca0..=0x1bca3,
            0x1d173..=0x1d17a,
            0xe0000..=0xe0fff,
        ];
        for c in unseen.into_iter().flatten().filter_map(char::from_u32) {
            assert!(!is_of_a_word(c), "{:x}", u32::from(c));
        }
    }

    #[test]
    fn look_alikes_of_two_scripts_are_not_mixed() {
        for mixed in ["pаypal", "αdmin", "ωа", "ᴀя", "ꙁa", "ὀo"] {
            assert!(mixes_scripts(mixed), "{mixed}");
        }
        for pure in ["", "1.2_3", "zoë", "ἀδάμ.7", "Ёлка-2", "田中tanaka", "adaלב", "ϣa", "i\u{307}"] {
            assert!(!mixes_scripts(pure), "{pure}");
        }
    }
}
