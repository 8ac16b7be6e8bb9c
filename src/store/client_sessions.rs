//! `sessions` of clients: begun by an authorization, refreshed by the client, and read for its tokens.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::claims::{Person, RequestedClaims};
use crate::domain::oauth::client::{ClientId, Grant};
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::sessions::lifetimes::{Expiries, Lifetimes};
use crate::domain::sessions::refresh_token::RefreshToken;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::ResponseStyle;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::authorizations::open;
use crate::store::client_proofs::{self, ClientProof};
use crate::store::device_codes::Poll;
use crate::store::sessions::{self, alive, token_columns};
use crate::store::users;

/// The columns that a client's tokens are made of. A `RETURNING` can only read one table, so it is not a join.
macro_rules! client_columns {
    () => {
        concat!(
            token_columns!(),
            ", created_at, client, client_name, scope, audience, claims, nonce, offline,
             (SELECT login FROM users WHERE users.id = user_id) AS login,
             (SELECT email FROM users WHERE users.id = user_id) AS email,
             (SELECT language FROM users WHERE users.id = user_id) AS language,
             (SELECT updated_at FROM users WHERE users.id = user_id) AS updated_at,
             (SELECT id_token_alg FROM clients WHERE clients.id = client) AS id_token_alg,
             (SELECT id_token_claims FROM clients WHERE clients.id = client) AS id_token_claims,
             (SELECT grants FROM clients WHERE clients.id = client) AS grants"
        )
    };
}

/// What a client presents to redeem a code.
pub struct PresentedCode<'a> {
    pub code: Id<Authorization>,
    pub client: &'a PresentedId,
    pub proof: &'a ClientProof,
    /// The challenge of the presented verifier.
    pub challenge: Option<&'a PkceChallenge>,
    pub redirect_uri: Option<&'a str>,
    pub resource: Option<&'a str>,
    pub own_audience: &'a str,
}

