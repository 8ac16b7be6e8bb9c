//! `/account/signin/second` and `/account/signin/enrol`: the second step of a sign-in.

use maud::{Markup, html};

use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, SecondStep};
use crate::domain::sessions::session::Session;
use crate::flows::accounts::authenticator_app::Offer;
use crate::flows::accounts::required_app;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::second_factor::{self, Completed};
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::post_auth_redirect::PostAuthRedirect;
use crate::web::pages::layout::second_step;
use crate::web::pages::sign_in::sign_in_form::{ask_for_password, enter, with_form};

/// Completes the sign-in with a second factor. With a wrong one it asks again; once the step is over, the sign-in begins anew.
pub async fn verify(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    with_form(ctx, request, async |form, next| {
        let step = second_step::read(&form)?;
        let completed = second_step::complete(ctx, &form, &step, Goal::Page).await;
        match form.outcome(ctx, completed.and_then(Completed::session)).await {
            Ok(session) if second_step::uses_recovery_code(&form) => enter_by_code(ctx, request, &next, &session).await,
            Ok(session) => enter(ctx, request, &next, &session).await,
            Err(error @ Error::MfaTokenInvalid) => {
                ask_for_password(&PageContext::new(ctx, request)?, &next, "", Some(&error))
            }
            Err(error) => {
                let error = recoverable(error)?;
                let mut page = PageContext::new(ctx, request)?;
                page.by_passkey = second_step::is_by_key(&form);
                ask_for_second_factor(&page, &next, &step, Some(&error)).await
            }
        }
    })
    .await
}

/// After a recovery code, the target is reached by way of the page that says how many are left.
async fn enter_by_code(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    next: &PostAuthRedirect,
    session: &Session,
) -> Result<Response, Error> {
    let way = second_step::by_way_of_codes(&next.path());
    // With a target that is too long to be named twice, nothing comes between.
    let Ok(way) = PostAuthRedirect::read(ctx, |name| if name == "r" { &way } else { "" }) else {
        return enter(ctx, request, next, session).await;
    };
    let mut response = enter(ctx, request, &way, session).await?;
    flash::leave(&mut response, Notice::RecoveryCodeUsed);
    Ok(response)
}

/// Adds the authenticator app that the account must have, and signs in with it.
pub async fn add_required_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    with_form(ctx, request, async |form, next| {
        let completed = second_step::enrol(ctx, &form, Goal::Page).await;
        let error = match form.outcome(ctx, completed.and_then(Completed::session)).await {
            Ok(session) => return enter(ctx, request, &next, &session).await,
            Err(error) => recoverable(error)?,
        };
        let page = PageContext::new(ctx, request)?;
        match second_step::offered(ctx, &form, Goal::Page) {
            Ok(offer) if error != Error::MfaTokenInvalid => {
                Ok(ask_for_app(&page, &next, form.text("mfa_token")?, &offer, Some(&error)))
            }
            _ => ask_for_password(&page, &next, "", Some(&Error::MfaTokenInvalid)),
        }
    })
    .await
}

/// What follows a first step without a session: the second step if one is due, else the form again.
pub async fn next_step(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    error: Error,
    ask_again: impl FnOnce(&Error) -> Result<Response, Error>,
) -> Result<Response, Error> {
    match error {
        Error::SecondFactorRequired(Some(step)) => ask_for_second_factor(page, next, &step, None).await,
        Error::EnrolmentRequired(Some(token)) => {
            let offer = required_app::begin(page.ctx, &second_factor::read(page.ctx, &token)?)?;
            Ok(ask_for_app(page, next, &token, &offer, None))
        }
        error => ask_again(&recoverable(error)?),
    }
}

async fn ask_for_second_factor(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    step: &SecondStep,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let action = "/account/signin/second";
    let other_way = second_step::key_form(page, action, step, &next.fields()).await?;
    Ok(respond_second(page, next, action, &second_step::fields(page.words, step), &other_way, error))
}

fn ask_for_app(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    mfa_token: &str,
    offer: &Offer,
    error: Option<&Error>,
) -> Response {
    respond_second(
        page,
        next,
        "/account/signin/enrol",
        &second_step::required_app(page.words, mfa_token, offer),
        &html! {},
        error,
    )
}

fn respond_second(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    action: &str,
    fields: &Markup,
    other_way: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.second_step;
    let content = html! {
        (page.form(action, &html! { (next.fields()) (fields) }))
        (other_way)
        ul class="ways" { li { a href="/account/signin" { (words.start_again) } } }
    };
    page.respond_leading_to(next.foreign_origin().as_deref(), words.title, error, &content)
}
