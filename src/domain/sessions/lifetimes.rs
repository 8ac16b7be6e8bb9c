//! Lifetimes of sessions and their tokens.

use std::time::Duration;

use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// Lifetimes from the settings. Without `refresh` a session ends with its first access token.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    pub access: Duration,
    pub refresh: Option<Duration>,
    pub session: Duration,
}

/// When the parts of a session end if its tokens are issued now.
pub struct Expiries {
    pub access: Timestamp,
    pub refresh: Timestamp,
    pub session: Timestamp,
}

impl Lifetimes {
    /// Whole seconds, as in JWTs. An access token does not outlive the idle time, and nothing outlives the session.
    pub fn expiries_from(&self, now: Timestamp) -> Expiries {
        let now = now.whole_seconds();
        let session = now + if self.refresh.is_some() { self.session } else { self.access.min(self.session) };
        let refresh = (now + self.refresh.unwrap_or(self.session)).min(session);
        Expiries { access: (now + self.access).min(refresh), refresh, session }
    }
}

impl Expiries {
    /// The same, but nothing ends after `end`.
    pub fn within(self, end: Timestamp) -> Self {
        Self { access: self.access.min(end), refresh: self.refresh.min(end), session: self.session.min(end) }
    }
}

impl Lifetimes {
    /// The minimum interval between two records of a session's use: not every request, but enough to extend the idle time.
    pub fn note_step(&self) -> Duration {
        policy::LAST_USED_STEP.min(self.refresh.unwrap_or(self.session) / 2)
    }
}
