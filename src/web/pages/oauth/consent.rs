//! The page on which a user allows an application to use their account.

use maud::{Markup, html};

use crate::domain::error::Error;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::redirect_uri::{RedirectKind, RedirectUri};
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::flows::context::RequestContext;
use crate::flows::oauth::authorize::Question;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::page_context::PageContext;
use crate::web::pages::layout::time;
use crate::web::pages::oauth::scope_list::scope_list;
use crate::words::catalogue::Words;
use crate::words::oauth::Consent;

/// The form's answer goes to `/oauth/consent`, with the request and the token of the question.
pub fn ask(ctx: &RequestContext<'_, impl Platform>, request: &Request, question: &Question) -> Result<Response, Error> {
    let mut page = PageContext::new(ctx, request)?;
    page.set_language(question.signed_in.user.language);
    let words = &page.words.consent;
    let client = &question.client;
    let decision = html! {
        input type="hidden" name="request" value=(question.query);
        input type="hidden" name="consent" value=(question.token);
        div class="row" {
            button type="submit" name="decision" value="allow" { (words.allow) }
            button type="submit" name="decision" value="deny" class="second" { (words.deny) }
        }
    };
    let content = html! {
        (account(&page, question))
        section {
            p { (words.may) }
            (scope_list(&words.scopes, &question.request.asked()))
            @if let Some(resource) = &question.request.resource { p { (words.at) " " bdi { (resource) } } }
            (destination(page.words, client, &question.destination.redirect_uri))
            (page.form("/oauth/consent", &decision))
        }
        p class="quiet" {
            @if let Some(at) = client.registered_at { (words.registered) " " (time::time(at)) ". " }
            (words.remove_later)
        }
    };
    let title = match client.is_registered() {
        true => (words.title)(&client.metadata.name),
        false => (words.title)(&isolated(&client.metadata.name)),
    };
    let to = RedirectUri::csp_source(&question.destination.redirect_uri);
    Ok(page.respond_leading_to(to.as_deref(), &title, None, &content))
}

/// Whose account it is about, and the way to another.
fn account(page: &PageContext<'_, impl Platform>, question: &Question) -> Markup {
    let (words, user) = (&page.words.consent, &question.signed_in.user);
    let other = html! {
        input type="hidden" name="r" value={ "/oauth/authorize?" (question.query) };
        button type="submit" class="plain" { (words.other_account) }
    };
    html! {
        div class="row" {
            p { (words.signed_in_as) " " strong { bdi { (user.login) } } " (" bdi { (user.email) } ")" }
            (page.form("/account/signout", &other))
        }
    }
}

/// Who describes a client that no administrator has registered.
fn source(words: &Consent, client: &RequestingClient) -> Markup {
    html! {
        @match &client.id {
            PresentedId::Registered(_) => {},
            PresentedId::Document(url) => {
                p { (words.describes_itself) " " strong { bdi { (url.host()) } } ". " (words.unchecked) }
            },
            PresentedId::SelfRegistered(_) => p { (words.registered_itself) " " (words.unchecked) },
        }
    }
}

/// A stranger's text in a title, where no markup can keep it from reordering what surrounds it (Unicode UAX #9: FSI and PDI).
fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

/// Where the user will be sent: the name above is the application's own, but this address is registered.
fn destination(words: &Words, client: &RequestingClient, redirect_uri: &str) -> Markup {
    let words = &words.consent;
    let (name, kind) = (RedirectUri::destination(redirect_uri), RedirectUri::parse(redirect_uri).map(|uri| uri.kind));
    let is_certain = client.is_registered() && kind == Some(RedirectKind::Https);
    html! {
        p {
            @match kind {
                Some(RedirectKind::Loopback) => (words.sent_to_device),
                Some(RedirectKind::PrivateUse) => { (words.sent_to_app) " " strong { bdi { (name) } } },
                _ => { (words.sent_to) " " strong { bdi { (name) } } },
            }
        }
        (source(words, client))
        @if !is_certain { p { (words.beware) } }
    }
}
