//! Sessions: one sign-in on one device, and the tokens that represent it.

use std::time::Duration;

use crate::domain::accounts::user::{Role, User};
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::timestamp::Timestamp;

/// The part of a session's row that its tokens are made of. Same row, same tokens, to the byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: Id<Session>,
    pub user: Id<User>,
    /// 0 at sign-in, one more with every refresh.
    pub generation: u32,
    /// The user's `auth_version` and role as of the last rotation.
    pub auth_version: i64,
    pub role: Role,
    /// Current when the row is read: not a part of it.
    pub owner: Option<Owner>,
    pub methods: AuthMethods,
    pub auth_time: Timestamp,
    pub rotated_at: Timestamp,
    pub access_expires_at: Timestamp,
    /// The earlier of idle and absolute end: `refresh_token_expires` in responses.
    pub refresh_expires_at: Timestamp,
    /// Absolute; never moves.
    pub expires_at: Timestamp,
}

/// The names of the session's user. Read only if tokens contain them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub login: String,
    pub email: String,
}

/// How to treat a refresh token whose generation is not the current one.
#[derive(Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The previous one, within the grace: a lost response, or a race. It gets the same successor.
    InGrace,
    /// Spent, and the grace is over: two parties hold this session, and one of them should not.
    Reused,
    /// Above the stored generation: the row is older than the token (a restored backup). Not an attack, and no successor.
    FromTheFuture,
}

impl Session {
    /// Judges a generation that lost the rotation against the current row. Even without a grace the instant of the rotation
    /// itself counts: a request repeats its own rotation when the database's response was lost.
    pub fn classify(&self, presented: u32, grace: Duration, now: Timestamp) -> RefreshOutcome {
        if presented >= self.generation {
            RefreshOutcome::FromTheFuture
        } else if presented.checked_add(1) == Some(self.generation) && now.since(self.rotated_at) <= grace {
            RefreshOutcome::InGrace
        } else {
            RefreshOutcome::Reused
        }
    }
}

/// Why a session or a token ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EndReason {
    SignedOut,
    RefreshTokenReused,
    /// The authorization code that began it was presented again.
    CodeReused,
    /// Its user has withdrawn the access of its client.
    AccessWithdrawn,
    /// By its user, from another session.
    Ended,
    SignedOutEverywhere,
    PasswordChanged,
    PasswordReset,
    /// An address change was undone, which ends everything issued to the account.
    EmailUndone,
    /// The account has got its first second factor, which the session had not proved.
    FactorAdded,
    /// The first second factor was undone, which ends everything issued to the account.
    FactorUndone,
    /// An administrator ended it, or changed what its user may do.
    ByAdmin,
}

impl EndReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::CodeReused => "code_reused",
            Self::AccessWithdrawn => "access_withdrawn",
            Self::Ended => "ended",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::EmailUndone => "email_undone",
            Self::FactorAdded => "factor_added",
            Self::FactorUndone => "factor_undone",
            Self::ByAdmin => "by_admin",
        }
    }
}
