//! `/account/signin/passkey`: signs in with a passkey that the browser has answered for.

use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::{assertions, passkey};
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::passkey_form;
use crate::web::pages::sign_in::sign_in_form::{ask_for_password, enter, with_form};

pub async fn sign_in(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    with_form(ctx, request, async |form, next| {
        let (presented, browser) = (passkey_form::assertion(&form)?, form.nonce().as_bytes());
        match form.outcome(ctx, passkey::sign_in(ctx, &presented, Goal::Page, browser).await).await {
            Ok(session) => enter(ctx, request, &next, &session).await,
            Err(error) => {
                let error = recoverable(error)?;
                let mut page = PageContext::new(ctx, request)?;
                page.by_passkey = true;
                if error == Error::InvalidCredentials && passkey::is_unknown(ctx, &presented, browser).await? {
                    page.unknown_passkey = Some(presented.id.spelled());
                }
                ask_for_password(&page, &next, "", Some(&error))
            }
        }
    })
    .await
}
