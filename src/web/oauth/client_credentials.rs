//! How a request authenticates its client (RFC 6749 §2.3.1): in the header or in the body, never in both.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;

use crate::domain::error::Error;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::secret::Secret;
use crate::flows::oauth::client_auth::ClientCredentials;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};

pub fn read(request: &Request, parameters: &Parameters) -> Result<ClientCredentials, Error> {
    let in_body = (parameters.only("client_id"), parameters.only("client_secret"));
    let Some((scheme, credentials)) = credential::header(request.headers(), &AUTHORIZATION)? else {
        let id = in_body.0.ok_or(Error::oauth(ErrorName::InvalidClient, "client_id is missing."))?;
        return Ok(ClientCredentials { id: id.to_owned(), secret: in_body.1.map(Secret::new) });
    };
    let malformed = Error::oauth(ErrorName::InvalidClient, "The header Authorization is none of Basic.");
    let basic = Some(&credentials).filter(|_| scheme.eq_ignore_ascii_case("basic"));
    let (id, secret) = basic.and_then(|credentials| decode(credentials)).ok_or(malformed)?;
    if in_body.1.is_some() || in_body.0.is_some_and(|named| named != id) {
        return Err(Error::oauth(ErrorName::InvalidRequest, "The client authenticates itself in two ways."));
    }
    Ok(ClientCredentials { id, secret: Some(secret).filter(|secret| !secret.expose().is_empty()) })
}

/// RFC 6749 §2.3.1: both are form-encoded before they are joined.
fn decode(credentials: &str) -> Option<(String, Secret)> {
    let pair = STANDARD.decode(credentials).ok()?;
    let (id, secret) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    Some((form_decode(id)?, Secret::new(form_decode(secret)?)))
}

fn form_decode(text: &str) -> Option<String> {
    match request::pairs(text.as_bytes()).as_slice() {
        [] => Some(String::new()),
        [(decoded, value)] if value.is_empty() && !text.contains(['&', '=']) => Some(decoded.clone()),
        _ => None,
    }
}
