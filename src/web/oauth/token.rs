//! `/oauth/token`: tokens for clients (RFC 6749 §3.2).

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::scopes::Scopes;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::{self, PresentedClient};
use crate::flows::oauth::client_credentials as client_grant;
use crate::flows::oauth::client_refresh::{self, Refresh};
use crate::flows::oauth::device;
use crate::flows::oauth::redeem::{self, Redemption};
use crate::flows::oauth::tokens::{self, Issued};
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::oauth::client_credentials;

/// RFC 6749 §5.1, OpenID Connect Core §3.1.3.3.
#[derive(Serialize)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id_token: Option<String>,
}

pub async fn issue(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = Parameters::checked(request::form(request)?)?;
    let grant = parameters.get("grant_type").ok_or(Refusal::invalid("grant_type is missing."))?;
    let unsupported = Error::oauth(ErrorName::UnsupportedGrantType, "This grant_type is not supported.");
    let grant = Grant::parse(grant).ok_or(unsupported)?;
    let client = client_auth::read(ctx, &client_credentials::read(request, &parameters)?).await?;
    let issued = match grant {
        Grant::AuthorizationCode => redeem(ctx, &client, &parameters).await?,
        Grant::RefreshToken => refresh(ctx, &client, &parameters).await?,
        Grant::ClientCredentials => issue_for_itself(ctx, &client, &parameters).await?,
        Grant::DeviceCode => poll(ctx, &client, &parameters).await?,
    };
    let Issued { access_token, expires_in, scope, refresh_token, id_token } = issued;
    let tokens = Tokens { access_token, token_type: "Bearer", expires_in, scope, refresh_token, id_token };
    Ok(response::json(StatusCode::OK, &tokens))
}

async fn redeem(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    parameters: &Parameters,
) -> Result<Issued, Error> {
    let redemption = Redemption {
        code: parameters.get("code").ok_or(Refusal::invalid("code is missing."))?,
        verifier: parameters.get("code_verifier"),
        redirect_uri: parameters.get("redirect_uri"),
        resource: parameters.get("resource"),
    };
    let session = redeem::redeem(ctx, client, &redemption).await?.named_by(&client.id);
    Ok(tokens::issue(ctx, &session, &session.scopes).await?)
}

/// RFC 8628 §3.4.
async fn poll(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    parameters: &Parameters,
) -> Result<Issued, Error> {
    let device_code = parameters.get("device_code").ok_or(Refusal::invalid("device_code is missing."))?;
    let session = device::poll(ctx, client, device_code, parameters.get("resource")).await?;
    Ok(tokens::issue(ctx, &session, &session.scopes).await?)
}

async fn refresh(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    parameters: &Parameters,
) -> Result<Issued, Error> {
    let scopes = scopes(parameters)?;
    let request = Refresh {
        token: parameters.get("refresh_token").ok_or(Refusal::invalid("refresh_token is missing."))?,
        scopes: scopes.clone(),
        resource: parameters.get("resource"),
    };
    let session = client_refresh::refresh(ctx, client, &request).await?.named_by(&client.id);
    let scopes = scopes.unwrap_or_else(|| session.scopes.clone());
    Ok(tokens::issue(ctx, &session, &scopes).await?)
}

async fn issue_for_itself(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    parameters: &Parameters,
) -> Result<Issued, Error> {
    let resource = parameters.get("resource");
    let resource = resource.ok_or(Error::oauth(ErrorName::InvalidTarget, "resource is missing."))?;
    client_grant::issue(ctx, client, &client_grant::Request { resource, scopes: scopes(parameters)? }).await
}

fn scopes(parameters: &Parameters) -> Result<Option<Scopes>, Error> {
    let malformed = Error::oauth(ErrorName::InvalidScope, "scope is malformed.");
    parameters.get("scope").map(|scope| Scopes::parse(scope).ok_or(malformed)).transpose()
}
