//! Passwords so common that attackers guess them first (NIST SP 800-63B-4 §3.1.1.2).

use crate::domain::policy;

/// Made by `scripts/blocklist.mjs`: sorted, folded and front-coded. An entry is one byte below the first printable character,
/// which is the number of bytes kept from the previous entry, followed by the remaining bytes.
static LIST: &[u8] = include_bytes!("blocklist.bin");

/// The smallest byte of an entry's text.
const FIRST_PRINTABLE: u8 = 0x20;

/// Whether a password is on the list, or is an entry followed by digits and symbols: `password` makes `Password2026!` no
/// better. These must be fewer than the minimum password length. Prefixes and insertions are not undone, because each trick
/// undone refuses more good passwords than it stops bad ones.
///
/// One pass over the list without unpacking it costs nothing beside the hash that follows. It takes equally long for the last
/// entry and for a password that is not listed.
pub fn is_common(password: &str) -> bool {
    let password = normalization::nfkc(password).to_lowercase();
    let mut found = false;
    // Length in bytes of the prefix that the password and the previous entry share.
    let mut matched = 0;
    for entry in entries() {
        let Some((kept, text)) = entry.split_first() else { continue };
        let kept = usize::from(*kept);
        // This entry keeps the byte in which the previous entry differed from the password.
        if kept > matched {
            continue;
        }
        let wanted = password.as_bytes().get(kept..).unwrap_or_default();
        let same = text.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        matched = kept + same;
        found |= same == text.len() && password.get(matched..).is_some_and(is_decoration);
    }
    found
}

fn entries() -> impl Iterator<Item = &'static [u8]> {
    LIST.chunk_by(|_, next| *next >= FIRST_PRINTABLE)
}

fn is_decoration(rest: &str) -> bool {
    rest.chars().count() < policy::PASSWORD_MIN_CHARS && !rest.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unpacked() -> Vec<String> {
        let mut before = Vec::new();
        entries()
            .map(|entry| {
                before.truncate(usize::from(entry[0]));
                before.extend(&entry[1..]);
                String::from_utf8(before.clone()).unwrap()
            })
            .collect()
    }

    #[test]
    fn the_list_is_what_the_script_made() {
        let list = unpacked();
        assert_eq!(list.len(), 12_855);
        assert!(list.is_sorted_by(|a, b| a < b));
        for entry in &list {
            assert!(entry.chars().count() >= policy::PASSWORD_MIN_CHARS, "{entry}");
            assert_eq!(*entry, normalization::nfkc(entry).to_lowercase());
        }
    }

    #[test]
    fn every_entry_is_found_from_the_first_to_the_last() {
        let list = unpacked();
        for entry in list.iter().step_by(53).chain(list.first()).chain(list.last()) {
            assert!(is_common(entry), "{entry}");
            assert!(is_common(&entry.to_uppercase()), "{entry} in capitals");
        }
    }

    #[test]
    fn what_is_not_on_the_list_is_not_found() {
        let list = unpacked();
        // With more letters at either end, or a different first one, unless that makes another entry.
        for entry in list.iter().step_by(53).chain(list.first()).chain(list.last()) {
            let headless: String = entry.chars().skip(1).collect();
            for similar in [format!("{entry}xq"), format!("xq{entry}"), format!("x{headless}")] {
                let on_the_list =
                    list.iter().any(|entry| similar.strip_prefix(entry.as_str()).is_some_and(is_decoration));
                assert_eq!(is_common(&similar), on_the_list, "{similar}");
            }
        }
        for good in ["correct horse battery", "passwordless sign-in", "ein langer Satz, den keiner errät"] {
            assert!(!is_common(good), "{good}");
        }
    }

    #[test]
    fn a_common_password_is_not_mended_by_capitals_width_or_a_year() {
        for weak in ["PassWord", "ｐａｓｓｗｏｒｄ", "password!", "Password2026!", "password ", "12345678999"] {
            assert!(is_common(weak), "{weak}");
        }
        assert!(!is_common("password7391826450917364"), "so many digits are worth something by themselves");
    }

    #[test]
    fn hostile_text_is_simply_not_found() {
        let long = "\u{fdfa}".repeat(5000);
        for text in ["", "\0", "\u{1f}", "\u{0}password", "p\u{301}assword", "\u{feff}", "İ", "пїѕ", "ſ", &long] {
            assert!(!is_common(text), "{text:?}");
        }
    }
}
