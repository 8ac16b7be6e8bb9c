//! How long sessions and their tokens live.

use std::time::Duration;

use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// How long things live, from the settings. Without `refresh` a session ends with its first access token.
#[derive(Clone, Copy, Debug)]
pub struct Lifetimes {
    pub access: Duration,
    pub refresh: Option<Duration>,
    pub session: Duration,
}

/// When the parts of a session end, seen from a moment at which its tokens are made.
pub struct Expiries {
    pub access: Timestamp,
    pub refresh: Timestamp,
    pub session: Timestamp,
}

impl Lifetimes {
    /// Whole seconds, because JWTs have no others. An access token does not outlive the idle time, and nothing
    /// outlives the session.
    pub fn expiries_from(&self, now: Timestamp) -> Expiries {
        let now = now.whole_seconds();
        let session = now + if self.refresh.is_some() { self.session } else { self.access.min(self.session) };
        let refresh = (now + self.refresh.unwrap_or(self.session)).min(session);
        Expiries { access: (now + self.access).min(refresh), refresh, session }
    }
}

impl Expiries {
    /// The same, and nothing after a moment.
    pub fn within(self, end: Timestamp) -> Self {
        Self { access: self.access.min(end), refresh: self.refresh.min(end), session: self.session.min(end) }
    }
}

impl Lifetimes {
    /// How much later the next use of a session is noted: not with every request, and early enough to move the idle end.
    pub fn note_step(&self) -> Duration {
        policy::LAST_USED_STEP.min(self.refresh.unwrap_or(self.session) / 2)
    }
}
