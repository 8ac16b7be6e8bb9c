//! `departures`: deleted users, and the marks for them still to be written to KV. `marks` reads it together with the marks of
//! existing users.

use crate::domain::accounts::user::User;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Guard, Statement, values};
use crate::store::sweep::sweep;
use crate::store::users::{self, believed_until};

/// Decides the deletion of a user, while they have the version and the address that were read. Their row still exists: the rest
/// of the batch removes it. Returns the row if it was this operation.
pub fn insert(user: Id<User>, auth_version: i64, folded: &str, op: &str) -> Conditional {
    const HEAD: &str = concat!(
        "INSERT INTO departures (id, version, access_until, op) SELECT id, auth_version + 1, ",
        believed_until!(),
        ", ? FROM users"
    );
    let row = Guard::new("id = ? AND email_folded = ?", values![user, folded]);
    Conditional::new(HEAD, values![op], row.and(users::has_version(auth_version)), "RETURNING id")
}

/// Confirms [`insert`]: selects its row, if operation `op` wrote it.
pub fn find(user: Id<User>, op: &str) -> Statement {
    Statement::new("SELECT id FROM departures WHERE id = ? AND op = ?", values![user, op])
}

/// Makes the mark pending again: KV may have an older version.
pub fn unsettle_mark(user: Id<User>) -> Statement {
    Statement::new("UPDATE departures SET mark_pending = 1 WHERE id = ?", values![user])
}

/// Records that KV was told of this version. If it is an older one, it may have overwritten the last in KV: the mark stays
/// pending.
pub fn settle_mark(user: Id<User>, version: i64) -> Statement {
    Statement::new("UPDATE departures SET mark_pending = version <> ? WHERE id = ?", values![version, user])
}

/// Removes rows whose last token expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("departures", "access_until"), values![before, limit])
}
