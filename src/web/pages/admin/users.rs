//! `/admin`: the users, with a search.

use maud::{Markup, html};

use crate::domain::admin_change::Person;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::flows::admin::queries::Page;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_users;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::admin::user;
use crate::web::pages::layout::admin::{self, AdminPage, List};
use crate::web::pages::layout::pagination::Query;
use crate::web::pages::layout::table::table;
use crate::web::pages::layout::time::time;
use crate::words::admin::Admin as Words;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::look(ctx, request, Act::ListUsers).await?;
    let words = &page.words.admin;
    let asked = Query::of(request);
    let found = match admin_users::found(ctx, request, &page.admin).await {
        Err(error @ Error::Unavailable(_)) => return Err(error),
        found => found,
    };
    let content = html! {
        form method="get" action="/admin" role="search" {
            label for="q" { (words.find) }
            div class="row" {
                input id="q" type="search" name="q" value=(asked.text("q")) autocapitalize="none" spellcheck="false";
                button type="submit" class="second" { (words.search) }
            }
        }
        @if let Ok(page) = &found { (list(words, &asked, page)) }
    };
    Ok(page.respond(List::Users, words.users, found.as_ref().err(), &content))
}

fn list(words: &Words, asked: &Query, page: &Page<Person, String>) -> Markup {
    html! {
        @if page.items.is_empty() && page.next.is_none() {
            p class="quiet" { (words.no_users) }
        } @else if !page.items.is_empty() {
            (table(words.users, words.columns, page.items.iter().map(|person| row(words, person))))
        }
        (asked.links(words, "/admin", page.next.as_deref()))
    }
}

fn row(words: &Words, Person { user, disabled_at }: &Person) -> [Markup; 5] {
    [
        html! { a href=(user::path(user.id)) { bdi { (user.login) } } },
        html! { bdi { (user.email) } },
        html! { (admin::role(words, user.role)) },
        html! { @if disabled_at.is_some() { span class="mark" { (words.disabled) } } @else { (words.enabled) } },
        time(user.created_at),
    ]
}
