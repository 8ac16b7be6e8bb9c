//! Where pages are made: in the language of who asks, with forms that only their browser can send.

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

/// An error that is said where what it is about was typed. A fault of ours is not of that kind, and neither is a session that
/// is over.
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
    /// Whether it is known whose password is asked for: then it alone can be wrong.
    pub is_known: bool,
    tie: CsrfToken,
    notice: Option<Notice>,
}

impl<'a, P: Platform> PageContext<'a, P> {
    /// Asks nobody: a page that is about no one needs no database.
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

    /// In the language that its reader has chosen, if they have.
    pub fn set_language(&mut self, chosen: Option<Language>) {
        self.words = catalogue::of(chosen.unwrap_or(self.ctx.client.language));
    }

    /// A form that is sealed for this browser. `action` is its page, or lies beneath it.
    pub fn form(&self, action: &str, content: &Markup) -> Markup {
        html! { form method="post" action=(action) { (self.tie.field()) (content) } }
    }

    /// The page of who is not signed in.
    pub fn respond(&self, title: &str, error: Option<&Error>, content: &Markup) -> Response {
        self.respond_leading_to(None, title, error, content)
    }

    /// The same where the answer to a form may lead to another origin.
    pub fn respond_leading_to(
        &self,
        forms_to: Option<&str>,
        title: &str,
        error: Option<&Error>,
        content: &Markup,
    ) -> Response {
        self.send(title, &html! {}, forms_to, error, content)
    }

    /// With ways to other pages. What went wrong is said above the page on which it can be mended, with the status that a
    /// program would get.
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
