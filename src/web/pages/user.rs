//! `/admin/users/{id}`: one of the users, as administrators see them.

use maud::{Markup, html};

use crate::domain::administration::Person;
use crate::domain::device;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::token::Kind;
use crate::domain::user::{Role, User};
use crate::flows::directory;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::store::administration::Profile;
use crate::store::sessions::Overview as Session;
use crate::store::tokens::Overview as Token;
use crate::web::admin::target;
use crate::web::pages::moment::moment;
use crate::web::pages::office::{self, List, Office};
use crate::web::request::Request;
use crate::web::response::Response;
use crate::words::admin_user::{Act, AdminUser};

/// Where a user's page is.
pub fn path(user: Id<User>) -> String {
    format!("/admin/users/{user}")
}

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let office = Office::look(visit, request).await?;
    page(&office, target(request)?, None).await
}

/// As it is now, after what went wrong if something did.
pub async fn page(
    office: &Office<'_, impl Platform>,
    user: Id<User>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let (visit, admin) = (office.room.desk.visit, &office.admin);
    let profile = directory::user(visit, admin, user).await?;
    let living = directory::sessions(visit, admin, user).await?;
    let held = directory::tokens(visit, admin, user).await?;
    let content = html! {
        (about(office, &profile))
        (sessions(office, user, &living))
        (tokens(office, user, &held))
        (actions(office, &profile.person))
    };
    Ok(office.respond(List::Users, &profile.person.user.login, error, &content))
}

fn about(office: &Office<'_, impl Platform>, profile: &Profile) -> Markup {
    let (all, Person { user, disabled_at }) = (office.room.desk.words, &profile.person);
    let words = &all.admin_user;
    html! {
        section aria-labelledby="profile" {
            h2 id="profile" { (words.profile) }
            dl {
                dt { (all.fields.login) } dd { bdi { (user.login) } }
                dt { (all.fields.email) } dd { bdi { (user.email) } }
                dt { (words.role) } dd { (office::role(&all.admin, user.role)) }
                dt { (words.state) }
                dd { @match disabled_at { Some(at) => { (words.disabled_since) " " (moment(*at)) } None => (all.admin.enabled) } }
                dt { (words.member_since) } dd { (moment(user.created_at)) }
                dt { (words.last_seen) }
                dd { @match profile.last_seen_at { Some(at) => (moment(at)), None => (words.not_seen) } }
                dt { (words.id) } dd { code { (user.id) } }
            }
            p { a href={ "/admin/audit?user=" (user.id) } { (words.in_log) } }
        }
    }
}

fn sessions(office: &Office<'_, impl Platform>, user: Id<User>, living: &[Session]) -> Markup {
    let words = &office.room.desk.words.admin_user;
    html! {
        section aria-labelledby="sessions" {
            h2 id="sessions" { (words.sessions) }
            @if living.is_empty() {
                p class="quiet" { (words.no_sessions) }
            } @else {
                ul class="items" { @for session in living { li { (session_item(office, user, session)) } } }
                (act(office, &format!("{}/sessions/end", path(user)), &words.end_sessions))
            }
        }
    }
}

fn session_item(office: &Office<'_, impl Platform>, user: Id<User>, session: &Session) -> Markup {
    let words = &office.room.desk.words.admin_user;
    let whence = [&session.address, &session.place].into_iter().filter(|known| !known.is_empty());
    html! {
        div id=(session.id) {
            p {
                (device::describe(&session.agent, &office.room.desk.words.devices))
                @if session.id == office.admin.session() { " " span class="mark" { (words.this_browser) } }
            }
            p class="quiet" {
                @for known in whence { bdi { (known) } ", " }
                (words.since) " " (moment(session.created_at)) ", " (words.last_used) " " (moment(session.last_used_at))
            }
        }
        (office.room.desk.form(&format!("{}/sessions/{}/end", path(user), session.id), &html! {
            button id={ "end-" (session.id) } aria-labelledby={ "end-" (session.id) " " (session.id) } type="submit"
                   class="second small" { (words.end) }
        }))
    }
}

fn tokens(office: &Office<'_, impl Platform>, user: Id<User>, held: &[Token]) -> Markup {
    let words = &office.room.desk.words.admin_user;
    html! {
        section aria-labelledby="tokens" {
            h2 id="tokens" { (words.tokens) }
            @if held.is_empty() {
                p class="quiet" { (words.no_tokens) }
            } @else {
                ul class="items" { @for token in held { li { (token_item(office, user, token)) } } }
            }
        }
    }
}

fn token_item(office: &Office<'_, impl Platform>, user: Id<User>, token: &Token) -> Markup {
    let (words, id) = (&office.room.desk.words.admin_user, token.id);
    html! {
        div {
            p id=(id) { (kind(words, token.kind)) " " strong { bdi { (token.name.as_deref().unwrap_or_default()) } } }
            p class="quiet" {
                (words.since) " " (moment(token.created_at)) ", "
                @if let Some(at) = token.expires_at { (words.expires) " " (moment(at)) ", " }
                @match token.last_used_at { Some(at) => { (words.last_used) " " (moment(at)) } None => (words.not_used) }
            }
            details {
                summary id={ "end-" (id) } aria-labelledby={ "end-" (id) " " (id) } { (words.end) "…" }
                p { (words.end_token_says) }
                (office.room.desk.form(&format!("{}/tokens/{id}/end", path(user)), &html! {
                    button id={ "sure-" (id) } aria-labelledby={ "sure-" (id) " " (id) } type="submit" class="danger small" {
                        (words.end_token)
                    }
                }))
            }
        }
    }
}

const fn kind(words: &AdminUser, kind: Kind) -> &'static str {
    let [api_key, private, portal, portal_key] = words.kinds;
    match kind {
        Kind::ApiKey => api_key,
        Kind::Private => private,
        Kind::Portal => portal,
        Kind::PortalKey => portal_key,
    }
}

/// Only what would change something.
fn actions(office: &Office<'_, impl Platform>, Person { user, disabled_at }: &Person) -> Markup {
    let words = &office.room.desk.words.admin_user;
    let state = if disabled_at.is_some() { ("enable", &words.enable) } else { ("disable", &words.disable) };
    let role = if user.role == Role::Admin { ("demote", &words.demote) } else { ("promote", &words.promote) };
    let reset = disabled_at.is_none().then_some(("reset", &words.reset));
    html! {
        section aria-labelledby="actions" {
            h2 id="actions" { (words.actions) }
            @for (name, words) in [role, state].into_iter().chain(reset) {
                (act(office, &format!("{}/{name}", path(user.id)), words))
            }
        }
    }
}

/// Says what will happen before it asks for it.
fn act(office: &Office<'_, impl Platform>, action: &str, words: &Act) -> Markup {
    let button = html! { button type="submit" class="danger" { (words.button) } };
    html! {
        details {
            summary { (words.name) }
            p { (words.says) }
            (office.room.desk.form(action, &button))
        }
    }
}
