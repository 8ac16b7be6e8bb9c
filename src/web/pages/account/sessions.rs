//! `/account/sessions`: the user's sessions, and how to end them.

use maud::{Markup, html};

use crate::domain::devices::user_agent;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::sessions;
use crate::ports::Platform;
use crate::store::session_lists::Overview;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::layout::time::time;
use crate::words::account::Sessions;
use crate::words::catalogue::Words;

const PAGE: &str = "/account/sessions";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(list(&SignedInPage::load(ctx, request).await?, None).await?)
}

/// Ends a session. If it has ended already or belongs to another user, an error is shown above the list.
pub async fn end(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let ended = match form.text("id")?.parse() {
        Ok(id) => form.outcome(ctx, sessions::end(ctx, &page.signed_in, id).await).await,
        Err(_) => Err(Error::NotFound),
    };
    match ended {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, Notice::SessionEnded)),
        Err(error) => Ok(list(&page, Some(&recoverable(error)?)).await?),
    }
}

pub async fn end_others(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    form.outcome(ctx, sessions::end_others(ctx, &page.signed_in).await).await?;
    Ok(page.redirect_with_flash(PAGE, Notice::OthersEnded))
}

async fn list<P: Platform>(page: &SignedInPage<'_, P>, error: Option<&Error>) -> Result<Response, Fault> {
    let all = sessions::list(page.ctx, page.signed_in.user.id).await?;
    let words = &page.words.sessions;
    let others = all.iter().any(|session| session.id != page.signed_in.session);
    let content = html! {
        p { (words.what_they_are) }
        section data-live {
            ul class="items" { @for session in &all { (item(page, session)) } }
            @if others {
                p class="quiet" { (words.what_goes_on) }
                (page.form("/account/sessions/others", &html! {
                    p { button type="submit" class="danger" { (words.end_others) } }
                }))
            } @else {
                p class="quiet" { (words.no_others) }
            }
        }
    };
    Ok(page.respond(NavItem::Sessions, words.title, error, &content))
}

fn item<P: Platform>(page: &SignedInPage<'_, P>, session: &Overview) -> Markup {
    let (words, here) = (page.words, session.id == page.signed_in.session);
    html! {
        li {
            (description(words, session, here))
            @if !here {
                (page.form("/account/sessions/end", &html! {
                    input type="hidden" name="id" value=(session.id);
                    (end_button(&words.sessions, session.id))
                }))
            }
        }
    }
}

/// The text that identifies a session.
pub fn description(words: &Words, session: &Overview, here: bool) -> Markup {
    let (id, own) = (session.id, &words.sessions);
    let origin = [&session.place, &session.address].into_iter().filter(|part| !part.is_empty());
    html! {
        div {
            p {
                strong id={ "device-" (id) } { bdi { (user_agent::describe(&session.agent, &words.devices)) } }
                @if here { " " span class="mark" { (own.this_browser) } }
            }
            p { @for (turn, part) in origin.enumerate() { @if turn > 0 { " · " } bdi { (part) } } }
            p class="quiet" id={ "begun-" (id) } { (own.begun) " " (time(session.created_at)) }
            p class="quiet" { (own.last_used) " " (time(session.last_used_at)) }
        }
    }
}

/// Sessions on similar devices differ in their start, so the button's accessible name contains device and start.
pub fn end_button(words: &Sessions, id: Id<Session>) -> Markup {
    html! {
        button type="submit" class="second small" id={ "end-" (id) }
               aria-labelledby={ "end-" (id) " device-" (id) " begun-" (id) } { (words.end) }
    }
}
