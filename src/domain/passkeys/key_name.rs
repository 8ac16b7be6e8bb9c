//! The name that a user gives a passkey, to tell it from others.

use crate::domain::passkeys::aaguid;
use crate::domain::policy;
use crate::domain::sessions::second_factors::KeyKind;

/// One line of 1 to [`policy::PASSKEY_NAME_MAX_CHARS`] characters, without blanks around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(String);

impl KeyName {
    pub fn parse(text: &str) -> Option<Self> {
        let name = text.trim();
        let fits = (1..=policy::PASSKEY_NAME_MAX_CHARS).contains(&name.chars().count());
        (fits && !name.chars().any(char::is_control)).then(|| Self(name.to_owned()))
    }

    /// The name of the product that made it, if it says which.
    pub fn suggested(kind: KeyKind, aaguid: [u8; 16]) -> Self {
        let other = match kind {
            KeyKind::Passkey => "Passkey",
            KeyKind::SecurityKey => "Security key",
        };
        Self(aaguid::product(aaguid).unwrap_or(other).to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_of_reasonable_length() {
        for (text, name) in [(" Ada's phone ", "Ada's phone"), ("ключ", "ключ"), (&"é".repeat(64), &"é".repeat(64))]
        {
            assert_eq!(KeyName::parse(text).unwrap().as_str(), name);
        }
        for wrong in ["", "  ", "two\nlines", "\u{7}", &"é".repeat(65)] {
            assert_eq!(KeyName::parse(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_product_suggests_its_name() {
        let nordpass = 0xb84e4048_15dc_4dd0_8640_f4f60813c8af_u128.to_be_bytes();
        assert_eq!(KeyName::suggested(KeyKind::Passkey, nordpass).as_str(), "NordPass");
        assert_eq!(KeyName::suggested(KeyKind::Passkey, [0; 16]).as_str(), "Passkey");
        assert_eq!(KeyName::suggested(KeyKind::SecurityKey, [0; 16]).as_str(), "Security key");
    }
}
