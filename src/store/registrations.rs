//! `registrations`: wishes to have an account.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::login_name::LoginName;
use crate::domain::registration::Registration;
use crate::domain::timestamp::Timestamp;
use crate::domain::user::User;
use crate::ports::{Database, Guard, Row, Statement, values};

/// Writes a registration unless a *user* has the login name. Returns its row if it was written.
pub fn insert_unless_taken(new: &Registration, now: Timestamp, expires_at: Timestamp) -> Statement {
    const SQL: &str = "
        INSERT INTO registrations (id, login, email, email_folded, password_hash, created_at, expires_at)
        SELECT ?, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM users WHERE login = ?)
        RETURNING id";
    let (login, email) = (new.login.as_str(), &new.email);
    let hash = &new.password_hash;
    Statement::new(SQL, values![new.id, login, email.spelled(), email.folded(), hash, now, expires_at, login])
}

/// Holds once the registration has been written.
pub fn exists(id: Id<Registration>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM registrations WHERE id = ?)", values![id])
}

/// Uses a registration up: the compare-and-swap of an activation. It must be unused and alive, and neither its address
/// nor the chosen login name may belong to a user by now.
pub fn win(id: Id<Registration>, login: Option<&LoginName>, op: &str, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE registrations SET used_at = ?, op = ?, login = COALESCE(?, login)
        WHERE id = ? AND used_at IS NULL AND expires_at > ? AND NOT EXISTS (
          SELECT 1 FROM users u WHERE u.login = COALESCE(?, registrations.login)
                                   OR u.email_folded = registrations.email_folded)";
    let login = login.map(LoginName::as_str);
    Statement::new(SQL, values![now, op, login, id, now, login])
}

/// Holds if operation `op` won the registration.
pub fn won(id: Id<Registration>, op: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM registrations WHERE id = ? AND op = ?)", values![id, op])
}

/// The same for a statement that reads `registrations` itself.
pub fn won_row(id: Id<Registration>, op: &str) -> Guard {
    Guard::new("id = ? AND op = ?", values![id, op])
}

/// Voids every other registration of the address whose account operation `op` has made.
pub fn void_others(id: Id<Registration>, op: &str, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE registrations SET used_at = ?
        WHERE email_folded = (SELECT email_folded FROM registrations WHERE id = ? AND op = ?)
          AND id <> ? AND used_at IS NULL";
    Statement::new(SQL, values![now, id, op, id])
}

/// What became of a registration, seen after an attempt to win it.
pub struct Fate {
    pub op: Option<String>,
    /// The account that now has its address.
    pub owner: Option<Id<User>>,
    /// Unused and alive.
    pub open: bool,
}

/// The look back that explains an attempt: part of its batch, or alone when the batch's outcome is unknown.
pub fn fate(id: Id<Registration>, now: Timestamp) -> Statement {
    const SQL: &str = "
        SELECT op, used_at IS NULL AND expires_at > ? AS open,
               (SELECT u.id FROM users u WHERE u.email_folded = registrations.email_folded) AS owner
        FROM registrations WHERE id = ?";
    Statement::new(SQL, values![now, id])
}

impl Fate {
    pub fn read(row: &Row) -> Result<Self, Fault> {
        let owner = row.optional_text("owner")?.is_some().then(|| row.id("owner")).transpose()?;
        Ok(Self { op: row.optional_text("op")?.map(str::to_owned), owner, open: row.integer("open")? == 1 })
    }
}

/// The newest registration of an address that could still be activated, if that address has no account.
pub struct Activatable {
    pub id: Id<Registration>,
    pub login: String,
    pub email: String,
}

/// Whom an activation letter for this address would reach: the newest living registration, and the account's owner.
pub struct Addressees {
    pub registration: Option<Activatable>,
    pub owner_email: Option<String>,
}

pub async fn addressees(on: &impl Database, folded: &str, now: Timestamp) -> Result<Addressees, Fault> {
    const SQL: &str = "
        SELECT NULL AS id, NULL AS login, email FROM users WHERE email_folded = ?
        UNION ALL
        SELECT * FROM (SELECT id, login, email FROM registrations
                       WHERE email_folded = ? AND used_at IS NULL AND expires_at > ? ORDER BY created_at DESC LIMIT 1)";
    let mut found = Addressees { registration: None, owner_email: None };
    for row in on.rows(Statement::new(SQL, values![folded, folded, now])).await? {
        let email = row.text("email")?.to_owned();
        match row.optional_text("login")? {
            Some(login) => {
                found.registration = Some(Activatable { id: row.id("id")?, login: login.to_owned(), email });
            }
            None => found.owner_email = Some(email),
        }
    }
    Ok(found)
}
