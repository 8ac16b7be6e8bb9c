//! `/account/password`: changes the password, given the current one, or sets one for an account that has none.

use maud::html;

use crate::domain::error::Error;
use crate::flows::accounts::change_password;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    ask(&SignedInPage::load_recent(ctx, request).await?, None).await
}

pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let new = form.secret("new_password")?;
    let done = match form.secret("current_password") {
        Ok(present) => change_password::change(ctx, &page.signed_in, &present, &new).await,
        Err(_) => change_password::set_first(ctx, &page.signed_in, &new).await,
    };
    match form.outcome(ctx, done).await {
        Ok(()) => Ok(page.redirect_with_flash("/account", Notice::PasswordChanged)),
        Err(error @ Error::ReauthenticationRequired) => Err(error),
        Err(error) => ask(&page, Some(&recoverable(error)?)).await,
    }
}

async fn ask<P: Platform>(page: &SignedInPage<'_, P>, error: Option<&Error>) -> Result<Response, Error> {
    let (words, settings) = (page.words, page.ctx.settings);
    let own = &words.account.password;
    let has_password = change_password::has_password(page.ctx, &page.signed_in).await?;
    let fields = html! {
        (fields::username(&page.signed_in.user.login))
        @if has_password { (fields::password("current_password", words.fields.current_password)) }
        (fields::new_password("new_password", words, settings))
        div class="row" {
            button type="submit" { (own.save) }
            a href="/account" { (words.layout.back) }
        }
    };
    let content = html! {
        p { (own.what_ends) }
        section { (page.form("/account/password", &fields)) }
        @if has_password { p { a href="/account/recover" { (words.recovery.forgotten) } } }
    };
    let title = if has_password { own.title } else { words.passkeys.set_password };
    Ok(page.respond(NavItem::Account, title, error, &content))
}
