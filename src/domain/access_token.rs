//! Access tokens: JWTs as RFC 9068 profiles them, signed and verified through `jwt-compact`.

use jwt_compact::{Claims, Header};
use serde::{Deserialize, Serialize};

use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::jws::Jws;
use crate::domain::policy;
use crate::domain::session::{Factor, Session};
use crate::domain::settings::Settings;
use crate::domain::signing::{EpochKey, epoch_of};
use crate::domain::timestamp::Timestamp;
use crate::domain::user::{Role, User};

/// RFC 9068 §2.1. What says `at+jwt` is an access token, and nothing else is.
const TYPE: &str = "at+jwt";

/// What an access token says, besides `exp` and `iat`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    iss: String,
    aud: String,
    pub sub: Id<User>,
    /// The session it belongs to, and ends with.
    pub sid: Id<Session>,
    jti: String,
    /// `users.auth_version` when it was issued.
    pub ver: i64,
    pub role: Role,
    /// How the person signed in (RFC 8176).
    amr: Vec<Factor>,
    /// When, in seconds (OpenID Connect Core §2).
    auth_time: i64,
}

/// The access token of a session's present generation. A pure function of the row: whoever asks gets the same bytes.
pub fn mint(settings: &Settings, session: &Session) -> Result<String, Fault> {
    let issued_at = session.rotated_at.whole_seconds();
    let keys = settings.signing.of(epoch_of(issued_at));
    let key = keys.first().ok_or_else(|| Fault::new("signing", "no key for this epoch"))?;
    let mut claims = Claims::new(AccessClaims {
        iss: settings.base_url.to_string(),
        aud: settings.audience.clone(),
        sub: session.user,
        sid: session.id,
        jti: session.access_token_id(&settings.keys).to_string(),
        ver: session.auth_version,
        role: session.role,
        amr: vec![session.factor],
        auth_time: session.auth_time.seconds(),
    });
    claims.issued_at = Some(issued_at.to_chrono());
    claims.expiration = Some(session.access_expires_at.to_chrono());
    let header = Header::empty().with_key_id(key.kid.as_str()).with_token_type(TYPE);
    key.signing.token(&header, &claims).map_err(|e| Fault::new("signing", e))
}

/// The claims of a token that is ours, whole, meant for us, and alive. Costs no I/O; whether its session still lives,
/// the caller asks elsewhere.
pub fn verify(settings: &Settings, now: Timestamp, token: &str) -> Result<AccessClaims, Error> {
    let token = Jws::parse(token).filter(|token| token.is_of_type(TYPE)).ok_or(Error::TokenInvalid)?;
    let epochs = settings.signing.around(now);
    let mut keys = epochs.iter().flat_map(|keys| keys.iter());
    let key = keys.find(|key| key.kid == token.kid()).ok_or(Error::TokenInvalid)?;
    let claims = token.claims(&key.verifying).ok_or(Error::TokenInvalid)?;
    judge(settings, now, key, &claims)
}

fn judge(
    settings: &Settings,
    now: Timestamp,
    key: &EpochKey,
    claims: &Claims<AccessClaims>,
) -> Result<AccessClaims, Error> {
    let moment = |claim: Option<chrono::DateTime<_>>| claim.map(|time| Timestamp::from_seconds(time.timestamp()));
    let (Some(expires_at), Some(issued_at)) = (moment(claims.expiration), moment(claims.issued_at)) else {
        return Err(Error::TokenInvalid);
    };
    let ours = claims.custom.iss == settings.base_url.as_str() && claims.custom.aud == settings.audience;
    let early = moment(claims.not_before).is_some_and(|start| start > now + policy::CLOCK_SKEW)
        || issued_at > now + policy::CLOCK_SKEW;
    if !ours || early || !key.signs_at(issued_at) {
        return Err(Error::TokenInvalid);
    }
    if expires_at <= now {
        return Err(Error::TokenExpired);
    }
    Ok(claims.custom.clone())
}
