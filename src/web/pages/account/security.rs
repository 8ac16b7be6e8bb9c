//! `/account/security`: everything that the account can be signed in to with.

use maud::{Markup, html};

use crate::domain::error::Error;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::policy::{RECOVERY_CODES, in_days};
use crate::domain::sessions::second_factors::KeyKind;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::authenticator_app;
use crate::flows::accounts::factors::{self, Overview};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::identities::Connection;
use crate::store::passkeys;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::layout::time::time;
use crate::words::security::Security;

pub const PAGE: &str = "/account/security";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    respond(ctx, &SignedInPage::load(ctx, request).await?, None).await
}

/// The page, with what an act of it has failed for.
pub async fn respond<P: Platform>(
    ctx: &RequestContext<'_, P>,
    page: &SignedInPage<'_, P>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let all = factors::overview(ctx, page.signed_in.user.id).await?;
    let words = &page.words.security;
    let content = html! {
        section { h2 { (page.words.fields.password) } (password(page, &all)) }
        section {
            h2 { (words.two_steps) }
            p { @if all.has_second_step() { (words.two_steps_on) } @else { (words.two_steps_off) } }
        }
        section { h2 { (words.app.name) } (app(page, &all)) }
        section { h2 { (words.codes.name) } (codes(words, all.codes_left)) }
        section { h2 { (words.keys) } (keys(page, &all.keys)) }
        @if !ctx.settings.identity_providers.is_empty() || !all.identities.is_empty() {
            section { h2 { (page.words.identity_providers.connections) } (identities(page, &all.identities)) }
        }
        @if !ctx.settings.second_factors.remembered.is_zero() {
            section { h2 { (words.browsers.name) } (browsers(page, all.remembered_browsers)) }
        }
    };
    Ok(page.respond(NavItem::Security, words.title, error, &content))
}

/// Forgets the browsers that are not asked for a second factor.
pub async fn forget_browsers(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    form.outcome(ctx, factors::forget_browsers(ctx, &page.signed_in).await).await?;
    Ok(page.redirect_with_flash(PAGE, Notice::BrowsersForgotten))
}

fn browsers(page: &SignedInPage<'_, impl Platform>, remembered: u32) -> Markup {
    let (words, days) = (&page.words.security.browsers, page.ctx.settings.second_factors.remembered);
    html! {
        p { ((words.about)(in_days(days))) }
        p class="quiet" { ((words.remembered)(remembered)) }
        (page.form("/account/security/browsers/forget", &html! {
            p { button type="submit" class="second" { (words.forget) } }
        }))
    }
}

fn password(page: &SignedInPage<'_, impl Platform>, all: &Overview) -> Markup {
    let (words, own) = (&page.words.security, &page.words.passkeys);
    let has_passkey = all.keys.iter().any(|key| key.kind == KeyKind::Passkey);
    html! {
        @if all.password {
            p { a class="button second" href="/account/password" { (words.change_password) } }
        } @else {
            p class="quiet" { (words.no_password) }
            p { a class="button second" href="/account/password" { (own.set_password) } }
        }
        @if all.password && has_passkey && page.ctx.settings.passkeys.is_some() {
            details {
                summary { (own.remove_password) " …" }
                p class="quiet" { (own.what_removing_password_does) }
                (page.form("/account/security/password/remove", &html! {
                    p { button type="submit" class="danger" { (own.remove_password) } }
                }))
            }
        }
    }
}

/// The removal is in a disclosure, because the app has to be set up again afterwards.
fn app(page: &SignedInPage<'_, impl Platform>, all: &Overview) -> Markup {
    let words = &page.words.security;
    html! {
        @match &all.app {
            Some(app) => {
                p class="quiet" { (usage(words, app.created_at, app.last_used_at)) }
                details {
                    summary { (words.app.removal) }
                    p class="quiet" { (words.app.what_removing_does) }
                    (page.form("/account/security/app/remove", &html! {
                        p { button type="submit" class="danger" { (words.app.remove) } }
                    }))
                }
            }
            None => {
                p { (words.app.about) }
                p { a class="button second" href="/account/security/app" { (words.app.set_up) } }
            }
        }
    }
}

fn codes(words: &Security, left: Option<u32>) -> Markup {
    html! {
        p { (words.codes.about) }
        p class="quiet" {
            @match left { Some(left) => ((words.codes.left)(left, RECOVERY_CODES)), None => (words.codes.none) }
        }
        p { a class="button second" href="/account/security/codes" { (words.codes.create) } }
    }
}

fn keys(page: &SignedInPage<'_, impl Platform>, keys: &[passkeys::Overview]) -> Markup {
    let words = &page.words.security;
    html! {
        p { (words.about_keys) }
        @if keys.is_empty() {
            p class="quiet" { (words.no_keys) }
        } @else {
            ul class="items" { @for key in keys { (item(words, key)) } }
        }
        @if page.ctx.settings.passkeys.is_some() {
            p { a class="button second" href="/account/security/passkeys" { (page.words.passkeys.manage) } }
        }
    }
}

fn identities(page: &SignedInPage<'_, impl Platform>, connected: &[Connection]) -> Markup {
    let (words, settings) = (&page.words.identity_providers, page.ctx.settings);
    let name =
        |one: &Connection| settings.identity_provider(&one.provider).map_or(&one.provider, |it| &it.name).clone();
    let is_free = |provider: &&IdentityProvider| connected.iter().all(|one| one.provider != provider.id);
    html! {
        p { (words.about) }
        @if !connected.is_empty() {
            ul class="items" {
                @for (number, one) in connected.iter().enumerate() {
                    li {
                        div {
                            p id={ "identity-" (number) } {
                                strong { (name(one)) } " "
                                @if let Some(email) = &one.email { bdi { (email) } }
                            }
                            p class="quiet" { (usage(&page.words.security, one.created_at, one.last_used_at)) }
                        }
                        (page.form("/account/security/identities/remove", &html! {
                            input type="hidden" name="issuer" value=(one.issuer);
                            input type="hidden" name="subject" value=(one.subject);
                            button type="submit" class="second small" id={ "disconnect-" (number) }
                                   aria-labelledby={ "disconnect-" (number) " identity-" (number) } { (words.remove) }
                        }))
                    }
                }
            }
        }
        @for provider in settings.identity_providers.iter().filter(is_free) {
            p {
                a class="button second" href=(by_way_of(&provider.start(), PAGE)) { ((words.connect_with)(&provider.name)) }
            }
        }
    }
}

fn item(words: &Security, key: &passkeys::Overview) -> Markup {
    html! {
        li {
            div {
                p {
                    strong { bdi { (key.name) } } " "
                    span class="mark" {
                        @match key.kind {
                            KeyKind::Passkey => (words.passkey),
                            KeyKind::SecurityKey => (words.security_key),
                        }
                    }
                }
                p class="quiet" { (usage(words, key.created_at, key.last_used_at)) }
            }
        }
    }
}

pub fn usage(words: &Security, created_at: Timestamp, last_used_at: Option<Timestamp>) -> Markup {
    html! {
        (words.added) " " (time(created_at)) " · "
        @match last_used_at {
            Some(used) => { (words.last_used) " " (time(used)) },
            None => (words.never_used),
        }
    }
}

/// Removes the authenticator app. If it is gone already, the page shows that.
pub async fn remove_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    match form.outcome(ctx, authenticator_app::remove(ctx, &page.signed_in).await).await {
        Ok(()) => Ok(page.redirect_with_flash(PAGE, Notice::AppRemoved)),
        Err(Error::NotFound) => Ok(page.redirect(PAGE)),
        Err(error) => Err(error),
    }
}
