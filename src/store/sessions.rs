//! `sessions`: sign-ins on devices.

use crate::domain::accounts::user::{Role, User};
use crate::domain::devices::device::Device;
use crate::domain::devices::location::Location;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::lifetimes::{Expiries, Lifetimes};
use crate::domain::sessions::refresh_token::RefreshToken;
use crate::domain::sessions::session::{EndReason, Owner, Session};
use crate::domain::settings::settings::ResponseStyle;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;
use crate::store::users;

/// The data of a new session, besides what is copied from the user's row at that moment.
pub struct NewSession<'a> {
    pub id: Id<Session>,
    pub user: Id<User>,
    /// The ticket that created it, and that ticket's session.
    pub root: Option<(Id<Authorization>, Id<Session>)>,
    /// The `auth_version` the password was checked under.
    pub auth_version: i64,
    pub methods: AuthMethods,
    /// The time of the user's last proof of identity.
    pub auth_time: Timestamp,
    pub expiries: Expiries,
    pub address: &'a str,
    pub agent: &'a str,
    /// May be empty.
    pub place: Location,
    pub device: Option<Id<Device>>,
}

/// The columns that a session's tokens are built from.
macro_rules! token_columns {
    () => {
        "id, user_id, generation, auth_version, role, factor, auth_time, rotated_at, access_expires_at, \
         refresh_expires_at, expires_at"
    };
}

pub(crate) use token_columns;

/// The same with its owner's name. A `RETURNING` can only read one table, so it is not a join.
macro_rules! named_columns {
    () => {
        concat!(
            token_columns!(),
            ", (SELECT login FROM users WHERE users.id = user_id) AS login, \
             (SELECT email FROM users WHERE users.id = user_id) AS email"
        )
    };
}

/// The `RETURNING` clause of a session: with its owner's name if tokens carry it.
const fn returning(envelope: ResponseStyle) -> &'static str {
    match envelope {
        ResponseStyle::Plain => concat!("RETURNING ", token_columns!()),
        ResponseStyle::FastSchema => concat!("RETURNING ", named_columns!()),
    }
}

/// In a join of `sessions` and `users`: a session is alive while it has not ended, neither its idle nor its absolute lifetime
/// is over, and neither its user nor its client is disabled. The parameter is the current time.
macro_rules! alive {
    () => {
        alive!("?")
    };
    ($now:literal) => {
        concat!(
            "sessions.ended_at IS NULL AND sessions.refresh_expires_at > ",
            $now,
            " AND users.disabled_at IS NULL AND (sessions.client IS NULL OR NOT EXISTS
              (SELECT 1 FROM clients WHERE clients.id = sessions.client AND clients.disabled_at IS NOT NULL))"
        )
    };
}
pub(crate) use alive;

/// Begins a session under a guard, unless the user changed or was disabled since the password was checked: the check takes 40
/// ms, long enough for both. Returns the row if it was written.
pub fn insert(new: &NewSession<'_>, guard: Guard, envelope: ResponseStyle, now: Timestamp) -> Statement {
    const HEAD: &str =
        "INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at,
           access_expires_at, access_until, refresh_expires_at, expires_at, address, agent, place, device, root, authorization)
         SELECT ?1, id, 0, auth_version, role, ?2, ?3, ?4, ?4, ?5, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13 FROM users";
    let Expiries { access, refresh, session } = new.expiries;
    let times = values![new.auth_time, now, access, refresh, session];
    let (ticket, root) = new.root.unzip();
    let from = values![new.address, new.agent, new.place.as_str(), new.device, root, ticket];
    let values = [values![new.id, new.methods.to_string()], times, from].concat();
    let guard = Guard::new("id = ?", values![new.user]).and(users::has_version(new.auth_version)).and(guard);
    Statement::guarded(HEAD, values, guard, returning(envelope))
}

/// Confirms [`insert`]: selects its row, if it was written.
pub fn find_begun(id: Id<Session>) -> Statement {
    Statement::new(concat!("SELECT ", named_columns!(), " FROM sessions WHERE id = ?"), values![id])
}

/// Moves a session one generation forward, if the token's generation is the current one: the compare-and-swap of a refresh.
/// Adopts the user's current role and version. A clock behind that of the last rotation does not turn time back. Returns the
/// row if it moved.
pub fn rotate(token: RefreshToken, lifetimes: &Lifetimes, envelope: ResponseStyle, now: Timestamp) -> Statement {
    let own = Guard::new("sessions.client IS NULL", Vec::new());
    rotate_under(token, lifetimes, own, returning(envelope), now)
}

