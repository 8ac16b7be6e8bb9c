//! `/account/password`: changes the password, given the current one.

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
    Ok(ask(&SignedInPage::load_recent(ctx, request).await?, None))
}

pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (present, new) = (form.secret("current_password")?, form.secret("new_password")?);
    match form.outcome(ctx, change_password::change(ctx, &page.signed_in, &present, &new).await).await {
        Ok(()) => Ok(page.redirect_with_flash("/account", Notice::PasswordChanged)),
        Err(error) => Ok(ask(&page, Some(&recoverable(error)?))),
    }
}

fn ask<P: Platform>(page: &SignedInPage<'_, P>, error: Option<&Error>) -> Response {
    let (words, settings) = (page.words, page.ctx.settings);
    let own = &words.account.password;
    let fields = html! {
        (fields::username(&page.signed_in.user.login))
        (fields::password("current_password", words.fields.current_password))
        (fields::new_password("new_password", words, settings))
        div class="row" {
            button type="submit" { (own.save) }
            a href="/account" { (words.layout.back) }
        }
    };
    let content = html! {
        p { (own.what_ends) }
        section { (page.form("/account/password", &fields)) }
        p { a href="/account/recover" { (words.recovery.forgotten) } }
    };
    page.respond(NavItem::Account, own.title, error, &content)
}
