//! How a request authenticates its client (RFC 6749 §2.3.1, RFC 7521 §4.2): in the header or in the body, never in two ways.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::header::AUTHORIZATION;

use crate::domain::error::Error;
use crate::domain::oauth::client_assertion;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::secret::Secret;
use crate::domain::tokens::api_token;
use crate::flows::oauth::client_auth::ClientCredentials;
use crate::web::http::credential;
use crate::web::http::request::{self, Request};

const TWO_WAYS: Error = Error::oauth(ErrorName::InvalidRequest, "The client authenticates itself in two ways.");

/// The client that a request authenticates, for endpoints that everybody else calls too: with a token, an API key, a cookie, or
/// nothing. `None`: it does not say that it is one.
pub fn find(request: &Request) -> Result<Option<ClientCredentials>, Error> {
    // A body that is no form is refused by those who need it.
    let parameters = Parameters::new(request::form(request).unwrap_or_default());
    let proves = ["client_secret", "client_assertion"].into_iter().any(|name| parameters.get(name).is_some());
    let is_clients = match credential::header(request.headers(), &AUTHORIZATION)? {
        None => proves || parameters.get("client_id").is_some(),
        Some((scheme, credentials)) => {
            let basic = Some(credentials).filter(|_| scheme.eq_ignore_ascii_case("basic"));
            let pair = basic.and_then(|credentials| decode(&credentials));
            pair.is_some_and(|(id, _)| id != api_token::API_KEY_USER)
        }
    };
    match (is_clients, proves) {
        (false, false) => Ok(None),
        (false, true) => Err(TWO_WAYS),
        (true, _) => {
            parameters.check()?;
            read(request, &parameters).map(Some)
        }
    }
}

pub fn read(request: &Request, parameters: &Parameters) -> Result<ClientCredentials, Error> {
    let header = credential::header(request.headers(), &AUTHORIZATION)?;
    let secret = parameters.only("client_secret").map(Secret::new);
    let assertion = assertion(parameters)?;
    let named = parameters.only("client_id").map(str::to_owned);
    match (header, secret, assertion) {
        (Some((scheme, credentials)), None, None) => {
            let malformed = Error::oauth(ErrorName::InvalidClient, "The header Authorization is none of Basic.");
            let basic = Some(&credentials).filter(|_| scheme.eq_ignore_ascii_case("basic"));
            let (id, secret) = basic.and_then(|credentials| decode(credentials)).ok_or(malformed)?;
            match named {
                Some(named) if named != id => Err(TWO_WAYS),
                _ if secret.expose().is_empty() => Ok(ClientCredentials::Name(id)),
                _ => Ok(ClientCredentials::Secret(id, secret)),
            }
        }
        (None, None, Some(assertion)) => Ok(ClientCredentials::Assertion { client_id: named, assertion }),
        (None, secret, None) => {
            let id = named.ok_or(Error::oauth(ErrorName::InvalidClient, "client_id is missing."))?;
            Ok(match secret {
                Some(secret) => ClientCredentials::Secret(id, secret),
                None => ClientCredentials::Name(id),
            })
        }
        _ => Err(TWO_WAYS),
    }
}

fn assertion(parameters: &Parameters) -> Result<Option<String>, Error> {
    match (parameters.only("client_assertion_type"), parameters.only("client_assertion")) {
        (None, None) => Ok(None),
        (Some(client_assertion::TYPE), Some(assertion)) => Ok(Some(assertion.to_owned())),
        (Some(_), Some(_)) => {
            Err(Error::oauth(ErrorName::InvalidClient, "This client_assertion_type is not supported."))
        }
        _ => Err(Error::oauth(
            ErrorName::InvalidRequest,
            "client_assertion and client_assertion_type must be sent together.",
        )),
    }
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
