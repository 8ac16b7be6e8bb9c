//! `/account/signin`: signs in with a password or a code from an email, and redirects to the requested target.

use maud::{Markup, html};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::Identifier;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::devices::device;
use crate::domain::error::{Error, SecondStep};
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::second_factor::Completed;
use crate::flows::sign_in::{email_otp, login};
use crate::ports::Platform;
use crate::web::api::email_otp as codes;
use crate::web::http::credential::SESSION_COOKIE;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::{CsrfForm, clear_csrf_cookie, set_cookie};
use crate::web::pages::layout::device_cookie;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::post_auth_redirect::PostAuthRedirect;
use crate::web::pages::layout::second_step;
use crate::web::pages::layout::signed_in;

/// If the user is signed in already, it redirects at once.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = request::query(request);
    let find = |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let next = PostAuthRedirect::read(ctx, find)?;
    match signed_in::current_user(ctx, request).await? {
        Some(signed_in) => next.follow(ctx, request, signed_in.session).await,
        None => Ok(ask_for_password(&PageContext::new(ctx, request)?, &next, "", None)),
    }
}

/// Signs in with a password.
pub async fn sign_in(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    with_form(ctx, request, async |form, next| {
        let (typed, password) = (form.text("login")?, form.secret("password")?);
        let (identifier, lifetimes) = (Identifier::parse(typed), &ctx.settings.sessions.browser_lifetimes);
        let session =
            login::login(ctx, &identifier, &password, lifetimes, Some(Goal::Page)).await.map(|(_, session)| session);
        match form.outcome(ctx, session).await {
            Ok(session) => enter(ctx, request, &next, &session).await,
            Err(error) => {
                let page = PageContext::new(ctx, request)?;
                next_step(&page, &next, error, |error| ask_for_password(&page, &next, typed, Some(error)))
            }
        }
    })
    .await
}

/// Sends a code, and asks for it. The page is the same whether or not an account has the address.
pub async fn send_code(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(ctx)?;
    with_form(ctx, request, async |form, next| {
        let typed = form.text("login")?;
        let Ok(email) = EmailAddress::parse(typed) else {
            let error = Error::InvalidRequest(Some("email"));
            return Ok(ask_for_password(&PageContext::new(ctx, request)?, &next, typed, Some(&error)));
        };
        email_otp::request(ctx, settings, &email).await?;
        Ok(ask_for_code(&PageContext::new(ctx, request)?, &next, typed, None))
    })
    .await
}

/// Signs in with the code.
pub async fn verify_code(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(ctx)?;
    with_form(ctx, request, async |form, next| {
        let typed = form.text("login")?;
        let email = EmailAddress::parse(typed).map_err(|_| Error::InvalidRequest(Some("login")))?;
        let session = match codes::typed(settings, form.text("code")?) {
            Ok(code) => email_otp::sign_in(ctx, settings, &email, &code, Goal::Page).await,
            Err(error) => Err(error),
        };
        match form.outcome(ctx, session).await {
            Ok(session) => enter(ctx, request, &next, &session).await,
            Err(error) => {
                let page = PageContext::new(ctx, request)?;
                next_step(&page, &next, error, |error| ask_for_code(&page, &next, typed, Some(error)))
            }
        }
    })
    .await
}

/// Completes the sign-in with a second factor. With a wrong one it asks again; once the step is over, the sign-in begins anew.
pub async fn verify_second_factor(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
) -> Result<Response, Error> {
    with_form(ctx, request, async |form, next| {
        let step = second_step::read(&form)?;
        let completed = second_step::complete(ctx, &form, &step, Goal::Page).await;
        match form.outcome(ctx, completed.and_then(Completed::session)).await {
            Ok(session) => enter(ctx, request, &next, &session).await,
            Err(error @ Error::MfaTokenInvalid) => {
                Ok(ask_for_password(&PageContext::new(ctx, request)?, &next, "", Some(&error)))
            }
            Err(error) => {
                let error = recoverable(error)?;
                Ok(ask_for_second_factor(&PageContext::new(ctx, request)?, &next, &step, Some(&error)))
            }
        }
    })
    .await
}

