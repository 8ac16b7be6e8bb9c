//! `/oauth/userinfo`: claims about the user of an access token (OpenID Connect Core §5.3).

use http::header::AUTHORIZATION;
use http::{Method, StatusCode};

use crate::domain::error::Error;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::Refusal;
use crate::flows::context::RequestContext;
use crate::flows::oauth::userinfo;
use crate::ports::Platform;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(response::json(StatusCode::OK, &userinfo::userinfo(ctx, &token(request)?).await?))
}

/// The token is in the header, or with `POST` in the body (RFC 6750 §2.1, §2.2), but not in both (§2).
fn token(request: &Request) -> Result<String, Error> {
    let has_body = *request.method() == Method::POST && !request.body().is_empty();
    let parameters = Parameters::checked(if has_body { request::form(request)? } else { Vec::new() })?;
    match (credential::header(request.headers(), &AUTHORIZATION)?, parameters.get("access_token")) {
        (Some(_), Some(_)) => Err(Refusal::invalid("The token is sent in two ways.").into()),
        (Some((scheme, token)), None) if scheme.eq_ignore_ascii_case("bearer") => Ok(token),
        (Some(_), None) => Err(Error::TokenInvalid),
        (None, Some(token)) => Ok(token.to_owned()),
        (None, None) => Err(Error::Unauthorized),
    }
}
