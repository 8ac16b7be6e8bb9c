//! `/account/connect`: connects an identity that was proved in this browser with the account that is signed in to, or with a new one.

use maud::{Markup, html};

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::accounts::login_name::LoginName;
use crate::domain::error::Error;
use crate::domain::identity_providers::identity::EmailProof;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::PendingIdentity;
use crate::domain::policy;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::{connections, sign_up};
use crate::ports::Platform;
use crate::store::users;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::account::security;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::post_auth_redirect::{PostAuthRedirect, by_way_of};
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::pending_identity;
use crate::web::pages::sign_in::federated::{self, CONNECT_PAGE};

/// The form of a sign-up.
pub const SIGN_UP: &str = "/account/connect/register";

/// What is in the fields of a sign-up.
struct Typed<'a> {
    login: &'a str,
    email: &'a str,
}

/// Asks whether to connect; who is not signed in is told how to get there.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = match SignedInPage::load(ctx, request).await {
        Err(Error::Unauthorized) => None,
        page => Some(page?),
    };
    let session = page.as_ref().map(|page| page.signed_in.session);
    let Some((pending, provider)) = pending_identity::of(ctx, request, session) else {
        return Ok(response::redirect_to(ctx.settings, security::PAGE));
    };
    let Some(page) = page else {
        let email = pending.email.as_ref().map_or("", |(address, _)| address);
        let suggested = LoginName::suggested(if pending.name.is_empty() { email } else { &pending.name });
        return ask_who(ctx, request, (&pending, provider), &Typed { login: &suggested, email }, None).await;
    };
    authenticate::check_recent_authentication(ctx, &page.signed_in)?;
    Ok(ask(&page, &pending, provider, None))
}

fn ask(
    page: &SignedInPage<'_, impl Platform>,
    pending: &PendingIdentity,
    provider: &IdentityProvider,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.identity_providers;
    let there = pending.email.as_ref().map_or(pending.name.as_str(), |(address, _)| address.as_str());
    let content = html! {
        section {
            @if !there.is_empty() { p { (words.account_there) " " strong { bdi { (there) } } } }
            p { (words.account_here) " " strong { bdi { (page.signed_in.user.login) } } }
            (page.form(CONNECT_PAGE, &html! {
                div class="row" {
                    button type="submit" { (words.connect) }
                    a class="button second" href=(security::PAGE) { (words.cancel) }
                }
            }))
        }
    };
    page.respond(NavItem::Security, &(words.question)(&provider.name), error, &content)
}

/// A known address is proved by signing in to its account. It is named only if the provider has checked it: then it is the user's.
async fn ask_who(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    (pending, provider): (&PendingIdentity, &IdentityProvider),
    typed: &Typed<'_>,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let page = PageContext::new(ctx, request)?;
    let words = &page.words.identity_providers;
    let known = known_address(ctx, pending).await?;
    let content = html! {
        p { ((words.unknown)(&provider.name)) }
        @if let Some(address) = known { p { ((words.has_account)(address)) } }
        @if known.is_none() && sign_up::is_open(ctx, provider) {
            (sign_up_form(&page, pending, typed))
        }
        section {
            @if known.is_none() { p { (words.or_connect) } }
            div class="row" {
                a class="button second" href=(by_way_of("/account/signin", CONNECT_PAGE)) { (words.sign_in_to_connect) }
            }
        }
    };
    let forms_to = PostAuthRedirect::to(ctx, &pending.back)?.foreign_origin();
    Ok(page.respond_leading_to(forms_to.as_deref(), &(words.go_on_with)(&provider.name), error, &content))
}

/// The address that has an account, if the provider has checked it.
async fn known_address<'a>(
    ctx: &RequestContext<'_, impl Platform>,
    pending: &'a PendingIdentity,
) -> Result<Option<&'a str>, Error> {
    match &pending.email {
        Some((address, proof)) if *proof >= EmailProof::Checked => {
            let account = users::account_by_email(ctx.platform, &email_address::fold(address)).await?;
            Ok(account.map(|_| address.as_str()))
        }
        _ => Ok(None),
    }
}

