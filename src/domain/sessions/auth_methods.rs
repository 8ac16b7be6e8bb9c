//! How users authenticate, in RFC 8176's words.

use std::fmt;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One way to authenticate. Each has a bit in [`AuthMethods`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// A password.
    Pwd = 1,
    /// A one-time code, sent by email.
    Otp = 2,
}

impl AuthMethod {
    const ALL: [Self; 2] = [Self::Pwd, Self::Otp];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
        }
    }
}

/// The methods that one sign-in has used: never none, each once. Stored as words with blanks between them, and an array in the
/// `amr` claim. Words of a later version are skipped: fewer methods prove less, and a sign-in of which nothing is known is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthMethods(u8);

impl From<AuthMethod> for AuthMethods {
    fn from(method: AuthMethod) -> Self {
        Self(method as u8)
    }
}

impl AuthMethods {
    pub fn parse(text: &str) -> Option<Self> {
        Self::of_words(text.split(' '))
    }

    fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Option<Self> {
        let known = words.filter_map(|word| AuthMethod::ALL.into_iter().find(|method| method.as_str() == word));
        Some(known.fold(0, |bits, method| bits | method as u8)).filter(|bits| *bits != 0).map(Self)
    }

    fn iter(self) -> impl Iterator<Item = AuthMethod> {
        AuthMethod::ALL.into_iter().filter(move |method| self.0 & *method as u8 != 0)
    }
}

impl fmt::Display for AuthMethods {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, method) in self.iter().enumerate() {
            let blank = if place == 0 { "" } else { " " };
            write!(f, "{blank}{}", method.as_str())?;
        }
        Ok(())
    }
}

impl Serialize for AuthMethods {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(AuthMethod::as_str))
    }
}

impl<'de> Deserialize<'de> for AuthMethods {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let words = Vec::<String>::deserialize(deserializer)?;
        Self::of_words(words.iter().map(String::as_str)).ok_or_else(|| D::Error::custom("no known method"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_in_one_order_and_read_back() {
        let both = AuthMethods::parse("otp pwd otp").unwrap();
        assert_eq!(both.to_string(), "pwd otp");
        assert_eq!(AuthMethods::parse(&both.to_string()), Some(both));
        assert_eq!(serde_json::to_string(&both).unwrap(), r#"["pwd","otp"]"#);
        assert_eq!(serde_json::from_str::<AuthMethods>(r#"["otp","pwd"]"#).unwrap(), both);
        assert_eq!(AuthMethods::from(AuthMethod::Otp).to_string(), "otp");
    }

    #[test]
    fn words_of_a_later_version_are_skipped_and_nothing_known_is_no_sign_in() {
        let password = AuthMethods::from(AuthMethod::Pwd);
        assert_eq!(AuthMethods::parse("hwk pwd"), Some(password));
        assert_eq!(serde_json::from_str::<AuthMethods>(r#"["pwd","mfa"]"#).unwrap(), password);
        for unknown in ["", " ", "hwk", "PWD", "pwdotp"] {
            assert_eq!(AuthMethods::parse(unknown), None, "{unknown}");
        }
        for unknown in ["[]", r#"["hwk"]"#, r#""pwd""#, "[1]"] {
            assert!(serde_json::from_str::<AuthMethods>(unknown).is_err(), "{unknown}");
        }
    }
}
