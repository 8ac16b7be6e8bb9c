//! `/api/admin/clients…`: administrators register OAuth clients. The members are RFC 7591's, and some of our own.

use std::time::Duration;

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::domain::audit::Act;
use crate::domain::error::{Error, Field};
use crate::domain::oauth::client::{Api, AuthMethod, Client, ClientId, ClientMetadata, Grant};
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::jwk_set::ClientKeys;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::resource::Resource;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::flows::admin::clients::{self, IssuedClient};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_users::{act, look};
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List {
    clients: Vec<Item>,
    /// The `cursor` of the next page; `null` on the last.
    next: Option<String>,
}

#[derive(Serialize)]
struct Item {
    client_id: String,
    client_name: String,
    token_endpoint_auth_method: &'static str,
    grant_types: Vec<&'static str>,
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    /// `null`: it is told of no session's end.
    backchannel_logout_uri: Option<String>,
    scope: String,
    first_party: bool,
    require_pkce: bool,
    /// The public keys of a client that signs (`private_key_jwt`).
    jwks: Option<Box<RawValue>>,
    id_token_claims: bool,
    /// `null`: RS256 if there is a key for it, else ES256.
    id_token_signed_response_alg: Option<&'static str>,
    /// `null` if it is no API.
    resource: Option<String>,
    resource_scopes: String,
    resource_open: bool,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// `null` while it is enabled.
    disabled_at: Option<Timestamp>,
    /// `null` unless the secret before the current one still works.
    previous_secret_until: Option<Timestamp>,
}

impl Item {
    fn of(client: Client, now: Timestamp) -> Self {
        let metadata = client.metadata;
        let texts = |uris: &[RedirectUri]| uris.iter().map(|uri| uri.as_str().to_owned()).collect();
        Self {
            client_id: client.id.to_string(),
            token_endpoint_auth_method: metadata.auth_method.as_str(),
            grant_types: metadata.grants.iter().map(|grant| grant.as_str()).collect(),
            redirect_uris: texts(&metadata.redirect_uris),
            post_logout_redirect_uris: texts(&metadata.post_logout_redirect_uris),
            backchannel_logout_uri: metadata.backchannel_logout_uri.map(|uri| uri.as_str().to_owned()),
            client_name: metadata.name,
            scope: metadata.scopes.to_string(),
            first_party: metadata.first_party,
            require_pkce: metadata.requires_pkce,
            jwks: metadata.jwks.as_ref().and_then(|keys| RawValue::from_string(keys.as_str().to_owned()).ok()),
            id_token_claims: metadata.id_token_claims,
            id_token_signed_response_alg: metadata.id_token_algorithm.map(IdTokenAlgorithm::as_str),
            resource: metadata.api.as_ref().map(|api| api.resource.to_string()),
            resource_scopes: metadata.api.as_ref().map(|api| api.scopes.to_string()).unwrap_or_default(),
            resource_open: metadata.api.is_some_and(|api| api.open),
            created_at: client.created_at,
            updated_at: client.updated_at,
            disabled_at: client.disabled_at,
            previous_secret_until: client.previous_secret_until.filter(|until| *until > now),
        }
    }
}

/// A client and its secret, which is shown this once; without one if the client authenticates itself another way, or not at all.
#[derive(Serialize)]
struct Issued {
    #[serde(flatten)]
    item: Item,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_secret: Option<String>,
}

fn issued(ctx: &RequestContext<'_, impl Platform>, status: StatusCode, issued: IssuedClient) -> Response {
    let IssuedClient { client, secret } = issued;
    response::json(status, &Issued { item: Item::of(client, ctx.now), client_secret: secret })
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ListClients).await?;
    let page = clients::list(ctx, &admin, &after(request)?).await?;
    let clients = page.items.into_iter().map(|client| Item::of(client, ctx.now)).collect();
    Ok(response::json(StatusCode::OK, &List { clients, next: page.next }))
}

/// The client after which a page of the list begins.
pub fn after(request: &Request) -> Result<String, Error> {
    Ok(request::optional_parameter(request, "cursor", Some)?.unwrap_or_default())
}

pub async fn view(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = look(ctx, request, Act::ViewClient).await?;
    let client = clients::view(ctx, &admin, &target(request)?).await?;
    Ok(response::json(StatusCode::OK, &Item::of(client, ctx.now)))
}

