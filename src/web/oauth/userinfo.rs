//! `/oauth/userinfo`: claims about the user of an access token (OpenID Connect Core §5.3).

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::oauth::userinfo;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};

/// The token is in the header, or with `POST` in the body (RFC 6750 §2.1, §2.2).
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = match credential::header(request.headers(), &AUTHORIZATION)? {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => token,
        Some(_) => return Err(Error::TokenInvalid),
        None if *request.method() == Method::POST => {
            request::form_field(request, "access_token").map_err(|_| Error::Unauthorized)?
        }
        None => return Err(Error::Unauthorized),
    };
    Ok(response::json(StatusCode::OK, &userinfo::userinfo(ctx, &token).await?))
}
