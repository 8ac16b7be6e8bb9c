//! The page that carries an answer to a client in a form (OAuth 2.0 Form Post Response Mode).

use maud::html;

use crate::domain::error::Error;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::flows::context::RequestContext;
use crate::flows::oauth::answer::Answer;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::page_context::PageContext;

/// A script presses the button; without one the user does.
pub fn carry(ctx: &RequestContext<'_, impl Platform>, request: &Request, answer: &Answer) -> Result<Response, Error> {
    let page = PageContext::new(ctx, request)?;
    let (words, to) = (&page.words.form_post, &answer.destination.redirect_uri);
    let content = html! {
        p { (words.press) }
        form method="post" action=(to) data-submit {
            @for (name, value) in &answer.parameters { input type="hidden" name=(name) value=(value); }
            div class="row" { button type="submit" { (words.go_on) } }
        }
    };
    let title = (words.title)(RedirectUri::destination(to));
    Ok(page.respond_leading_to(RedirectUri::csp_source(to).as_deref(), &title, None, &content))
}
