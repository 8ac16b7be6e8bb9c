//! Sessions: one sign-in on one device, and the tokens that speak for it.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::domain::accounts::user::{Role, User};
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;

/// How a person proved who they are, in RFC 8176's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthMethod {
    /// A password.
    Pwd,
    /// A one-time code, sent by mail.
    Otp,
}

impl AuthMethod {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pwd => "pwd",
            Self::Otp => "otp",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Pwd, Self::Otp].into_iter().find(|factor| factor.as_str() == text)
    }
}

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
    /// As they are named when the row is read: not a part of it.
    pub owner: Option<Owner>,
    pub factor: AuthMethod,
    pub auth_time: Timestamp,
    pub rotated_at: Timestamp,
    pub access_expires_at: Timestamp,
    /// The earlier of idle and absolute end: what `refresh_token_expires` says.
    pub refresh_expires_at: Timestamp,
    /// Absolute; never moves.
    pub expires_at: Timestamp,
}

/// Who a session belongs to, by name. Read only where tokens say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    pub login: String,
    pub email: String,
}

/// How a spent or strange refresh token is to be taken, once the row has moved on.
#[derive(Debug, PartialEq, Eq)]
pub enum RefreshOutcome {
    /// The one before the living one, moments after: an answer that got lost, or a race. It gets the same successor.
    InGrace,
    /// Spent, and not just now: two parties hold this session, and one of them should not.
    Reused,
    /// Above the stored generation: the row is older than the token (a restored backup). Nobody's fault, no successor.
    FromTheFuture,
}

impl Session {
    /// Judges a generation that did not win the rotation against the row as it is now. Without a grace the moment of the
    /// rotation still counts: a request repeats its own rotation when the database's answer was lost.
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
    /// By its user, from somewhere else.
    Ended,
    SignedOutEverywhere,
    PasswordChanged,
    PasswordReset,
    /// An address was taken back, and with it the account.
    EmailUndone,
    /// An administrator ended it, or changed what its user may do.
    ByAdmin,
}

impl EndReason {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignedOut => "signed_out",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::Ended => "ended",
            Self::SignedOutEverywhere => "signed_out_everywhere",
            Self::PasswordChanged => "password_changed",
            Self::PasswordReset => "password_reset",
            Self::EmailUndone => "email_undone",
            Self::ByAdmin => "by_admin",
        }
    }
}
