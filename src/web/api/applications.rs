//! `applications`: the clients that have access to a user's account.

use http::StatusCode;
use serde::Serialize;

use crate::domain::error::Error;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::oauth::applications;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct List {
    applications: Vec<Item>,
}

#[derive(Serialize)]
struct Item {
    client_id: String,
    client_name: String,
    scope: String,
    /// The API that it uses; `null` is this service alone.
    resource: Option<String>,
    created_at: Timestamp,
    /// `null`: it has no session now.
    last_used_at: Option<Timestamp>,
}

pub async fn list(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    let items = applications::list(ctx, &signed_in).await?.into_iter().map(|application| Item {
        client_id: application.client,
        client_name: application.name,
        scope: application.scopes.to_string(),
        resource: application.resource,
        created_at: application.since,
        last_used_at: application.last_used_at,
    });
    Ok(response::json(StatusCode::OK, &List { applications: items.collect() }))
}

/// Takes `client_id` in the body: some are URLs.
pub async fn withdraw(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let signed_in = authenticate::require_session(ctx, &credential::of(ctx, request)?).await?;
    applications::withdraw(ctx, &signed_in, Fields::json(request)?.text("client_id")?).await?;
    Ok(response::empty(StatusCode::NO_CONTENT))
}
