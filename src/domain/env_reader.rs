//! Reads environment variables: each is parsed or reported as a problem, none is guessed.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use crate::domain::policy;

/// A variable that cannot be used, and why. Its value may be a secret and is not repeated.
#[derive(Debug, PartialEq, Eq)]
pub struct Problem {
    pub variable: &'static str,
    pub reason: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.variable, self.reason)
    }
}

/// Reads variables and collects the problems.
pub struct EnvReader<'a> {
    lookup: &'a dyn Fn(&str) -> Option<String>,
    pub problems: Vec<Problem>,
}

impl<'a> EnvReader<'a> {
    pub fn new(lookup: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, problems: Vec::new() }
    }

    /// Looks up variables whose names depend on others.
    pub const fn others(&self) -> &'a dyn Fn(&str) -> Option<String> {
        self.lookup
    }

    /// The text without surrounding blanks; `None` if it is empty. Some editors put a byte order mark before a text, and it
    /// gets pasted along: it is invisible, and changes an address or a key.
    fn text(&self, variable: &'static str) -> Result<Option<String>, String> {
        let text = (self.lookup)(variable).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        match text {
            Some(text) if text.contains('\u{feff}') => Err("has a byte order mark, which cannot be seen".into()),
            text => Ok(text),
        }
    }

    fn judged<T>(&mut self, variable: &'static str, result: Result<T, String>) -> Option<T> {
        result.map_err(|reason| self.problems.push(Problem { variable, reason })).ok()
    }

    /// The parsed variable, `default` if it is absent, `None` (and a problem) if it is invalid.
    pub fn parsed<T>(
        &mut self,
        variable: &'static str,
        default: Option<T>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let result = self.text(variable).and_then(|text| match (text, default) {
            (Some(text), _) => parse(&text),
            (None, Some(default)) => Ok(default),
            (None, None) => Err("is not set".into()),
        });
        self.judged(variable, result)
    }

    /// The same with a default in the variable's own syntax.
    pub fn worded<T>(
        &mut self,
        variable: &'static str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let result = self.text(variable).and_then(|text| parse(text.as_deref().unwrap_or(default)));
        self.judged(variable, result)
    }

    /// One of several words, each with its value.
    pub fn word<T: Copy>(&mut self, variable: &'static str, default: T, words: &[(&str, T)]) -> Option<T> {
        self.parsed(variable, Some(default), |text| {
            let found = words.iter().find(|(word, _)| *word == text).map(|(_, meaning)| *meaning);
            found.ok_or_else(|| {
                let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
                format!("must be one of: {}", words.join(", "))
            })
        })
    }

    pub fn flag(&mut self, variable: &'static str, default: bool) -> Option<bool> {
        self.word(variable, default, &[("true", true), ("false", false), ("1", true), ("0", false)])
    }

    pub fn number<T: FromStr + PartialOrd + fmt::Display>(
        &mut self,
        variable: &'static str,
        default: T,
        bounds: RangeInclusive<T>,
    ) -> Option<T> {
        self.parsed(variable, Some(default), |text| match text.parse() {
            Ok(number) if bounds.contains(&number) => Ok(number),
            _ => Err(format!("must be a whole number from {} to {}", bounds.start(), bounds.end())),
        })
    }

    /// A duration in whole seconds.
    pub fn seconds(&mut self, variable: &'static str, default: Duration, max: Duration) -> Option<Duration> {
        self.span(variable, default, policy::LIFETIME_MIN..=max)
    }

    pub fn span(
        &mut self,
        variable: &'static str,
        default: Duration,
        bounds: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let (min, max) = (bounds.start().as_secs(), bounds.end().as_secs());
        self.parsed(variable, Some(default), |text| match text.parse() {
            Ok(seconds) if (min..=max).contains(&seconds) => Ok(Duration::from_secs(seconds)),
            _ => Err(format!("must be whole seconds from {min} to {max}")),
        })
    }
}

/// A parser for text that people and programs read: no control characters, and a maximum length.
pub fn short(max: usize) -> impl Fn(&str) -> Result<String, String> {
    move |text| {
        if text.chars().count() <= max && !text.chars().any(char::is_control) {
            Ok(text.to_owned())
        } else {
            Err(format!("must have at most {max} characters and no control characters"))
        }
    }
}
