//! `/account/delete`: deletes the account.

use maud::html;

use crate::domain::accounts::login_name::LoginName;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::accounts::delete_account;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::PageContext;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};
use crate::web::pages::sign_in::sign_in_form;

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(ask(&SignedInPage::load_recent(ctx, request).await?, "", None))
}

/// Deletion cannot be undone, so one click is not enough: the user must also enter their username.
pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = match SignedInPage::load_recent(ctx, request).await {
        Err(Error::Unauthorized) if form.is_done(ctx).await? => {
            return Ok(say_goodbye(&PageContext::new(ctx, request)?));
        }
        page => page?,
    };
    let typed = form.text("confirm_login")?;
    if !LoginName::known(typed).is_ok_and(|login| login.as_str() == page.signed_in.user.login) {
        return Ok(ask(&page, typed, Some(&Error::InvalidRequest(Some("confirm_login")))));
    }
    form.outcome(ctx, delete_account::delete(ctx, &page.signed_in).await).await?;
    Ok(say_goodbye(&page))
}

fn say_goodbye(page: &PageContext<'_, impl Platform>) -> Response {
    let own = &page.words.account_deletion;
    let mut response = page.respond(own.done, None, &html! { p { (own.goodbye) } });
    sign_in_form::forget(&mut response, page.request);
    response
}

fn ask<P: Platform>(page: &SignedInPage<'_, P>, typed: &str, error: Option<&Error>) -> Response {
    let (words, login) = (page.words, &page.signed_in.user.login);
    let own = &words.account_deletion;
    let days = policy::in_days(page.ctx.settings.operation.audit_retention);
    let fields = html! {
        p { (own.type_login) " " strong { bdi { (login) } } }
        (fields::text("confirm_login", words.fields.login, typed, "off"))
        div class="row" {
            button type="submit" class="danger" { (own.delete) }
            a href="/account" { (words.layout.back) }
        }
    };
    let content = html! {
        p { (own.irreversible) }
        section { h2 { (own.deleted) } p { (own.what_is_deleted) } }
        section { h2 { (own.kept) } p { ((own.what_is_kept)(days)) } }
        section class="danger" { (page.form("/account/delete", &fields)) }
    };
    page.respond(NavItem::Account, own.title, error, &content)
}
