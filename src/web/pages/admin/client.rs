//! `/admin/clients/{id}`: one OAuth client.

use maud::{Markup, html};

use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::oauth::client::{Client, ClientId};
use crate::domain::policy;
use crate::flows::admin::clients::{self, IssuedClient};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_clients::target;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::admin::client_form::{self, Kind, Values};
use crate::web::pages::layout::admin::{AdminPage, List};
use crate::web::pages::layout::time::time;
use crate::words::admin::ActionText;

/// The path of a client's page.
pub fn path(client: &ClientId) -> String {
    format!("/admin/clients/{client}")
}

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::look(ctx, request, Act::ViewClient).await?;
    render(&page, &target(request)?, None, None).await
}

/// The client's current state, below the error if there was one. `typed` is what was entered in the form.
pub async fn render(
    page: &AdminPage<'_, impl Platform>,
    id: &ClientId,
    typed: Option<Values>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let client = clients::view(page.ctx, &page.admin, id).await?;
    let current = Values::of(&client.metadata);
    let words = &page.words.clients;
    let content = html! {
        (about(page, &client))
        section aria-labelledby="settings" {
            h2 id="settings" { (words.settings) }
            (page.form(&path(id), &html! {
                (client_form::fields(words, &typed.unwrap_or_else(|| current.clone()), Some(&client.metadata)))
                p { button type="submit" { (words.save) } }
            }))
        }
        @if client.metadata.has_secret() { (secret(page, &client)) }
        (actions(page, &client))
    };
    Ok(page.respond(List::Clients, &client.metadata.name, error, &content))
}

fn about(page: &AdminPage<'_, impl Platform>, client: &Client) -> Markup {
    let (all, words) = (page.words, &page.words.clients);
    html! {
        section aria-labelledby="client" {
            h2 id="client" { (words.details) }
            dl {
                dt { (words.columns[1]) } dd { code data-copy=(all.layout.copy) { (client.id) } }
                dt { (words.columns[2]) } dd { (Kind::of(&client.metadata).text(&words.fields).name) }
                dt { (words.columns[3]) }
                dd {
                    @match client.disabled_at {
                        Some(at) => { (all.admin_user.disabled_since) " " (time(at)) }
                        None => (all.admin.enabled),
                    }
                }
                dt { (words.created) } dd { (time(client.created_at)) }
                dt { (words.changed) } dd { (time(client.updated_at)) }
            }
            p { a href={ "/admin/audit?client=" (client.id) } { (all.admin_user.in_log) } }
        }
    }
}

fn secret(page: &AdminPage<'_, impl Platform>, client: &Client) -> Markup {
    let words = &page.words.clients.secret;
    let previous = client.previous_secret_until.filter(|until| *until > page.ctx.now);
    let choices = policy::CLIENT_SECRET_OVERLAPS_OFFERED.iter().zip(words.overlaps);
    let path = path(&client.id);
    let rotation = html! {
        label for="overlap_seconds" { (words.overlap) }
        select id="overlap_seconds" name="overlap_seconds" {
            @for (seconds, name) in choices {
                option value=(seconds) selected[*seconds == policy::CLIENT_SECRET_OVERLAP.as_secs()] { (name) }
            }
        }
        p { button type="submit" { (words.rotate) } }
    };
    html! {
        section aria-labelledby="secret" {
            h2 id="secret" { (words.title) }
            p { (words.about) }
            @if let Some(until) = previous {
                p { (words.previous_until) " " (time(until)) "." }
                (act(page, &format!("{path}/secret/end"), &words.end))
            }
            (page.form(&format!("{path}/secret"), &rotation))
        }
    }
}

/// Only the actions that would change something.
fn actions(page: &AdminPage<'_, impl Platform>, client: &Client) -> Markup {
    let (words, path) = (&page.words.clients, path(&client.id));
    let state = if client.disabled_at.is_some() { ("enable", &words.enable) } else { ("disable", &words.disable) };
    html! {
        section aria-labelledby="actions" {
            h2 id="actions" { (words.actions) }
            @for (name, words) in [state, ("delete", &words.delete)] {
                (act(page, &format!("{path}/{name}"), words))
            }
        }
    }
}

/// Describes the effect before it offers the button.
fn act(page: &AdminPage<'_, impl Platform>, action: &str, words: &ActionText) -> Markup {
    let button = html! { button type="submit" class="danger" { (words.button) } };
    html! {
        details {
            summary { (words.name) }
            p { (words.effect) }
            (page.form(action, &button))
        }
    }
}

/// The page of a new secret, the only one that shows it.
pub fn show_secret(page: &AdminPage<'_, impl Platform>, client: &IssuedClient, secret: &str) -> Response {
    let (words, copy) = (&page.words.clients, page.words.layout.copy);
    let id = &client.client.id;
    let content = html! {
        section {
            p { strong { (words.secret.save_now) } }
            dl {
                dt { (words.columns[1]) } dd { code data-copy=(copy) { (id) } }
                dt { (words.secret.title) } dd { code class="value" data-copy=(copy) { (secret) } }
            }
        }
        p { a href=(path(id)) { (words.secret.done) } }
    };
    page.respond(List::Clients, words.secret.new, None, &content)
}
