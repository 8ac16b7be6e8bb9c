//! The FastReport Cloud API: the user of a credential. Its clients' instructions begin with this call.

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

/// `UserProfileVM`, as FastReport's clients expect it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Profile {
    id: Id<User>,
    name: String,
    username: String,
    email: String,
    /// True, because the profile is edited on the account pages only.
    is_read_only: bool,
}

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let caller = authenticate::caller(ctx, &credential::of(ctx, request)?).await?;
    let User { id, login, email, .. } = caller.into_user();
    let profile = Profile { id, name: login.clone(), username: login, email, is_read_only: true };
    Ok(response::json(StatusCode::OK, &profile))
}
