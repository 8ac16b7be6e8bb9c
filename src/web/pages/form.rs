//! Forms: read whole and once, and only from the browser they were made for.
//!
//! Two things speak for a form: the browser's own word for where it comes from, and a seal over a nonce that only a page of
//! ours could have put there. The nonce lies in a cookie no other site can set, so a stranger's form carries no seal for it,
//! not even one that was made for the stranger.

use http::HeaderMap;
use http::header::{HeaderValue, ORIGIN, SET_COOKIE};
use maud::{Markup, html};

use crate::domain::browser;
use crate::domain::error::{Error, Fault, Field};
use crate::domain::secret::Secret;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::credential::cookie;
use crate::web::request::{self, Request};
use crate::web::response::Response;

const NONCE_COOKIE: &str = "__Host-form";
const SEAL_FIELD: &str = "seal";

/// What ties the forms of a page to the browser that asked for it.
pub struct Tie {
    nonce: String,
    seal: String,
    is_new: bool,
}

impl Tie {
    /// The browser's own, or a new one.
    pub fn of(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Self, Fault> {
        let known = cookie(request.headers(), NONCE_COOKIE).ok().flatten();
        let (nonce, is_new) = match known.filter(|nonce| !nonce.expose().is_empty()) {
            Some(nonce) => (nonce.expose().to_owned(), false),
            None => (visit.id::<Self>()?.to_string(), true),
        };
        let seal = browser::form_seal(&visit.settings.keys, &nonce);
        Ok(Self { nonce, seal, is_new })
    }

    /// What a form of the page must have in it.
    pub fn field(&self) -> Markup {
        html! { input type="hidden" name=(SEAL_FIELD) value=(self.seal); }
    }

    /// Has the browser keep its end.
    pub fn bind(&self, response: &mut Response) {
        if self.is_new {
            set_cookie(response, NONCE_COOKIE, &self.nonce, None);
        }
    }
}

/// Has a browser keep something for as many seconds, or for as long as it runs. No script reads it, no other host sets it,
/// and no page elsewhere has it sent along with a form.
pub fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: Option<u64>) {
    let life = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// Forms made before somebody signed in or out are nobody's afterwards.
pub fn untie(response: &mut Response) {
    set_cookie(response, NONCE_COOKIE, "", Some(0));
}

/// The fields of a form that was meant.
pub struct Form(Vec<(String, String)>);

impl Form {
    pub fn read<P>(visit: &Visit<'_, P>, request: &Request) -> Result<Self, Error> {
        let form = Self(request::form(request)?);
        let nonce = cookie(request.headers(), NONCE_COOKIE)?.ok_or(Error::CsrfFailed)?;
        let sealed = browser::opens_form(&visit.settings.keys, nonce.expose(), form.optional(SEAL_FIELD));
        let own = is_from(visit.settings.base_url.as_str(), request.headers());
        if sealed && own { Ok(form) } else { Err(Error::CsrfFailed) }
    }

    /// Text that can be stored.
    pub fn text(&self, field: Field) -> Result<&str, Error> {
        self.typed(field)
            .and_then(|text| if text.contains('\0') { Err(Error::InvalidRequest(Some(field))) } else { Ok(text) })
    }

    fn typed(&self, field: Field) -> Result<&str, Error> {
        let mut given = self.0.iter().filter(|(name, _)| name == field).map(|(_, value)| value.as_str());
        match (given.next(), given.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Error::InvalidRequest(Some(field))),
        }
    }

    /// Empty if it is not there.
    pub fn optional(&self, field: Field) -> &str {
        self.text(field).unwrap_or_default()
    }

    pub fn secret(&self, field: Field) -> Result<Secret, Error> {
        self.typed(field).map(Secret::new)
    }
}

/// Whether nothing says that a request comes from elsewhere. Old browsers say nothing; for them the seal has to do.
fn is_from(own: &str, headers: &HeaderMap) -> bool {
    let says = |name, expected: &str| headers.get(name).is_none_or(|value| value.as_bytes() == expected.as_bytes());
    let fetched = http::HeaderName::from_static("sec-fetch-site");
    says(ORIGIN, own) && says(fetched, "same-origin")
}
