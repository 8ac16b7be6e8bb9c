//! Unicode's normalization forms (UAX #15) and marks. In WASM they are the runtime's: it has the tables anyway, and ours would be
//! uploaded.

/// The text in NFC: each character in its composed form.
pub fn nfc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { unicode::nfc(text) }
}

/// The text in NFKC: compatibility forms unified, too.
pub fn nfkc(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { unicode::nfkc(text) }
}

/// Whether the general category of a character is Mn, Mc or Me.
pub fn is_mark(c: char) -> bool {
    !c.is_ascii() && unicode::is_mark(c)
}

#[cfg(target_arch = "wasm32")]
mod unicode {
    use js_sys::{JsString, RegExp};

    pub fn nfc(text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    pub fn nfkc(text: &str) -> String {
        JsString::from(text).normalize("NFKC").into()
    }

    pub fn is_mark(c: char) -> bool {
        RegExp::new(r"^\p{M}$", "u").test(c.encode_utf8(&mut [0; 4]))
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod unicode {
    use unicode_normalization::UnicodeNormalization;
    pub use unicode_normalization::char::is_combining_mark as is_mark;

    pub fn nfc(text: &str) -> String {
        text.nfc().collect()
    }

    pub fn nfkc(text: &str) -> String {
        text.nfkc().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use sha2::{Digest, Sha256};

    use super::*;

    /// The runtime has the same (`tests/workerd/normalization.test.mjs`).
    const DIGEST: &str = include_str!("../tests/digest.txt");

    #[test]
    fn every_character_has_the_forms_that_the_runtime_gives_it() {
        let mut digest = Sha256::new();
        for c in '\0'..=char::MAX {
            let text = format!("a{c}\u{301}");
            digest.update(format!("{}\n{}\n{}\n", nfc(&text), nfkc(&text), is_mark(c)));
        }
        let hexadecimal = digest.finalize().iter().fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        });
        assert_eq!(hexadecimal, DIGEST.trim());
    }
}
