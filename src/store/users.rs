//! `users`: the accounts.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::user::{Role, User};
use crate::domain::credentials::password::NO_PASSWORD;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::second_factors;
use crate::words::language::Language;

/// An account as a sign-in sees it.
pub struct Account {
    pub id: Id<User>,
    pub email: String,
    pub role: Role,
    pub auth_version: i64,
    pub disabled: bool,
    pub second_factors: SecondFactors,
}

/// The columns of a select from `users` that [`Account::read`] reads.
macro_rules! account_columns {
    () => {
        concat!(
            "users.id, users.email, users.role, users.auth_version, users.disabled_at, ",
            crate::store::second_factors::second_factor_columns!()
        )
    };
}
pub(crate) use account_columns;

/// The account with an address.
pub async fn account_by_email(database: &impl Database, folded: &str) -> Result<Option<Account>, Fault> {
    const SQL: &str = concat!("SELECT ", account_columns!(), " FROM users WHERE email_folded = ?");
    database.rows(Statement::new(SQL, values![folded])).await?.first().map(Account::read).transpose()
}

/// Selects the account of a user.
pub fn account(user: Id<User>) -> Statement {
    Statement::new(concat!("SELECT ", account_columns!(), " FROM users WHERE id = ?"), values![user])
}

impl Account {
    /// Reads an account from any row with these columns.
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id("id")?,
            email: row.text("email")?.to_owned(),
            role: row.word("role", Role::parse)?,
            auth_version: row.integer("auth_version")?,
            disabled: row.optional_integer("disabled_at")?.is_some(),
            second_factors: second_factors::read(row)?,
        })
    }
}

/// An account to be created without a registration. It has no password.
pub struct NewAccount<'a> {
    pub id: Id<User>,
    pub login: &'a LoginName,
    pub email: &'a EmailAddress,
}

/// Creates an account under a guard, unless its name or its address has one. Returns the row if it was written.
pub fn insert(new: &NewAccount<'_>, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
        SELECT ?1, ?2, ?3, ?4, ?5, 'user', 1, ?6, ?6";
    let NewAccount { id, login, email } = *new;
    let free = has_login(login.as_str()).negate().and(has_email(email.folded()).negate());
    let values = values![id, login.as_str(), email.spelled(), email.folded(), NO_PASSWORD, now];
    Statement::guarded(HEAD, values, free.and(guard), "RETURNING id")
}

/// Confirms [`insert`]: selects the row, if it was written.
pub fn find(user: Id<User>) -> Statement {
    Statement::new("SELECT id FROM users WHERE id = ?", values![user])
}

/// Reads a user from any row with these columns.
pub fn read(row: &Row) -> Result<User, Fault> {
    Ok(User {
        id: row.id("id")?,
        login: row.text("login")?.to_owned(),
        email: row.text("email")?.to_owned(),
        role: row.word("role", Role::parse)?,
        language: language(row)?,
        created_at: row.time("created_at")?,
        updated_at: row.time("updated_at")?,
    })
}

/// The language a user has chosen. A language known only to a later version counts as not chosen: it must not lock the user
/// out.
pub fn language(row: &Row) -> Result<Option<Language>, Fault> {
    Ok(row.optional_text("language")?.and_then(Language::parse))
}

/// Sets the language of a user, or leaves it to their browsers (`None`). Returns the row if it did.
pub fn set_language(user: Id<User>, language: Option<Language>) -> Conditional {
    let row = Guard::new("id = ?", values![user]);
    Conditional::new("UPDATE users SET language = ?", values![language.map(Language::tag)], row, "RETURNING id")
}

/// Confirms [`set_language`]: selects the row, if it has that language.
pub fn find_with_language(user: Id<User>, language: Option<Language>) -> Statement {
    Statement::new("SELECT id FROM users WHERE id = ? AND language IS ?", values![user, language.map(Language::tag)])
}

/// Gives a user another address, under a guard that ensures it is not another user's.
pub fn set_email(user: Id<User>, email: &str, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE users SET email = ?, email_folded = ?, updated_at = MAX(?, updated_at)";
    let guard = Guard::new("id = ?", values![user]).and(guard);
    Statement::guarded(HEAD, values![email, email_address::fold(email), now], guard, "")
}

/// Accounts whose folded address has the form from before `domain_name`: at most `limit`, each as an address and its folded
/// form.
pub async fn to_refold(database: &impl Database, limit: u32) -> Result<Vec<(String, String)>, Fault> {
    const SQL: &str = "SELECT email, email_folded FROM users WHERE email_folded GLOB '*@*[^ -~]*' LIMIT ?";
    let read = |row: &Row| Ok((row.text("email")?.to_owned(), row.text("email_folded")?.to_owned()));
    database.rows(Statement::new(SQL, values![limit])).await?.iter().map(read).collect()
}

/// Gives an account the current folded form of its address, unless another account has it by now.
pub fn refold(former: &str, folded: &str) -> Statement {
    const SQL: &str = "
        UPDATE users SET email_folded = ?1 WHERE email_folded = ?2
          AND NOT EXISTS (SELECT 1 FROM users WHERE email_folded = ?1)";
    Statement::new(SQL, values![folded, former])
}