pub async fn create(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = act(ctx, request, Act::CreateClient).await?;
    let fields = Fields::json(request)?;
    let id = fields.optional_text("client_id")?.map(client_id).transpose()?;
    let client = admin.create_client(ctx, id, &metadata(ctx, &fields)?).await?;
    Ok(issued(ctx, StatusCode::CREATED, client))
}

pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = act(ctx, request, Act::ChangeClient).await?;
    let (fields, id) = (Fields::json(request)?, target(request)?);
    // It may be repeated, and never changes (RFC 7592 §2.2).
    if fields.optional_text("client_id")?.is_some_and(|named| named != id.as_str()) {
        return Err(Error::InvalidRequest(Some("client_id")));
    }
    admin.change_client(ctx, &id, &metadata(ctx, &fields)?).await?;
    Ok(response::message("Client changed successfully"))
}

pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::DeleteClient).await?.delete_client(ctx, &target(request)?).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn rotate_secret(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let admin = act(ctx, request, Act::RotateClientSecret).await?;
    let overlap = overlap(&Fields::json_or_none(request)?)?;
    let client = admin.rotate_client_secret(ctx, &target(request)?, overlap).await?;
    Ok(issued(ctx, StatusCode::OK, client))
}

pub async fn end_secret(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::EndClientSecret).await?.end_client_secret(ctx, &target(request)?).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}

pub async fn disable(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::DisableClient).await?.set_client_disabled(ctx, &target(request)?, true).await?;
    Ok(response::message("Client disabled successfully"))
}

pub async fn enable(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    act(ctx, request, Act::EnableClient).await?.set_client_disabled(ctx, &target(request)?, false).await?;
    Ok(response::message("Client enabled successfully"))
}

/// The client of `/api/admin/clients/{id}…` or `/admin/clients/{id}…`.
pub fn target(request: &Request) -> Result<ClientId, Error> {
    let segments = request::segments(request.uri().path());
    let named = segments.iter().skip_while(|segment| **segment != "clients").nth(1);
    named.and_then(|id| ClientId::parse(id)).ok_or(Error::NotFound)
}

/// A chosen id.
pub fn client_id(text: &str) -> Result<ClientId, Error> {
    ClientId::parse(text).ok_or(Error::InvalidRequest(Some("client_id")))
}

fn metadata<P>(ctx: &RequestContext<'_, P>, fields: &Fields) -> Result<ClientMetadata, Error> {
    let wrong = |field| Error::InvalidRequest(Some(field));
    let grants = texts(fields, "grant_types")?.map(|words| words.into_iter().map(Grant::parse).collect());
    let default_grants = || Some(vec![Grant::AuthorizationCode, Grant::RefreshToken]);
    let grants: Option<Vec<_>> = grants.unwrap_or_else(default_grants);
    let method =
        fields.optional_text("token_endpoint_auth_method")?.map_or(Some(AuthMethod::Secret), AuthMethod::parse);
    let required_pkce = fields.value("require_pkce").is_none_or(Value::is_null) || fields.flag("require_pkce")?;
    checked(ClientMetadata {
        name: fields.text("client_name")?.trim().to_owned(),
        auth_method: method.ok_or_else(|| wrong("token_endpoint_auth_method"))?,
        redirect_uris: redirect_uris(fields, "redirect_uris")?,
        post_logout_redirect_uris: redirect_uris(fields, "post_logout_redirect_uris")?,
        backchannel_logout_uri: notified_uri(ctx, fields.optional_text("backchannel_logout_uri")?.unwrap_or_default())?,
        grants: grants.ok_or_else(|| wrong("grant_types"))?,
        scopes: scopes(fields.optional_text("scope")?.unwrap_or(policy::CLIENT_SCOPES), "scope")?,
        api: api(fields)?,
        first_party: fields.flag("first_party")?,
        requires_pkce: required_pkce,
        id_token_claims: fields.flag("id_token_claims")?,
        jwks: keys(fields)?,
        id_token_algorithm: algorithm(fields.optional_text("id_token_signed_response_alg")?)?,
    })
}

