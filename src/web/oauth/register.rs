//! `/oauth/register`: clients that register themselves (RFC 7591), without storing anything.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use crate::domain::error::Error;
use crate::domain::oauth::client::{AuthMethod, Grant};
use crate::domain::oauth::client_document;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::scopes::Scopes;
use crate::domain::oauth::self_description::{self, SelfDescription, shown_name};
use crate::domain::oauth::self_registration::SelfRegistration;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::web::http::request::{Fields, Request};
use crate::web::http::response::{self, Response};

/// RFC 7591 §3.2.1. Every client is public: one that asks for another method is told that it has none.
#[derive(Serialize)]
struct Registered<'a> {
    client_id: &'a str,
    client_id_issued_at: i64,
    client_name: &'a str,
    redirect_uris: Vec<&'a str>,
    token_endpoint_auth_method: &'static str,
    grant_types: [&'static str; 2],
    response_types: [&'static str; 1],
    /// Some clients give up unless the scopes they asked for are confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

pub fn register<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Response, Error> {
    if !ctx.settings.oauth.open_registration {
        return Err(Error::NotFound);
    }
    let fields = Fields::json(request).map_err(|error| match error {
        Error::InvalidRequest(_) => metadata("The body must be a JSON object."),
        other => other,
    });
    let fields = fields?;
    let description = describe(&fields)?;
    let asked = fields.value("scope").and_then(Value::as_str).and_then(Scopes::parse);
    let too_long = metadata("The addresses are too long together.");
    let registration = SelfRegistration::new(&ctx.settings.keys, description, ctx.now).ok_or(too_long)?;
    let SelfDescription { name, redirect_uris } = &registration.description;
    let registered = Registered {
        client_id: &registration.client_id,
        client_id_issued_at: ctx.now.seconds(),
        client_name: name,
        redirect_uris: redirect_uris.iter().map(RedirectUri::as_str).collect(),
        token_endpoint_auth_method: AuthMethod::None.as_str(),
        grant_types: self_description::GRANTS.map(Grant::as_str),
        response_types: ["code"],
        scope: asked.map(|asked| self_description::permitted(&asked).to_string()),
    };
    Ok(response::json(StatusCode::CREATED, &registered))
}

const fn metadata(description: &'static str) -> Error {
    Error::oauth(ErrorName::InvalidClientMetadata, description)
}

/// Members that are not known are ignored (RFC 7591 §2), and what is asked for beyond what such clients get is not promised.
fn describe(fields: &Fields) -> Result<SelfDescription, Error> {
    const ADDRESSES: Error = Error::oauth(
        ErrorName::InvalidRedirectUri,
        "redirect_uris must be one to five addresses: https, http on loopback, or an app's own scheme.",
    );
    let limit = policy::SELF_REGISTRATION_URIS_MAX;
    let redirect_uris = client_document::redirect_uris(fields.value("redirect_uris"), limit).ok_or(ADDRESSES)?;
    let host = redirect_uris.first().map(|uri| RedirectUri::destination(uri.as_str())).unwrap_or_default();
    let name = match fields.value("client_name") {
        None | Some(Value::Null) => None,
        Some(Value::String(name)) => Some(name.as_str()),
        Some(_) => return Err(metadata("client_name must be a text.")),
    };
    let name = shortened(shown_name(name, host));
    Ok(SelfDescription { name, redirect_uris })
}

/// The name, as far as it fits.
fn shortened(name: String) -> String {
    let end = name.floor_char_boundary(policy::SELF_REGISTRATION_NAME_MAX_BYTES);
    name.get(..end).unwrap_or_default().trim_end().to_owned()
}
