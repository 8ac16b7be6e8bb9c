//! `/admin/clients`: the OAuth clients.

use maud::{Markup, html};

use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::oauth::client::Client;
use crate::flows::admin::clients;
use crate::flows::admin::queries::Page;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_clients::after;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::admin::client;
use crate::web::pages::admin::client_form::{Kind, NEW};
use crate::web::pages::layout::admin::{AdminPage, List};
use crate::web::pages::layout::pagination::Query;
use crate::web::pages::layout::table::table;
use crate::web::pages::layout::time::time;
use crate::words::catalogue::Words;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::look(ctx, request, Act::ListClients).await?;
    let found = clients::list(ctx, &page.admin, &after(request)?).await?;
    let words = &page.words.clients;
    let content = html! {
        p { (words.about) }
        p { a class="button second" href=(NEW) { (words.new) } }
        (list(page.words, &Query::of(request), &found))
    };
    Ok(page.respond(List::Clients, words.title, None, &content))
}

fn list(all: &Words, asked: &Query, page: &Page<Client, String>) -> Markup {
    let words = &all.clients;
    html! {
        @if page.items.is_empty() {
            p class="quiet" { (words.none) }
        } @else {
            (table(words.title, words.columns, page.items.iter().map(|client| row(all, client))))
        }
        (asked.links(&all.admin, "/admin/clients", page.next.as_deref()))
    }
}

fn row(words: &Words, client: &Client) -> [Markup; 5] {
    [
        html! { a href=(client::path(&client.id)) { bdi { (client.metadata.name) } } },
        html! { code { (client.id) } },
        html! { (Kind::of(&client.metadata).text(&words.clients.fields).name) },
        html! { @if client.disabled_at.is_some() { span class="mark" { (words.admin.disabled) } } @else { (words.admin.enabled) } },
        time(client.created_at),
    ]
}