fn keys(fields: &Fields) -> Result<Option<ClientKeys>, Error> {
    let given = fields.value("jwks").filter(|keys| !keys.is_null());
    given.map(|keys| ClientKeys::parse(keys).ok_or(Error::InvalidRequest(Some("jwks")))).transpose()
}

fn algorithm(named: Option<&str>) -> Result<Option<IdTokenAlgorithm>, Error> {
    let unknown = Error::InvalidRequest(Some("id_token_signed_response_alg"));
    named.map(|name| IdTokenAlgorithm::parse(name).ok_or(unknown)).transpose()
}

fn redirect_uris(fields: &Fields, field: Field) -> Result<Vec<RedirectUri>, Error> {
    parsed_uris(texts(fields, field)?.unwrap_or_default(), field)
}

fn api(fields: &Fields) -> Result<Option<Api>, Error> {
    let scopes = scopes(fields.optional_text("resource_scopes")?.unwrap_or_default(), "resource_scopes")?;
    let (resource, open) = (fields.optional_text("resource")?.unwrap_or_default(), fields.flag("resource_open")?);
    parsed_api(resource, scopes, open)
}

/// The strings of an array; `None` if the member is missing or null.
fn texts(fields: &Fields, field: Field) -> Result<Option<Vec<&str>>, Error> {
    let texts = match fields.value(field) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Array(values)) => values.iter().map(Value::as_str).collect::<Option<_>>(),
        Some(_) => None,
    };
    texts.map(Some).ok_or(Error::InvalidRequest(Some(field)))
}

fn overlap(fields: &Fields) -> Result<Duration, Error> {
    let seconds = match fields.value("overlap_seconds") {
        None | Some(Value::Null) => return Ok(policy::CLIENT_SECRET_OVERLAP),
        Some(value) => value.as_u64(),
    };
    seconds.and_then(overlap_of).ok_or(Error::InvalidRequest(Some("overlap_seconds")))
}

/// How long the secret before a new one works, if it may work for so long.
pub fn overlap_of(seconds: u64) -> Option<Duration> {
    let overlap = policy::seconds(seconds);
    (overlap <= policy::CLIENT_SECRET_OVERLAP_MAX).then_some(overlap)
}

/// Scopes, as a form or an API has them.
pub fn scopes(text: &str, field: Field) -> Result<Scopes, Error> {
    Scopes::parse(text).ok_or(Error::InvalidRequest(Some(field)))
}

/// Redirect addresses, each once.
pub fn parsed_uris(texts: Vec<&str>, field: Field) -> Result<Vec<RedirectUri>, Error> {
    let mut uris = Vec::new();
    for text in texts {
        let uri = RedirectUri::parse(text).ok_or(Error::InvalidRequest(Some(field)))?;
        if !uris.contains(&uri) {
            uris.push(uri);
        }
    }
    Ok(uris)
}

/// Where a client is told of the end of a session; none if the text is empty.
pub fn notified_uri<P>(ctx: &RequestContext<'_, P>, text: &str) -> Result<Option<RedirectUri>, Error> {
    if text.is_empty() {
        return Ok(None);
    }
    let uri = RedirectUri::parse(text).filter(|uri| uri.is_reachable(ctx.settings.base_url.is_loopback()));
    uri.map(Some).ok_or(Error::InvalidRequest(Some("backchannel_logout_uri")))
}

/// The API that a client is. Its scopes and its openness mean nothing without its identifier.
pub fn parsed_api(resource: &str, scopes: Scopes, open: bool) -> Result<Option<Api>, Error> {
    let wrong = |field| Err(Error::InvalidRequest(Some(field)));
    match (resource, Resource::parse(resource)) {
        ("", _) if !scopes.is_empty() => wrong("resource_scopes"),
        ("", _) if open => wrong("resource_open"),
        ("", _) => Ok(None),
        (_, Some(resource)) => Ok(Some(Api { resource, scopes, open })),
        (_, None) => wrong("resource"),
    }
}

/// What a client is registered as, if no field contradicts another.
pub fn checked(mut metadata: ClientMetadata) -> Result<ClientMetadata, Error> {
    let mut grants = Vec::new();
    for grant in metadata.grants {
        if !grants.contains(&grant) {
            grants.push(grant);
        }
    }
    metadata.grants = grants;
    metadata.contradiction().map_or(Ok(metadata), |field| Err(Error::InvalidRequest(Some(field))))
}
