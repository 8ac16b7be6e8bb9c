//! `registrations`: requested accounts.

use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::{Registration, Whose};
use crate::domain::accounts::user::User;
use crate::domain::credentials::password::NO_PASSWORD;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::activation_link::ActivationLink;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;
use crate::store::users;

/// Writes a registration under a guard unless a *user* has the login name. Returns its row if it was written.
pub fn insert_unless_taken(
    new: &Registration,
    from: &Asked<'_>,
    guard: Guard,
    now: Timestamp,
    expires_at: Timestamp,
) -> Statement {
    const HEAD: &str = "
        INSERT INTO registrations (id, login, email, email_folded, password_hash, address, network, created_at, expires_at)
        SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9";
    let (login, email) = (new.login.as_str(), &new.email);
    let account = values![new.id, login, email.spelled(), email.folded(), &new.password_hash];
    let values = [account, values![from.origin, from.network, now, expires_at]].concat();
    Statement::guarded(HEAD, values, users::has_login(login).negate().and(guard), "RETURNING id")
}

/// The origin of a registration.
pub struct Asked<'a> {
    /// As emails name it.
    pub origin: &'a str,
    pub network: &'a str,
}

/// Removes, under a guard, the oldest pending registrations of one address and network, beyond `most`.
pub fn cap(folded: &str, network: &str, most: u32, guard: Guard) -> Statement {
    const BEYOND: &str = "
        id IN (SELECT id FROM registrations WHERE email_folded = ? AND network = ? AND used_at IS NULL
               ORDER BY created_at DESC LIMIT -1 OFFSET ?)";
    let beyond = Guard::new(BEYOND, values![folded, network, most]);
    Statement::guarded("DELETE FROM registrations", Vec::new(), beyond.and(guard), "")
}

/// Confirms [`insert_unless_taken`]: selects its row, if it was written.
pub fn find(id: Id<Registration>) -> Statement {
    Statement::new("SELECT id FROM registrations WHERE id = ?", values![id])
}

/// Holds once the registration has been written.
pub fn exists(id: Id<Registration>) -> Guard {
    Guard::exists(find(id))
}

/// An activation.
#[derive(Clone, Copy)]
pub struct Activation<'a> {
    pub registration: Id<Registration>,
    /// A name instead of the registration's.
    pub login: Option<&'a LoginName>,
    /// Whether the account gets the registration's password: only one that has none may be given anything else.
    pub by_password: bool,
    pub op: &'a str,
}

/// Uses a registration up under a guard: the compare-and-swap of an activation. It must be unused and not expired, and neither its address
/// nor the chosen login name may belong to a user by now. Returns the row if it was this operation.
pub fn win(activation: &Activation<'_>, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE registrations SET used_at = ?, op = ?, login = COALESCE(?, login)";
    const WORKS: &str = "
        id = ? AND (password_hash <> ?) = ? AND used_at IS NULL AND declined_at IS NULL AND expires_at > ? AND NOT EXISTS (
          SELECT 1 FROM users u WHERE u.login = COALESCE(?, registrations.login)
                                   OR u.email_folded = registrations.email_folded)";
    let Activation { registration, login, by_password, op } = *activation;
    let login = login.map(LoginName::as_str);
    let works = Guard::new(WORKS, values![registration, NO_PASSWORD, u32::from(by_password), now, login]);
    Statement::guarded(HEAD, values![now, op, login], works.and(guard), "RETURNING id")
}

/// Holds if operation `op` won the registration.
pub fn won(id: Id<Registration>, op: &str) -> Guard {
    Guard::exists(find_won(id, op))
}

/// The same for a statement that reads `registrations` itself.
pub fn won_row(id: Id<Registration>, op: &str) -> Guard {
    Guard::new("id = ? AND op = ?", values![id, op])
}

/// Confirms [`win`]: selects its row, if operation `op` won.
pub fn find_won(id: Id<Registration>, op: &str) -> Statement {
    Statement::new("SELECT id FROM registrations WHERE id = ? AND op = ?", values![id, op])
}

