//! `/dev/mail`: emails of a development server, which sends none. Exists only in development on a loopback address, and
//! only for requests to that address.

use maud::{Markup, html};

use crate::domain::base_url::is_loopback;
use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::page_context::PageContext;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    // Independent of the settings: a request with another host comes from another machine, or from another site's page.
    if !request.uri().host().is_some_and(is_loopback) {
        return Err(Error::NotFound);
    }
    let emails = mail::read_local(ctx).await?;
    let content = html! {
        p { "Emails that this service would have sent, newest first." }
        @if emails.is_empty() { p class="quiet" { "No emails yet. Register an account to get one." } }
        @for (message, content) in &emails {
            article {
                h2 { (content.subject) }
                p class="quiet" { "to " (message.recipient) ", " (message.created_at.whole_seconds()) }
                pre { @for line in content.text.lines() { (linked(line)) "\n" } }
            }
        }
    };
    Ok(PageContext::new(ctx, request)?.respond("Local mailbox", None, &content))
}

/// Makes a line that is a link clickable; emails have each link on its own line.
fn linked(line: &str) -> Markup {
    if line.starts_with("http://") || line.starts_with("https://") {
        html! { a href=(line) { (line) } }
    } else {
        html! { (line) }
    }
}
