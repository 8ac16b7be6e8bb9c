//! Common parts of the pages that links in emails open. Opening a page does not use up its token: mail scanners open links
//! too.
//!
//! The token is in the page's URL. The URL is not sent to other origins (`response::finish`), the button posts the token in
//! the form's body, and the response redirects to a URL without it.

use maud::{Markup, html};

use crate::web::http::request::{self, Request};

/// The token that the page was opened with.
pub fn token(request: &Request) -> Option<String> {
    request::query_parameter(request, "token").ok()
}

/// The token as a hidden field, for the button to post.
pub fn field(token: &str) -> Markup {
    html! { input type="hidden" name="token" value=(token); }
}
