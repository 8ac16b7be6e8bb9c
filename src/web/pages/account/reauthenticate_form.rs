//! What `/account/confirm` asks for: the first factors that the account has, and the second.

use maud::{Markup, html};

use crate::domain::error::{Error, SecondStep};
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::policy;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::flows::accounts::authenticator_app::Offer;
use crate::flows::accounts::{change_password, required_app};
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::connections;
use crate::flows::sign_in::{passkey, second_factor};
use crate::ports::Platform;
use crate::store::passkeys::list as keys_of;
use crate::web::http::response::Response;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::{PasskeyCeremony, recoverable};
use crate::web::pages::layout::post_auth_redirect::{self, HOME, by_way_of};
use crate::web::pages::layout::second_step;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

/// The second step, if that is what follows a first factor that does not suffice.
pub async fn next_step<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    error: Error,
) -> Result<Result<Response, Error>, Error> {
    match error {
        Error::SecondFactorRequired(Some(step)) => ask_for_second_factor(page, next, &step, None).await.map(Ok),
        Error::EnrolmentRequired(Some(token)) => {
            let offer = required_app::begin(page.ctx, &second_factor::read(page.ctx, &token)?)?;
            Ok(Ok(ask_for_app(page, next, &token, &offer, None)))
        }
        error => recoverable(error).map(Err),
    }
}

/// A path of this service. Any other target is replaced by the account page.
pub fn next<P>(ctx: &RequestContext<'_, P>, named: &str) -> String {
    match RedirectTarget::read(&ctx.settings.base_url, &[], named) {
        Some(RedirectTarget::Own(path)) => path,
        _ => HOME.to_owned(),
    }
}

pub async fn ask_for_password<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    ask(page, next, true, error).await
}

/// `first_factors`: whether a password or a code would suffice.
pub async fn ask<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    first_factors: bool,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let words = page.words;
    let codes = first_factors && page.ctx.settings.email_otp.is_some();
    let has_password = first_factors && change_password::has_password(page.ctx, &page.signed_in).await?;
    let content = html! {
        p { (words.confirm.signed_in_as) " " strong { bdi { (page.signed_in.user.login) } } }
        (fields::username(&page.signed_in.user.login))
        @if has_password {
            label for="password" { (words.fields.password) }
            input id="password" type="password" name="password" autocomplete="current-password" required autofocus;
        } @else if page.signed_in.second_factors.passkey {
            p class="quiet" data-without-passkeys { (words.passkeys.needs_script) }
        } @else {
            p { a href="/account/recover" { (words.passkeys.set_password) } }
        }
        div class="row" {
            @if has_password { button type="submit" { (words.confirm.confirm) } }
            @if codes {
                button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                    (words.sign_in.send_code)
                }
            }
        }
    };
    let other_way = html! { (with_passkey(page, next).await?) (with_providers(page, next).await?) };
    Ok(respond(page, next, "/account/confirm", &content, &other_way, error))
}

pub fn ask_for_code<P: Platform>(page: &SignedInPage<'_, P>, next: &str, error: Option<&Error>) -> Response {
    let words = page.words;
    let content = html! {
        p { (words.confirm.code_sent) " " strong { bdi { (page.signed_in.user.email) } } }
        (fields::code(words))
        div class="row" {
            button type="submit" { (words.confirm.confirm) }
            button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                (words.sign_in.send_another)
            }
        }
        p { a href=(by_way_of("/account/confirm", next)) { (words.confirm.with_password) } }
    };
    respond(page, next, "/account/confirm/verify", &content, &html! {}, error)
}

pub async fn ask_for_second_factor<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    step: &SecondStep,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let action = "/account/confirm/second";
    let other_way = second_step::key_form(page, action, step, &way_back(next)).await?;
    Ok(respond(page, next, action, &second_step::fields(page.words, step), &other_way, error))
}

/// The form for one of the user's passkeys, if there are any.
async fn with_passkey<P: Platform>(page: &SignedInPage<'_, P>, next: &str) -> Result<Markup, Error> {
    if !page.signed_in.second_factors.passkey || page.ctx.settings.passkeys.is_none() {
        return Ok(html! {});
    }
    let keys = keys_of(page.ctx.platform, page.signed_in.user.id).await?;
    let options = match passkey::options_in_session(page.ctx, &page.signed_in, &keys) {
        Err(Error::NotFound) => return Ok(html! {}),
        options => options?,
    };
    let (renew_from, button) = (Some("/account/confirm"), page.words.passkeys.confirm);
    let ceremony = PasskeyCeremony { kind: "get", options: &options, renew_from, button };
    Ok(page.passkey_form("/account/confirm/passkey", &ceremony, &way_back(next)))
}

/// Links to the providers that the account is connected with, as far as they can be asked to let its user sign in again.
async fn with_providers<P: Platform>(page: &SignedInPage<'_, P>, next: &str) -> Result<Markup, Error> {
    let providers = &page.ctx.settings.identity_providers;
    let able: Vec<_> = providers.iter().filter(|provider| provider.kind.reauthenticates()).collect();
    if able.is_empty() {
        return Ok(html! {});
    }
    let connected = connections::list(page.ctx, &page.signed_in).await?;
    let is_connected = |provider: &&&IdentityProvider| connected.iter().any(|other| other.provider == provider.id);
    Ok(html! {
        @for provider in able.iter().filter(is_connected) {
            div class="row" {
                a class="button second" href={ (by_way_of(&provider.start(), next)) "&reauthenticate=1" } {
                    ((page.words.identity_providers.confirm_with)(&provider.name))
                }
            }
        }
    })
}

fn way_back(next: &str) -> Markup {
    html! { input type="hidden" name="r" value=(next); }
}

pub fn ask_for_app<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    mfa_token: &str,
    offer: &Offer,
    error: Option<&Error>,
) -> Response {
    respond(
        page,
        next,
        "/account/confirm/enrol",
        &second_step::required_app(page.words, mfa_token, offer),
        &html! {},
        error,
    )
}

fn respond<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    action: &str,
    content: &Markup,
    other_way: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.confirm;
    let content = html! {
        p {
            (words.why)
            // A client may ask again at any time.
            @if post_auth_redirect::authorization_request(next).is_none() {
                " " ((words.how_long)(policy::in_minutes(policy::RECENT_AUTHENTICATION)))
            }
        }
        section { (page.form(action, &html! { (way_back(next)) (content) })) (other_way) }
    };
    let forms_to = post_auth_redirect::foreign_origin(next);
    page.send(words.title, &page.nav(NavItem::Account), forms_to.as_deref(), error, &content)
}
