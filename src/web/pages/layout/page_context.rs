//! Pages: in the reader's language, with forms that only their browser can send.

use std::borrow::Cow;

use http::StatusCode;
use maud::{Markup, html};

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

pub struct PageContext<'a, P> {
    pub ctx: &'a RequestContext<'a, P>,
    pub request: &'a Request,
    pub words: &'static Words,
    /// Whether the user of the requested password is known: then only the password can be wrong.
    pub is_known: bool,
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
            Error::InvalidCredentials if self.is_known => self.words.errors.password.into(),
            error => error_text::for_people(error, self.words),
        }
    }
}
