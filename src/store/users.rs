//! `users`: people with an account.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::login_name::Identifier;
use crate::domain::registration::Registration;
use crate::domain::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::domain::user::{Role, User};
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::registrations;
use crate::store::sessions::alive;

/// What a sign-in may be checked against: at most one account and one registration.
#[derive(Default)]
pub struct Candidates {
    pub account: Option<Account>,
    pub registration: Option<Pending>,
}

/// An account as a sign-in sees it.
pub struct Account {
    pub id: Id<User>,
    pub password_hash: String,
    pub auth_version: i64,
    pub disabled: bool,
}

/// The newest living registration of that name or address.
pub struct Pending {
    pub password_hash: String,
}

const CANDIDATES_BY_LOGIN: &str = "
    SELECT id, password_hash, auth_version, disabled_at FROM users WHERE login = ?
    UNION ALL
    SELECT * FROM (SELECT id, password_hash, NULL, NULL FROM registrations
                   WHERE login = ? AND used_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 1)";

const CANDIDATES_BY_EMAIL: &str = "
    SELECT id, password_hash, auth_version, disabled_at FROM users WHERE email_folded = ?
    UNION ALL
    SELECT * FROM (SELECT id, password_hash, NULL, NULL FROM registrations
                   WHERE email_folded = ? AND used_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 1)";

/// Who could be meant by what was typed, in one round trip.
pub async fn candidates(on: &impl Database, who: &Identifier, now: Timestamp) -> Result<Candidates, Fault> {
    let sql = match who {
        Identifier::Login(_) => CANDIDATES_BY_LOGIN,
        Identifier::Email(_) => CANDIDATES_BY_EMAIL,
    };
    let mut found = Candidates::default();
    for row in on.rows(Statement::new(sql, values![who.as_str(), who.as_str(), now])).await? {
        let password_hash = row.text("password_hash")?.to_owned();
        match row.optional_integer("auth_version")? {
            Some(auth_version) => {
                let disabled = row.optional_integer("disabled_at")?.is_some();
                found.account = Some(Account { id: row.id("id")?, password_hash, auth_version, disabled });
            }
            None => found.registration = Some(Pending { password_hash }),
        }
    }
    Ok(found)
}

/// The user behind a session, if it is alive.
pub async fn by_live_session(
    on: &impl Database,
    session: Id<Session>,
    user: Id<User>,
    now: Timestamp,
) -> Result<Option<User>, Fault> {
    const SQL: &str = concat!(
        "SELECT users.id, login, email, users.role, users.created_at, users.updated_at
         FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = ? AND sessions.user_id = ? AND ",
        alive!()
    );
    let rows = on.rows(Statement::new(SQL, values![session, user, now])).await?;
    rows.first().map(read).transpose()
}

fn read(row: &Row) -> Result<User, Fault> {
    Ok(User {
        id: row.id("id")?,
        login: row.text("login")?.to_owned(),
        email: row.text("email")?.to_owned(),
        role: row.word("role", Role::parse)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// Makes the account of the registration that operation `op` has won.
pub fn insert_activated(id: Id<User>, registration: Id<Registration>, op: &str, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
        SELECT ?, login, email, email_folded, password_hash, 'user', 1, ?, ? FROM registrations";
    let guard = registrations::won_row(registration, op);
    Statement::guarded(HEAD, values![id, now, now], guard, "")
}

/// Stores a hash with the house's present parameters in place of the one that was just verified, and only that one.
pub fn renew_hash(id: Id<User>, verified: &str, renewed: &str) -> Statement {
    const SQL: &str = "UPDATE users SET password_hash = ? WHERE id = ? AND password_hash = ?";
    Statement::new(SQL, values![renewed, id, verified])
}

/// Holds while an address has an account.
pub fn has_email(folded: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM users WHERE email_folded = ?)", values![folded])
}
