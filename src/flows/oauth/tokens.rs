//! The tokens of a client's session.

use crate::domain::error::Fault;
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::sessions::access_token::{self, Recipient};
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::settings::settings::Settings;
use crate::flows::context::RequestContext;
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
    let own = &ctx.settings.issuer.audience;
    let userinfo = userinfo_audience(ctx.settings);
    let audience = session.audience.as_deref().unwrap_or(&userinfo);
    let scope = scopes.to_string();
    let role = scopes.contains(scopes::ROLE) || audience == own;
    let recipient = Recipient { client_id: &session.client, audience, scope: &scope, role };
    let access_token = access_token::mint_for(&ctx.settings.issuer, &session.session, Some(&recipient))?;
    let refresh_token = session.refreshes.then(|| {
        let token = RefreshToken { session: session.session.id, generation: session.session.generation };
        token.spell(&ctx.settings.keys, RefreshKind::Client)
    });
    let expires_in = session.session.access_expires_at.since(ctx.now).as_secs();
    Ok(Issued { access_token, expires_in, scope, refresh_token, id_token: None })
}

/// `aud` of access tokens that are for `/oauth/userinfo` alone.
pub fn userinfo_audience(settings: &Settings) -> String {
    format!("{}/oauth/userinfo", settings.base_url)
}
