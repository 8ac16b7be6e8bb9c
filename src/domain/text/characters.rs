//! The characters of names, in NFKC: PRECIS' IdentifierClass (RFC 8264 §4.2), but not all of its symbols.

use normalization::is_mark;

/// A letter, a digit, or a combining mark: Thai, Hebrew and the scripts of India are not written without marks. Invisible
/// characters are excluded, and so are parts of Hangul syllables that form no modern syllable.
pub fn is_of_a_word(c: char) -> bool {
    (c.is_alphanumeric() || is_mark(c) && !is_notation(c)) && !is_old_hangul(c) && !is_exception(c)
}

/// Enclosing marks, variation selectors, fillers, hieroglyphs' joiners, and the notations of music, dance and signs: the marks of
/// `UnicodeData.txt` that belong to no letter.
const fn is_notation(mark: char) -> bool {
    matches!(mark,
        '\u{34f}' | '\u{488}'..='\u{489}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{1abe}'
        | '\u{20dd}'..='\u{20e0}' | '\u{20e2}'..='\u{20e4}' | '\u{a670}'..='\u{a672}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{13440}'..='\u{13455}' | '\u{16fe4}' | '\u{1bc9d}' | '\u{1cf00}'..='\u{1cf46}' | '\u{1da00}'..='\u{1daaf}'
        | '\u{e0100}'..='\u{e01ef}')
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
    use super::*;

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
