//! `authorizations`: what a client may exchange for tokens, and without a client the tickets that browsers carry to other origins.

use crate::domain::accounts::user::User;
use crate::domain::devices::device::Device;
use crate::domain::devices::location::Location;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::authorization_request::{AuthorizationRequest, Destination};
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::sessions::alive;
use crate::store::sweep::sweep;

/// A new authorization code.
pub struct NewCode<'a> {
    pub id: Id<Authorization>,
    /// The browser's session that it is issued in.
    pub session: Id<Session>,
    pub client: &'a RequestingClient,
    pub request: &'a AuthorizationRequest,
    pub destination: &'a Destination,
    pub address: &'a str,
    pub agent: &'a str,
    /// May be empty.
    pub place: Location,
    pub device: Option<Id<Device>>,
    pub expires_at: Timestamp,
}

/// In a `SELECT … FROM sessions JOIN users`: the living session with an id. The parameters are the id and the current time.
macro_rules! of_living_session {
    () => {
        concat!("sessions.id = ? AND ", alive!())
    };
}

/// Issues a code in a session, if that is alive and the client is enabled. Returns the row if it was written.
pub fn insert_code(new: &NewCode<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str =
        "INSERT INTO authorizations (id, kind, client, client_name, session_id, redirect_uri, challenge, scope, audience, nonce,
           claims, offline, address, agent, place, device, created_at, expires_at)
         SELECT ?, 'code', ?, ?, sessions.id, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
         FROM sessions JOIN users ON users.id = sessions.user_id";
    let (request, client) = (new.request, new.client);
    let claims = (!request.claims.is_empty()).then(|| serde_json::to_string(&request.claims).unwrap_or_default());
    let what = values![
        new.id,
        client.id.as_str(),
        &client.metadata.name,
        &new.destination.redirect_uri,
        request.challenge.as_ref().map(PkceChallenge::as_str),
        request.scopes.to_string(),
        request.resource.clone(),
        request.nonce.clone(),
        claims,
        i64::from(request.is_offline()),
    ];
    let times = values![new.address, new.agent, new.place.as_str(), new.device, now, new.expires_at];
    let living = Guard::new(of_living_session!(), values![new.session, now]);
    Conditional::new(HEAD, [what, times].concat(), living.and(guard), "RETURNING id")
}

/// Issues a ticket of a session, if the session is alive. Returns the row if it was written.
pub fn insert_ticket(id: Id<Authorization>, session: Id<Session>, now: Timestamp, expires_at: Timestamp) -> Statement {
    const HEAD: &str = "INSERT INTO authorizations (id, kind, session_id, scope, offline, address, agent, place, created_at, expires_at)
         SELECT ?, 'ticket', sessions.id, '', 0, '', '', '', ?, ? FROM sessions JOIN users ON users.id = sessions.user_id";
    let living = Guard::new(of_living_session!(), values![session, now]);
    Statement::guarded(HEAD, values![id, now, expires_at], living, "RETURNING id")
}

/// Confirms that one was issued: selects its row.
pub fn find(id: Id<Authorization>) -> Statement {
    Statement::new("SELECT id FROM authorizations WHERE id = ?", values![id])
}

/// The user of a ticket, and their proof of identity.
pub struct Bearer {
    pub session: Id<Session>,
    /// The root of that session, or the session itself.
    pub root: Id<Session>,
    /// The session's absolute end.
    pub expires_at: Timestamp,
    pub user: Id<User>,
    pub email: String,
    pub auth_version: i64,
    pub methods: AuthMethods,
    pub auth_time: Timestamp,
}

/// An authorization is open while it has no session yet, has not expired, and was issued in a living session. The parameter is the
/// current time.
macro_rules! open {
    ($table:literal, $now:literal) => {
        concat!(
            "NOT EXISTS (SELECT 1 FROM sessions s WHERE s.authorization = ",
            $table,
            ".id) AND ",
            $table,
            ".expires_at > ",
            $now,
            " AND ",
            crate::store::sessions::alive!($now)
        )
    };
}
pub(crate) use open;

