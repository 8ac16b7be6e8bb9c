//! `/account/export`: all data stored about the user, as a download.

use maud::html;

use crate::domain::error::Error;
use crate::domain::policy;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::export;
use crate::web::http::request::Request;
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

const PAGE: &str = "/account/export";

pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load_recent(ctx, request).await?;
    let (words, own) = (page.words, &page.words.data_export);
    let content = html! {
        p { ((own.contents)(policy::EXPORT_ROWS)) }
        div class="row" {
            a class="button" href="/account/export/file" { (own.download) }
            a href="/account" { (words.layout.back) }
        }
    };
    Ok(page.respond(NavItem::Account, own.title, None, &content))
}

/// The file. If the user must sign in or confirm their identity first, that leads back to the page instead of the file: a
/// browser that is redirected to a download stays on the form it has submitted.
pub async fn download(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    match SignedInPage::load_recent(ctx, request).await {
        Ok(page) => export::file(ctx, page.signed_in).await,
        Err(Error::Unauthorized | Error::ReauthenticationRequired) => Ok(response::redirect_to(ctx.settings, PAGE)),
        Err(error) => Err(error),
    }
}
