//! Login names in their normalised form.

use std::fmt;

use crate::domain::accounts::email_address;
use crate::domain::policy;
use crate::domain::text::characters;

/// NFKC and case-folded, 1 to 64 characters, never with an `@`: a login name cannot pass for an email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginName(String);

#[derive(Debug, PartialEq, Eq)]
pub struct NotALoginName;

impl LoginName {
    /// A new name, following RFC 8265 §3.3: letters, digits and marks of one script and those that may be mixed with it, and
    /// a few symbols. Existing names from before a change of this rule stay valid.
    pub fn choose(text: &str) -> Result<Self, NotALoginName> {
        let name = Self::known(text)?;
        let plain = name.0.chars().all(|c| characters::is_of_a_word(c) || "._-+".contains(c));
        if plain && !characters::mixes_scripts(&name.0) { Ok(name) } else { Err(NotALoginName) }
    }

    /// A name like this one that may be chosen: empty if nothing of it may.
    pub fn suggested(text: &str) -> String {
        let name: String = fold(text.trim()).split('@').next().unwrap_or_default().replace(' ', ".");
        Self::choose(&name).map(|name| name.0).unwrap_or_default()
    }

    /// A name that an account may already have.
    pub fn known(text: &str) -> Result<Self, NotALoginName> {
        let name = fold(text.trim());
        let in_bounds = (1..=policy::LOGIN_MAX_CHARS).contains(&name.chars().count());
        if in_bounds && !name.contains('@') { Ok(Self(name)) } else { Err(NotALoginName) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LoginName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Compatibility forms are unified before and after lowercasing, because lowercasing can leave NFKC.
fn fold(text: &str) -> String {
    normalization::nfkc(&normalization::nfkc(text).to_lowercase())
}

/// The input of a sign-in form: a login name or an address, folded as in the tables. No input is malformed: it merely matches
/// no account, and takes the same work to look up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    Login(String),
    Email(String),
}

impl Identifier {
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.contains('@') { Self::Email(email_address::fold(text)) } else { Self::Login(fold(text)) }
    }

    pub fn as_str(&self) -> &str {
        match self {
            Self::Login(name) => name,
            Self::Email(address) => address,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_are_one_name() {
        for text in ["newuser", " NewUser ", "ＮｅｗＵｓｅｒ"] {
            assert_eq!(LoginName::choose(text).unwrap().as_str(), "newuser");
            assert_eq!(Identifier::parse(text), Identifier::Login("newuser".into()));
        }
    }

    #[test]
    fn names_are_written_in_every_script() {
        for (text, name) in [
            ("สมชาย", "สมชาย"),
            ("วันจันทร์เด็ก", "วันจันทร์เด็ก"),
            ("लक्ष्मी", "लक्ष्मी"),
            ("İbrahim", "i\u{307}brahim"),
            ("דָּוִד", "דָּוִד"),
            ("محمد٢", "محمد٢"),
            ("홍길동", "홍길동"),
            ("\u{1112}\u{1169}\u{11bc}", "홍"),
            ("Ἀδάμ", "ἀδάμ"),
            ("Ёлка", "ёлка"),
            ("田中-Tanaka", "田中-tanaka"),
            ("a.b_c-d+1", "a.b_c-d+1"),
        ] {
            assert_eq!(LoginName::choose(text).unwrap().as_str(), name);
            assert_eq!(Identifier::parse(text), Identifier::Login(name.into()));
        }
    }

    #[test]
    fn names_that_could_mislead_are_refused() {
        let long = "a".repeat(65);
        for text in [
            "",
            "   ",
            "a@b.com",
            "a b",
            "a\0",
            "a\nb",
            "<b>",
            "a\u{202e}b",
            "a\u{200b}b",
            "a\u{200d}b",
            "a\u{ad}b",
            "a\u{34f}b",
            "a\u{fe0f}",
            "a\u{3164}b",
            "\u{115f}",
            "a\u{1160}",
            "a\u{17b5}",
            "＠me",
            "pаypal",
            "аdmin",
            "αdmin",
            "мαша",
            &long,
        ] {
            assert_eq!(LoginName::choose(text), Err(NotALoginName), "{text:?}");
        }
        assert!(LoginName::choose(&"é".repeat(64)).is_ok());
    }
}
