//! Login names: what a person types, in one form.

use std::fmt;

use unicode_normalization::UnicodeNormalization;

use crate::domain::{email, policy};

/// NFKC and case-folded, 1 to 64 characters, never with an `@`: a login name cannot pass for an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginName(String);

#[derive(Debug, PartialEq, Eq)]
pub struct NotALoginName;

impl LoginName {
    pub fn parse(text: &str) -> Result<Self, NotALoginName> {
        let name = fold(text.trim());
        let length = name.chars().count();
        let in_bounds = (1..=policy::LOGIN_MAX_CHARS).contains(&length);
        let plain = name.chars().all(|c| c.is_alphanumeric() || "._-+".contains(c));
        if in_bounds && plain { Ok(Self(name)) } else { Err(NotALoginName) }
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

/// Compatibility forms are unified before and after lowering, because lowering can leave NFKC.
fn fold(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase().nfkc().collect()
}

/// What somebody typed into a sign-in form: a login name or an address, folded as the tables hold them. Nothing that
/// is typed there is malformed: it is merely nobody's, and costs the same to find out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identifier {
    Login(String),
    Email(String),
}

impl Identifier {
    pub fn parse(text: &str) -> Self {
        let text = text.trim();
        if text.contains('@') { Self::Email(email::fold(text)) } else { Self::Login(fold(text)) }
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
            assert_eq!(LoginName::parse(text).unwrap().as_str(), "newuser");
            assert_eq!(Identifier::parse(text), Identifier::Login("newuser".into()));
        }
    }

    #[test]
    fn names_that_could_mislead_are_refused() {
        let long = "a".repeat(65);
        for text in ["", "   ", "a@b.com", "a b", "a\0", "a\nb", "<b>", "a\u{202e}b", "a\u{200b}b", "＠me", &long] {
            assert_eq!(LoginName::parse(text), Err(NotALoginName), "{text:?}");
        }
        assert!(LoginName::parse(&"é".repeat(64)).is_ok());
    }
}
