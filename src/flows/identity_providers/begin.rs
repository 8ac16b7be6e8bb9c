//! Sends a user to a provider (OpenID Connect Core §3.1.2.1), always with PKCE, a nonce and a `state` of this browser.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::domain::error::{Error, Fault, ProviderProblem};
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::{SignInPurpose, SignInState};
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::{metadata, problems};
use crate::ports::Platform;

/// Where the browser goes, and what it holds meanwhile.
pub struct Begun {
    pub location: String,
    pub state: SignInState,
}

/// Writes nothing.
pub async fn begin(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    back: String,
    purpose: SignInPurpose,
) -> Result<Begun, Error> {
    let state = SignInState {
        id: ctx.id()?,
        provider: provider.id.clone(),
        nonce: random(ctx)?,
        verifier: random(ctx)?,
        back,
        purpose,
        expires_at: (ctx.now + policy::FEDERATED_SIGN_IN_LIFETIME).millis(),
    };
    let endpoint = endpoint(ctx, provider).await.map_err(|problem| problems::report(ctx, provider, problem))?;
    let location = request(ctx, provider, &endpoint, &state)?;
    Ok(Begun { location, state })
}

async fn endpoint(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
) -> Result<String, ProviderProblem> {
    match provider.kind.oauth() {
        Some(endpoints) => Ok(endpoints.authorization.to_owned()),
        None => Ok(metadata::of(ctx, provider).await?.authorization_endpoint),
    }
}

fn request<P>(
    ctx: &RequestContext<'_, P>,
    provider: &IdentityProvider,
    endpoint: &str,
    state: &SignInState,
) -> Result<String, Fault> {
    let challenge = PkceChallenge::of(&state.verifier).ok_or_else(|| Fault::new("PKCE", "a verifier that is none"))?;
    let redirect_uri = format!("{}{}", ctx.settings.base_url, provider.callback());
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("response_type", "code").append_pair("client_id", &provider.client_id);
    query.append_pair("redirect_uri", &redirect_uri).append_pair("scope", &provider.scopes);
    query.append_pair("state", &state.id.to_string());
    query.append_pair("code_challenge", challenge.as_str()).append_pair("code_challenge_method", "S256");
    if provider.kind.oauth().is_none() {
        query.append_pair("nonce", &state.nonce);
    }
    if matches!(state.purpose, SignInPurpose::Reauthenticate(_)) {
        query.append_pair("prompt", "login").append_pair("max_age", "0");
    }
    if provider.kind.answers_by_form() {
        query.append_pair("response_mode", "form_post");
    }
    let separator = if endpoint.contains('?') { '&' } else { '?' };
    Ok(format!("{endpoint}{separator}{}", query.finish()))
}

/// 256 bits: 43 characters, the least that a verifier may have.
fn random(ctx: &RequestContext<'_, impl Platform>) -> Result<String, Fault> {
    Ok(URL_SAFE_NO_PAD.encode(ctx.platform.bytes::<32>()?))
}
