//! `departures`: what KV is still to be told of users who have left. `marks` reads it with what it is to be told of those who
//! are here.

use crate::domain::accounts::user::User;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Guard, Statement, values};
use crate::store::sweep::sweep;
use crate::store::users::{self, believed_until};

/// Decides that a user leaves, while they have the version and the address that were seen. Their row is still there:
/// the rest of the batch removes it. Returns the row if it was this operation.
pub fn insert(user: Id<User>, auth_version: i64, folded: &str, op: &str) -> Conditional {
    const HEAD: &str = concat!(
        "INSERT INTO departures (id, version, access_until, op) SELECT id, auth_version + 1, ",
        believed_until!(),
        ", ? FROM users"
    );
    let who = Guard::new("id = ? AND email_folded = ?", values![user, folded]);
    Conditional::new(HEAD, values![op], who.and(users::has_version(auth_version)), "RETURNING id")
}

/// Looks back at [`insert`]: its row, if it was operation `op`.
pub fn find(user: Id<User>, op: &str) -> Statement {
    Statement::new("SELECT id FROM departures WHERE id = ? AND op = ?", values![user, op])
}

/// Holds if operation `op` decided it.
pub fn deleted_by(user: Id<User>, op: &str) -> Guard {
    Guard::exists(find(user, op))
}

/// KV may have been told of an older version last.
pub fn unsettle_mark(user: Id<User>) -> Statement {
    Statement::new("UPDATE departures SET mark_pending = 1 WHERE id = ?", values![user])
}

/// KV has been told of this version. If it was an older one, it may have overwritten the last in KV: that is to be told
/// again.
pub fn settle_mark(user: Id<User>, version: i64) -> Statement {
    Statement::new("UPDATE departures SET mark_pending = version <> ? WHERE id = ?", values![version, user])
}

/// Removes what concerned no token any more before a moment: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("departures", "access_until"), values![before, limit])
}
