//! Access tokens: JWTs as RFC 9068 profiles them, signed and verified in `flows::authentication::access_tokens`.

use jwt_compact::Claims;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::accounts::user::{Role, User};
use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::{self, Jws};
use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::signing::EpochKey;
use crate::domain::crypto::token_issuer::TokenIssuer;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::sessions::auth_methods::AuthMethods;
use crate::domain::sessions::fastschema_user;
use crate::domain::sessions::refresh_token;
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;

/// RFC 9068 §2.1: only JWTs of type `at+jwt` are access tokens.
const TYPE: &str = "at+jwt";

/// The claims of an access token that are read, besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    pub sub: Id<User>,
    /// The session it belongs to, and ends with.
    pub sid: Id<Session>,
    pub jti: String,
    /// `users.auth_version` when it was issued.
    pub ver: i64,
    pub role: Role,
    /// How the user signed in.
    pub amr: AuthMethods,
    /// Only so that a token that has it twice is refused.
    auth_time: i64,
    client_id: Option<String>,
}

impl AccessClaims {
    /// The client that it was issued to; `None` for our own tokens.
    pub fn client(&self) -> Option<&str> {
        client(self.client_id.as_deref(), &self.iss)
    }
}

/// Our own tokens name the issuer.
fn client<'a>(client_id: Option<&'a str>, issuer: &str) -> Option<&'a str> {
    client_id.filter(|client| *client != issuer)
}

/// All of them, as they are written.
#[derive(Serialize)]
struct Minted<'a> {
    iss: &'a str,
    aud: &'a str,
    /// RFC 9068 §2.2 requires it, and validators refuse a token without. Without a client it is the issuer itself.
    client_id: &'a str,
    sub: Id<User>,
    sid: Id<Session>,
    jti: String,
    ver: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    role: Option<Role>,
    amr: AuthMethods,
    /// When they signed in, in seconds (OpenID Connect Core §2).
    auth_time: i64,
    /// The level that `amr` reaches (RFC 9068 §2.2.1).
    acr: &'static str,
    /// RFC 9068 §2.2.3.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
    /// For FastSchema's SDK.
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<Value>,
}

impl Session {
    /// Derived, not random: the loser of a race must return the same `jti` as the winner.
    pub fn access_token_id(&self, keys: &Keyring) -> Id<AccessClaims> {
        keys.current().derive(Purpose::AccessTokenId).id_of(&[&refresh_token::message(self.id, self.generation)])
    }
}

/// The client that an access token is issued to, and the API that it is for.
pub struct Recipient<'a> {
    pub client_id: &'a str,
    pub audience: &'a str,
    pub scope: &'a str,
    /// Whether the API learns the user's role.
    pub role: bool,
}

/// The access token of a session's current generation, for our own API or for a client, still to be signed. A pure function of
/// the row: every caller gets the same bytes.
pub fn unsigned(
    issuer: &TokenIssuer,
    key: &EpochKey,
    session: &Session,
    client: Option<&Recipient<'_>>,
) -> Result<String, Fault> {
    let mut claims = Claims::new(Minted {
        iss: &issuer.issuer,
        aud: client.map_or(&issuer.audience, |client| client.audience),
        client_id: client.map_or(&issuer.issuer, |client| client.client_id),
        sub: session.user,
        sid: session.id,
        jti: session.access_token_id(&issuer.keys).to_string(),
        ver: session.auth_version,
        role: client.is_none_or(|client| client.role).then_some(session.role),
        amr: session.methods,
        auth_time: session.auth_time.seconds(),
        acr: session.methods.level().as_str(),
        scope: client.map(|client| client.scope),
        user: session.owner.as_ref().map(|owner| fastschema_user::claim(session, owner)),
    });
    claims.issued_at = Some(issued_at(session).to_chrono());
    claims.expiration = Some(session.access_expires_at.to_chrono());
    jws::signing_input(key.verifying.algorithm().as_str(), &key.kid, TYPE, &claims)
}

/// What a client gets for itself (RFC 6749 §4.4).
pub struct ClientGrant<'a> {
    pub client_id: &'a str,
    pub audience: &'a str,
    pub scope: &'a str,
}

