//! `/account/password`: changes the password, given the current one, or sets one for an account that has none.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::change_password;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

/// With `first` for an account without a password.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let is_first = request::query_parameter(request, "first").is_ok();
    Ok(ask(&SignedInPage::load_recent(ctx, request).await?, is_first, None))
}

pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (is_first, new) = (!form.optional("first").is_empty(), form.secret("new_password")?);
    let done = if is_first {
        change_password::set_first(ctx, &page.signed_in, &new).await
    } else {
        change_password::change(ctx, &page.signed_in, &form.secret("current_password")?, &new).await
    };
    match form.outcome(ctx, done).await {
        Ok(()) => Ok(page.redirect_with_flash("/account", Notice::PasswordChanged)),
        Err(error @ Error::ReauthenticationRequired) => Err(error),
        Err(error) => Ok(ask(&page, is_first, Some(&recoverable(error)?))),
    }
}

fn ask<P: Platform>(page: &SignedInPage<'_, P>, is_first: bool, error: Option<&Error>) -> Response {
    let (words, settings) = (page.words, page.ctx.settings);
    let own = &words.account.password;
    let fields = html! {
        (fields::username(&page.signed_in.user.login))
        @if is_first {
            input type="hidden" name="first" value="yes";
        } @else {
            (fields::password("current_password", words.fields.current_password))
        }
        (fields::new_password("new_password", words, settings))
        div class="row" {
            button type="submit" { (own.save) }
            a href="/account" { (words.layout.back) }
        }
    };
    let content = html! {
        p { (own.what_ends) }
        section { (page.form("/account/password", &fields)) }
        @if !is_first { p { a href="/account/recover" { (words.recovery.forgotten) } } }
    };
    let title = if is_first { words.passkeys.set_password } else { own.title };
    page.respond(NavItem::Account, title, error, &content)
}