/// The same under a guard that says whose session it is.
pub fn rotate_under(
    token: RefreshToken,
    lifetimes: &Lifetimes,
    guard: Guard,
    returning: &'static str,
    now: Timestamp,
) -> Statement {
    const HEAD: &str =
        "UPDATE sessions SET generation = generation + 1, rotated_at = MAX(?1, rotated_at), auth_version = users.auth_version,
           role = users.role, access_expires_at = MIN(?2, sessions.expires_at),
           access_until = MAX(access_until, MIN(?2, sessions.expires_at)),
           refresh_expires_at = MIN(?3, sessions.expires_at)
         FROM users";
    const LIVING: &str = concat!("users.id = sessions.user_id AND sessions.id = ? AND generation = ? AND ", alive!());
    let Expiries { access, refresh: idle, session: _ } = lifetimes.expiries_from(now);
    let guard = Guard::new(LIVING, values![token.session, token.generation, now]).and(guard);
    Statement::guarded(HEAD, values![now, access, idle], guard, returning)
}

/// A living session, with the data for an email to its owner.
pub struct Living {
    pub session: Session,
    pub email: String,
    pub created_at: Timestamp,
    pub agent: String,
}

/// The session, if it is alive under the same conditions as in [`rotate`].
pub async fn living(
    database: &impl Database,
    id: Id<Session>,
    envelope: ResponseStyle,
    now: Timestamp,
) -> Result<Option<Living>, Fault> {
    const SQL: &str = concat!(
        "SELECT sessions.*, users.login, users.email FROM sessions JOIN users ON users.id = sessions.user_id
         WHERE sessions.id = ? AND ",
        alive!()
    );
    let rows = database.rows(Statement::new(SQL, values![id, now])).await?;
    rows.first()
        .map(|row| {
            Ok(Living {
                session: read(row, envelope)?,
                email: row.text("email")?.to_owned(),
                created_at: row.time("created_at")?,
                agent: row.text("agent")?.to_owned(),
            })
        })
        .transpose()
}

/// A session to be ended, and the reason.
pub struct End<'a> {
    pub id: Id<Session>,
    pub reason: EndReason,
    /// The operation id of the request that ends it.
    pub op: &'a str,
}

/// An ended session, and the time until which its access tokens must be refused.
pub struct Ended {
    pub id: Id<Session>,
    pub access_until: Timestamp,
    /// Whether its client is to be told.
    pub notify: bool,
}

/// The columns of [`Ended`].
macro_rules! ended_columns {
    () => {
        "id, access_until, EXISTS (SELECT 1 FROM clients
         WHERE clients.id = sessions.client AND backchannel_logout_uri IS NOT NULL) AS notify"
    };
}

/// Ends a session once, together with those that were obtained in it, by tickets or by clients: an attacker with the session may
/// have done that. Only a plain sign-out spares the clients that may act while their user is away (`offline_access`). Returns
/// their rows if this request ended it.
pub fn end(end: &End<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "UPDATE sessions SET ended_at = ?, end_reason = ?, op = ?, mark_pending = 1";
    const LINE: &str = "
        id IN (SELECT id FROM sessions WHERE id = ? UNION ALL SELECT id FROM sessions WHERE root = ? AND offline <= ?)
        AND ended_at IS NULL AND EXISTS (SELECT 1 FROM sessions s WHERE s.id = ? AND s.ended_at IS NULL)";
    const RETURNING: &str = concat!("RETURNING ", ended_columns!());
    let offline_too = i64::from(end.reason != EndReason::SignedOut);
    let line = Guard::new(LINE, values![end.id, end.id, offline_too, end.id]);
    Conditional::new(HEAD, values![now, end.reason.as_str(), end.op], line.and(guard), RETURNING)
}

/// Holds for sessions of this user: other users' sessions are not found.
pub fn belong_to(user: Id<User>) -> Guard {
    Guard::new("user_id = ?", values![user])
}

/// Confirms [`end`]: selects the session's own row, if operation `op` ended it.
pub fn find_ended_by(id: Id<Session>, op: &str) -> Statement {
    Statement::new(concat!("SELECT ", ended_columns!(), " FROM sessions WHERE id = ? AND op = ?"), values![id, op])
}

