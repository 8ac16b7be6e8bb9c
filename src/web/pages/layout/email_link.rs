//! What the pages have in common that the links of letters lead to. Looking uses nothing up: mail scanners look too.
//!
//! Such a page has its token in its address. The address is told to no other origin (`response::finish`), the button posts
//! the token in the form's body, and the answer leads to an address without it.

use maud::{Markup, html};

use crate::web::http::request::{self, Request};

/// The token a page was opened with.
pub fn token(request: &Request) -> Option<String> {
    request::query_parameter(request, "token").ok()
}

/// The same for the button to post.
pub fn field(token: &str) -> Markup {
    html! { input type="hidden" name="token" value=(token); }
}
