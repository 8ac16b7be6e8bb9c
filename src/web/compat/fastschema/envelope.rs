//! `AUTH_RESPONSE_ENVELOPE=fastschema`: dialect S as the FastSchema SDK speaks it. The SDK reads `data` and `error`, has
//! names of its own for some fields, and may send its token in `X-Auth-Token`. Requests are translated before a handler
//! sees them and answers after it is done; in the plain envelope nothing here does anything.

use std::borrow::Cow;

use http::header::{AUTHORIZATION, HeaderValue};
use serde_json::{Map, Value, json};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::registration::{self, Registration};
use crate::domain::accounts::user::User;
use crate::domain::credentials::email_otp;
use crate::domain::error::{Error, Fault, Field};
use crate::domain::id::Id;
use crate::domain::sessions::fastschema_user;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::error_response;
use crate::web::http::error_text;
use crate::web::http::request::{self, Fields, Request};
use crate::web::http::response::Response;
use crate::web::router::Route;

/// The request as the doors know it.
pub fn translate_request<'a>(
    settings: &Settings,
    route: Route,
    request: &'a Request,
) -> Result<Cow<'a, Request>, Error> {
    if settings.envelope == ResponseStyle::Plain {
        return Ok(Cow::Borrowed(request));
    }
    let mut opened = request.clone();
    present_token(&mut opened);
    if speaks_s(request)
        && route != Route::Verify
        && let Ok(fields) = Fields::json(request)
    {
        *opened.body_mut() = serde_json::to_vec(&translated(settings, route, fields)?).unwrap_or_default();
    }
    Ok(Cow::Owned(opened))
}

/// `X-Auth-Token` is a Bearer token by another name, where no `Authorization` goes before it. No browser adds it by
/// itself, so nothing has to be proved about who meant it.
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

/// The SDK's names become ours. Given both, whoever reads next could take the other one: that is a name given twice.
fn translated(settings: &Settings, route: Route, mut fields: Fields) -> Result<Fields, Error> {
    let same = |text: &str| Some(text.to_owned());
    fields.rename("username", "login", same)?;
    fields.rename("otp", "code", same)?;
    match route {
        Route::VerifyCode => {
            fields.rename("session_id", "email", |sealed| email_otp::read_session(&settings.keys, sealed))?;
        }
        // The SDK leaves it to the service to compare the two.
        Route::ResetPassword => drop(fields.chosen_password()?),
        _ => {}
    }
    Ok(fields)
}

/// The registration of a link that is shown in place of an address, however old it is.
pub fn shown_link(settings: &Settings, fields: &Fields) -> Result<Option<Id<Registration>>, Error> {
    let Some(token) = fields.optional_text("token")?.filter(|_| settings.envelope == ResponseStyle::FastSchema) else {
        return Ok(None);
    };
    if fields.optional_text("email")?.is_some() {
        return Err(Error::InvalidRequest(Some("token")));
    }
    registration::TOKEN.read(&settings.keys, token).ok_or(Error::InvalidToken).map(Some)
}

/// What `otp/verify` takes in place of the address.
pub fn session_id(ctx: &RequestContext<'_, impl Platform>, email: &EmailAddress) -> Result<Option<String>, Fault> {
    match ctx.settings.envelope {
        ResponseStyle::Plain => Ok(None),
        ResponseStyle::FastSchema => email_otp::session(&ctx.settings.keys, email, ctx.platform.bytes()?).map(Some),
    }
}

/// What `me` says of a user besides.
pub fn user(settings: &Settings, user: &User) -> Option<Value> {
    (settings.envelope == ResponseStyle::FastSchema).then(|| fastschema_user::profile(&user.login, user.role))
}

/// An answer as the SDK reads it.
pub fn wrap_response(settings: &Settings, route: Route, request: &Request, response: Response) -> Response {
    if settings.envelope == ResponseStyle::Plain || !speaks_s(request) {
        return response;
    }
    rewrite(response, |answer| {
        let valid = answer.get("valid").and_then(Value::as_bool);
        if let Some(word) = activation(route, valid) {
            answer.insert("activation".into(), word.into());
        }
        match bare(route, valid) {
            Some(value) => drop(answer.insert("data".into(), value)),
            None => mirror(answer),
        }
        if valid == Some(false) {
            // The SDK hands out `data`, and any object is as good as a yes to it. An `error` it throws.
            answer.insert("error".into(), described(&Error::InvalidToken));
        }
    })
}

/// The same for a refusal.
pub fn wrap_error(envelope: ResponseStyle, response: Response, error: &Error) -> Response {
    if envelope == ResponseStyle::Plain {
        return response;
    }
    rewrite(response, |answer| {
        mirror(answer);
        answer.insert("error".into(), described(error));
    })
}

/// How far an account is on its way, in the SDK's words.
const fn activation(route: Route, valid: Option<bool>) -> Option<&'static str> {
    match (route, valid) {
        // How activation goes on: FastSchema says it of the letter that is sent again as well.
        (Route::Register | Route::SendActivation, _) => Some("email"),
        (Route::Activate, _) => Some("activated"),
        (Route::Recover, _) => Some("sent"),
        (Route::CheckRecovery, Some(true)) => Some("valid"),
        _ => None,
    }
}

/// What FastSchema answers instead of an object, to which its applications compare.
fn bare(route: Route, valid: Option<bool>) -> Option<Value> {
    match route {
        Route::SendActivation => Some("email".into()),
        Route::Recover | Route::ResetPassword | Route::Logout | Route::LogoutAll => Some(true.into()),
        Route::CheckRecovery if valid == Some(true) => Some(true.into()),
        _ => None,
    }
}

/// The SDK's names for fields, beside ours.
const NAMES: [(Field, Field); 3] = [("username", "login"), ("otp", "code"), ("session_id", "email")];

/// An error about a field by the name it was sent under; where it is missing, by the one the SDK has for it at that route.
pub fn named(envelope: ResponseStyle, request: &Request, error: &Error) -> Option<Error> {
    let Error::InvalidRequest(Some(field)) = error else {
        return None;
    };
    let (own, _) = NAMES.iter().find(|(_, plain)| envelope == ResponseStyle::FastSchema && plain == field)?;
    let fields = Fields::json(request).unwrap_or_default();
    let sent = |name| fields.value(name).is_some();
    let by_the_sdk = match request::segments(request.uri().path()).as_slice() {
        ["api", "auth", "local", "register"] => *own == "username",
        ["api", "auth", "otp", "verify"] => *own != "username",
        _ => false,
    };
    (sent(own) || by_the_sdk && !sent(field)).then_some(Error::InvalidRequest(Some(own)))
}

fn speaks_s(request: &Request) -> bool {
    matches!(request::segments(request.uri().path()).as_slice(), ["api", "auth", ..])
}

/// Changes a JSON object on its way out; whatever else a body is stays as it is.
fn rewrite(mut response: Response, change: impl FnOnce(&mut Map<String, Value>)) -> Response {
    if let Ok(mut answer) = serde_json::from_slice(response.body()) {
        change(&mut answer);
        *response.body_mut() = Value::Object(answer).to_string().into_bytes();
    }
    response
}

/// Every member once more under `data`, beside what is there already.
fn mirror(answer: &mut Map<String, Value>) {
    let mut data = answer.clone();
    if let Some(Value::Object(already)) = data.remove("data") {
        data.extend(already);
    }
    answer.insert("data".into(), Value::Object(data));
}

/// `{"code", "message"}`. The message is all of it that an application gets, and most show it as it is.
fn described(error: &Error) -> Value {
    json!({ "code": error_response::status(error).as_str(), "message": error_text::in_english(error) })
}
