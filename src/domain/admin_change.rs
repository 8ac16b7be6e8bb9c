//! Administrators' changes to other users' accounts, and the emails about them.

use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::Act;
use crate::domain::mail::message::Email;
use crate::domain::timestamp::Timestamp;

/// A user as administrators see them.
pub struct Person {
    pub user: User,
    pub disabled_at: Option<Timestamp>,
}

/// A change of an account's permissions. It revokes all credentials issued to the account before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Disable,
    Enable,
    Promote,
    Demote,
}

impl Change {
    pub const fn to_role(role: Role) -> Self {
        match role {
            Role::Admin => Self::Promote,
            Role::User => Self::Demote,
        }
    }

    /// Whether the account already has the state that the change would set.
    pub fn is_done_to(self, person: &Person) -> bool {
        match self {
            Self::Disable => person.disabled_at.is_some(),
            Self::Enable => person.disabled_at.is_none(),
            Self::Promote => person.user.role == Role::Admin,
            Self::Demote => person.user.role == Role::User,
        }
    }

    pub const fn act(self) -> Act {
        match self {
            Self::Disable => Act::DisableUser,
            Self::Enable => Act::EnableUser,
            Self::Promote => Act::Promote,
            Self::Demote => Act::Demote,
        }
    }

    /// The email to the account's owner. It names neither the administrator nor their address; those are only in the log.
    pub fn message(self, now: Timestamp) -> Email {
        let changed_at = now.whole_seconds().to_string();
        match self {
            Self::Disable => Email::AccountDisabled { changed_at },
            Self::Enable => Email::AccountEnabled { changed_at },
            Self::Promote => Email::RoleChanged { role: Role::Admin, changed_at },
            Self::Demote => Email::RoleChanged { role: Role::User, changed_at },
        }
    }
}
