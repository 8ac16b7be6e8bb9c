//! `/admin/audit`: the audit log.

use maud::{Markup, html};

use crate::domain::audit::Act;
use crate::domain::devices::user_agent;
use crate::domain::error::Error;
use crate::domain::oauth::client::ClientId;
use crate::domain::timestamp::Timestamp;
use crate::flows::admin::queries::{self, Page};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::audit::{Logged, Named, Position};
use crate::web::api::admin_audit;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::admin::client;
use crate::web::pages::layout::admin::{AdminPage, List};
use crate::web::pages::layout::pagination::Query;
use crate::web::pages::layout::table::table;
use crate::web::pages::layout::time::time;
use crate::words::admin::Audit as Words;
use crate::words::catalogue;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::look(ctx, request, Act::ViewLog).await?;
    let (words, asked) = (page.words, Query::of(request));
    let found = match find(&page, request, asked.text("user")).await {
        Err(error @ Error::Unavailable(_)) => return Err(error),
        found => found,
    };
    let content = html! {
        (conditions(&words.audit, &asked))
        @match &found {
            Ok(None) => p class="quiet" { (words.audit.no_such_user) },
            Ok(Some(page)) => {
                @if page.items.is_empty() {
                    p class="quiet" { (if page.next.is_some() { words.audit.none_here } else { words.audit.none }) }
                } @else {
                    (table(words.admin.log, words.audit.columns, page.items.iter().map(|entry| row(words, entry))))
                }
                (asked.links(&words.admin, "/admin/audit", page.next.map(admin_audit::spell).as_deref()))
            }
            Err(_) => {}
        }
    };
    Ok(page.respond(List::Log, words.admin.log, found.as_ref().err(), &content))
}

/// `None` if the user that was entered is unknown.
async fn find(
    page: &AdminPage<'_, impl Platform>,
    request: &Request,
    typed: &str,
) -> Result<Option<Page<Logged, Position>>, Error> {
    let (ctx, admin) = (page.ctx, &page.admin);
    // Unlike API clients, browsers send times without seconds and offset, and administrators enter names instead of IDs.
    let mut search = admin_audit::conditions(request, Timestamp::parse_date_time)?;
    let behind = admin_audit::position(request)?;
    if !typed.is_empty() {
        search.user = queries::named(ctx, admin, typed).await?;
        if search.user.is_none() {
            return Ok(None);
        }
    }
    queries::log(ctx, admin, &search, behind).await.map(Some)
}

fn conditions(words: &Words, asked: &Query) -> Markup {
    html! {
        form method="get" action="/admin/audit" role="search" aria-label=(words.conditions) {
            div class="row fields" {
                (field(asked, "user", words.user, "text"))
                div {
                    label for="act" { (words.action) }
                    select id="act" name="act" {
                        option value="" { (words.any_action) }
                        @for act in Act::ALL.iter().map(|act| act.as_str()) {
                            option selected[act == asked.text("act")] { (act) }
                        }
                    }
                }
                (field(asked, "outcome", words.outcome, "text"))
            }
            div class="row fields" {
                (field(asked, "client", words.client, "text"))
                (field(asked, "address", words.address, "text"))
                (field(asked, "from", words.from, "datetime-local"))
                (field(asked, "until", words.until, "datetime-local"))
            }
            div class="row" {
                button type="submit" class="second" { (words.show) }
                a href="/admin/audit" { (words.clear) }
            }
        }
    }
}

fn field(asked: &Query, name: &str, label: &str, kind: &str) -> Markup {
    html! {
        div {
            label for=(name) { (label) }
            input id=(name) type=(kind) name=(name) value=(asked.text(name)) autocapitalize="none" spellcheck="false";
        }
    }
}

fn row(all: &catalogue::Words, entry: &Logged) -> [Markup; 6] {
    let words = &all.audit;
    [
        time(entry.position.at),
        html! { code { (entry.act) } br; code class="quiet" { (entry.outcome) } (times(entry.count)) },
        html! { @match &entry.user { Some(user) => (named(words, user)), None => (words.unknown) } },
        html! { @if let Some(target) = &entry.target { (named(words, target)) } @else if let Some(client) = &entry.client { (link(client)) } },
        html! { bdi { (entry.address) } br; span class="quiet" { (user_agent::describe(&entry.agent, &all.devices)) } },
        html! { code { (entry.request_id) } },
    ]
}

/// The number of identical failures that an entry stands for.
fn times(count: i64) -> Markup {
    html! { @if count > 1 { " × " (count) } }
}

/// Only registered clients have a page.
fn link(client: &str) -> Markup {
    html! {
        @match ClientId::parse(client) {
            Some(id) => a href=(client::path(&id)) { bdi { (client) } },
            None => bdi { (client) },
        }
    }
}

fn named(words: &Words, Named { id, login }: &Named) -> Markup {
    html! {
        @match login {
            Some(login) => a href={ "/admin/users/" (id) } { bdi { (login) } },
            None => { code { (id) } " " (words.account_deleted) }
        }
    }
}