/// Holds while the client may still have what was granted to it, in a row of this table: our own API if it is first-party, another API
/// if that is enabled and open to it, and the scopes that it is registered for. Its parameter is the audience of our own API. A
/// client that nobody registered has no row, and no scopes of its own.
macro_rules! entitled {
    ($grant:literal) => {
        concat!(
            "(",
            $grant,
            ".audience IS NULL
              OR ",
            $grant,
            ".audience = ? AND EXISTS (SELECT 1 FROM clients own WHERE own.id = ",
            $grant,
            ".client AND own.first_party = 1)
              OR EXISTS (SELECT 1 FROM clients api WHERE api.resource = ",
            $grant,
            ".audience AND api.disabled_at IS NULL
                AND (api.resource_open = 1 OR EXISTS (SELECT 1 FROM clients own WHERE own.id = ",
            $grant,
            ".client))))
             AND NOT EXISTS (SELECT 1 FROM clients own, json_each('[\"' || replace(",
            $grant,
            ".scope, ' ', '\",\"') || '\"]') granted
               WHERE own.id = ",
            $grant,
            ".client AND granted.value <> ''
                 AND instr(' ' || own.scopes || ' ', ' ' || granted.value || ' ') = 0)"
        )
    };
}

/// Holds while a session's client may still have what was granted to it.
pub fn is_entitled(id: Id<Session>, own_audience: &str) -> Guard {
    const SQL: &str = concat!("EXISTS (SELECT 1 FROM sessions WHERE sessions.id = ? AND ", entitled!("sessions"), ")");
    Guard::new(SQL, values![id, own_audience])
}

/// Begins the session of an authorization, once: of many requests the unique index on `authorization` lets one through, and the
/// condition spares the others its error. A session that is not `offline` does not outlive the browser's, and one without refresh
/// tokens its first access token. Returns the row if it was written.
fn begin(id: Id<Session>, guard: Guard, lifetimes: &Lifetimes, now: Timestamp) -> Statement {
    const HEAD: &str = "
        INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at,
          access_expires_at, access_until, refresh_expires_at, expires_at, address, agent, place, device, root,
          client, client_name, scope, audience, claims, nonce, offline, authorization)
        SELECT ?1, users.id, 0, users.auth_version, users.role, sessions.factor, sessions.auth_time, ?2, ?2,
          MIN(?3, iif(a.offline, ?5, sessions.expires_at)), MIN(?3, iif(a.offline, ?5, sessions.expires_at)),
          MIN(iif(instr(' ' || registered.grants || ' ', ' refresh_token ') = 0, ?3, ?4), iif(a.offline, ?5, sessions.expires_at)),
          MIN(?5, iif(a.offline, ?5, sessions.expires_at)),
          a.address, a.agent, a.place, a.device, COALESCE(sessions.root, sessions.id),
          a.client, a.client_name, a.scope, a.audience, a.claims, a.nonce, a.offline, a.id
        FROM authorizations a JOIN sessions ON sessions.id = a.session_id JOIN users ON users.id = sessions.user_id
          LEFT JOIN clients registered ON registered.id = a.client";
    const RETURNING: &str = concat!("RETURNING ", client_columns!());
    let Expiries { access, refresh, session } = lifetimes.expiries_from(now);
    Statement::guarded(HEAD, values![id, now, access, refresh, session], guard, RETURNING)
}

/// Begins the session of an authorization code. Without PKCE the client must repeat the redirect address (RFC 6749 §4.1.3).
/// Returns the row if it was written.
pub fn redeem(id: Id<Session>, presented: &PresentedCode<'_>, lifetimes: &Lifetimes, now: Timestamp) -> Statement {
    const OPEN: &str = concat!(
        "a.id = ? AND a.kind = 'code' AND a.client = ? AND a.challenge IS ? AND a.redirect_uri = COALESCE(?, a.redirect_uri)
         AND (a.challenge IS NOT NULL OR ? IS NOT NULL) AND a.audience IS COALESCE(?, a.audience) AND ",
        entitled!("a"),
        " AND ",
        open!("a", "?")
    );
    let PresentedCode { code, client, proof, challenge, redirect_uri, resource, own_audience } = presented;
    let challenge = challenge.map(PkceChallenge::as_str);
    let of_code =
        values![*code, client.as_str(), challenge, *redirect_uri, *redirect_uri, *resource, *own_audience, now, now];
    let guard = Guard::new(OPEN, of_code).and(client_proofs::proves(client, proof, Grant::AuthorizationCode, now));
    begin(id, guard, lifetimes, now)
}

/// Begins the session of an approved device. Whoever signs out of the browser has approved it all the same, as long as nothing
/// has revoked what the account had issued before. Returns the row if it was written.
pub fn redeem_device(
    id: Id<Session>,
    poll: &Poll<'_>,
    (resource, own_audience): (Option<&str>, &str),
    lifetimes: &Lifetimes,
    now: Timestamp,
) -> Statement {
    const OPEN: &str = concat!(
        "a.id = ? AND a.kind = 'device' AND a.client = ? AND a.audience IS COALESCE(?, a.audience) AND a.approved_at IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM sessions s WHERE s.authorization = a.id) AND a.expires_at > ? AND ",
        entitled!("a"),
        " AND (",
        alive!(),
        " OR sessions.end_reason = 'signed_out' AND sessions.auth_version = users.auth_version AND users.disabled_at IS NULL)"
    );
    let of_device = values![poll.id, poll.client.as_str(), resource, now, own_audience, now];
    let guard = Guard::new(OPEN, of_device).and(client_proofs::proves(poll.client, poll.proof, Grant::DeviceCode, now));
    begin(id, guard, lifetimes, now)
}

/// Confirms [`redeem`]: selects its row, if it was written.
pub fn find_begun(id: Id<Session>) -> Statement {
    Statement::new(concat!("SELECT ", client_columns!(), " FROM sessions WHERE id = ?"), values![id])
}

/// What a refresh asks for, less than was granted.
pub struct Narrowing<'a> {
    pub scopes: Option<&'a Scopes>,
    pub resource: Option<&'a str>,
    pub own_audience: &'a str,
}

impl Narrowing<'_> {
    /// Holds if it was granted, and the client may still have it.
    fn is_granted(&self) -> Guard {
        const SCOPES: &str = "NOT EXISTS (SELECT 1 FROM json_each(?) asked
            WHERE instr(' ' || sessions.scope || ' ', ' ' || asked.value || ' ') = 0)";
        const RESOURCE: &str =
            concat!("sessions.audience IS COALESCE(?, sessions.audience) AND ", entitled!("sessions"));
        let resource = Guard::new(RESOURCE, values![self.resource, self.own_audience]);
        match self.scopes {
            Some(scopes) => {
                let scopes: Vec<_> = scopes.iter().collect();
                resource.and(Guard::new(SCOPES, values![serde_json::json!(scopes).to_string()]))
            }
            None => resource,
        }
    }
}

/// As [`sessions::rotate`], for the refresh token of a client that has proved itself.
pub fn rotate(
    token: RefreshToken,
    client: &PresentedId,
    proof: &ClientProof,
    narrowing: &Narrowing<'_>,
    lifetimes: &Lifetimes,
    now: Timestamp,
) -> Statement {
    const RETURNING: &str = concat!("RETURNING ", client_columns!());
    let guard = belong_to(client).and(narrowing.is_granted()).and(client_proofs::proves(
        client,
        proof,
        Grant::RefreshToken,
        now,
    ));
    sessions::rotate_under(token, lifetimes, guard, RETURNING, now)
}

/// A client's session, if it is alive.
pub async fn living(
    database: &impl Database,
    id: Id<Session>,
    client: &str,
    now: Timestamp,
) -> Result<Option<ClientSession>, Fault> {
    let rows = database.rows(select_living(id, Some(client), now)).await?;
    rows.first().map(read).transpose()
}

/// Selects a session, if it is alive and a client's; with `client`, only if it is that client's.
pub fn select_living(id: Id<Session>, client: Option<&str>, now: Timestamp) -> Statement {
    const HEAD: &str = concat!("SELECT ", client_columns!(), " FROM sessions");
    let of_client = Guard::new("id = ? AND client = COALESCE(?, client)", values![id, client]);
    Statement::guarded(HEAD, Vec::new(), of_client.and(sessions::lives(id, now)), "")
}

/// Holds for sessions of this client: other clients' sessions are not found.
pub fn belong_to(client: &PresentedId) -> Guard {
    Guard::new("sessions.client = ?", values![client.as_str()])
}

/// Selects a row if a client's session of a user was obtained in this session of a browser. It may have ended.
pub fn obtained_in(browser: Id<Session>, id: Id<Session>, client: &ClientId, user: Id<User>) -> Statement {
    const SQL: &str = "SELECT id FROM sessions WHERE id = ? AND client = ? AND user_id = ? AND root = ?";
    Statement::new(SQL, values![id, client.as_str(), user, browser])
}

/// Reads a session from any row with the columns of a client's.
pub fn read(row: &Row) -> Result<ClientSession, Fault> {
    let session = sessions::read(row, ResponseStyle::Plain)?;
    let claims: Option<RequestedClaims> =
        row.optional_text("claims")?.map(serde_json::from_str).transpose().map_err(|e| Fault::new("database", e))?;
    let flag = |column| Ok::<_, Fault>(row.optional_integer(column)? == Some(1));
    Ok(ClientSession {
        person: Person {
            login: row.text("login")?.to_owned(),
            email: row.text("email")?.to_owned(),
            language: users::language(row)?,
            updated_at: row.time("updated_at")?,
            role: session.role,
        },
        client: row.text("client")?.to_owned(),
        client_id: row.text("client")?.to_owned(),
        client_name: row.text("client_name")?.to_owned(),
        created_at: row.time("created_at")?,
        scopes: Scopes::parse(row.text("scope")?).unwrap_or_default(),
        audience: row.optional_text("audience")?.map(str::to_owned),
        claims: claims.unwrap_or_default(),
        nonce: row.optional_text("nonce")?.map(str::to_owned),
        refreshes: row.optional_text("grants")?.is_none_or(|grants| Grant::RefreshToken.is_among(grants)),
        id_token_claims: flag("id_token_claims")?,
        id_token_algorithm: row.optional_text("id_token_alg")?.and_then(IdTokenAlgorithm::parse),
        session,
    })
}
