//! What an authorization request is judged by: its client, its resource, and the browser's session.

use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::oauth::authorization_request::AuthorizationRequest;
use crate::domain::oauth::client::{Api, Client};
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::oauth::scopes::{self, Scopes};
use crate::domain::sessions::session::Session;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_documents;
use crate::ports::{Platform, Row};
use crate::store::signed_in::{self, SignedIn};
use crate::store::{clients, consents};

/// What the database knows about a request, read in one round trip.
pub struct Known {
    /// Only a registered one.
    pub client: Option<Client>,
    pub api: Option<Client>,
    pub signed_in: Option<SignedIn>,
    pub consent: Option<Scopes>,
}

impl Known {
    pub async fn read(
        ctx: &RequestContext<'_, impl Platform>,
        id: &PresentedId,
        session: Option<Id<Session>>,
        resource: Option<&str>,
    ) -> Result<Self, Fault> {
        let mut batch = vec![clients::find_named(id.as_str()), clients::find_api(resource.unwrap_or_default())];
        if let Some(session) = session {
            batch.push(signed_in::select(session, None, ctx.now));
            batch.push(consents::find(session, id.as_str(), resource));
        }
        let results = ctx.platform.batch(batch).await?;
        let row = |place: usize| results.get(place).and_then(|rows: &Vec<Row>| rows.first());
        Ok(Self {
            client: row(0).map(clients::read).transpose()?,
            api: row(1).map(clients::read).transpose()?,
            signed_in: session.zip(row(2)).map(|(session, row)| signed_in::read(row, session)).transpose()?,
            consent: row(3).map(consents::read).transpose()?,
        })
    }

    /// The client, as an administrator or itself describes it.
    pub async fn client(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: PresentedId,
    ) -> Result<RequestingClient, Error> {
        let description = match &id {
            PresentedId::Registered(_) => {
                let enabled = self.client.clone().filter(|client| client.disabled_at.is_none());
                return enabled.map(RequestingClient::registered).ok_or(Error::UnknownClient);
            }
            PresentedId::Document(url) => {
                let signed_in = self.signed_in.as_ref().ok_or(Error::Unauthorized)?;
                client_documents::describe(ctx, signed_in, url).await?
            }
            PresentedId::SelfRegistered(registration) => registration.description.clone(),
        };
        let api = self.api.as_ref().and_then(|api| api.metadata.api.as_ref());
        Ok(RequestingClient::unregistered(id, &description, api))
    }
}

/// The rest of a request that was made at a time, with its resource. `api` is the client with that.
pub fn read<P>(
    ctx: &RequestContext<'_, P>,
    parameters: &Parameters,
    client: &RequestingClient,
    api: Option<&Client>,
    at: Timestamp,
) -> Result<AuthorizationRequest, Refusal> {
    let request = AuthorizationRequest::read(parameters, &client.metadata, at)?;
    check_resource(ctx, client, &request.scopes, request.resource.as_deref(), api)?;
    Ok(request)
}

/// Requires that the resource exists, if one is named (RFC 8707), is open to the client, and offers the scopes.
pub fn check_resource<P>(
    ctx: &RequestContext<'_, P>,
    client: &RequestingClient,
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
    let api = usable(api, |api| api.open || client.is_registered())?;
    let offered = |scope: &str| scopes::is_own(scope) || api.scopes.contains(scope);
    if asked.iter().all(offered) {
        Ok(())
    } else {
        Err(Refusal::new(ErrorName::InvalidScope, "The resource does not offer this scope."))
    }
}

/// The API that a client is, if it is enabled and open to whoever asks.
pub fn usable(api: Option<&Client>, is_open: impl FnOnce(&Api) -> bool) -> Result<&Api, Refusal> {
    let api = api.filter(|api| api.disabled_at.is_none()).and_then(|api| api.metadata.api.as_ref());
    let api = api.filter(|api| is_open(api));
    api.ok_or(Refusal::new(ErrorName::InvalidTarget, "There is no such resource."))
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
