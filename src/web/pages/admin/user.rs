//! `/admin/users/{id}`: one user, for administrators.

use maud::{Markup, html};

use crate::domain::accounts::user::{Role, User};
use crate::domain::admin_change::Person;
use crate::domain::audit;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::sessions::second_factors::SecondFactors;
use crate::flows::admin::queries;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::admin_users::Profile;
use crate::store::session_lists::Overview as Session;
use crate::store::tokens::Overview as Token;
use crate::web::api::admin_users::target;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::account::key_list;
use crate::web::pages::account::sessions;
use crate::web::pages::layout::admin::{self, AdminPage, List};
use crate::web::pages::layout::time::time;
use crate::words::admin::{ActionText, AdminUser};

/// The path of a user's page.
pub fn path(user: Id<User>) -> String {
    format!("/admin/users/{user}")
}

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = AdminPage::look(ctx, request, audit::Act::ViewUser).await?;
    render(&page, target(request)?, None).await
}

/// The user's current state, below the error if there was one.
pub async fn render(
    page: &AdminPage<'_, impl Platform>,
    user: Id<User>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let (ctx, admin) = (page.ctx, &page.admin);
    let profile = queries::user(ctx, admin, user).await?;
    let living = queries::sessions(ctx, admin, user).await?;
    let held = queries::tokens(ctx, admin, user).await?;
    let content = html! {
        (about(page, &profile))
        (session_list(page, user, &living))
        (tokens(page, user, &held))
        (actions(page, &profile))
    };
    Ok(page.respond(List::Users, &profile.person.user.login, error, &content))
}

fn about(page: &AdminPage<'_, impl Platform>, profile: &Profile) -> Markup {
    let (all, Person { user, disabled_at }) = (page.words, &profile.person);
    let words = &all.admin_user;
    html! {
        section aria-labelledby="profile" {
            h2 id="profile" { (words.profile) }
            dl {
                dt { (all.fields.login) } dd { bdi { (user.login) } }
                dt { (all.fields.email) } dd { bdi { (user.email) } }
                dt { (words.role) } dd { (admin::role(&all.admin, user.role)) }
                dt { (words.status) }
                dd { @match disabled_at { Some(at) => { (words.disabled_since) " " (time(*at)) } None => (all.admin.enabled) } }
                dt { (words.signs_in_with) } dd { (factors(words, profile)) }
                dt { (words.member_since) } dd { (time(user.created_at)) }
                dt { (words.last_seen) }
                dd { @match profile.last_seen_at { Some(at) => (time(at)), None => (words.not_seen) } }
                dt { (words.id) } dd { code { (user.id) } }
            }
            p { a href={ "/admin/audit?user=" (user.id) } { (words.in_log) } }
        }
    }
}

/// What the account can be signed in to with.
fn factors(words: &AdminUser, profile: &Profile) -> String {
    let SecondFactors { totp, security_key, passkey } = profile.second_factors;
    let has = [profile.has_password, passkey, totp, security_key, profile.identities > 0];
    let named = words.factors.into_iter().zip(has).filter(|(_, has)| *has).map(|(name, _)| name.to_owned());
    let all: Vec<_> = named.chain(profile.recovery_codes_left.map(words.recovery_codes)).collect();
    if all.is_empty() { words.no_factors.to_owned() } else { all.join(", ") }
}

fn session_list(page: &AdminPage<'_, impl Platform>, user: Id<User>, living: &[Session]) -> Markup {
    let words = &page.words.admin_user;
    html! {
        section aria-labelledby="sessions" {
            h2 id="sessions" { (words.sessions) }
            @if living.is_empty() {
                p class="quiet" { (words.no_sessions) }
            } @else {
                ul class="items" { @for session in living { li { (session_item(page, user, session)) } } }
                (act(page, &format!("{}/sessions/end", path(user)), &words.end_sessions))
            }
        }
    }
}

fn session_item(page: &AdminPage<'_, impl Platform>, user: Id<User>, session: &Session) -> Markup {
    html! {
        (sessions::description(page.words, session, session.id == page.admin.session()))
        (page.form(&format!("{}/sessions/{}/end", path(user), session.id), &sessions::end_button(&page.words.sessions, session.id)))
    }
}

fn tokens(page: &AdminPage<'_, impl Platform>, user: Id<User>, held: &[Token]) -> Markup {
    let words = &page.words.admin_user;
    html! {
        section aria-labelledby="tokens" {
            h2 id="tokens" { (words.tokens) }
            @if held.is_empty() {
                p class="quiet" { (words.no_tokens) }
            } @else {
                ul class="items" { @for token in held { li { (token_item(page, user, token)) } } }
            }
        }
    }
}

fn token_item(page: &AdminPage<'_, impl Platform>, user: Id<User>, token: &Token) -> Markup {
    let (page, id) = (&page, token.id);
    let words = &page.words.admin_user;
    html! {
        div {
            div id=(id) {
                p { (token.kind.texts(page.words).kind) " " strong { bdi { (token.name.as_deref().unwrap_or_default()) } } }
                p class="quiet" { (key_list::usage(&page.words.keys, token, page.ctx.now)) }
            }
            details {
                summary id={ "end-" (id) } aria-labelledby={ "end-" (id) " " (id) } { (words.end) }
                p { (words.end_token_effect) }
                (page.form(&format!("{}/tokens/{id}/end", path(user)), &html! {
                    button type="submit" class="danger small" id={ "sure-" (id) } aria-labelledby={ "sure-" (id) " " (id) } {
                        (words.end_token)
                    }
                }))
            }
        }
    }
}

/// Only the actions that would change something.
fn actions(page: &AdminPage<'_, impl Platform>, profile: &Profile) -> Markup {
    let Person { user, disabled_at } = &profile.person;
    let words = &page.words.admin_user;
    let state = if disabled_at.is_some() { ("enable", &words.enable) } else { ("disable", &words.disable) };
    let role = if user.role == Role::Admin { ("demote", &words.demote) } else { ("promote", &words.promote) };
    let reset = disabled_at.is_none().then_some(("reset", &words.reset));
    let has_factors = profile.second_factors != SecondFactors::default()
        || profile.identities > 0
        || profile.recovery_codes_left.is_some();
    let factors = has_factors.then_some(("factors/reset", &words.reset_factors));
    html! {
        section aria-labelledby="actions" {
            h2 id="actions" { (words.actions) }
            @for (name, words) in [role, state].into_iter().chain(reset).chain(factors) {
                (act(page, &format!("{}/{name}", path(user.id)), words))
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
