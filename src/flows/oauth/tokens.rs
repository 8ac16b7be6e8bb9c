//! The tokens of a client's session.

use crate::domain::error::Fault;
use crate::domain::oauth::claims;
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::id_token::{IdTokenAlgorithm, IdTokenClaims};
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::sessions::access_token::Recipient;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::settings::settings::Settings;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::oauth::id_tokens;
use crate::ports::Platform;

/// A successful answer of the token endpoint (RFC 6749 §5.1).
pub struct Issued {
    pub access_token: String,
    /// Seconds.
    pub expires_in: u64,
    pub scope: String,
    pub refresh_token: Option<String>,
    pub id_token: Option<String>,
}

/// The tokens of the session's current generation, with all its scopes or fewer.
pub async fn issue(
    ctx: &RequestContext<'_, impl Platform>,
    session: &ClientSession,
    scopes: &Scopes,
) -> Result<Issued, Fault> {
    let userinfo = ctx.settings.userinfo_audience();
    let audience = session.audience.as_deref().unwrap_or(&userinfo);
    let scope = scopes.to_string();
    let role = tells_role(ctx.settings, scopes, audience);
    let recipient = Recipient { client_id: &session.client, audience, scope: &scope, role };
    let access_token = access_tokens::mint(ctx, &session.session, Some(&recipient)).await?;
    let refresh_token = session.refreshes.then(|| {
        let token = RefreshToken { session: session.session.id, generation: session.session.generation };
        token.spell(&ctx.settings.keys, RefreshKind::Client)
    });
    let id_token = match scopes.contains(scopes::OPENID) {
        true => Some(id_token(ctx, session, scopes, &access_token).await?),
        false => None,
    };
    let expires_in = session.session.access_expires_at.since(ctx.now.whole_seconds()).as_secs();
    Ok(Issued { access_token, expires_in, scope, refresh_token, id_token })
}

/// Whether a token tells the user's role: to our own API, and to those who ask for it.
pub fn tells_role(settings: &Settings, scopes: &Scopes, audience: &str) -> bool {
    audience == settings.issuer.audience || scopes.contains(scopes::ROLE)
}

/// Whether there is a key for an algorithm.
pub fn is_offered(settings: &Settings, algorithm: IdTokenAlgorithm) -> bool {
    algorithm.derived().is_some() || settings.issuer.rsa.signing.is_some()
}

/// The algorithm of a client's JWTs. If its own has lost its key, the next best.
pub fn algorithm(settings: &Settings, chosen: Option<IdTokenAlgorithm>) -> IdTokenAlgorithm {
    chosen.filter(|algorithm| is_offered(settings, *algorithm)).unwrap_or_else(|| default_algorithm(settings))
}

/// What a client with no preference gets: the algorithm that every client knows, if there is a key for it.
pub fn default_algorithm(settings: &Settings) -> IdTokenAlgorithm {
    if is_offered(settings, IdTokenAlgorithm::Rs256) { IdTokenAlgorithm::Rs256 } else { IdTokenAlgorithm::Es256 }
}

/// The ID token beside an access token.
async fn id_token(
    ctx: &RequestContext<'_, impl Platform>,
    client: &ClientSession,
    scopes: &Scopes,
    access_token: &str,
) -> Result<String, Fault> {
    let (session, settings) = (&client.session, ctx.settings);
    let algorithm = algorithm(settings, client.id_token_algorithm);
    let of_scopes = if client.id_token_claims { scopes.clone() } else { Scopes::default() };
    let issued_at = session.rotated_at.whole_seconds();
    let claims = IdTokenClaims {
        iss: &settings.issuer.issuer,
        sub: session.user,
        aud: &client.client_id,
        exp: session.access_expires_at.seconds(),
        iat: issued_at.seconds(),
        auth_time: session.auth_time.seconds(),
        nonce: client.nonce.as_deref().filter(|_| session.generation == 0),
        amr: session.methods,
        acr: session.methods.level().as_str(),
        at_hash: Some(id_tokens::at_hash(ctx.platform, algorithm, access_token).await?),
        sid: session.id,
        extra: claims::of(&client.person, &of_scopes, &client.claims.id_token),
    };
    id_tokens::sign(ctx, algorithm, &claims, issued_at).await
}
