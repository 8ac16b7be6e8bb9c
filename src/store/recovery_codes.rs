//! `recovery_codes`: saved codes that each replace the second factor once.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Guard, Row, Statement, values};
use crate::store::users::account_columns;

/// Writes a user's codes under a guard, in place of those there were. `hashes` are in the order of their numbers. Returns the
/// rows if they were written.
pub fn replace(user: Id<User>, hashes: &[String], op: &str, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT OR REPLACE INTO recovery_codes (user_id, number, hash, created_at, op)
        SELECT ?, hashes.key, hashes.value, ?, ? FROM json_each(?) AS hashes";
    let hashes = serde_json::json!(hashes).to_string();
    Conditional::new(HEAD, values![user, now, op, hashes], guard, "RETURNING number")
}

/// Confirms [`replace`]: selects a row that operation `op` wrote.
pub fn find_written(user: Id<User>, op: &str) -> Statement {
    Statement::new("SELECT user_id AS id FROM recovery_codes WHERE user_id = ? AND op = ? LIMIT 1", values![user, op])
}

/// Selects an account (`store::users::Account`), with the hash of a code if that is unused.
pub fn find_with_account(user: Id<User>, number: u8) -> Statement {
    const SQL: &str = concat!(
        "SELECT ",
        account_columns!(),
        ", hash, (SELECT count(*) FROM recovery_codes c WHERE c.user_id = users.id AND c.used_at IS NULL) AS unused FROM users
         LEFT JOIN recovery_codes ON recovery_codes.user_id = users.id AND number = ? AND used_at IS NULL WHERE users.id = ?"
    );
    Statement::new(SQL, values![u32::from(number), user])
}

/// The hash in a row of [`find_with_account`].
pub fn read_hash(row: &Row) -> Result<Option<String>, Fault> {
    Ok(row.optional_text("hash")?.map(str::to_owned))
}

/// How many codes are unused, in the same row.
pub fn read_unused(row: &Row) -> Result<u32, Fault> {
    u32::try_from(row.integer("unused")?).map_err(|_| Fault::new("database", "unused is out of range"))
}

/// Holds for the code with this hash while it is unused.
fn is_code(user: Id<User>, number: u8, hash: &str) -> Guard {
    let values = values![user, u32::from(number), hash];
    Guard::new("user_id = ? AND number = ? AND hash = ? AND used_at IS NULL", values)
}

/// Holds while the code with this hash is unused.
pub fn is_unused(user: Id<User>, number: u8, hash: &str) -> Guard {
    const HEAD: &str = "SELECT 1 FROM recovery_codes";
    Guard::exists(Statement::guarded(HEAD, Vec::new(), is_code(user, number, hash), ""))
}

/// Uses a code up, under a guard.
pub fn close(user: Id<User>, number: u8, hash: &str, guard: Guard, now: Timestamp) -> Statement {
    let guard = is_code(user, number, hash).and(guard);
    Statement::guarded("UPDATE recovery_codes SET used_at = ?", values![now], guard, "")
}

/// Holds while a user has codes, used or not.
pub fn exist(user: Id<User>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ?)", values![user])
}

/// Holds while a user has codes that were written since a time, used or not.
pub fn written_since(user: Id<User>, since: Timestamp) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM recovery_codes WHERE user_id = ? AND created_at >= ?)", values![user, since])
}

/// Selects how many codes are left.
pub fn count_left(user: Id<User>) -> Statement {
    const SQL: &str = "
        SELECT count(*) AS written, count(*) - count(used_at) AS unused FROM recovery_codes WHERE user_id = ?";
    Statement::new(SQL, values![user])
}

/// How many codes are left, in a row of [`count_left`]; `None` for an account without codes, used or not.
pub fn read_left(row: &Row) -> Result<Option<u32>, Fault> {
    let unused = u32::try_from(row.integer("unused")?).map_err(|_| Fault::new("database", "unused is out of range"))?;
    Ok((row.integer("written")? > 0).then_some(unused))
}

/// Removes a user's codes, under a guard.
pub fn delete(user: Id<User>, guard: Guard) -> Statement {
    let guard = Guard::new("user_id = ?", values![user]).and(guard);
    Statement::guarded("DELETE FROM recovery_codes", Vec::new(), guard, "")
}

/// The data stored about a user's codes.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "SELECT number, created_at, used_at FROM recovery_codes WHERE user_id = ? LIMIT ?";
    Statement::new(SQL, values![user, limit])
}
