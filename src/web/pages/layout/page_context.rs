//! Pages: in the reader's language, with forms that only their browser can send.

use std::borrow::Cow;
use std::cell::Cell;

use http::StatusCode;
use maud::{Markup, html};
use serde_json::Value;

use crate::domain::error::{Error, Fault};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::http::{error_response, error_text};
use crate::web::pages::layout::csrf_form::CsrfToken;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::frame::Page;
use crate::words::catalogue::{self, Words};
use crate::words::language::Language;

/// `Ok` for an error to show above the form. Internal faults and ended sessions are `Err`: they get their own page.
pub fn recoverable(error: Error) -> Result<Error, Error> {
    match error {
        Error::Unavailable(_) | Error::TokenRevoked => Err(error),
        error => Ok(error),
    }
}

/// What a form with a passkey asks for.
pub struct PasskeyCeremony<'a> {
    /// `get` or `create`; `autofill` is `get` that also offers passkeys where a username is typed.
    pub kind: &'static str,
    /// `{"publicKey": …}`.
    pub options: &'a Value,
    /// The page that has newer options, once these are about to expire.
    pub renew_from: Option<&'a str>,
    pub button: &'a str,
}

pub struct PageContext<'a, P> {
    pub ctx: &'a RequestContext<'a, P>,
    pub request: &'a Request,
    pub words: &'static Words,
    /// Whether the user of the requested password is known: then only the password can be wrong.
    pub is_known: bool,
    /// Whether a passkey was presented: then only that can be wrong.
    pub by_passkey: bool,
    /// The credential id of a passkey that no account has: its authenticator may stop offering it.
    pub unknown_passkey: Option<String>,
    /// Whether the page has the script that uses passkeys.
    uses_passkeys: Cell<bool>,
    tie: CsrfToken,
    notice: Option<Notice>,
}

impl<'a, P: Platform> PageContext<'a, P> {
    /// Needs no database, because the page does not depend on a user.
    pub fn new(ctx: &'a RequestContext<'a, P>, request: &'a Request) -> Result<Self, Fault> {
        let words = catalogue::of(ctx.client.language);
        Ok(Self {
            ctx,
            request,
            words,
            is_known: false,
            by_passkey: false,
            unknown_passkey: None,
            uses_passkeys: Cell::default(),
            tie: CsrfToken::of(ctx, request)?,
            notice: flash::take(request),
        })
    }

    /// Switches to the language that the user has chosen, if any.
    pub fn set_language(&mut self, chosen: Option<Language>) {
        self.words = catalogue::of(chosen.unwrap_or(self.ctx.client.language));
    }

    /// A form that is sealed for this browser. `action` is its page, or a path below it.
    pub fn form(&self, action: &str, content: &Markup) -> Markup {
        html! { form method="post" action=(action) { (self.tie.field()) (content) } }
    }

    /// The same, to which a script adds the field `credential` with what an authenticator answers to the options. It is hidden from
    /// those who have no such script.
    pub fn passkey_form(&self, action: &str, ceremony: &PasskeyCeremony<'_>, content: &Markup) -> Markup {
        self.uses_passkeys.set(true);
        html! {
            form method="post" action=(action) hidden data-passkey=(ceremony.kind) data-options=(ceremony.options)
                 data-renew=[ceremony.renew_from] data-unknown=[&self.unknown_passkey]
                 data-failed=(self.words.passkeys.failed) data-held=(self.words.passkeys.held) {
                (self.tie.field())
                (content)
                div class="row" { button type="button" class="second" { (ceremony.button) } }
            }
        }
    }

    /// The same without a button: the script sends it if the browser creates a passkey without asking.
    pub fn unseen_passkey_form(&self, action: &str, options: &Value, content: &Markup) -> Markup {
        self.uses_passkeys.set(true);
        html! {
            form method="post" action=(action) hidden data-passkey="conditional" data-options=(options) {
                (self.tie.field())
                (content)
            }
        }
    }

    /// Identifies the browser in the challenges of passkeys.
    pub fn browser(&self) -> &[u8] {
        self.tie.nonce().as_bytes()
    }

    /// A page without navigation, for users who are not signed in.
    pub fn respond(&self, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        self.respond_leading_to(None, title, error, content)
    }

    /// Such a page with a form that may redirect to another origin.
    pub fn respond_leading_to(
        &self,
        forms_to: Option<&str>,
        title: &str,
        error: Option<&Error>,
        content: &Markup,
    ) -> Response {
        self.send(title, &html! {}, forms_to, error, content)
    }

    /// A page with navigation. A recoverable error is shown at its top, with the status that the API would use.
    pub fn send(
        &self,
        title: &str,
        places: &Markup,
        forms_to: Option<&str>,
        error: Option<&Error>,
        content: &Markup,
    ) -> Response {
        let settings = self.ctx.settings;
        let page = Page {
            name: &settings.app_name,
            look: &settings.branding,
            words: self.words,
            title,
            places: html! { (places) },
            content: html! {
                @match (error, self.notice) {
                    (Some(error), _) => p class="error" role="alert" { (self.sentence(error)) },
                    (None, Some(notice)) => p class="notice" role="status" { (notice.sentence(self.words)) },
                    (None, None) => {}
                }
                (content)
            },
            forms_to,
            uses_passkeys: self.uses_passkeys.get(),
        };
        let mut response = page.respond(error.map_or(StatusCode::OK, error_response::status));
        if let Some(error) = error {
            response = error_response::explain(response, error);
        }
        if self.notice.is_some() {
            flash::forget(&mut response);
        }
        self.tie.bind(&mut response);
        response
    }

    fn sentence(&self, error: &Error) -> Cow<'static, str> {
        match error {
            Error::InvalidCredentials | Error::InvalidToken | Error::InvalidCode if self.by_passkey => {
                self.words.passkeys.refused.into()
            }
            Error::InvalidCredentials if self.is_known => self.words.errors.password.into(),
            error => error_text::for_people(error, self.words),
        }
    }
}
