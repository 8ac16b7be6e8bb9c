//! Users and their roles.

use serde::{Deserialize, Serialize};

use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::words::language::Language;

/// A user's permissions. `guest` is not a role: it is the absence of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    User,
    Admin,
}

impl Role {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::User, Self::Admin].into_iter().find(|role| role.as_str() == text)
    }
}

/// A person with an account. It exists from activation on; before that there is only a `Registration`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: Id<User>,
    pub login: String,
    pub email: String,
    pub role: Role,
    /// The language they have chosen; `None` means their browser's.
    pub language: Option<Language>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl Id<User> {
    /// A user's id is public, and clients validate UUIDs strictly: version 4, variant 10 (RFC 9562 §5.4). It names, it does
    /// not authorise, so the six bits are not missed.
    pub const fn uuid_v4(mut bytes: [u8; 16]) -> Self {
        let [.., version, _, variant, _, _, _, _, _, _, _] = &mut bytes;
        *version = (*version & 0x0f) | 0x40;
        *variant = (*variant & 0x3f) | 0x80;
        Self::from_bytes(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_id_is_a_strict_version_4_uuid() {
        let id = Id::<User>::uuid_v4([0xff; 16]).to_string();
        assert_eq!(id, "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