/// All claims of a token that a client has for itself: no user, no session and no role, without which none of our own routes
/// takes it.
#[derive(Serialize)]
struct MintedForItself<'a> {
    iss: &'a str,
    aud: &'a str,
    client_id: &'a str,
    /// RFC 9068 §2.2: the client itself.
    sub: &'a str,
    jti: String,
    scope: &'a str,
}

/// An access token for a client itself, with the end of its lifetime, still to be signed.
pub fn unsigned_for_itself(
    issuer: &TokenIssuer,
    key: &EpochKey,
    grant: &ClientGrant<'_>,
    id: Id<AccessClaims>,
    now: Timestamp,
    expires_at: Timestamp,
) -> Result<String, Fault> {
    let ClientGrant { client_id, audience, scope } = *grant;
    let (iss, jti) = (&*issuer.issuer, id.to_string());
    let mut claims = Claims::new(MintedForItself { iss, aud: audience, client_id, sub: client_id, jti, scope });
    claims.issued_at = Some(now.whole_seconds().to_chrono());
    claims.expiration = Some(expires_at.to_chrono());
    jws::signing_input(key.verifying.algorithm().as_str(), &key.kid, TYPE, &claims)
}

/// The claims of a client's access token that are read, whichever API it is for.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ClientClaims {
    iss: String,
    pub aud: String,
    pub sub: Id<User>,
    pub sid: Id<Session>,
    pub jti: String,
    pub client_id: String,
    pub scope: String,
}

/// Claims of ours.
pub trait Issued: DeserializeOwned + Clone {
    /// Whether they were issued by us, and for whom they should be.
    fn is_of(&self, issuer: &TokenIssuer) -> bool;
}

/// For our own API.
impl Issued for AccessClaims {
    fn is_of(&self, issuer: &TokenIssuer) -> bool {
        issuer.is_of(&self.iss, &self.aud)
    }
}

/// For any API.
impl Issued for ClientClaims {
    fn is_of(&self, issuer: &TokenIssuer) -> bool {
        self.iss == issuer.issuer
    }
}

/// The claims that all access tokens have, whoever they were issued to.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CommonClaims {
    iss: String,
    pub aud: String,
    /// The user, or the client itself.
    pub sub: String,
    /// Missing in a token that a client has for itself.
    pub sid: Option<Id<Session>>,
    pub jti: String,
    client_id: Option<String>,
    #[serde(default)]
    pub scope: String,
}

impl CommonClaims {
    /// The client that it was issued to; `None` for our own tokens.
    pub fn client(&self) -> Option<&str> {
        client(self.client_id.as_deref(), &self.iss)
    }

    /// Whether it is for the API of this issuer itself.
    pub fn is_for(&self, issuer: &TokenIssuer) -> bool {
        self.aud == issuer.audience
    }
}

/// Whoever it was issued to.
impl Issued for CommonClaims {
    fn is_of(&self, issuer: &TokenIssuer) -> bool {
        self.iss == issuer.issuer
    }
}

/// When the access token of a session's current generation was issued, which decides the key.
pub const fn issued_at(session: &Session) -> Timestamp {
    session.rotated_at.whole_seconds()
}

/// The id of the key that an access token names; `None` for any other kind.
pub fn kid<'t>(token: &'t Jws<'_>) -> Option<&'t str> {
    token.kid().filter(|_| token.is_of_type(TYPE))
}

/// Judges claims that this key has signed: `TokenInvalid` unless they are ours. Costs no I/O: the caller still has to check
/// whether the session has ended.
pub fn judge<C: Issued>(
    issuer: &TokenIssuer,
    now: Timestamp,
    key: &EpochKey,
    claims: &Claims<C>,
) -> Result<VerifiedClaims<C>, Error> {
    let verified = VerifiedClaims::read(now, claims, |claims| claims.is_of(issuer));
    verified.filter(|verified| key.signs_at(verified.issued_at)).ok_or(Error::TokenInvalid)?.unexpired(now)
}
