//! How a browser reaches an authenticator: a hint for later ceremonies, which no decision depends on.

use std::fmt;

use serde::{Serialize, Serializer};

/// `AuthenticatorTransport` (WebAuthn L3 §5.8.4), in the order of the standard.
const WORDS: [&str; 6] = ["usb", "nfc", "ble", "smart-card", "hybrid", "internal"];

/// A set of transports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transports(u8);

impl Transports {
    /// Of words that a browser reported. Unknown ones are left out: the next browser could not use them either.
    pub fn of<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let bit = |word: &str| WORDS.iter().position(|known| *known == word).map_or(0, |place| 1 << place);
        Self(words.into_iter().fold(0, |set, word| set | bit(word)))
    }

    /// From a row: words with blanks between them, as [`fmt::Display`] writes them.
    pub fn stored(words: &str) -> Self {
        Self::of(words.split(' '))
    }

    pub fn words(self) -> impl Iterator<Item = &'static str> {
        WORDS.into_iter().enumerate().filter(move |(place, _)| self.0 & (1 << place) != 0).map(|(_, word)| word)
    }

    pub const fn is_empty(&self) -> bool {
        self.0 == 0
    }
}

impl fmt::Display for Transports {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words().collect::<Vec<_>>().join(" "))
    }
}

impl Serialize for Transports {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.words())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_browser_reports_is_kept_as_known_words_in_one_order() {
        let set = Transports::of(["internal", "hybrid", "internal", "cable", "<script>", ""]);
        assert_eq!(set.to_string(), "hybrid internal");
        assert_eq!(Transports::stored("hybrid internal"), set);
        assert_eq!(serde_json::to_string(&set).unwrap(), r#"["hybrid","internal"]"#);
        let all = Transports::of(WORDS);
        assert_eq!(Transports::stored(&all.to_string()), all);
        assert_eq!(all.words().count(), 6);
    }

    #[test]
    fn no_words_are_no_transports() {
        assert!(Transports::stored("").is_empty());
        assert_eq!(Transports::default().to_string(), "");
    }
}
