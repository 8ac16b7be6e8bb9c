//! `passwords`: the hashes of accounts that have a password.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::registration::Registration;
use crate::domain::accounts::user::User;
use crate::domain::credentials::password::NO_PASSWORD;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Guard, Row, Statement, values};
use crate::store::registrations;
use crate::store::users::{Account, account_columns};

/// The candidates for a password check: at most one account and one registration.
#[derive(Default)]
pub struct Candidates {
    pub account: Option<Candidate>,
    /// The hash of the newest unexpired registration of that name or address, if it has a password.
    pub registration: Option<String>,
}

/// An account, and the hash of its password if it has one.
pub struct Candidate {
    pub account: Account,
    pub hash: Option<String>,
}

macro_rules! candidate {
    () => {
        concat!("SELECT ", account_columns!(), ", hash FROM users LEFT JOIN passwords ON passwords.user_id = users.id")
    };
}

/// The same columns of the newest registration in which a column has the value of parameter 1, and that has not expired by the
/// time in parameter 2.
macro_rules! newest_registration {
    ($column:literal) => {
        concat!(
            "SELECT * FROM (SELECT id, email, NULL, NULL, NULL, NULL, NULL, password_hash FROM registrations WHERE ",
            $column,
            " = ?1 AND used_at IS NULL AND expires_at > ?2 ORDER BY created_at DESC LIMIT 1)"
        )
    };
}

/// Selects the candidates for a typed identifier.
pub fn candidates(identifier: &Identifier, now: Timestamp) -> Statement {
    const BY_LOGIN: &str = concat!(candidate!(), " WHERE login = ?1 UNION ALL ", newest_registration!("login"));
    const BY_EMAIL: &str =
        concat!(candidate!(), " WHERE email_folded = ?1 UNION ALL ", newest_registration!("email_folded"));
    let sql = match identifier {
        Identifier::Login(_) => BY_LOGIN,
        Identifier::Email(_) => BY_EMAIL,
    };
    Statement::new(sql, values![identifier.as_str(), now])
}

impl Candidates {
    /// The rows of [`candidates`].
    pub fn read(rows: &[Row]) -> Result<Self, Fault> {
        let mut found = Self::default();
        for row in rows {
            if row.optional_integer("auth_version")?.is_some() {
                found.account = Some(Candidate::read(row)?);
            } else {
                found.registration = Some(row.text("hash")?).filter(|hash| *hash != NO_PASSWORD).map(str::to_owned);
            }
        }
        Ok(found)
    }
}

/// Selects the account of a user as a candidate.
pub fn candidate(user: Id<User>) -> Statement {
    Statement::new(concat!(candidate!(), " WHERE id = ?"), values![user])
}

impl Candidate {
    /// The row of [`candidate`].
    pub fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { account: Account::read(row)?, hash: row.optional_text("hash")?.map(str::to_owned) })
    }
}

/// Replaces the hash that was just verified, and only that one, by a hash with the current parameters.
pub fn renew(user: Id<User>, verified: &str, renewed: &str) -> Statement {
    Statement::new("UPDATE passwords SET hash = ? WHERE user_id = ? AND hash = ?", values![renewed, user, verified])
}

/// Gives the account that operation `op` has created the password of the registration that it has won.
pub fn adopt(user: Id<User>, registration: Id<Registration>, op: &str) -> Statement {
    const HEAD: &str = "INSERT INTO passwords (user_id, hash) SELECT ?, password_hash FROM registrations";
    Statement::guarded(HEAD, values![user], registrations::won_row(registration, op), "")
}

/// Sets a user's password under a guard, whether they had one or not.
pub fn set(user: Id<User>, hash: &str, guard: Guard) -> Statement {
    const HEAD: &str = "INSERT INTO passwords (user_id, hash) SELECT ?, ?";
    Statement::guarded(HEAD, values![user, hash], guard, "ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash")
}

/// Holds while a user has a password.
pub fn exists(user: Id<User>) -> Guard {
    Guard::new("EXISTS (SELECT 1 FROM passwords WHERE user_id = ?)", values![user])
}

/// Leaves a user without a password, under a guard.
pub fn remove(user: Id<User>, guard: Guard) -> Statement {
    let guard = Guard::new("user_id = ?", values![user]).and(guard);
    Statement::guarded("DELETE FROM passwords", Vec::new(), guard, "")
}
