//! `authorizations` of devices (RFC 8628): typed by a user, approved in that user's session, and polled by their client.

use crate::domain::devices::location::Location;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::oauth::user_code::UserCode;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::{Timestamp, millis};
use crate::ports::{Conditional, Guard, Row, Statement, values};
use crate::store::client_proofs::{self, ClientProof};

/// What a device asks for.
pub struct NewDevice<'a> {
    pub id: Id<Authorization>,
    pub user_code: Id<UserCode>,
    pub client: &'a RequestingClient,
    pub scopes: &'a Scopes,
    pub resource: Option<&'a str>,
    pub address: &'a str,
    pub agent: &'a str,
    /// May be empty.
    pub place: Location,
}

/// Adds a device under a guard. Its session will not be bound to the browser's (`offline`): the browser is not where the user goes
/// on. Returns the row if it was written.
pub fn insert(new: &NewDevice<'_>, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO authorizations (id, kind, user_code, client, client_name, scope, audience, offline, address, agent, place,
          interval, created_at, expires_at)
        SELECT ?1, 'device', ?2, ?3, ?4, ?5, ?6, 1, ?7, ?8, ?9, ?10, ?11, ?12";
    let NewDevice { id, user_code, client, scopes, resource, address, agent, ref place } = *new;
    let what = values![id, user_code, client.id.as_str(), &client.metadata.name, scopes.to_string(), resource];
    let (interval, end) = (millis(policy::DEVICE_POLL_INTERVAL), now + policy::DEVICE_CODE_LIFETIME);
    let from = values![address, agent, place.as_str(), interval, now, end];
    Statement::guarded(HEAD, [what, from].concat(), guard, "RETURNING id")
}

/// A device that nobody has decided about: its code has not expired, and its client is enabled. The parameter is the current time.
macro_rules! undecided {
    () => {
        "authorizations.kind = 'device' AND approved_at IS NULL AND denied_at IS NULL AND authorizations.expires_at > ? AND EXISTS
           (SELECT 1 FROM clients c WHERE c.id = authorizations.client AND c.disabled_at IS NULL)"
    };
}

/// Ties a device to the session in which its code was typed: the first one, and no other afterwards (RFC 8628 §5.4). `names` are
/// those of the code. Returns the row if it was tied.
pub fn claim(names: &str, session: Id<Session>, op: &str, now: Timestamp) -> Conditional {
    const OPEN: &str = concat!(
        "user_code IN (SELECT value FROM json_each(?)) AND (session_id IS NULL OR session_id = ?) AND ",
        undecided!()
    );
    let open = Guard::new(OPEN, values![names, session, now]);
    Conditional::new("UPDATE authorizations SET session_id = ?, op = ?", values![session, op], open, "RETURNING id")
}

/// Confirms [`claim`]: selects the row, if operation `op` has tied it.
pub fn find_claimed(names: &str, op: &str) -> Statement {
    const SQL: &str = "SELECT id FROM authorizations WHERE user_code IN (SELECT value FROM json_each(?)) AND op = ?";
    Statement::new(SQL, values![names, op])
}

/// What a user decides about.
pub struct AskingDevice {
    pub client_name: String,
    /// When the client was registered.
    pub registered_at: Timestamp,
    pub scopes: Scopes,
    pub resource: Option<String>,
    /// Whether the client gets refresh tokens.
    pub keeps_access: bool,
    pub address: String,
    pub agent: String,
    pub place: String,
    pub created_at: Timestamp,
}

/// Selects a device that was tied to a session and that nobody has decided about.
pub fn find_asking(id: Id<Authorization>, session: Id<Session>, now: Timestamp) -> Statement {
    const SQL: &str = concat!(
        "SELECT client_name, scope, audience, address, agent, place, authorizations.created_at, registered.grants,
           registered.created_at AS registered_at
         FROM authorizations JOIN clients registered ON registered.id = authorizations.client
         WHERE authorizations.id = ? AND session_id = ? AND ",
        undecided!()
    );
    Statement::new(SQL, values![id, session, now])
}

/// Reads the row of [`find_asking`].
pub fn read_asking(row: &Row) -> Result<AskingDevice, Fault> {
    let text = |column| Ok::<_, Fault>(row.text(column)?.to_owned());
    Ok(AskingDevice {
        client_name: text("client_name")?,
        registered_at: row.time("registered_at")?,
        scopes: Scopes::parse(row.text("scope")?).unwrap_or_default(),
        resource: row.optional_text("audience")?.map(str::to_owned),
        keeps_access: Grant::RefreshToken.is_among(row.text("grants")?),
        address: text("address")?,
        agent: text("agent")?,
        place: text("place")?,
        created_at: row.time("created_at")?,
    })
}

