//! `users`, as administrators see and change them.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::admin_change::{Change, Person};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::second_factors::{self, second_factor_columns};
use crate::store::sessions::alive;
use crate::store::users;

macro_rules! person_columns {
    () => {
        "users.id, login, email, users.role, language, users.created_at, users.updated_at, disabled_at"
    };
}

/// Sorts after every character that a name or an address may have.
const LAST: char = char::MAX;

fn read(row: &Row) -> Result<Person, Fault> {
    let disabled_at = row.optional_time("disabled_at")?;
    Ok(Person { user: users::read(row)?, disabled_at })
}

/// A user, whatever state the account is in.
pub async fn find(database: &impl Database, user: Id<User>) -> Result<Option<Person>, Fault> {
    const SQL: &str = concat!("SELECT ", person_columns!(), " FROM users WHERE id = ?");
    database.rows(Statement::new(SQL, values![user])).await?.first().map(read).transpose()
}

/// The user with a login name or an address.
pub async fn named(database: &impl Database, identifier: &Identifier) -> Result<Option<Id<User>>, Fault> {
    let sql = match identifier {
        Identifier::Login(_) => "SELECT id FROM users WHERE login = ?",
        Identifier::Email(_) => "SELECT id FROM users WHERE email_folded = ?",
    };
    database.rows(Statement::new(sql, values![identifier.as_str()])).await?.first().map(|row| row.id("id")).transpose()
}

/// A user, with a summary of their factors and sessions.
pub struct Profile {
    pub person: Person,
    pub has_password: bool,
    pub second_factors: SecondFactors,
    /// The number of accounts at other providers.
    pub identities: i64,
    /// `None` without recovery codes, used or not.
    pub recovery_codes_left: Option<i64>,
    pub living_sessions: i64,
    /// The last sign-in or refresh of any stored session.
    pub last_seen_at: Option<Timestamp>,
}

pub async fn profile(database: &impl Database, user: Id<User>, now: Timestamp) -> Result<Option<Profile>, Fault> {
    const SQL: &str = concat!(
        "SELECT ",
        person_columns!(),
        ", ",
        second_factor_columns!(),
        ", EXISTS (SELECT 1 FROM passwords WHERE passwords.user_id = users.id) AS has_password,
         (SELECT count(*) FROM identities WHERE identities.user_id = users.id) AS identities,
         (SELECT count(*) - count(used_at) FROM recovery_codes c WHERE c.user_id = users.id HAVING count(*) > 0) AS codes_left,
         count(*) FILTER (WHERE ",
        alive!(),
        ") AS living, MAX(rotated_at) AS last_seen_at
         FROM users LEFT JOIN sessions ON sessions.user_id = users.id WHERE users.id = ? GROUP BY users.id"
    );
    let read = |row: &Row| {
        Ok(Profile {
            person: read(row)?,
            has_password: row.integer("has_password")? != 0,
            second_factors: second_factors::read(row)?,
            identities: row.integer("identities")?,
            recovery_codes_left: row.optional_integer("codes_left")?,
            living_sessions: row.integer("living")?,
            last_seen_at: row.optional_time("last_seen_at")?,
        })
    };
    database.rows(Statement::new(SQL, values![now, user])).await?.first().map(read).transpose()
}

/// Users in order of their login names, after `after`: at most `limit`. Names never change, so other users' registrations and
/// deletions neither repeat nor omit a user.
pub async fn page(database: &impl Database, after: &str, limit: u32) -> Result<Vec<Person>, Fault> {
    const SQL: &str = concat!("SELECT ", person_columns!(), " FROM users WHERE login > ? ORDER BY login LIMIT ?");
    database.rows(Statement::new(SQL, values![after, limit])).await?.iter().map(read).collect()
}

/// A user found by a search.
pub struct Found {
    pub person: Person,
    /// The login name or the address that begins with the searched text.
    pub by: String,
    /// Whether this is the first of the user's two possible matches.
    pub first: bool,
}

/// The users whose login name or address begins with a text, in order of that match, after `after`: at most `limit`. Two
/// indexes are read from where the page begins, each no farther than a page: a letter or two may begin half of all names. So a
/// user matched by both comes twice, and the second match is flagged. A user whose address changes between two pages may be
/// shown twice, or not at all.
pub async fn search(database: &impl Database, start: &str, after: &str, limit: u32) -> Result<Vec<Found>, Fault> {
    const SQL: &str = concat!(
        "SELECT found.name, found.first, ",
        person_columns!(),
        " FROM (SELECT * FROM (SELECT id, login AS name, NOT (email_folded BETWEEN ?1 AND login) AS first FROM users
                               WHERE login BETWEEN ?1 AND ?2 AND login > ?3 ORDER BY login LIMIT ?4)
                UNION ALL
                SELECT * FROM (SELECT id, email_folded, NOT (login BETWEEN ?1 AND email_folded) FROM users
                               WHERE email_folded BETWEEN ?1 AND ?2 AND email_folded > ?3 ORDER BY email_folded LIMIT ?4))
            AS found JOIN users ON users.id = found.id ORDER BY found.name LIMIT ?4"
    );
    let read = |row: &Row| {
        Ok(Found { person: read(row)?, by: row.text("name")?.to_owned(), first: row.integer("first")? == 1 })
    };
    let statement = Statement::new(SQL, values![start, format!("{start}{LAST}"), after, limit]);
    database.rows(statement).await?.iter().map(read).collect()
}

/// Holds while a session is alive and its user is an enabled administrator: either may end between lookup and act.
pub fn administers(session: Id<Session>, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM sessions JOIN users ON users.id = sessions.user_id
                 WHERE sessions.id = ? AND users.role = 'admin' AND ",
        alive!(),
        ")"
    );
    Guard::new(SQL, values![session, now])
}

/// Holds for accounts that a change can be made to: those it would change, but never the last administrator.
pub fn admits(change: Change) -> Guard {
    const NOT_THE_LAST: &str = "
        role <> 'admin' OR disabled_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM users o WHERE o.role = 'admin' AND o.disabled_at IS NULL AND o.id <> users.id)";
    let not_the_last = || Guard::new(NOT_THE_LAST, Vec::new());
    match change {
        Change::Disable => users::is_enabled().and(not_the_last()),
        Change::Enable => users::is_enabled().negate(),
        Change::Promote => Guard::new("role <> 'admin'", Vec::new()),
        Change::Demote => Guard::new("role = 'admin'", Vec::new()).and(not_the_last()),
    }
}

/// Makes a change under a guard.
pub fn make(change: Change, user: Id<User>, guard: Guard, now: Timestamp) -> Statement {
    let (head, values) = match change {
        Change::Disable => ("UPDATE users SET disabled_at = ?", values![now]),
        Change::Enable => ("UPDATE users SET disabled_at = NULL", Vec::new()),
        Change::Promote => ("UPDATE users SET role = 'admin'", Vec::new()),
        Change::Demote => ("UPDATE users SET role = 'user'", Vec::new()),
    };
    Statement::guarded(head, values, Guard::new("id = ?", values![user]).and(guard), "")
}
