//! Learns from a provider who has come back (OpenID Connect Core §3.1.3).

use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jwt_compact::Claims;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::jws::{self, Jws};
use crate::domain::error::{Fault, ProviderProblem};
use crate::domain::identity_providers::id_token::UpstreamClaims;
use crate::domain::identity_providers::identity::{Identity, UpstreamTokens};
use crate::domain::identity_providers::metadata::{ProviderMetadata, TENANT};
use crate::domain::identity_providers::provider::{ClientAuth, IdentityProvider};
use crate::domain::identity_providers::sign_in_state::SignInState;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::{metadata, profiles, requests};
use crate::flows::signing;
use crate::ports::{Platform, Signatures};

/// The parameters with which a browser comes back.
pub struct ProviderAnswer<'a> {
    pub code: &'a str,
    pub error: &'a str,
    pub iss: &'a str,
}

/// What the token endpoint answers (RFC 6749 §5.1). GitHub's errors come with the status of a success.
struct Tokens {
    access: Option<String>,
    id: Option<String>,
    refresh: Option<String>,
    /// In seconds.
    expires_in: Option<u32>,
    scope: Option<String>,
}

impl Tokens {
    /// Those of the provider's own API.
    fn upstream(&self, now: Timestamp) -> Option<UpstreamTokens> {
        Some(UpstreamTokens {
            access_token: self.access.clone()?,
            refresh_token: self.refresh.clone(),
            expires_at: self.expires_in.map(|seconds| now.seconds().saturating_add(seconds.into())),
            scope: self.scope.clone(),
        })
    }
}

/// Everything that a provider says is verified, also what has come straight from it.
pub async fn identify(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    state: &SignInState,
    answer: &ProviderAnswer<'_>,
) -> Result<Identity, ProviderProblem> {
    let Some(endpoints) = provider.kind.oauth() else {
        let metadata = metadata::of(ctx, provider).await?;
        check_issuer(&metadata, answer.iss)?;
        let code = code(answer)?;
        let tokens = redeem(ctx, provider, state, code, &metadata.token_endpoint, metadata.takes_basic).await?;
        let identity = by_id_token(ctx, provider, state, &metadata, &tokens).await?;
        return Ok(with_tokens(ctx, provider, identity, &tokens));
    };
    let code = code(answer)?;
    let tokens = redeem(ctx, provider, state, code, endpoints.token, false).await?;
    let access = tokens.access.as_ref().ok_or_else(|| ProviderProblem::unacceptable("no access token"))?;
    let identity = profiles::identity(ctx.platform, provider, endpoints.user, access).await?;
    Ok(with_tokens(ctx, provider, identity, &tokens))
}

fn with_tokens<P>(
    ctx: &RequestContext<'_, P>,
    provider: &IdentityProvider,
    identity: Identity,
    tokens: &Tokens,
) -> Identity {
    let kept = if provider.keeps_tokens { tokens.upstream(ctx.now) } else { None };
    Identity { tokens: kept, ..identity }
}

/// Against mix-ups (RFC 9207 §2.4): an answer of another provider must not lead our code to this one.
fn check_issuer(metadata: &ProviderMetadata, iss: &str) -> Result<(), ProviderProblem> {
    let is_missing = iss.is_empty() && metadata.names_issuer;
    let is_other = !iss.is_empty() && iss != metadata.issuer && !metadata.issuer.contains(TENANT);
    if is_missing || is_other { Err(ProviderProblem::unacceptable("an answer of another issuer")) } else { Ok(()) }
}

fn code<'a>(answer: &ProviderAnswer<'a>) -> Result<&'a str, ProviderProblem> {
    let is_code = !answer.code.is_empty() && answer.code.len() <= policy::CREDENTIAL_LIMIT;
    if answer.error.is_empty() && is_code { Ok(answer.code) } else { Err(ProviderProblem::Declined) }
}

