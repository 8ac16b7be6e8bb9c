//! `/account/signin`: signs in with a password or a code from an email, and redirects to the requested target.

use maud::html;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::Identifier;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::{email_otp, login};
use crate::ports::Platform;
use crate::web::api::email_otp as codes;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::PageContext;
use crate::web::pages::layout::post_auth_redirect::{PostAuthRedirect, by_way_of};
use crate::web::pages::layout::signed_in;
use crate::web::pages::sign_in::second_step::next_step;
use crate::web::pages::sign_in::sign_in_form::{ask_for_password, enter, respond, with_form};

/// If the user is signed in already, it redirects at once. `login_hint` (OpenID Connect Core §3.1.2.1) fills in the name;
/// `idp_hint` leads on to that provider.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = request::query(request);
    let find = |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let next = PostAuthRedirect::read(ctx, find)?;
    let hinted = ctx.settings.identity_provider(find("idp_hint"));
    match (signed_in::current_user(ctx, request).await?, hinted) {
        (Some(signed_in), _) => next.follow(ctx, request, signed_in.session).await,
        (None, Some(provider)) => Ok(response::redirect_to(ctx.settings, &by_way_of(&provider.start(), &next.path()))),
        (None, None) => ask_for_password(&PageContext::new(ctx, request)?, &next, find("login_hint"), None),
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
                next_step(&page, &next, error, |error| ask_for_password(&page, &next, typed, Some(error))).await
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
            return ask_for_password(&PageContext::new(ctx, request)?, &next, typed, Some(&error));
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
                next_step(&page, &next, error, |error| Ok(ask_for_code(&page, &next, typed, Some(error)))).await
            }
        }
    })
    .await
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
    respond(page, next, "/account/signin/verify", &content, &html! {}, error)
}
