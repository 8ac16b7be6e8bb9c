//! What a client asks for: valid for the client, and for the resource that it names (RFC 8707).

use crate::domain::error::Fault;
use crate::domain::oauth::authorization_request::AuthorizationRequest;
use crate::domain::oauth::client::Client;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::clients;

/// An authorization request that was made at a time. `api` is the client with the resource that it names.
pub fn read<P>(
    ctx: &RequestContext<'_, P>,
    parameters: &Parameters,
    client: &Client,
    api: Option<&Client>,
    at: Timestamp,
) -> Result<AuthorizationRequest, Refusal> {
    let request = AuthorizationRequest::read(parameters, &client.metadata, at)?;
    check_resource(ctx, client, &request.scopes, request.resource.as_deref(), api)?;
    Ok(request)
}

/// Requires that the resource exists, if one is named, and offers the scopes.
pub fn check_resource<P>(
    ctx: &RequestContext<'_, P>,
    client: &Client,
    asked: &Scopes,
    resource: Option<&str>,
    api: Option<&Client>,
) -> Result<(), Refusal> {
    let Some(resource) = resource else {
        return Ok(());
    };
    if client.metadata.first_party && resource == ctx.settings.issuer.audience {
        return Ok(());
    }
    let api = api.filter(|api| api.disabled_at.is_none()).and_then(|api| api.metadata.api.as_ref());
    let api = api.ok_or(Refusal::new(ErrorName::InvalidTarget, "There is no such resource."))?;
    let offered = |scope: &str| scopes::is_own(scope) || api.scopes.contains(scope);
    if asked.iter().all(offered) {
        Ok(())
    } else {
        Err(Refusal::new(ErrorName::InvalidScope, "The resource does not offer this scope."))
    }
}

/// The client with a resource, if one is named.
pub async fn find_api(
    ctx: &RequestContext<'_, impl Platform>,
    resource: Option<&str>,
) -> Result<Option<Client>, Fault> {
    let Some(resource) = resource else {
        return Ok(None);
    };
    ctx.platform.rows(clients::find_api(resource)).await?.first().map(clients::read).transpose()
}