/// The bearer of a ticket; `None` if it is not open.
pub async fn bearer(database: &impl Database, id: Id<Authorization>, now: Timestamp) -> Result<Option<Bearer>, Fault> {
    const SQL: &str = concat!(
        "SELECT sessions.id, COALESCE(root, sessions.id) AS root, sessions.expires_at, user_id, users.email, users.auth_version, factor,
                auth_time FROM authorizations
         JOIN sessions ON sessions.id = authorizations.session_id JOIN users ON users.id = sessions.user_id
         WHERE authorizations.id = ?1 AND authorizations.kind = 'ticket' AND ",
        open!("authorizations", "?2")
    );
    let read = |row: &Row| {
        Ok(Bearer {
            session: row.id("id")?,
            root: row.id("root")?,
            expires_at: row.time("expires_at")?,
            user: row.id("user_id")?,
            email: row.text("email")?.to_owned(),
            auth_version: row.integer("auth_version")?,
            methods: AuthMethods::parse(row.text("factor")?),
            auth_time: row.time("auth_time")?,
        })
    };
    database.rows(Statement::new(SQL, values![id, now])).await?.first().map(read).transpose()
}

/// Holds while an authorization is open.
pub fn is_open(id: Id<Authorization>, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM authorizations JOIN sessions ON sessions.id = authorizations.session_id
                 JOIN users ON users.id = sessions.user_id WHERE authorizations.id = ? AND ",
        open!("authorizations", "?"),
        ")"
    );
    Guard::new(SQL, values![id, now, now])
}

/// A code as it was issued, and the session that it has begun.
pub struct Issued {
    client: Option<String>,
    challenge: Option<String>,
    pub audience: Option<String>,
    /// The session, unless it has ended, and when it began.
    pub begun: Option<(Id<Session>, Timestamp)>,
}

impl Issued {
    /// Whether it is this client's, and the verifier was its.
    pub fn is_of(&self, client: &str, challenge: Option<&PkceChallenge>) -> bool {
        self.client.as_deref() == Some(client) && self.challenge.as_deref() == challenge.map(PkceChallenge::as_str)
    }
}

/// The code with an id.
pub async fn issued(database: &impl Database, id: Id<Authorization>) -> Result<Option<Issued>, Fault> {
    const SQL: &str = "
        SELECT a.client, a.challenge, a.audience, s.id AS session, s.created_at AS begun_at FROM authorizations a
        LEFT JOIN sessions s ON s.authorization = a.id AND s.ended_at IS NULL
        WHERE a.id = ? AND a.kind = 'code'";
    let read = |row: &Row| {
        let text = |column| Ok::<_, Fault>(row.optional_text(column)?.map(str::to_owned));
        let begun = row.optional_time("begun_at")?.map(|at| Ok::<_, Fault>((row.id("session")?, at)));
        let begun = begun.transpose()?;
        Ok(Issued { client: text("client")?, challenge: text("challenge")?, audience: text("audience")?, begun })
    };
    database.rows(Statement::new(SQL, values![id])).await?.first().map(read).transpose()
}

/// Deletes what could still be exchanged for a session of this user, by one client or by any, under a guard.
pub fn delete_of(user: Id<User>, client: Option<&str>, guard: Guard) -> Statement {
    const ROWS: &str = "client IS COALESCE(?, client) AND session_id IN (SELECT id FROM sessions WHERE user_id = ?)";
    let rows = Guard::new(ROWS, values![client, user]);
    Statement::guarded("DELETE FROM authorizations", Vec::new(), rows.and(guard), "")
}

/// Removes authorizations that expired before a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("authorizations", "expires_at"), values![before, limit])
}

/// Removes tickets of the previous version, which has a table of its own for them: at most `limit` rows.
pub fn sweep_tickets(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("tickets", "expires_at"), values![before, limit])
}
