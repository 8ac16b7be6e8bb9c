//! `/admin`: users, and the search for them.

use maud::{Markup, html};

use crate::domain::administration::Person;
use crate::domain::error::Error;
use crate::flows::directory::Page;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::admin;
use crate::web::pages::moment::moment;
use crate::web::pages::office::{self, List, Office};
use crate::web::pages::query::Query;
use crate::web::request::Request;
use crate::web::response::Response;
use crate::words::admin::Admin as Words;

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let office = Office::look(visit, request).await?;
    let words = &office.room.desk.words.admin;
    let asked = Query::of(request);
    let found = match admin::found(visit, request, &office.admin).await {
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
    Ok(office.respond(List::Users, words.users, found.as_ref().err(), &content))
}

fn list(words: &Words, asked: &Query, page: &Page<Person, String>) -> Markup {
    html! {
        @if page.items.is_empty() {
            p class="quiet" { (words.nobody_found) }
        } @else {
            div class="scroll" role="region" tabindex="0" aria-label=(words.users) { (table(words, &page.items)) }
        }
        (asked.ways(words, "/admin", page.next.as_deref()))
    }
}

fn table(words: &Words, people: &[Person]) -> Markup {
    let [login, email, role, state, since] = words.columns;
    html! {
        table {
            thead { tr { @for column in [login, email, role, state, since] { th scope="col" { (column) } } } }
            tbody {
                @for Person { user, disabled_at } in people {
                    tr {
                        td { a href={ "/admin/users/" (user.id) } { bdi { (user.login) } } }
                        td { bdi { (user.email) } }
                        td { (office::role(words, user.role)) }
                        td { @if disabled_at.is_some() { span class="mark" { (words.disabled) } } @else { (words.enabled) } }
                        td { (moment(user.created_at)) }
                    }
                }
            }
        }
    }
}