/// What follows a first step without a session: the second step if one is due, else the form again.
fn next_step(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    error: Error,
    ask_again: impl FnOnce(&Error) -> Response,
) -> Result<Response, Error> {
    match error {
        Error::SecondFactorRequired(Some(step)) => Ok(ask_for_second_factor(page, next, &step, None)),
        error => recoverable(error).map(|error| ask_again(&error)),
    }
}

/// Handles a form of this page. If it is outdated because the user has signed in meanwhile, they are redirected to its
/// target, as a link would do.
async fn with_form(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    act: impl AsyncFnOnce(CsrfForm, PostAuthRedirect) -> Result<Response, Error>,
) -> Result<Response, Error> {
    let next = |form: &CsrfForm| PostAuthRedirect::read(ctx, |name| form.optional(name));
    match CsrfForm::read(ctx, request) {
        Ok(form) => {
            let next = next(&form)?;
            act(form, next).await
        }
        Err(Error::CsrfFailed) => {
            let form = CsrfForm::read_stale(ctx, request)?;
            let signed_in = signed_in::current_user(ctx, request).await?.ok_or(Error::CsrfFailed)?;
            next(&form)?.follow(ctx, request, signed_in.session).await
        }
        Err(error) => Err(error),
    }
}

/// Sets the session cookie, and redirects to the target.
async fn enter(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    next: &PostAuthRedirect,
    session: &Session,
) -> Result<Response, Error> {
    let mut response = next.follow(ctx, request, session.id).await?;
    let token = device::SESSION_TOKEN.spell(&ctx.settings.keys, session.id);
    set_cookie(&mut response, SESSION_COOKIE, &token, Some(session.expires_at.since(ctx.now).as_secs()));
    device_cookie::remember(&mut response, ctx, session);
    clear_csrf_cookie(&mut response, request);
    Ok(response)
}

/// Removes the session cookie.
pub fn forget(response: &mut Response, request: &Request) {
    set_cookie(response, SESSION_COOKIE, "", Some(0));
    clear_csrf_cookie(response, request);
}

fn ask_for_password(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    typed: &str,
    error: Option<&Error>,
) -> Response {
    let (words, codes) = (&page.words.sign_in, page.ctx.settings.email_otp.is_some());
    let content = html! {
        label for="login" { (page.words.fields.login_or_email) }
        input id="login" name="login" value=(typed) autocomplete="username" autocapitalize="none" spellcheck="false" required
              autofocus[typed.is_empty()];
        label for="password" { (page.words.fields.password) }
        input id="password" type="password" name="password" autocomplete="current-password" required[!codes]
              autofocus[!typed.is_empty()];
        div class="row" {
            button type="submit" { (words.sign_in) }
            @if codes {
                button type="submit" class="second" formaction="/account/signin/code" formnovalidate { (words.send_code) }
            }
        }
    };
    respond(page, next, "/account/signin", &content, error)
}

fn ask_for_code(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    email: &str,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.sign_in;
    let content = html! {
        p { ((words.code_sent)(email)) }
        input type="hidden" name="login" value=(email);
        (fields::code(page.words))
        div class="row" {
            button type="submit" { (words.sign_in) }
            button type="submit" class="second" formaction="/account/signin/code" formnovalidate { (words.send_another) }
        }
    };
    respond(page, next, "/account/signin/verify", &content, error)
}

fn ask_for_second_factor(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    step: &SecondStep,
    error: Option<&Error>,
) -> Response {
    let words = page.words;
    let content = html! {
        (page.form("/account/signin/second", &html! { (next.fields()) (second_step::fields(words, step)) }))
        ul class="ways" { li { a href="/account/signin" { (words.second_step.start_again) } } }
    };
    page.respond_leading_to(next.foreign_origin(), words.second_step.title, error, &content)
}

fn respond(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    action: &str,
    content: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.sign_in;
    let content = html! {
        (page.form(action, &html! { (next.fields()) (content) }))
        ul class="ways" {
            li { a href="/account/recover" { (page.words.recovery.forgotten) } }
            @if error == Some(&Error::AccountNotActivated) { li { a href="/account/activate" { (words.no_email) } } }
            @if page.ctx.settings.accounts.registration.is_open() {
                li { (words.no_account) " " a href="/account/register" { (page.words.register.register) } }
            }
        }
    };
    let title = (words.title)(&page.ctx.settings.app_name);
    page.respond_leading_to(next.foreign_origin(), &title, error, &content)
}
