//! The credential that a request presents, and its parsing. No I/O happens here.

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::crypto::jws::Jws;
use crate::domain::devices::device;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::sessions::session::Session;
use crate::domain::tokens::api_token::{self, ApiToken};
use crate::domain::tokens::private_token::{self, PrivateClaims};
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::isolate_cache::IsolateCache;
use crate::ports::Platform;

/// The credential of a request. There are three outcomes: absent, valid, invalid.
#[derive(Debug)]
pub enum Credential {
    Nothing,
    /// RFC 6750 §2.1: an access token or a private one.
    Bearer(Secret),
    /// An access token in a cookie, as clients set it themselves.
    Cookie(Secret),
    /// A session, in the cookie that we set.
    Browser(Secret),
    ApiKey(Secret),
    PortalToken(Secret),
    /// An unknown scheme: presented, and invalid.
    Foreign,
}

impl Credential {
    /// Whether a browser sends it automatically, even if another person is using it.
    pub const fn is_cookie(&self) -> bool {
        matches!(self, Self::Cookie(_) | Self::Browser(_))
    }
}

/// A credential whose MAC or signature is valid. Revocation has not been checked yet.
pub enum ParsedCredential {
    Access(VerifiedClaims<AccessClaims>),
    Private(VerifiedClaims<PrivateClaims>),
    /// A session, in the cookie that we set.
    Browser(Id<Session>),
    /// An API key or a portal token: its row says which.
    Stamped(Id<ApiToken>),
}

/// Reads a credential. Malformed or forged ones are refused before any I/O.
pub async fn read(ctx: &RequestContext<'_, impl Platform>, credential: &Credential) -> Result<ParsedCredential, Error> {
    let settings = ctx.settings;
    match credential {
        Credential::Nothing => Err(Error::Unauthorized),
        Credential::Foreign => Err(Error::TokenInvalid),
        Credential::Bearer(token) => read_jwt(ctx, token.expose(), true).await,
        Credential::Cookie(token) => read_jwt(ctx, token.expose(), false).await,
        Credential::Browser(token) => {
            let id = device::SESSION_TOKEN.read(&settings.keys, token.expose());
            id.map(ParsedCredential::Browser).ok_or(Error::TokenInvalid)
        }
        Credential::ApiKey(key) => api_token::read_api_key(&settings.keys, key.expose())
            .map(ParsedCredential::Stamped)
            .ok_or(Error::TokenInvalid),
        Credential::PortalToken(token) => {
            let id = api_token::read_portal_token(&settings.keys, token.expose());
            id.map(ParsedCredential::Stamped).ok_or(Error::TokenInvalid)
        }
    }
}

/// Reads an access token, or with `private` also a private token. A client sends one access token many times, so verified
/// tokens are cached. Unverified ones are never cached, or any client could fill the memory.
async fn read_jwt(
    ctx: &RequestContext<'_, impl Platform>,
    token: &str,
    private: bool,
) -> Result<ParsedCredential, Error> {
    let (settings, known, now) = (ctx.settings, &ctx.cache.tokens, ctx.now);
    let digest = IsolateCache::digest(token);
    if let Some(claims) = known.get(&digest, now) {
        return claims.unexpired(now).map(ParsedCredential::Access);
    }
    let jws = Jws::parse(token).ok_or(Error::TokenInvalid)?;
    if private && jws.is_of_type(private_token::TYPE) {
        return private_token::verify(&settings.issuer, now, &jws).map(ParsedCredential::Private);
    }
    let claims = access_tokens::verify::<AccessClaims>(ctx, &jws).await?;
    known.insert(digest, claims.clone(), now);
    Ok(ParsedCredential::Access(claims))
}
