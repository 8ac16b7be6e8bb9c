//! The credential of a request, wherever it is sent.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::HeaderMap;
use http::header::{AUTHORIZATION, COOKIE, HeaderName};
use zeroize::Zeroizing;

use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::domain::tokens::api_token;
use crate::flows::authentication::credential::Credential;
use crate::flows::context::RequestContext;
use crate::web::http::gateway;
use crate::web::http::origin;
use crate::web::http::request::Request;

/// Our own cookie. Because of its prefix, browsers only accept it from this host over https (RFC 6265bis §4.1.3.2).
pub const SESSION_COOKIE: &str = "__Host-session";

/// The request's credential. If it sends several, only the one with the highest precedence is checked.
pub fn of<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Credential, Error> {
    present(ctx, request, origin::is_safe(request.method()))
}

/// The credential that a gateway forwards for its client.
pub fn forwarded<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Credential, Error> {
    present(ctx, request, gateway::is_safe(request))
}

/// `safe`: the request changes nothing, so a cookie counts wherever the request comes from.
fn present<P>(ctx: &RequestContext<'_, P>, request: &Request, safe: bool) -> Result<Credential, Error> {
    if let Some(credential) = in_header(request.headers(), &AUTHORIZATION)? {
        return Ok(credential);
    }
    let headers = request.headers();
    let cookie = match cookie(headers, SESSION_COOKIE)?.map(Credential::Browser) {
        Some(session) => session,
        None => match cookie(headers, "token")? {
            Some(token) => Credential::Cookie(token),
            None => return Ok(Credential::Nothing),
        },
    };
    if safe { Ok(cookie) } else { origin::check_cookie_use(ctx.settings, headers).map(|()| cookie) }
}

/// Also accepts a header with a misspelled name, for the Django API: after `Authorization`, before cookies.
pub fn spelled_otherwise<P>(
    ctx: &RequestContext<'_, P>,
    request: &Request,
    name: &HeaderName,
) -> Result<Credential, Error> {
    let headers = request.headers();
    if headers.contains_key(AUTHORIZATION) {
        return of(ctx, request);
    }
    in_header(headers, name)?.map_or_else(|| of(ctx, request), Ok)
}

fn in_header(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Credential>, Error> {
    Ok(header(headers, name)?.map(|(scheme, token)| match scheme.to_ascii_lowercase().as_str() {
        "bearer" => Credential::Bearer(Secret::new(token)),
        "token" => Credential::PortalToken(Secret::new(token)),
        "basic" => api_key(&token).map_or(Credential::Foreign, Credential::ApiKey),
        _ => Credential::Foreign,
    }))
}

/// A header's scheme and the rest of its value, whatever its bytes: they are checked like any other credential. Two headers
/// of one name are an error: which one counts must not depend on the parser.
pub fn header(headers: &HeaderMap, name: &HeaderName) -> Result<Option<(String, String)>, Error> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else {
        return Ok(None);
    };
    let value = String::from_utf8_lossy(value.as_bytes());
    if values.next().is_some() || is_joined(&value) {
        return Err(Error::InvalidRequest(Some("Authorization")));
    }
    let (scheme, token) = value.trim().split_once(' ').unwrap_or((value.trim(), ""));
    Ok(Some((scheme.to_owned(), token.trim().to_owned())))
}

/// Whether the value is several headers, which the runtime joins with commas. Within one header a comma only occurs before a
/// further parameter of its scheme (RFC 9110 §11.4).
fn is_joined(value: &str) -> bool {
    let mut quoted = false;
    let mut parts = value.split(|c| {
        quoted ^= c == '"';
        c == ',' && !quoted
    });
    parts.next();
    parts.any(|part| {
        !part.split_once('=').is_some_and(|(name, _)| !name.trim().is_empty() && !name.trim().contains(' '))
    })
}

/// The password of the user `apikey` (RFC 7617 §2).
fn api_key(credentials: &str) -> Option<Secret> {
    let pair = Zeroizing::new(STANDARD.decode(credentials).ok()?);
    let (name, key) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    (name == api_token::API_KEY_USER).then(|| Secret::new(key))
}

/// A cookie (RFC 6265 §5.4). Two different values of one name are an error, as for headers: one of them was set by another
/// site. Two equal values count as one: a client has set it for two paths or domains. Other sites on the same domain may set
/// cookies with any bytes: those must not hide ours.
pub fn cookie(headers: &HeaderMap, name: &str) -> Result<Option<Secret>, Error> {
    let mut found = cookies(headers).filter(|(known, _)| *known == name).map(|(_, value)| value);
    let Some(value) = found.next() else {
        return Ok(None);
    };
    if found.all(|other| other == value) {
        Ok(Some(Secret::new(value)))
    } else {
        Err(Error::InvalidRequest(Some("Cookie")))
    }
}

/// Names and values of all cookies.
pub fn cookies(headers: &HeaderMap) -> impl Iterator<Item = (&str, &str)> {
    let pairs = headers.get_all(COOKIE).iter().flat_map(|line| line.as_bytes().split(|byte| *byte == b';'));
    let pairs = pairs.filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='));
    pairs.map(|(name, value)| (name, value.trim_matches('"')))
}
