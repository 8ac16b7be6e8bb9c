//! `spent`: stamped values that are not stored when they are issued, and work once.

use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Statement, values};
use crate::store::sweep::sweep;

/// A value that works once, and the time from which it works no more in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleUse {
    id: Id<SingleUse>,
    pub expires_at: Timestamp,
}

impl SingleUse {
    /// Of the value's own random id.
    pub const fn new<T>(id: Id<T>, expires_at: Timestamp) -> Self {
        Self { id: Id::from_bytes(*id.bytes()), expires_at }
    }
}

/// Holds while a value has not been used.
pub fn is_unspent(value: SingleUse) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM spent WHERE id = ?)", values![value.id]).negate()
}

/// Holds unless another operation than `op` has used a value up.
pub fn is_free_for(value: SingleUse, op: &str) -> Guard {
    Guard::new("NOT EXISTS (SELECT 1 FROM spent WHERE id = ? AND op <> ?)", values![value.id, op])
}

/// Uses a value up, under a guard.
pub fn spend(value: SingleUse, op: &str, guard: Guard) -> Statement {
    const HEAD: &str = "INSERT OR IGNORE INTO spent (id, op, expires_at) SELECT ?, ?, ?";
    Statement::guarded(HEAD, values![value.id, op, value.expires_at], guard, "")
}

/// Holds if operation `op` has used a value up.
pub fn is_spent_by(value: SingleUse, op: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM spent WHERE id = ? AND op = ?)", values![value.id, op])
}

/// Removes values that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("spent", "expires_at"), values![before, limit])
}
