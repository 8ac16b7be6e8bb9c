//! `/account/address`: requests a change of the email address. The link in the email opens `/account/email`.

use maud::html;

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::error::Error;
use crate::flows::accounts::{change_email, change_password};
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    ask(&SignedInPage::load_recent(ctx, request).await?, "", None).await
}

/// The response is the same whether or not another account has the address.
pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (typed, present) = (form.text("email")?, form.secret("current_password").ok());
    let Ok(email) = EmailAddress::parse(typed) else {
        return ask(&page, typed, Some(&Error::InvalidRequest(Some("email")))).await;
    };
    match form.outcome(ctx, change_email::request(ctx, &page.signed_in, &email, present.as_ref()).await).await {
        Ok(()) => Ok(sent(&page, &email)),
        Err(error @ Error::ReauthenticationRequired) => Err(error),
        Err(error) => ask(&page, typed, Some(&recoverable(error)?)).await,
    }
}

async fn ask<P: Platform>(page: &SignedInPage<'_, P>, typed: &str, error: Option<&Error>) -> Result<Response, Error> {
    let has_password = change_password::has_password(page.ctx, &page.signed_in).await?;
    let (words, user) = (page.words, &page.signed_in.user);
    let own = &words.account.email;
    let fields = html! {
        label for="email" { (own.new) }
        input id="email" type="email" name="email" value=(typed) autocomplete="email" required;
        (fields::username(&user.login))
        @if has_password { (fields::password("current_password", words.fields.current_password)) }
        div class="row" {
            button type="submit" { (own.send) }
            a href="/account" { (words.layout.back) }
        }
    };
    let content = html! {
        p { (own.current) " " strong { bdi { (user.email) } } }
        p { (own.what_happens) }
        section { (page.form("/account/address", &fields)) }
    };
    Ok(page.respond(NavItem::Account, own.title, error, &content))
}

fn sent<P: Platform>(page: &SignedInPage<'_, P>, email: &EmailAddress) -> Response {
    let words = page.words;
    let own = &words.account.email;
    let content = html! {
        p { (own.sent) " " strong { bdi { (email.spelled()) } } }
        p { (own.next_step) }
        p class="quiet" { (own.not_received) }
        p { a href="/account" { (words.layout.back) } }
    };
    page.respond(NavItem::Account, own.check_email, None, &content)
}
