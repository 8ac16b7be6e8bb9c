//! Typed identifiers: 128 bits, spelled like a UUID in responses and tables.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The identifier of a `T`. Ids of different types do not mix, and an id alone authenticates nothing (see `stamp`).
pub struct Id<T> {
    bytes: [u8; 16],
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// From 16 bytes of the CSPRNG, all 128 bits kept.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self { bytes, of: PhantomData }
    }

    /// Like [`Self::from_bytes`], but with the first 12 bits of another id: rows created for a user are in the user's slot,
    /// whichever database has it (docs/operate/SCALE.md). The other 116 bits stay random.
    pub const fn beside<U>(neighbour: Id<U>, mut bytes: [u8; 16]) -> Self {
        let ([first, second, ..], [own_first, own_second, ..]) = (&neighbour.bytes, &mut bytes);
        *own_first = *first;
        *own_second = (*second & 0xf0) | (*own_second & 0x0f);
        Self::from_bytes(bytes)
    }

    pub const fn bytes(&self) -> &[u8; 16] {
        &self.bytes
    }

    fn spelled(&self) -> [u8; 36] {
        let mut digits = self.bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
        let mut text = [b'-'; 36];
        for (place, character) in text.iter_mut().enumerate() {
            if !matches!(place, 8 | 13 | 18 | 23) {
                *character = digit(digits.next().unwrap_or_default());
            }
        }
        text
    }
}

/// Not a UUID in its only spelling: 32 lower-case hex digits in groups of 8-4-4-4-12.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAnId;

impl<T> FromStr for Id<T> {
    type Err = NotAnId;

    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let mut bytes = [0; 16];
        let mut digits = text.bytes().filter(|byte| *byte != b'-');
        for byte in &mut bytes {
            *byte = nibble(digits.next())? << 4 | nibble(digits.next())?;
        }
        let id = Self::from_bytes(bytes);
        // One id, one spelling: a text that prints differently is invalid.
        if id.spelled() == text.as_bytes() { Ok(id) } else { Err(NotAnId) }
    }
}

const fn digit(nibble: u8) -> u8 {
    match nibble {
        0..=9 => b'0' + nibble,
        _ => b'a' + nibble - 10,
    }
}

fn nibble(digit: Option<u8>) -> Result<u8, NotAnId> {
    match digit {
        Some(digit @ b'0'..=b'9') => Ok(digit - b'0'),
        Some(digit @ b'a'..=b'f') => Ok(digit - b'a' + 10),
        _ => Err(NotAnId),
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(str::from_utf8(&self.spelled()).unwrap_or_default())
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }
}

impl<T> Eq for Id<T> {}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.bytes.hash(state);
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(|NotAnId| D::Error::custom("not an id"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Thing;

    #[test]
    fn an_id_has_one_spelling() {
        let id = Id::<Thing>::from_bytes([0xab; 16]);
        let text = "abababab-abab-abab-abab-abababababab";
        assert_eq!(id.to_string(), text);
        assert_eq!(text.parse(), Ok(id));
        for wrong in ["", "ab", &text.to_uppercase(), &text.replace('-', ""), &format!("{text}-"), &format!("{text}0")]
        {
            assert_eq!(wrong.parse::<Id<Thing>>(), Err(NotAnId), "{wrong}");
        }
    }

    #[test]
    fn what_is_drawn_for_a_user_has_the_users_first_12_bits_and_116_of_its_own() {
        let user: Id<Thing> = "abcdef01-2345-4789-8abc-def012345678".parse().unwrap();
        assert_eq!(Id::<()>::beside(user, [0; 16]).to_string(), "abc00000-0000-0000-0000-000000000000");
        assert_eq!(Id::<()>::beside(user, [0xff; 16]).to_string(), "abcfffff-ffff-ffff-ffff-ffffffffffff");
    }
}
