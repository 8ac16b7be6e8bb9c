//! `/account/security/undo`: removes the first second factor of an account, and everything else that was added to its sign-in.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::undo_factor;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::time::time;
use crate::web::pages::layout::{email_link, fields};

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = email_link::token(request).ok_or(Error::InvalidToken)?;
    ask_for_password(&PageContext::new(ctx, request)?, &token, None).await
}

/// Requires a new password: the person who added the factor knew the old one.
pub async fn undo(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let (token, password) = (form.text("token")?, form.secret("password")?);
    match form.outcome(ctx, undo_factor::undo(ctx, token, &password).await).await {
        Ok(()) => Ok(flash::redirect_to(ctx, "/account/signin", Notice::FactorsUndone)),
        Err(error) => ask_for_password(&PageContext::new(ctx, request)?, token, Some(&recoverable(error)?)).await,
    }
}

/// Does not show the address, which may have been changed since.
async fn ask_for_password(
    page: &PageContext<'_, impl Platform>,
    token: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let target = undo_factor::preview(page.ctx, token).await?.ok_or(Error::InvalidToken)?;
    let words = &page.words.security.undo;
    let content = page.form(
        "/account/security/undo",
        &html! {
            (email_link::field(token))
            p { (words.what_it_does) }
            dl { dt { (words.added) } dd { (time(target.added_at)) } }
            (fields::readonly_username(page.words, &target.login))
            (fields::new_password("password", page.words, page.ctx.settings))
            div class="row" { button type="submit" { (words.undo) } }
        },
    );
    Ok(page.respond(words.title, error, &content))
}