async fn redeem(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    state: &SignInState,
    code: &str,
    endpoint: &str,
    by_basic: bool,
) -> Result<Tokens, ProviderProblem> {
    let redirect_uri = format!("{}{}", ctx.settings.base_url, provider.callback());
    let secret = client_secret(ctx, provider).await.map_err(ProviderProblem::Unreachable)?;
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", &redirect_uri),
        ("code_verifier", &state.verifier),
    ];
    let authorization = secret.as_ref().filter(|_| by_basic).map(|secret| basic(&provider.client_id, secret));
    if authorization.is_none() {
        form.push(("client_id", &provider.client_id));
        form.extend(secret.as_ref().map(|secret| ("client_secret", secret.as_str())));
    }
    let answer = requests::members(&requests::post_form(ctx.platform, endpoint, authorization, &form).await?)?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).map(str::to_owned);
    // A token of a type that we do not know must not be used (RFC 6749 §7.1).
    let is_bearer = text("token_type").is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
    Ok(Tokens {
        access: text("access_token").filter(|_| is_bearer),
        id: text("id_token"),
        refresh: text("refresh_token"),
        expires_in: answer.get("expires_in").and_then(Value::as_u64).and_then(|seconds| seconds.try_into().ok()),
        scope: text("scope"),
    })
}

/// RFC 6749 §2.3.1: both parts are form-encoded first.
fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// Claims of Apple's client secret (Sign in with Apple REST API, "Creating a client secret").
#[derive(Serialize)]
struct AppleSecret<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
}

async fn client_secret(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
) -> Result<Option<String>, Fault> {
    let (team_id, key_id, key) = match &provider.client_auth {
        ClientAuth::None => return Ok(None),
        ClientAuth::Secret(secret) => return Ok(Some(secret.clone())),
        ClientAuth::AppleKey { team_id, key_id, key } => (team_id, key_id, key),
    };
    let mut claims = Claims::new(AppleSecret { iss: team_id, sub: &provider.client_id, aud: &provider.issuer });
    claims.issued_at = Some(ctx.now.whole_seconds().to_chrono());
    claims.expiration = Some((ctx.now + policy::CLIENT_ASSERTION_LIFETIME_MAX).whole_seconds().to_chrono());
    let input = jws::signing_input(Algorithm::Es256.as_str(), key_id, "JWT", &claims)?;
    let signature = ctx.platform.sign(key_id, key, input.as_bytes()).await?;
    Ok(Some(jws::signed(&input, &signature)))
}

async fn by_id_token(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    state: &SignInState,
    metadata: &ProviderMetadata,
    tokens: &Tokens,
) -> Result<Identity, ProviderProblem> {
    let refuse = ProviderProblem::unacceptable;
    let text = tokens.id.as_ref().ok_or_else(|| refuse("no ID token"))?;
    let token = Jws::parse_foreign(text).ok_or_else(|| refuse("an ID token that is none"))?;
    let key = metadata::key(ctx, provider, token.kid(), token.alg()).await?;
    let is_genuine =
        signing::is_signed_by_client(ctx.platform, &key, &token).await.map_err(ProviderProblem::Unreachable)?;
    let claims =
        token.proved::<Map<String, Value>>(is_genuine).ok_or_else(|| refuse("an ID token of another signer"))?;
    let claims = UpstreamClaims::judge(claims, provider, &metadata.issuer, &state.nonce, ctx.now).map_err(refuse)?;
    if let (Some(hash), Some(access)) = (claims.at_hash(), &tokens.access) {
        let own = half_hash(ctx.platform, token.alg(), access).await.map_err(ProviderProblem::Unreachable)?;
        if hash != own {
            return Err(refuse("at_hash is of another access token"));
        }
    }
    let told = match (&metadata.userinfo_endpoint, &tokens.access) {
        (Some(endpoint), Some(access)) if !claims.has_email() => Some(userinfo(ctx, endpoint, access, &claims).await?),
        _ => None,
    };
    claims.identity(provider, told.as_ref()).map_err(refuse)
}

/// OpenID Connect Core §3.1.3.6.
async fn half_hash(platform: &impl Signatures, alg: &str, access: &str) -> Result<String, Fault> {
    let hash = match alg {
        "EdDSA" => platform.sha512(access.as_bytes()).await?,
        _ => Sha256::digest(access).to_vec(),
    };
    let (half, _) = hash.split_at(hash.len() / 2);
    Ok(URL_SAFE_NO_PAD.encode(half))
}

/// OpenID Connect Core §5.3.2.
async fn userinfo(
    ctx: &RequestContext<'_, impl Platform>,
    endpoint: &str,
    access: &str,
    claims: &UpstreamClaims,
) -> Result<UpstreamClaims, ProviderProblem> {
    let body = requests::get(ctx.platform, endpoint, Some(access)).await?;
    let told = UpstreamClaims::told(requests::members(&body)?);
    if claims.is_about_whom(&told) {
        Ok(told)
    } else {
        Err(ProviderProblem::unacceptable("userinfo is about another user"))
    }
}
