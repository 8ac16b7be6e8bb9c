//! `AUTH_RESPONSE_ENVELOPE=fastschema`: the native API as the FastSchema SDK expects it. The SDK reads `data` and `error`,
//! has its own names for some fields, and may send its token in `X-Auth-Token`. Requests are translated before the handler
//! runs, responses after it. In the plain envelope nothing here has an effect.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::Value;

use crate::domain::credentials::email_otp;
use crate::domain::error::{Error, Field};
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::web::compat::fastschema::mirror::{described, mirror, rewrite};
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::Response;

/// The request with our names for headers and fields.
pub fn translate_request<'a>(settings: &Settings, request: &'a Request) -> Result<Cow<'a, Request>, Error> {
    if settings.response_style == ResponseStyle::Plain {
        return Ok(Cow::Borrowed(request));
    }
    let mut opened = request.clone();
    present_token(&mut opened);
    // In a gateway's request the body is its client's, not ours.
    if let Some(act) = act(request).filter(|act| act.first() != Some(&"verify"))
        && let Ok(fields) = Fields::json(request)
    {
        *opened.body_mut() = serde_json::to_vec(&translated(settings, &act, fields)?).unwrap_or_default();
    }
    Ok(Cow::Owned(opened))
}

/// `X-Auth-Token` counts as a Bearer token if there is no `Authorization`. Browsers never add it by themselves, so it needs
/// no CSRF check.
fn present_token(request: &mut Request) {
    let headers = request.headers_mut();
    if headers.contains_key(AUTHORIZATION) {
        return;
    }
    let tokens: Vec<_> = headers.get_all("x-auth-token").iter().cloned().collect();
    for token in tokens {
        if let Ok(bearer) = HeaderValue::from_bytes(&[b"Bearer ", token.as_bytes()].concat()) {
            headers.append(AUTHORIZATION, bearer);
        }
    }
}

/// Renames the SDK's fields to ours. Sending both names is an error, like sending one twice: which value counts must not
/// depend on the parser.
fn translated(settings: &Settings, act: &[&str], mut fields: Fields) -> Result<Fields, Error> {
    let same = |text: &str| Some(text.to_owned());
    fields.rename("username", "login", same)?;
    fields.rename("otp", "code", same)?;
    match act {
        ["otp", "verify"] => {
            fields.rename("session_id", "email", |sealed| email_otp::read_session(&settings.keys, sealed))?;
        }
        // The SDK leaves it to the service to compare the two passwords.
        ["local", "recover", "reset"] => drop(fields.chosen_password()?),
        _ => {}
    }
    Ok(fields)
}

/// The response as the SDK reads it.
pub fn wrap_response(settings: &Settings, request: &Request, response: Response) -> Response {
    let Some(act) = act(request).filter(|_| settings.response_style == ResponseStyle::FastSchema) else {
        return response;
    };
    rewrite(response, |answer| {
        let valid = answer.get("valid").and_then(Value::as_bool);
        if let Some(word) = activation(&act, valid) {
            answer.insert("activation".into(), word.into());
        }
        match bare(&act, valid) {
            Some(value) => drop(answer.insert("data".into(), value)),
            None => mirror(answer),
        }
        if valid == Some(false) {
            // The SDK returns `data`, and any object would count as a yes. It throws an `error`.
            answer.insert("error".into(), described(&Error::InvalidToken));
        }
    })
}

/// The activation state of an account, in the SDK's terms.
fn activation(act: &[&str], valid: Option<bool>) -> Option<&'static str> {
    match (act, valid) {
        // How activation continues: FastSchema also says so for an email that is sent again.
        (["local", "register"] | ["local", "activate", "send"], _) => Some("email"),
        (["local", "activate"], _) => Some("activated"),
        (["local", "recover"], _) => Some("sent"),
        (["local", "recover", "check"], Some(true)) => Some("valid"),
        _ => None,
    }
}

/// Values that FastSchema responds with instead of an object: its applications compare with them.
fn bare(act: &[&str], valid: Option<bool>) -> Option<Value> {
    match (act, valid) {
        (["local", "activate", "send"], _) => Some("email".into()),
        (["local", "recover"] | ["local", "recover", "reset"] | ["logout"] | ["logout", "all"], _)
        | (["local", "recover", "check"], Some(true)) => Some(true.into()),
        _ => None,
    }
}

/// The SDK's names for fields, and ours.
const NAMES: [(Field, Field); 3] = [("username", "login"), ("otp", "code"), ("session_id", "email")];

/// The error with the field's name as it was sent, or if it is missing, with the SDK's name on that route.
pub fn named(envelope: ResponseStyle, request: &Request, error: &Error) -> Option<Error> {
    let Error::InvalidRequest(Some(field)) = error else {
        return None;
    };
    let (own, _) = NAMES.iter().find(|(_, plain)| envelope == ResponseStyle::FastSchema && plain == field)?;
    let fields = Fields::json(request).unwrap_or_default();
    let sent = |name| fields.value(name).is_some();
    let by_the_sdk = match act(request).unwrap_or_default().as_slice() {
        ["local", "register"] => *own == "username",
        ["otp", "verify"] => *own != "username",
        _ => false,
    };
    (sent(own) || by_the_sdk && !sent(field)).then_some(Error::InvalidRequest(Some(own)))
}

/// The path below `/api/auth`: FastSchema only has these routes.
fn act(request: &Request) -> Option<Vec<&str>> {
    let segments = request::segments(request.uri().path());
    segments.strip_prefix(&["api", "auth"]).map(<[_]>::to_vec)
}
