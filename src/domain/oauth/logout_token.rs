//! Logout tokens (OpenID Connect Back-Channel Logout §2.4): they tell a client that a session has ended.

use serde::Serialize;
use serde_json::{Value, json};

use crate::domain::accounts::user::User;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// The member of `events` that makes it a logout token.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// The claims. Times are seconds. There is no `nonce`, which would let it pass for an ID token.
#[derive(Serialize)]
pub struct LogoutTokenClaims<'a> {
    iss: &'a str,
    sub: Id<User>,
    /// The `client_id`.
    aud: &'a str,
    iat: i64,
    exp: i64,
    jti: Id<LogoutTokenClaims<'static>>,
    /// As in the ID tokens of the session.
    sid: Id<Session>,
    events: Value,
}

impl<'a> LogoutTokenClaims<'a> {
    /// `jti` is new for each attempt: a client that has processed one whose answer was lost may refuse to see it again.
    pub fn new(
        issuer: &'a str,
        client: &'a str,
        user: Id<User>,
        session: Id<Session>,
        jti: [u8; 16],
        now: Timestamp,
    ) -> Self {
        Self {
            iss: issuer,
            sub: user,
            aud: client,
            iat: now.whole_seconds().seconds(),
            exp: (now + policy::LOGOUT_TOKEN_LIFETIME).whole_seconds().seconds(),
            jti: Id::from_bytes(jti),
            sid: session,
            events: json!({ EVENT: {} }),
        }
    }
}