fn sign_up_form(page: &PageContext<'_, impl Platform>, pending: &PendingIdentity, typed: &Typed<'_>) -> Markup {
    let words = &page.words.identity_providers;
    page.form(
        SIGN_UP,
        &html! {
            (fields::login(page.words, typed.login))
            @match sign_up::proved_address(page.ctx, pending) {
                Some(address) => p { (words.address) " " strong { bdi { (address.spelled()) } } },
                None => (fields::email(page.words, typed.email)),
            }
            div class="row" { button type="submit" { (words.create_account) } }
        },
    )
}

/// Creates an account for the identity and signs in to it, or asks the owner of its address first.
pub async fn sign_up(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let Some((pending, provider)) = pending_identity::of(ctx, request, None) else {
        return Ok(response::redirect_to(ctx.settings, "/account/signin"));
    };
    let done = match sign_up::proved_address(ctx, &pending) {
        Some(email) => create(ctx, request, &form, (&pending, provider), &email).await,
        None => register(ctx, &form, (&pending, provider)).await,
    };
    match done {
        Ok(response) => Ok(response),
        Err(error) => {
            let typed = Typed { login: form.optional("login"), email: form.optional("email") };
            ask_who(ctx, request, (&pending, provider), &typed, Some(&recoverable(error)?)).await
        }
    }
}

async fn create(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    form: &CsrfForm,
    (pending, provider): (&PendingIdentity, &IdentityProvider),
    email: &EmailAddress,
) -> Result<Response, Error> {
    let done = match request::login_name(form.text("login")?) {
        Ok(login) => sign_up::create(ctx, provider, pending, &login, email).await,
        Err(error) => Err(error),
    };
    let entered = match form.outcome(ctx, done).await {
        Err(error @ (Error::LoginTaken | Error::InvalidRequest(_) | Error::Provider { .. })) => return Err(error),
        entered => federated::entered_page(ctx, request, &pending.back, entered.map(Some)).await?,
    };
    let mut response = entered.unwrap_or_else(|| response::redirect_to(ctx.settings, CONNECT_PAGE));
    pending_identity::forget(&mut response);
    Ok(response)
}

async fn register(
    ctx: &RequestContext<'_, impl Platform>,
    form: &CsrfForm,
    (pending, provider): (&PendingIdentity, &IdentityProvider),
) -> Result<Response, Error> {
    let done = match (request::login_name(form.text("login")?), request::email(form.text("email")?)) {
        (Ok(login), Ok(email)) => sign_up::register(ctx, provider, login, email).await,
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    let registration = form.outcome(ctx, done).await?;
    let mut response = flash::redirect_to(ctx, "/account/activate", Notice::Registered);
    let waiting = pending.clone().waiting_for(registration, ctx.now + policy::REGISTRATION_LIFETIME);
    pending_identity::hold(ctx, &mut response, &waiting)?;
    Ok(response)
}

/// Connects them, once.
pub async fn connect(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let session = Some(page.signed_in.session);
    let Some((pending, provider)) = pending_identity::of(ctx, request, session) else {
        return Ok(page.redirect(security::PAGE));
    };
    let done = connections::connect(ctx, &page.signed_in, &pending, &provider.name).await;
    match form.outcome(ctx, done).await {
        Ok(()) => {
            let mut response = page.redirect_with_flash(security::PAGE, Notice::IdentityConnected);
            pending_identity::forget(&mut response);
            Ok(response)
        }
        Err(error) => Ok(ask(&page, &pending, provider, Some(&recoverable(error)?))),
    }
}

/// Disconnects one.
pub async fn disconnect(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (issuer, subject) = (form.text("issuer")?, form.text("subject")?);
    match form.outcome(ctx, connections::disconnect(ctx, &page.signed_in, issuer, subject).await).await {
        Ok(()) => Ok(page.redirect_with_flash(security::PAGE, Notice::IdentityDisconnected)),
        Err(Error::NotFound) => Ok(page.redirect(security::PAGE)),
        Err(error) => security::respond(ctx, &page, Some(&recoverable(error)?)).await,
    }
}
