//! Dialect R, FastReport Cloud's: who a credential belongs to. Its clients' instructions begin with this call.

use http::StatusCode;
use serde::Serialize;

use crate::domain::accounts::user::User;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};

/// `UserProfileVM`, as FastReport's clients have it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    id: Id<User>,
    name: String,
    username: String,
    email: String,
    /// It is changed on the account's pages, and not here.
    is_read_only: bool,
}

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let who = authenticate::caller(ctx, &credential::of(ctx, request)?).await?;
    let User { id, login, email, .. } = who.into_user();
    let profile = Profile { id, name: login.clone(), username: login, email, is_read_only: true };
    Ok(response::json(StatusCode::OK, &profile))
}