/// Wipes the hash of the registration whose account operation `op` has created: it has moved to `passwords`, and a copy here would
/// outlive a change of password. Other registrations of the address stay as they are: if they ended now, their passwords would
/// tell their authors that the address had no account until this moment. They cannot be activated while it has one.
pub fn wipe(id: Id<Registration>, op: &str) -> Statement {
    Statement::new("UPDATE registrations SET password_hash = NULL WHERE id = ? AND op = ?", values![id, op])
}

/// A registration that can be activated, unless its login name is taken.
pub struct Open {
    pub login: String,
    /// Whether another user has that name by now.
    pub login_taken: bool,
    /// If not, a passkey activates it.
    pub has_password: bool,
    /// The origin of the request.
    pub address: String,
    pub created_at: Timestamp,
}

/// A registration; `None` if it is used or expired, or its address has an account.
pub async fn open(database: &impl Database, id: Id<Registration>, now: Timestamp) -> Result<Option<Open>, Fault> {
    const SQL: &str = "
        SELECT login, address, created_at, password_hash <> ? AS has_password,
          EXISTS (SELECT 1 FROM users u WHERE u.login = registrations.login) AS taken
        FROM registrations WHERE id = ? AND used_at IS NULL AND declined_at IS NULL AND expires_at > ?
          AND NOT EXISTS (SELECT 1 FROM users u WHERE u.email_folded = registrations.email_folded)";
    database.rows(Statement::new(SQL, values![NO_PASSWORD, id, now])).await?.first().map(Open::read).transpose()
}

impl Open {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            login: row.text("login")?.to_owned(),
            login_taken: row.integer("taken")? != 0,
            has_password: row.integer("has_password")? != 0,
            address: row.text("address")?.to_owned(),
            created_at: row.time("created_at")?,
        })
    }
}

/// The hash of the password chosen at registration, while its link works.
pub fn chosen(id: Id<Registration>, now: Timestamp) -> Statement {
    const SQL: &str = "
        SELECT password_hash FROM registrations
        WHERE id = ? AND used_at IS NULL AND declined_at IS NULL AND expires_at > ?";
    Statement::new(SQL, values![id, now])
}

/// The row of [`chosen`].
pub fn read_chosen(rows: &[Row]) -> Result<Option<String>, Fault> {
    rows.first().map(|row| row.text("password_hash").map(str::to_owned)).transpose()
}

/// The folded address of a registration, whatever its state.
pub async fn address_of(database: &impl Database, id: Id<Registration>) -> Result<Option<String>, Fault> {
    let rows =
        database.rows(Statement::new("SELECT email_folded FROM registrations WHERE id = ?", values![id])).await?;
    rows.first().map(|row| row.text("email_folded").map(str::to_owned)).transpose()
}

/// Invalidates the link of an unused registration, also of an expired one, whose link could renew it. To a client that knows
/// its password it still looks pending, for the reason in [`wipe`]. Returns the row if it was this operation.
pub fn decline(id: Id<Registration>, op: &str, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE registrations SET declined_at = ?, decline_op = ? WHERE id = ? AND used_at IS NULL AND declined_at IS NULL
        RETURNING id";
    Statement::new(SQL, values![now, op, id])
}

/// Confirms [`decline`]: selects its row, if it was operation `op`.
pub fn find_declined_by(id: Id<Registration>, op: &str) -> Statement {
    Statement::new("SELECT id FROM registrations WHERE id = ? AND decline_op = ?", values![id, op])
}

/// Whether a registration has been declined.
pub async fn is_declined(database: &impl Database, id: Id<Registration>) -> Result<bool, Fault> {
    const SQL: &str = "SELECT id FROM registrations WHERE id = ? AND declined_at IS NOT NULL";
    Ok(!database.rows(Statement::new(SQL, values![id])).await?.is_empty())
}

/// A registration, for sending its email again.
pub struct Known {
    pub id: Id<Registration>,
    pub login: String,
    pub email: String,
    pub address: String,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
    /// It is used up or declined: its link no longer works.
    pub used: bool,
}

