//! `/account/apps`: the applications that have access to the user's account, and how to remove it.

use maud::{Markup, html};

use crate::domain::error::{Error, Fault};
use crate::flows::context::RequestContext;
use crate::flows::oauth::applications;
use crate::ports::Platform;
use crate::store::applications::Application;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::layout::time::time;
use crate::web::pages::oauth::scope_list::scope_list;

const PAGE: &str = "/account/apps";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(list(&SignedInPage::load(ctx, request).await?, None).await?)
}

/// Removes the access of one. If it has none any more, an error is shown above the list.
pub async fn withdraw(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let done = applications::withdraw(ctx, &page.signed_in, form.text("client_id")?).await;
    match form.outcome(ctx, done).await {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, Notice::AccessRemoved)),
        Err(error) => Ok(list(&page, Some(&recoverable(error)?)).await?),
    }
}

async fn list<P: Platform>(page: &SignedInPage<'_, P>, error: Option<&Error>) -> Result<Response, Fault> {
    let all = applications::list(page.ctx, &page.signed_in).await?;
    let words = &page.words.applications;
    let content = html! {
        p { (words.what_they_are) }
        @if all.is_empty() {
            p class="quiet" { (words.none) }
        } @else {
            section data-live {
                ul class="items" { @for (number, application) in all.iter().enumerate() { (item(page, number, application)) } }
                p class="quiet" { (words.what_ends) }
            }
        }
        p { a class="button second" href="/account/device" { (page.words.device.title) } }
    };
    Ok(page.respond(NavItem::Applications, words.title, error, &content))
}

fn item<P: Platform>(page: &SignedInPage<'_, P>, number: usize, application: &Application) -> Markup {
    let words = &page.words.applications;
    html! {
        li {
            div {
                p { strong id={ "application-" (number) } { bdi { (application.name) } } }
                @if let Some(resource) = &application.resource { p { bdi { (resource) } } }
                (scope_list(&page.words.consent.scopes, &application.scopes))
                p class="quiet" { (words.since) " " (time(application.since)) }
                @if let Some(used) = application.last_used_at { p class="quiet" { (words.last_used) " " (time(used)) } }
            }
            (page.form("/account/apps/remove", &html! {
                input type="hidden" name="client_id" value=(application.client);
                button type="submit" class="second small" id={ "remove-" (number) }
                       aria-labelledby={ "remove-" (number) " application-" (number) } { (words.remove) }
            }))
        }
    }
}