/// Approves or denies a device in the session that it is tied to. Returns the row if this request decided.
pub fn decide(id: Id<Authorization>, session: Id<Session>, approved: bool, op: &str, now: Timestamp) -> Conditional {
    const OPEN: &str = concat!("id = ? AND session_id = ? AND ", undecided!());
    let head = match approved {
        true => "UPDATE authorizations SET approved_at = ?, op = ?",
        false => "UPDATE authorizations SET denied_at = ?, op = ?",
    };
    Conditional::new(head, values![now, op], Guard::new(OPEN, values![id, session, now]), "RETURNING id")
}

/// Confirms [`decide`]: selects the row, if operation `op` has decided.
pub fn find_decided(id: Id<Authorization>, op: &str) -> Statement {
    Statement::new("SELECT id FROM authorizations WHERE id = ? AND op = ?", values![id, op])
}

/// A poll of a client that authenticates itself.
pub struct Poll<'a> {
    pub id: Id<Authorization>,
    pub client: &'a PresentedId,
    pub proof: &'a ClientProof,
    pub now: Timestamp,
}

impl Poll<'_> {
    /// Holds for the row, if it is this client's.
    fn is_its_own(&self) -> Guard {
        let own = values![self.id, self.client.as_str()];
        let own = Guard::new("authorizations.id = ? AND kind = 'device' AND authorizations.client = ?", own);
        own.and(client_proofs::proves(self.client, self.proof, Grant::DeviceCode, self.now))
    }

    /// A poll that comes too early makes the interval longer (RFC 8628 §3.5), up to the longest, and does not count as one.
    pub fn slow_down(&self) -> Statement {
        const HEAD: &str = "UPDATE authorizations SET interval = MIN(interval + ?, ?)";
        const EARLY: &str = concat!("polled_at + interval > ? AND interval < ? AND ", undecided!());
        let (step, longest) = (millis(policy::DEVICE_POLL_STEP), millis(policy::DEVICE_POLL_INTERVAL_MAX));
        let early = Guard::new(EARLY, values![self.now + policy::DEVICE_POLL_TOLERANCE, longest, self.now]);
        Statement::guarded(HEAD, values![step, longest], self.is_its_own().and(early), "")
    }

    /// Records a poll that comes in time.
    pub fn note(&self) -> Statement {
        const IN_TIME: &str = concat!("(polled_at IS NULL OR polled_at + interval <= ?) AND ", undecided!());
        let in_time = Guard::new(IN_TIME, values![self.now + policy::DEVICE_POLL_TOLERANCE, self.now]);
        let guard = self.is_its_own().and(in_time);
        Statement::guarded("UPDATE authorizations SET polled_at = ?", values![self.now], guard, "")
    }

    /// Selects what has become of the device, if the client has proved itself. It goes before [`Poll::note`], after which every poll
    /// would be too early.
    pub fn state(&self) -> Statement {
        const HEAD: &str = "
            SELECT session_id, approved_at, denied_at, expires_at,
              polled_at IS NOT NULL AND polled_at + interval > ? AS early,
              EXISTS (SELECT 1 FROM sessions s WHERE s.authorization = authorizations.id) AS begun
            FROM authorizations";
        Statement::guarded(HEAD, values![self.now + policy::DEVICE_POLL_TOLERANCE], self.is_its_own(), "")
    }
}

/// What has become of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeviceState {
    Undecided,
    /// Undecided, and the poll came too early.
    Early,
    /// In this session.
    Approved(Id<Session>),
    Denied,
    Expired,
    /// It has its session already.
    Begun,
}

/// Reads the row of [`Poll::state`].
pub fn read_state(row: &Row, now: Timestamp) -> Result<DeviceState, Fault> {
    Ok(if row.integer("begun")? == 1 {
        DeviceState::Begun
    } else if row.optional_time("denied_at")?.is_some() {
        DeviceState::Denied
    } else if row.time("expires_at")? <= now {
        DeviceState::Expired
    } else if row.optional_time("approved_at")?.is_some() {
        DeviceState::Approved(row.id("session_id")?)
    } else if row.integer("early")? == 1 {
        DeviceState::Early
    } else {
        DeviceState::Undecided
    })
}