/// The newest unexpired registrations of an address, at most `limit`: the requester of another email may not be the last one
/// who registered. Those from the same network come before others. The one whose link was presented comes first, in any state:
/// it determines the address, and the expiry once [`renew`] has extended it to `renewed_until`.
pub async fn of(
    database: &impl Database,
    target: Whose<'_>,
    network: &str,
    now: Timestamp,
    renewed_until: Timestamp,
    limit: u32,
) -> Result<Vec<Known>, Fault> {
    const SQL: &str = "
        SELECT id, login, email, address, created_at, COALESCE(used_at, declined_at) AS over_at,
               CASE WHEN id = ?1 THEN ?2 ELSE expires_at END AS expires_at FROM registrations
        WHERE email_folded = COALESCE(?3, (SELECT email_folded FROM registrations WHERE id = ?1))
          AND (id = ?1 OR (used_at IS NULL AND declined_at IS NULL AND expires_at > ?4))
        ORDER BY id = ?1 DESC, network = ?5 DESC, created_at DESC LIMIT ?6";
    let (folded, link) = match target {
        Whose::Address(email) => (Some(email.folded()), None),
        Whose::Link(id) => (None, Some(id)),
    };
    let values = values![link, renewed_until, folded, now, network, limit];
    database.rows(Statement::new(SQL, values)).await?.iter().map(Known::read).collect()
}

/// The pending registrations of an address without an account: the newest of each network first, at most `limit`.
pub async fn waiting(database: &impl Database, folded: &str, now: Timestamp, limit: u32) -> Result<Vec<Known>, Fault> {
    const SQL: &str = "
        SELECT id, login, email, address, created_at, NULL AS over_at, expires_at FROM registrations
        WHERE email_folded = ? AND used_at IS NULL AND declined_at IS NULL AND expires_at > ?
          AND NOT EXISTS (SELECT 1 FROM users u WHERE u.email_folded = registrations.email_folded)
        ORDER BY row_number() OVER (PARTITION BY network ORDER BY created_at DESC), created_at DESC LIMIT ?";
    database.rows(Statement::new(SQL, values![folded, now, limit])).await?.iter().map(Known::read).collect()
}

/// Extends a registration, under a guard, when its link is presented; a used or declined one stays so.
pub fn renew(target: Whose<'_>, guard: Guard, until: Timestamp) -> Statement {
    let link = if let Whose::Link(id) = target { Some(id) } else { None };
    let waits = Guard::new("id = ? AND used_at IS NULL AND declined_at IS NULL", values![link]);
    Statement::guarded("UPDATE registrations SET expires_at = ?", values![until], waits.and(guard), "")
}

impl Known {
    /// As emails describe it.
    pub fn link(&self) -> ActivationLink {
        ActivationLink::new(self.id, &self.login, &self.address, self.created_at, self.expires_at)
    }

    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id("id")?,
            login: row.text("login")?.to_owned(),
            email: row.text("email")?.to_owned(),
            address: row.text("address")?.to_owned(),
            created_at: row.time("created_at")?,
            expires_at: row.time("expires_at")?,
            used: row.optional_integer("over_at")?.is_some(),
        })
    }
}

/// Removes the used registrations of an address, under a guard. A pending one may be anybody's, written while the address had
/// its account: if it were removed, its password would tell its author when the account was deleted.
pub fn delete_used(folded: &str, guard: Guard) -> Statement {
    let guard = Guard::new("email_folded = ? AND used_at IS NOT NULL", values![folded]).and(guard);
    Statement::guarded("DELETE FROM registrations", Vec::new(), guard, "")
}

/// The data stored about the registrations of an address, the newest first. Names and origins are left out: another person may
/// have registered with the address.
pub fn kept(folded: &str, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT created_at, expires_at, used_at FROM registrations
        WHERE email_folded = ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![folded, limit])
}

/// Removes registrations that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("registrations", "expires_at"), values![before, limit])
}

/// Creates the account of the registration that operation `op` has won, without a password: that follows
/// ([`passwords::adopt`](crate::store::passwords::adopt)). Until no version reads the column, it cannot be NULL
/// (`migrations/0018_credentials.sql`).
pub fn activate(id: Id<User>, registration: Id<Registration>, op: &str, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
        SELECT ?1, login, email, email_folded, ?2, 'user', 1, ?3, ?3 FROM registrations";
    let guard = won_row(registration, op);
    Statement::guarded(HEAD, values![id, NO_PASSWORD, now], guard, "")
}
