//! Forms: read whole and once, and accepted only from the browser they were made for.
//!
//! Two checks protect a form: the browser's own headers about the origin, and a seal over a nonce, which only our pages
//! contain. The nonce is in a cookie that other sites cannot set, so their forms lack its seal: one that an attacker has
//! obtained fits the attacker's nonce only. Pages that a browser requests at the same moment each get their own nonce under
//! their own cookie name, so that they do not overwrite each other's.
//!
//! A form also contains a random ID of its page, so that a form that is sent twice is recognised (`flows::form_submission`).

use http::HeaderMap;
use http::header::{HeaderValue, ORIGIN, SET_COOKIE};
use maud::{Markup, html};

use crate::domain::devices::device::{self, Submission};
use crate::domain::error::{Error, Fault, Field};
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::flows::form_submission::{self, Outcome};
use crate::ports::Platform;
use crate::web::http::credential::{SESSION_COOKIE, cookie, cookies};
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;

/// The prefix of the nonce cookies' names. Two digits of the nonce follow: enough for pages of the same moment, and few
/// enough that all possible cookies fit into a request.
const NONCE_COOKIE: &str = "__Host-form";
const NONCE_DIGITS: usize = 2;

const SEAL_FIELD: &str = "seal";
const PAGE_FIELD: &str = "page";

/// Binds a page's forms to the browser that requested it.
pub struct CsrfToken {
    nonce: String,
    seal: String,
    page: Id<CsrfToken>,
    is_new: bool,
}

impl CsrfToken {
    /// With the browser's nonce, or a new one.
    pub fn of(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Self, Fault> {
        let (nonce, is_new) = match nonces(request).next() {
            Some(nonce) => (nonce.to_owned(), false),
            None => (ctx.id::<Self>()?.to_string(), true),
        };
        let seal = device::csrf_token(&ctx.settings.keys, &nonce);
        Ok(Self { nonce, seal, page: ctx.id()?, is_new })
    }

    /// The hidden fields of every form on the page.
    pub fn field(&self) -> Markup {
        html! {
            input type="hidden" name=(SEAL_FIELD) value=(self.seal);
            input type="hidden" name=(PAGE_FIELD) value=(self.page);
        }
    }

    /// The nonce that identifies the browser.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// Stores a new nonce in the browser.
    pub fn bind(&self, response: &mut Response) {
        if self.is_new {
            let digits: String = self.nonce.chars().take(NONCE_DIGITS).collect();
            set_cookie(response, &format!("{NONCE_COOKIE}-{digits}"), &self.nonce, None);
        }
    }
}

/// Sets a cookie for a number of seconds, or until the browser closes. Scripts cannot read it, other hosts cannot set it, and
/// browsers do not send it with forms of other sites.
pub fn set_cookie(response: &mut Response, name: &str, value: &str, seconds: Option<u64>) {
    let life = seconds.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{life}");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
}

/// The browser's nonces.
fn nonces(request: &Request) -> impl Iterator<Item = &str> {
    let named = cookies(request.headers()).filter(|(name, _)| name.starts_with(NONCE_COOKIE));
    named.map(|(_, nonce)| nonce).filter(|nonce| !nonce.is_empty())
}

/// Identifies the browser before it has a device cookie.
pub fn nonce(request: &Request) -> Option<&str> {
    nonces(request).next()
}

/// Signing in or out invalidates CSRF tokens issued before.
pub fn clear_csrf_cookie(response: &mut Response, request: &Request) {
    for (name, _) in cookies(request.headers()).filter(|(name, _)| name.starts_with(NONCE_COOKIE)) {
        set_cookie(response, name, "", Some(0));
    }
}

/// The fields of a form that has passed the CSRF check.
pub struct CsrfForm {
    fields: Vec<(String, String)>,
    /// The nonce that its seal fits; empty for a form that is stale.
    nonce: String,
    /// The ID of this submission; `None` if the form names no page.
    submission: Option<Id<Submission>>,
}

impl CsrfForm {
    pub fn read<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Self, Error> {
        let mut form = Self { fields: request::form(request)?, nonce: String::new(), submission: None };
        let (keys, seal) = (&ctx.settings.keys, form.optional(SEAL_FIELD));
        let nonce =
            nonces(request).find(|nonce| device::verify_csrf_token(keys, nonce, seal)).ok_or(Error::CsrfFailed)?;
        if !is_from(ctx.settings.base_url.as_str(), request.headers()) {
            return Err(Error::CsrfFailed);
        }
        if !form.optional(PAGE_FIELD).is_empty() {
            let session = cookie(request.headers(), SESSION_COOKIE)?;
            let sender = [nonce, session.as_ref().map_or("", Secret::expose)];
            form.submission = Some(device::submission(keys, sender, request.uri().path(), request.body()));
        }
        ctx.submission.set(form.submission);
        form.nonce = nonce.to_owned();
        Ok(form)
    }

    /// Accepts a form made before a sign-in or sign-out, if the browser says that it is ours. Use it only for effects that
    /// any link may have.
    pub fn read_stale<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<Self, Error> {
        let own = ctx.settings.base_url.as_str();
        if request.headers().contains_key(ORIGIN) && is_from(own, request.headers()) {
            Ok(Self { fields: request::form(request)?, nonce: String::new(), submission: None })
        } else {
            Err(Error::CsrfFailed)
        }
    }

    /// Identifies the browser that sent it.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }

    /// The result of the form's action, or the result of its first submission if the form was sent twice.
    pub async fn outcome<T: Outcome>(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        done: Result<T, Error>,
    ) -> Result<T, Error> {
        ctx.submission.set(None);
        match (done, self.submission) {
            (Err(error), Some(id)) => form_submission::first(ctx, id).await?.ok_or(error),
            (done, _) => done,
        }
    }

    /// Whether this form has just succeeded: for an action after which the user's session is gone.
    pub async fn is_done(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<bool, Fault> {
        match self.submission {
            Some(id) => Ok(form_submission::first::<()>(ctx, id).await?.is_some()),
            None => Ok(false),
        }
    }

    /// Text that can be stored.
    pub fn text(&self, field: Field) -> Result<&str, Error> {
        self.typed(field)
            .and_then(|text| if text.contains('\0') { Err(Error::InvalidRequest(Some(field))) } else { Ok(text) })
    }

    fn typed(&self, field: Field) -> Result<&str, Error> {
        let mut given = self.fields.iter().filter(|(name, _)| name == field).map(|(_, value)| value.as_str());
        match (given.next(), given.next()) {
            (Some(value), None) => Ok(value),
            _ => Err(Error::InvalidRequest(Some(field))),
        }
    }

    /// Empty if it is missing.
    pub fn optional(&self, field: Field) -> &str {
        self.text(field).unwrap_or_default()
    }

    pub fn secret(&self, field: Field) -> Result<Secret, Error> {
        self.typed(field).map(Secret::new)
    }
}

/// Whether no header says that the request comes from elsewhere. Old browsers send neither header: for them the seal has to
/// do.
fn is_from(own: &str, headers: &HeaderMap) -> bool {
    let says = |name, expected: &str| headers.get(name).is_none_or(|value| value.as_bytes() == expected.as_bytes());
    let fetched = http::HeaderName::from_static("sec-fetch-site");
    says(ORIGIN, own) && says(fetched, "same-origin")
}
