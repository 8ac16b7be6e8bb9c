//! What introspection says of a token that is valid (RFC 7662 §2.2).

use crate::domain::accounts::user::{Role, User};
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// A valid token, and whom it is about.
pub struct ActiveToken {
    /// The user, or a client that acts for itself.
    pub subject: String,
    pub user: Option<Id<User>>,
    pub username: Option<String>,
    /// `None` if the token does not tell it.
    pub role: Option<Role>,
    /// The kind of token.
    pub kind: &'static str,
    /// The authorization scheme; `None` for refresh tokens, which are only exchanged.
    pub scheme: Option<&'static str>,
    pub id: String,
    pub session: Option<Id<Session>>,
    pub issued_at: Timestamp,
    /// `None`: valid until revoked.
    pub expires_at: Option<Timestamp>,
    /// For a client's token: what was granted to it.
    pub granted: Option<Granted>,
}

/// A client and what it may do where.
pub struct Granted {
    pub client: String,
    pub scope: String,
    pub audience: String,
}

impl ActiveToken {
    /// Of a user's own token.
    pub fn of_user(user: User, kind: &'static str, id: String, issued_at: Timestamp) -> Self {
        Self {
            subject: user.id.to_string(),
            user: Some(user.id),
            username: Some(user.login),
            role: Some(user.role),
            kind,
            scheme: None,
            id,
            session: None,
            issued_at,
            expires_at: None,
            granted: None,
        }
    }
}
