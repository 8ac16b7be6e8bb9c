//! The supported languages, and the choice among them.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// The default, for readers of other languages too.
    #[default]
    English,
    German,
}

impl Language {
    pub const ALL: [Self; 2] = [Self::English, Self::German];

    /// RFC 5646: as `lang` of a page, and in a user's row.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::German => "de",
        }
    }

    /// Its name in the language itself.
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::German => "Deutsch",
        }
    }

    pub fn parse(tag: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|language| language.tag() == tag)
    }

    /// The supported language that `Accept-Language` prefers (RFC 9110 §12.5.4). A variant counts as its language (RFC 4647
    /// §3.4). Malformed ranges are ignored.
    pub fn accepted(header: &str) -> Option<Self> {
        let ranges = header.split(',').filter_map(|range| {
            let mut parts = range.split(';').map(str::trim);
            let primary = parts.next()?.split('-').next()?.to_ascii_lowercase();
            let weight = parts.next().map_or(Some(1.0), |q| q.strip_prefix("q=")?.parse::<f32>().ok())?;
            Some((Self::parse(&primary)?, weight))
        });
        // On a tie the first wins.
        let best =
            ranges.filter(|(_, weight)| *weight > 0.0).reduce(|best, next| if next.1 > best.1 { next } else { best });
        best.map(|(language, _)| language)
    }
}

/// A value per language.
#[derive(Debug)]
pub struct InEach<T> {
    english: T,
    german: T,
}

impl<T> InEach<T> {
    pub fn try_of<E>(make: impl Fn(Language) -> Result<T, E>) -> Result<Self, E> {
        Ok(Self { english: make(Language::English)?, german: make(Language::German)? })
    }

    pub const fn get(&self, language: Language) -> &T {
        match language {
            Language::English => &self.english,
            Language::German => &self.german,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_its_reader_likes_best() {
        for (header, expected) in [
            ("de", Some(Language::German)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(Language::German)),
            ("en-US,en;q=0.9,de;q=0.8", Some(Language::English)),
            ("fr, de;q=0.2, en;q=0.7", Some(Language::English)),
            ("fr-CH, fr;q=0.9, de;q=0.5, *;q=0.1", Some(Language::German)),
            ("DE", Some(Language::German)),
            ("en, de", Some(Language::English)),
            ("de;q=0, en", Some(Language::English)),
            ("de;q=0", None),
            ("de;q=NaN, en;q=0.1", Some(Language::English)),
            ("fr", None),
            ("*", None),
            ("", None),
            (";;,,=", None),
            ("de;q=x", None),
        ] {
            assert_eq!(Language::accepted(header), expected, "{header}");
        }
    }

    #[test]
    fn a_language_is_found_by_its_tag_alone() {
        for language in Language::ALL {
            assert_eq!(Language::parse(language.tag()), Some(language));
        }
        assert_eq!(Language::parse("DE"), None);
        assert_eq!(Language::parse(""), None);
    }
}
