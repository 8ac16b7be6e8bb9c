//! What administrators make of other people's accounts, and what is said about it.

use crate::domain::accounts::user::{Role, User};
use crate::domain::audit::Act;
use crate::domain::mail::message::Email;
use crate::domain::timestamp::Timestamp;

/// A user as administrators see them.
pub struct Person {
    pub user: User,
    pub disabled_at: Option<Timestamp>,
}

/// A change of what an account may do. It ends all that was issued to the account before.
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

    /// Whether an account already is what the change would make of it.
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

    /// What the owner is told. Not who did it, nor from where: that is between the administrators and the log.
    pub fn letter(self, now: Timestamp) -> Email {
        let changed_at = now.whole_seconds().to_string();
        match self {
            Self::Disable => Email::AccountDisabled { changed_at },
            Self::Enable => Email::AccountEnabled { changed_at },
            Self::Promote => Email::RoleChanged { role: Role::Admin, changed_at },
            Self::Demote => Email::RoleChanged { role: Role::User, changed_at },
        }
    }
}
