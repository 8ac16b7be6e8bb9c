//! How users authenticate, in RFC 8176's words.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// One way to authenticate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthMethod {
    /// A password.
    Pwd,
    /// A one-time code: sent by email, or of an authenticator app.
    Otp,
    /// Proof of possession of a key: a passkey or a security key.
    Pop,
    /// The key's device has verified its user, by a PIN or a fingerprint.
    User,
    /// More than one factor.
    Mfa,
    /// Another identity provider. The word is Microsoft's; RFC 8176 has none.
    Fed,
}

impl AuthMethod {
    const ALL: [Self; 6] = [Self::Pwd, Self::Otp, Self::Pop, Self::User, Self::Mfa, Self::Fed];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
            Self::Pop => "pop",
            Self::User => "user",
            Self::Mfa => "mfa",
            Self::Fed => "fed",
        }
    }

    const fn bit(self) -> u8 {
        1 << self as u8
    }
}

/// How much a sign-in proves, in NIST SP 800-63B's words: the claim `acr`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuthLevel {
    /// One factor.
    Aal1,
    /// Two factors.
    Aal2,
}

impl AuthLevel {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Aal1, Self::Aal2].into_iter().find(|level| level.as_str() == text)
    }
}

/// The methods that one sign-in has used, each once: words with blanks between them in a row, an array in the `amr` claim. Words
/// of a later version are skipped, because fewer methods prove less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuthMethods(u8);

impl From<AuthMethod> for AuthMethods {
    fn from(method: AuthMethod) -> Self {
        Self(method.bit())
    }
}

impl AuthMethods {
    pub const fn with(self, method: AuthMethod) -> Self {
        Self(self.0 | method.bit())
    }

    pub const fn contains(self, method: AuthMethod) -> bool {
        self.0 & method.bit() != 0
    }

    /// The level that these methods reach.
    pub const fn level(self) -> AuthLevel {
        if self.contains(AuthMethod::Mfa) { AuthLevel::Aal2 } else { AuthLevel::Aal1 }
    }

    pub fn parse(text: &str) -> Self {
        Self::of_words(text.split(' '))
    }

    fn of_words<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        let known = words.filter_map(|word| AuthMethod::ALL.into_iter().find(|method| method.as_str() == word));
        Self(known.fold(0, |bits, method| bits | method.bit()))
    }

    fn iter(self) -> impl Iterator<Item = AuthMethod> {
        AuthMethod::ALL.into_iter().filter(move |method| self.contains(*method))
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
        Ok(Self::of_words(words.iter().map(String::as_str)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_written_in_one_order_and_read_back() {
        let both = AuthMethods::parse("otp pwd otp");
        assert_eq!(both.to_string(), "pwd otp");
        assert_eq!(AuthMethods::parse(&both.to_string()), both);
        assert_eq!(serde_json::to_string(&both).unwrap(), r#"["pwd","otp"]"#);
        assert_eq!(serde_json::from_str::<AuthMethods>(r#"["otp","pwd"]"#).unwrap(), both);
    }

    #[test]
    fn only_several_factors_reach_the_second_level() {
        for one in ["pwd", "otp", "pwd otp", "pop", "pop user", ""] {
            assert_eq!(AuthMethods::parse(one).level(), AuthLevel::Aal1, "{one}");
        }
        assert_eq!(AuthMethods::parse("pwd otp").with(AuthMethod::Mfa).level(), AuthLevel::Aal2);
        assert!(AuthLevel::Aal1 < AuthLevel::Aal2);
    }

    #[test]
    fn each_method_is_a_set_of_its_own() {
        for method in AuthMethod::ALL {
            let alone = AuthMethods::from(method);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [method]);
            assert_eq!(AuthMethods::parse(method.as_str()), alone);
        }
    }

    #[test]
    fn words_of_a_later_version_are_skipped() {
        let password = AuthMethods::from(AuthMethod::Pwd);
        assert_eq!(AuthMethods::parse("hwk pwd"), password);
        assert_eq!(serde_json::from_str::<AuthMethods>(r#"["pwd","face"]"#).unwrap(), password);
        for unknown in ["", " ", "hwk", "PWD", "pwdotp"] {
            assert_eq!(AuthMethods::parse(unknown).to_string(), "", "{unknown}");
        }
        for malformed in [r#""pwd""#, "[1]", "{}"] {
            assert!(serde_json::from_str::<AuthMethods>(malformed).is_err(), "{malformed}");
        }
    }
}