/// Removes a user under a guard; what belongs to the account goes with the row, by foreign keys.
pub fn delete(user: Id<User>, guard: Guard) -> Statement {
    Statement::guarded("DELETE FROM users", Vec::new(), Guard::new("id = ?", values![user]).and(guard), "")
}

/// Holds for the account with an address.
pub fn has_address(folded: &str) -> Guard {
    Guard::new("email_folded = ?", values![folded])
}

/// Holds while a login name is taken.
pub fn has_login(login: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM users WHERE login = ?)", values![login])
}

/// Whether a login name is taken.
pub async fn is_taken(database: &impl Database, login: &LoginName) -> Result<bool, Fault> {
    let rows = database.rows(Statement::new("SELECT id FROM users WHERE login = ?", values![login.as_str()])).await?;
    Ok(!rows.is_empty())
}

/// Holds while an address has an account.
pub fn has_email(folded: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM users WHERE email_folded = ?)", values![folded])
}

/// Holds while a user has an address.
pub fn has_email_of(user: Id<User>, folded: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM users WHERE id = ? AND email_folded = ?)", values![user, folded])
}

/// Holds while an address has the account of another user.
pub fn others_have_email(user: Id<User>, folded: &str) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM users WHERE email_folded = ? AND id <> ?)", values![folded, user])
}

/// Holds for the accounts of other users.
pub fn is_not(user: Id<User>) -> Guard {
    Guard::new("id <> ?", values![user])
}

/// A rise of `auth_version`, which ends everything issued to a user before.
pub struct VersionBump<'a> {
    pub user: Id<User>,
    /// The session whose tokens stay valid.
    pub except: Option<Id<Session>>,
    /// The operation id of this request.
    pub op: &'a str,
}

/// The time when the last JWT issued to this user expires: until then a service that only reads KV may accept it.
macro_rules! believed_until {
    () => {
        "MAX(users.updated_at,
             COALESCE((SELECT MAX(s.access_until) FROM sessions s WHERE s.user_id = users.id), 0),
             COALESCE((SELECT MAX(t.expires_at) FROM tokens t WHERE t.user_id = users.id AND t.kind = 'private'), 0))"
    };
}
pub(crate) use believed_until;

/// Raises the version under a guard, and makes the mark for KV pending. Returns the row if it did.
pub fn bump_auth_version(rise: &VersionBump<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = concat!(
        "UPDATE users SET auth_version = auth_version + 1, op = ?, updated_at = MAX(?, updated_at),
           mark_pending = 1, mark_except = ?, mark_until = ",
        believed_until!()
    );
    let guard = Guard::new("id = ?", values![rise.user]).and(guard);
    Conditional::new(HEAD, values![rise.op, now, rise.except], guard, "RETURNING id")
}

/// Holds for accounts that are not disabled.
pub fn is_enabled() -> Guard {
    Guard::new("disabled_at IS NULL", Vec::new())
}

/// Holds while the user has the version that a decision was based on, and is not disabled.
pub fn has_version(auth_version: i64) -> Guard {
    Guard::new("auth_version = ? AND disabled_at IS NULL", values![auth_version])
}

/// The same, wherever it is asked.
pub fn stands(user: Id<User>, auth_version: i64) -> Guard {
    let guard = Guard::new("id = ?", values![user]).and(has_version(auth_version));
    Guard::exists(Statement::guarded("SELECT 1 FROM users", Vec::new(), guard, ""))
}

/// Confirms [`bump_auth_version`]: selects its row, if operation `op` raised the version.
pub fn find_bumped_by(user: Id<User>, op: &str) -> Statement {
    Statement::new("SELECT id FROM users WHERE id = ? AND op = ?", values![user, op])
}

/// Holds if operation `op` raised the version.
pub fn bumped_by(user: Id<User>, op: &str) -> Guard {
    Guard::exists(find_bumped_by(user, op))
}

/// Records, under a guard, that operation `op` has changed what belongs to an account, without ending anything: for a change
/// whose own row is gone afterwards. Returns the row if it did; [`find_bumped_by`] confirms it.
pub fn touch(user: Id<User>, op: &str, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "UPDATE users SET op = ?, updated_at = MAX(?, updated_at)";
    let guard = Guard::new("id = ?", values![user]).and(guard);
    Conditional::new(HEAD, values![op, now], guard, "RETURNING id")
}

/// Makes the mark pending again: KV may have an older version.
pub fn unsettle_mark(user: Id<User>) -> Statement {
    Statement::new("UPDATE users SET mark_pending = 1 WHERE id = ?", values![user])
}

/// Records that KV was told of this version. If there is a newer one by now, the older mark may have overwritten it in KV: the
/// mark stays pending.
pub fn settle_mark(user: Id<User>, version: i64) -> Statement {
    Statement::new("UPDATE users SET mark_pending = auth_version <> ? WHERE id = ?", values![version, user])
}
