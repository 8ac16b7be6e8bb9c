//! A client gets an access token for itself (RFC 6749 §4.4): no user has a part in it, so there is no session, no ID token and no
//! refresh token, and nothing to revoke but the client.

use crate::domain::error::Error;
use crate::domain::oauth::client::{Api, Client, Grant};
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::policy;
use crate::domain::sessions::access_token::ClientGrant;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::{self, PresentedClient};
use crate::flows::oauth::known_request;
use crate::flows::oauth::tokens::Issued;
use crate::ports::Platform;
use crate::store::clients;

/// What the client sends with its authentication.
pub struct Request<'a> {
    pub resource: &'a str,
    /// `None`: everything that the client may do there.
    pub scopes: Option<Scopes>,
}

/// In one round trip, which only reads.
pub async fn issue(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    request: &Request<'_>,
) -> Result<Issued, Error> {
    let (client, found) = client.authenticate(ctx, vec![clients::find_api(request.resource)]).await?;
    client_auth::check_grant(&client, Grant::ClientCredentials)?;
    let api = found.iter().flatten().next().map(clients::read).transpose()?;
    // Our own routes act for users.
    let is_open = |api: &Api| !ctx.settings.is_own_audience(api.resource.as_str());
    let api = known_request::usable(api.as_ref(), is_open)?;
    let scope = granted(&client, api, request.scopes.as_ref())?.to_string();
    let grant = ClientGrant { client_id: client.id.as_str(), audience: api.resource.as_str(), scope: &scope };
    let expires_at = ctx.now.whole_seconds() + policy::CLIENT_ACCESS_LIFETIME;
    let access_token = access_tokens::mint_for_itself(ctx, &grant, expires_at).await?;
    let expires_in = policy::CLIENT_ACCESS_LIFETIME.as_secs();
    Ok(Issued { access_token, expires_in, scope, refresh_token: None, id_token: None })
}

/// The scopes of the token. It has one at least: an administrator has decided then that this client may use this API.
fn granted(client: &Client, api: &Api, asked: Option<&Scopes>) -> Result<Scopes, Refusal> {
    let refusal = |description| Refusal::new(ErrorName::InvalidScope, description);
    let may = client.metadata.scopes.filter(|scope| !scopes::is_own(scope) && api.scopes.contains(scope));
    let granted = match asked {
        Some(asked) if asked.iter().any(scopes::is_own) => {
            return Err(refusal("This scope is about a user, and there is none."));
        }
        Some(asked) if !asked.is_within(&client.metadata.scopes) => {
            return Err(refusal("The client is not registered for this scope."));
        }
        Some(asked) if !asked.is_within(&may) => return Err(refusal("The resource does not offer this scope.")),
        Some(asked) if !asked.is_empty() => asked.clone(),
        _ => may,
    };
    if granted.is_empty() { Err(refusal("The client may do nothing at this resource.")) } else { Ok(granted) }
}
