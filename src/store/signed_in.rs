//! Users in their sessions: `sessions` joined with `users`.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Row, Statement, values};
use crate::store::second_factors::{self, second_factor_columns};
use crate::store::sessions::alive;
use crate::store::users::{self, Account};

/// A user and one of their sessions.
#[derive(Clone)]
pub struct SignedIn {
    pub user: User,
    pub session: Id<Session>,
    /// The session whose ticket created this one, or this one itself.
    pub root: Id<Session>,
    pub methods: AuthMethods,
    pub auth_time: Timestamp,
    /// The last sign-in, refresh or recorded use.
    pub used_at: Timestamp,
    /// The user's current `auth_version`.
    pub auth_version: i64,
    /// What the account has at this moment.
    pub second_factors: SecondFactors,
}

impl SignedIn {
    /// The account, as it was when the session was looked up: a session of a disabled one is not alive.
    pub fn account(&self) -> Account {
        Account {
            id: self.user.id,
            email: self.user.email.clone(),
            role: self.user.role,
            auth_version: self.auth_version,
            disabled: false,
            second_factors: self.second_factors,
        }
    }
}

/// Selects the user behind a session, if it is alive; with `user`, only if it is that user's.
pub fn select(session: Id<Session>, user: Option<Id<User>>, now: Timestamp) -> Statement {
    const SQL: &str = concat!(
        "SELECT users.id, login, email, users.role, language, users.created_at, users.updated_at, factor, auth_time,
                rotated_at, users.auth_version, COALESCE(root, sessions.id) AS root, ",
        second_factor_columns!(),
        " FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = ? AND sessions.user_id = COALESCE(?, sessions.user_id) AND ",
        alive!()
    );
    Statement::new(SQL, values![session, user, now])
}

/// Reads the row of [`select`].
pub fn read(row: &Row, session: Id<Session>) -> Result<SignedIn, Fault> {
    Ok(SignedIn {
        user: users::read(row)?,
        session,
        root: row.id("root")?,
        methods: AuthMethods::parse(row.text("factor")?),
        auth_time: row.time("auth_time")?,
        used_at: row.time("rotated_at")?,
        auth_version: row.integer("auth_version")?,
        second_factors: second_factors::read(row)?,
    })
}

/// As [`select`].
pub async fn by_live_session(
    database: &impl Database,
    session: Id<Session>,
    user: Option<Id<User>>,
    now: Timestamp,
) -> Result<Option<SignedIn>, Fault> {
    let rows = database.rows(select(session, user, now)).await?;
    rows.first().map(|row| read(row, session)).transpose()
}
