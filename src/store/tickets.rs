//! `tickets`: tickets that browsers carry to other origins after a sign-in.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::Session;
use crate::domain::sessions::ticket::Ticket;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sessions::alive;
use crate::store::sweep::sweep;

/// Creates a ticket of a session, if the session is alive. Returns the row if it was written.
pub fn insert(id: Id<Ticket>, session: Id<Session>, now: Timestamp, expires_at: Timestamp) -> Statement {
    const SQL: &str = concat!(
        "INSERT INTO tickets (id, session_id, created_at, expires_at)
         SELECT ?1, sessions.id, ?2, ?3 FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = ?4 AND ",
        alive!("?2"),
        " RETURNING id"
    );
    Statement::new(SQL, values![id, now, expires_at, session])
}

/// Confirms [`insert`]: selects its row, if it was written.
pub fn find(id: Id<Ticket>) -> Statement {
    Statement::new("SELECT id FROM tickets WHERE id = ?", values![id])
}

/// The user of a ticket, and their proof of identity.
pub struct Bearer {
    pub session: Id<Session>,
    /// The root of that session, or the session itself.
    pub root: Id<Session>,
    /// The session's absolute end.
    pub expires_at: Timestamp,
    pub user: Id<User>,
    pub email: String,
    pub auth_version: i64,
    pub methods: AuthMethods,
    pub auth_time: Timestamp,
}

/// A ticket is open while it is unused, not expired, and of a living session. The parameter is the current time.
macro_rules! open {
    ($now:literal) => {
        concat!("tickets.used_at IS NULL AND tickets.expires_at > ", $now, " AND ", alive!($now))
    };
}

/// The bearer of a ticket; `None` if it is not open.
pub async fn bearer(database: &impl Database, id: Id<Ticket>, now: Timestamp) -> Result<Option<Bearer>, Fault> {
    const SQL: &str = concat!(
        "SELECT sessions.id, COALESCE(root, sessions.id) AS root, sessions.expires_at, user_id, users.email, users.auth_version, factor,
                auth_time FROM tickets
         JOIN sessions ON sessions.id = tickets.session_id JOIN users ON users.id = sessions.user_id
         WHERE tickets.id = ?1 AND ",
        open!("?2")
    );
    let read = |row: &Row| {
        Ok(Bearer {
            session: row.id("id")?,
            root: row.id("root")?,
            expires_at: row.time("expires_at")?,
            user: row.id("user_id")?,
            email: row.text("email")?.to_owned(),
            auth_version: row.integer("auth_version")?,
            methods: AuthMethods::parse(row.text("factor")?),
            auth_time: row.time("auth_time")?,
        })
    };
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(read).transpose()
}

/// Holds while a ticket is open.
pub fn is_unused(id: Id<Ticket>, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM tickets JOIN sessions ON sessions.id = tickets.session_id
                 JOIN users ON users.id = sessions.user_id WHERE tickets.id = ? AND ",
        open!("?"),
        ")"
    );
    Guard::new(SQL, values![id, now, now])
}

/// Uses a ticket up, under a guard.
pub fn close(id: Id<Ticket>, guard: Guard, now: Timestamp) -> Statement {
    let guard = Guard::new("id = ?", values![id]).and(guard);
    Statement::guarded("UPDATE tickets SET used_at = ?", values![now], guard, "")
}

/// Removes tickets that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("tickets", "expires_at"), values![before, limit])
}