/// Ends every session of a user except one, under a guard that holds if the user's version was raised: its one mark covers them
/// all.
pub fn end_others(
    user: Id<User>,
    except: Option<Id<Session>>,
    reason: EndReason,
    guard: Guard,
    now: Timestamp,
) -> Statement {
    const HEAD: &str = "UPDATE sessions SET ended_at = ?, end_reason = ?";
    let rows = Guard::new("user_id = ? AND id IS NOT ? AND ended_at IS NULL", values![user, except]);
    Statement::guarded(HEAD, values![now, reason.as_str()], rows.and(guard), "")
}

/// Holds while a session is alive.
pub fn lives(id: Id<Session>, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM sessions JOIN users ON users.id = sessions.user_id WHERE sessions.id = ? AND ",
        alive!(),
        ")"
    );
    Guard::new(SQL, values![id, now])
}

/// Records a new proof of identity. Returns the row if it was recorded.
pub fn reauthenticate(id: Id<Session>, methods: AuthMethods, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "UPDATE sessions SET auth_time = ?, factor = ?";
    let guard = Guard::new("id = ?", values![id]).and(guard);
    Conditional::new(HEAD, values![now, methods.to_string()], guard, "RETURNING id")
}

/// Confirms [`reauthenticate`]: selects the row, if it has a proof of exactly that time.
pub fn find_reauthenticated(id: Id<Session>, methods: AuthMethods, now: Timestamp) -> Statement {
    const SQL: &str = "SELECT id FROM sessions WHERE id = ? AND auth_time = ? AND factor = ?";
    Statement::new(SQL, values![id, now, methods.to_string()])
}

/// Records, under a guard, what a session has proved in addition. The time of its proof stays.
pub fn set_methods(id: Id<Session>, methods: AuthMethods, guard: Guard) -> Statement {
    let guard = Guard::new("id = ?", values![id]).and(guard);
    Statement::guarded("UPDATE sessions SET factor = ?", values![methods.to_string()], guard, "")
}

/// Records that a browser has used its session, which extends the idle lifetime, unless a use after `unless_after` is recorded.
pub fn prolong(id: Id<Session>, idle: Timestamp, unless_after: Timestamp, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE sessions SET rotated_at = MAX(?, rotated_at), refresh_expires_at = MAX(refresh_expires_at, MIN(?, expires_at))
        WHERE id = ? AND ended_at IS NULL AND rotated_at <= ?";
    Statement::new(SQL, values![now, idle, id, unless_after])
}

/// Records that KV has the mark of an ended session.
pub fn settle_mark(id: Id<Session>) -> Statement {
    Statement::new("UPDATE sessions SET mark_pending = 0 WHERE id = ?", values![id])
}

/// Ended sessions whose mark may be missing in KV while one of their access tokens could still be accepted: at most `limit`,
/// each with its own fault if its row cannot be read.
pub async fn unmarked(
    database: &impl Database,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Result<Ended, Fault>>, Fault> {
    const SQL: &str = concat!(
        "SELECT ",
        ended_columns!(),
        " FROM sessions WHERE mark_pending = 1 AND access_until > ? ORDER BY access_until LIMIT ?"
    );
    Ok(database.rows(Statement::new(SQL, values![now, limit])).await?.iter().map(Ended::read).collect())
}

impl Ended {
    pub fn read(row: &Row) -> Result<Self, Fault> {
        let notify = row.integer("notify")? == 1;
        Ok(Self { id: row.id("id")?, access_until: row.time("access_until")?, notify })
    }
}

/// Reads a session from any row with its token columns, and its owner's name if tokens carry it.
pub fn read(row: &Row, envelope: ResponseStyle) -> Result<Session, Fault> {
    let owner = match envelope {
        ResponseStyle::Plain => None,
        ResponseStyle::FastSchema => {
            Some(Owner { login: row.text("login")?.to_owned(), email: row.text("email")?.to_owned() })
        }
    };
    let generation = u32::try_from(row.integer("generation")?);
    Ok(Session {
        id: row.id("id")?,
        user: row.id("user_id")?,
        generation: generation.map_err(|_| Fault::new("database", "generation is out of range"))?,
        auth_version: row.integer("auth_version")?,
        role: row.word("role", Role::parse)?,
        owner,
        methods: AuthMethods::parse(row.text("factor")?),
        auth_time: row.time("auth_time")?,
        rotated_at: row.time("rotated_at")?,
        access_expires_at: row.time("access_expires_at")?,
        refresh_expires_at: row.time("refresh_expires_at")?,
        expires_at: row.time("expires_at")?,
    })
}

/// Removes sessions that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("sessions", "expires_at"), values![before, limit])
}
