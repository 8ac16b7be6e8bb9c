//! `recoveries`: password recoveries.

use crate::domain::accounts::password_reset::PasswordReset;
use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Statement, values};
use crate::store::single_use::once;
use crate::store::sweep::sweep;
use crate::store::users;

/// A recovery is valid while it is unused and not expired, and its user is enabled and has the password it was requested for.
/// The parameter is the current time.
macro_rules! stands {
    ($now:literal) => {
        concat!(
            "recoveries.used_at IS NULL AND recoveries.expires_at > ",
            $now,
            " AND EXISTS (
           SELECT 1 FROM users u WHERE u.id = recoveries.user_id AND u.auth_version = recoveries.auth_version
             AND u.disabled_at IS NULL)"
        )
    };
}

/// Creates a recovery, under a guard, for the account with this address, if there is one and it is not disabled.
pub fn insert(id: Id<PasswordReset>, folded: &str, guard: Guard, now: Timestamp, expires_at: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO recoveries (id, user_id, auth_version, created_at, expires_at)
        SELECT ?, id, auth_version, ?, ? FROM users";
    let owner = users::has_address(folded).and(users::is_enabled()).and(guard);
    Statement::guarded(HEAD, values![id, now, expires_at], owner, "")
}

/// Holds once the recovery has been written.
pub fn exists(id: Id<PasswordReset>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM recoveries WHERE id = ?)", values![id])
}

/// The user of a valid recovery.
pub struct Target {
    pub user: Id<User>,
    pub login: String,
    pub email: String,
}

/// The user of a recovery; `None` if it is not valid.
pub async fn target(database: &impl Database, id: Id<PasswordReset>, now: Timestamp) -> Result<Option<Target>, Fault> {
    const SQL: &str = concat!(
        "SELECT users.id, login, email FROM recoveries JOIN users ON users.id = user_id WHERE recoveries.id = ? AND ",
        stands!("?")
    );
    let rows = database.rows(Statement::new(SQL, values![id, now])).await?;
    rows.first()
        .map(|row| {
            let (login, email) = (row.text("login")?.to_owned(), row.text("email")?.to_owned());
            Ok(Target { user: row.id("id")?, login, email })
        })
        .transpose()
}

once!("recoveries", PasswordReset, stands!("?1"));

/// Voids a user's pending recoveries, under a guard.
pub fn void_all(user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("user_id = ? AND used_at IS NULL", values![user]).and(guard);
    Statement::guarded("UPDATE recoveries SET used_at = ?", values![now], guard, "")
}

/// The data stored about a user's recoveries, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT created_at, expires_at, used_at FROM recoveries WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes recoveries that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("recoveries", "expires_at"), values![before, limit])
}
