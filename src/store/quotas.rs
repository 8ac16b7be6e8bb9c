//! `quotas`: the writes of anonymous requests, by network block and for the whole service.

use crate::domain::rate_limit::Strangers;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// The counters of a request. Empty if addresses are not limited: then every request is admitted and nothing is counted.
pub struct Quota {
    /// Each with its limit, as a JSON object; "{}" without counters.
    counters: Option<String>,
    /// The operation id of this request, in the rows that count it.
    op: String,
    now: Timestamp,
}

impl Quota {
    pub fn new(what: Strangers, block: &str, op: String, now: Timestamp) -> Self {
        let counters: serde_json::Map<_, _> =
            what.counters(block, now).into_iter().map(|(name, limit)| (name, limit.into())).collect();
        Self { counters: Some(serde_json::Value::from(counters).to_string()), op, now }
    }

    pub const fn none(now: Timestamp) -> Self {
        Self { counters: None, op: String::new(), now }
    }

    fn counters(&self) -> &str {
        self.counters.as_deref().unwrap_or("{}")
    }

    /// Counts the request, under a guard, if every counter has room for it. Returns rows if it did.
    pub fn spend(&self, guard: Guard) -> Statement {
        const HEAD: &str = "INSERT INTO quotas (id, spent, expires_at, op) SELECT key, 1, ?, ? FROM json_each(?)";
        const TAIL: &str = "ON CONFLICT (id) DO UPDATE SET spent = spent + 1, op = excluded.op RETURNING id";
        let values = values![Strangers::end(self.now), &self.op, self.counters()];
        Statement::guarded(HEAD, values, guard.and(self.is_open()), TAIL)
    }

    /// Holds while every counter has room for one more.
    pub fn is_open(&self) -> Guard {
        const FULL: &str = "
            EXISTS (SELECT 1 FROM json_each(?) AS counters JOIN quotas ON quotas.id = counters.key
                    WHERE quotas.spent >= counters.value)";
        Guard::new(FULL, values![self.counters()]).negate()
    }

    /// Holds, after [`Quota::spend`] in its batch, if that has counted the request.
    pub fn is_spent(&self) -> Guard {
        const COUNTED: &str = "
            EXISTS (SELECT 1 FROM json_each(?) AS counters JOIN quotas ON quotas.id = counters.key WHERE quotas.op = ?)";
        match &self.counters {
            Some(counters) => Guard::new(COUNTED, values![counters, &self.op]),
            None => Guard::always(),
        }
    }

    /// Whether the rows of [`Quota::spend`] say that it was counted.
    pub fn admits(&self, rows: &[Row]) -> bool {
        self.counters.is_none() || !rows.is_empty()
    }
}

/// Removes counters of windows that ended before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("quotas", "expires_at"), values![before, limit])
}
