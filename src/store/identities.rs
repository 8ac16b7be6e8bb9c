//! `identities`: whom other providers vouch for.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::users::account_columns;

/// Selects the account (`store::users::Account`) that an identity belongs to.
pub fn find_account(issuer: &str, subject: &str) -> Statement {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        " FROM identities JOIN users ON users.id = identities.user_id WHERE issuer = ? AND subject = ?"
    );
    Statement::new(SQL, values![issuer, subject])
}

/// An identity to be connected.
pub struct NewIdentity<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
    pub user: Id<User>,
    pub provider: &'a str,
    pub email: Option<&'a str>,
    /// Encrypted.
    pub tokens: Option<&'a str>,
    pub op: &'a str,
}

/// Connects an identity, unless an account has it already or this one has the maximum number. Returns the row if it was written.
pub fn insert(new: &NewIdentity<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT INTO identities (issuer, subject, user_id, provider, email, tokens, created_at, op)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8";
    const ROOM: &str = "(SELECT count(*) FROM identities WHERE user_id = ?) < ?";
    let NewIdentity { issuer, subject, user, provider, email, tokens, op } = *new;
    let room = Guard::new(ROOM, values![user, policy::IDENTITIES_PER_USER]).and(is_free(issuer, subject));
    Conditional::new(
        HEAD,
        values![issuer, subject, user, provider, email, tokens, now, op],
        room.and(guard),
        "RETURNING subject",
    )
}

/// Confirms [`insert`]: selects the row, if operation `op` wrote it.
pub fn find_added(issuer: &str, subject: &str, op: &str) -> Statement {
    Statement::new(
        "SELECT subject AS id FROM identities WHERE issuer = ? AND subject = ? AND op = ?",
        values![issuer, subject, op],
    )
}

/// Records a sign-in with an identity. Its tokens are those that were kept now: earlier ones may have been revoked with it.
pub fn note_use(issuer: &str, subject: &str, tokens: Option<&str>, now: Timestamp) -> Statement {
    Statement::new(
        "UPDATE identities SET last_used_at = ?, tokens = ? WHERE issuer = ? AND subject = ?",
        values![now, tokens, issuer, subject],
    )
}

/// The encrypted tokens of an identity.
pub struct KeptTokens {
    pub issuer: String,
    pub subject: String,
    pub tokens: String,
}

/// The tokens of a user's identity that was used last, of those that a provider has vouched for.
pub async fn kept_tokens(
    database: &impl Database,
    user: Id<User>,
    provider: &str,
) -> Result<Option<KeptTokens>, Fault> {
    const SQL: &str = "
        SELECT issuer, subject, tokens FROM identities WHERE user_id = ? AND provider = ? AND tokens IS NOT NULL
        ORDER BY coalesce(last_used_at, created_at) DESC LIMIT 1";
    let rows = database.rows(Statement::new(SQL, values![user, provider])).await?;
    let read = |row: &Row| {
        let text = |column| row.text(column).map(str::to_owned);
        Ok(KeptTokens { issuer: text("issuer")?, subject: text("subject")?, tokens: text("tokens")? })
    };
    rows.first().map(read).transpose()
}

/// Holds while no account has an identity.
pub fn is_free(issuer: &str, subject: &str) -> Guard {
    Guard::new("NOT EXISTS (SELECT 1 FROM identities WHERE issuer = ? AND subject = ?)", values![issuer, subject])
}

/// Holds while a user has no identity of an issuer.
pub fn has_none_of(user: Id<User>, issuer: &str) -> Guard {
    Guard::new("NOT EXISTS (SELECT 1 FROM identities WHERE user_id = ? AND issuer = ?)", values![user, issuer])
}

/// Holds while an identity belongs to a user.
pub fn belongs_to(issuer: &str, subject: &str, user: Id<User>) -> Guard {
    const SQL: &str = "EXISTS (SELECT 1 FROM identities WHERE issuer = ? AND subject = ? AND user_id = ?)";
    Guard::new(SQL, values![issuer, subject, user])
}

/// Holds while a user has another identity.
pub fn is_not_the_last(user: Id<User>, issuer: &str, subject: &str) -> Guard {
    const SQL: &str = "EXISTS (SELECT 1 FROM identities WHERE user_id = ? AND NOT (issuer = ? AND subject = ?))";
    Guard::new(SQL, values![user, issuer, subject])
}

/// Holds while a user has an identity to sign in with.
pub fn exist(user: Id<User>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM identities WHERE user_id = ?)", values![user])
}

/// Disconnects an identity, under a guard.
pub fn delete(user: Id<User>, issuer: &str, subject: &str, guard: Guard) -> Statement {
    let row = Guard::new("issuer = ? AND subject = ? AND user_id = ?", values![issuer, subject, user]);
    Statement::guarded("DELETE FROM identities", Vec::new(), row.and(guard), "")
}

/// Disconnects all identities of a user, under a guard.
pub fn delete_all(user: Id<User>, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM identities", Vec::new(), Guard::new("user_id = ?", values![user]).and(guard), "")
}

/// An identity as its user sees it.
pub struct Connection {
    pub issuer: String,
    pub subject: String,
    pub provider: String,
    pub email: Option<String>,
    pub created_at: Timestamp,
    pub last_used_at: Option<Timestamp>,
}

/// Selects a user's identities, the oldest first.
pub fn all(user: Id<User>) -> Statement {
    const SQL: &str = "
        SELECT issuer, subject, provider, email, created_at, last_used_at FROM identities
        WHERE user_id = ? ORDER BY created_at, issuer, subject";
    Statement::new(SQL, values![user])
}

pub async fn list(database: &impl Database, user: Id<User>) -> Result<Vec<Connection>, Fault> {
    database.rows(all(user)).await?.iter().map(Connection::read).collect()
}

impl Connection {
    /// The row of [`all`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            issuer: row.text("issuer")?.to_owned(),
            subject: row.text("subject")?.to_owned(),
            provider: row.text("provider")?.to_owned(),
            email: row.optional_text("email")?.map(str::to_owned),
            created_at: row.time("created_at")?,
            last_used_at: row.optional_time("last_used_at")?,
        })
    }
}

/// For the export.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT issuer, subject, provider, email, created_at, last_used_at FROM identities
        WHERE user_id = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}
