//! What a token says, and what a route requires of it.

use std::time::{SystemTime, UNIX_EPOCH};

use http::StatusCode;
use serde::Deserialize;

use crate::refusal::Refusal;

/// The claims of an access token (RFC 9068 §2.2). `aud` is among `other`.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    pub exp: u64,
    pub client_id: Option<String>,
    pub scope: Option<String>,
    pub role: Option<String>,
    pub sid: Option<String>,
    pub acr: Option<String>,
    #[serde(default)]
    pub amr: Vec<String>,
    pub auth_time: Option<u64>,
    #[serde(flatten)]
    pub other: serde_json::Map<String, serde_json::Value>,
}

/// How much an authentication proves: one factor, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Aal1,
    Aal2,
}

impl Level {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Aal1 => "aal1",
            Self::Aal2 => "aal2",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Aal1, Self::Aal2].into_iter().find(|level| level.as_str() == text)
    }
}

/// What a route requires of the claims of a valid token.
#[derive(Debug, Clone, Default)]
pub struct Requirements {
    scope: Option<String>,
    role: Option<String>,
    acr: Option<Level>,
    max_age: Option<u64>,
}

impl Requirements {
    pub fn new() -> Self {
        Self::default()
    }

    /// Scopes with blanks between them, all of which are required.
    pub fn scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }

    pub fn role(self, role: impl Into<String>) -> Self {
        Self { role: Some(role.into()), ..self }
    }

    /// The least level of authentication.
    pub fn acr(self, level: Level) -> Self {
        Self { acr: Some(level), ..self }
    }

    /// The greatest age of the authentication, in seconds.
    pub fn max_age(self, seconds: u64) -> Self {
        Self { max_age: Some(seconds), ..self }
    }

    pub(crate) fn check(&self, claims: &Claims) -> Result<(), Refusal> {
        let granted: Vec<_> = claims.scope.iter().flat_map(|scope| scope.split(' ')).collect();
        if let Some(scope) = &self.scope
            && !scope.split(' ').all(|name| granted.contains(&name))
        {
            return Err(forbidden(&format!("the scope {scope} is required")).with("scope", scope));
        }
        // RFC 6750 has no error of its own for a role: this one is for any privilege that the token does not have.
        if let Some(role) = &self.role
            && claims.role.as_ref() != Some(role)
        {
            return Err(forbidden(&format!("the role {role} is required")));
        }
        // A token for programs has neither claim: no person is there to prove anything.
        let level = claims.acr.as_deref().and_then(Level::parse);
        let is_high = self.acr.is_none_or(|least| level.is_some_and(|level| level >= least));
        let is_recent =
            self.max_age.is_none_or(|most| claims.auth_time.is_some_and(|time| now() <= time.saturating_add(most)));
        if is_high && is_recent { Ok(()) } else { Err(self.step_up()) }
    }

    /// RFC 9470 §3.
    fn step_up(&self) -> Refusal {
        let error = "insufficient_user_authentication";
        let mut refusal = Refusal::because(StatusCode::UNAUTHORIZED, error, "Confirm that it is you");
        if let Some(level) = self.acr {
            refusal = refusal.with("acr_values", level.as_str());
        }
        if let Some(seconds) = self.max_age {
            refusal = refusal.with("max_age", seconds.to_string());
        }
        refusal
    }
}

fn forbidden(description: &str) -> Refusal {
    Refusal::because(StatusCode::FORBIDDEN, "insufficient_scope", description)
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}
