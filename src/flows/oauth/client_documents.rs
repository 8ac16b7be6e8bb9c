//! The documents in which clients describe themselves: fetched for signed-in users alone, so that no stranger makes this service send
//! requests, and remembered in this isolate's memory alone.

use std::time::Duration;

use http::StatusCode;
use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderName, USER_AGENT};

use crate::domain::error::Error;
use crate::domain::oauth::client_document::{self, NotDocument};
use crate::domain::oauth::document_url::DocumentUrl;
use crate::domain::oauth::self_description::SelfDescription;
use crate::domain::policy;
use crate::domain::rate_limit::RateLimitClass;
use crate::flows::context::RequestContext;
use crate::flows::isolate_cache::RememberedDocument;
use crate::flows::rate_limit;
use crate::ports::{Bounds, Outbound, Platform};
use crate::store::signed_in::SignedIn;

/// What a client says about itself at this URL.
pub async fn describe(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    url: &DocumentUrl,
) -> Result<SelfDescription, Error> {
    let remembered = ctx.cache.documents.last(url.as_str()).filter(|document| document.fresh.contains(&ctx.now));
    let outcome = match remembered {
        Some(document) => document.outcome,
        None => {
            rate_limit::by_user(ctx, RateLimitClass::Email, signed_in.user.id).await?;
            let (outcome, max_age) = match fetch(ctx.platform, url).await {
                Ok((description, max_age)) => (Ok(description), max_age),
                Err(reason) => (Err(reason), policy::CLIENT_DOCUMENT_RETRY),
            };
            let document = RememberedDocument { outcome: outcome.clone(), fresh: ctx.now..ctx.now + max_age };
            ctx.cache.documents.insert(url.as_str().to_owned(), document, ctx.now);
            outcome
        }
    };
    outcome.map_err(|reason| Error::ClientDocument { host: url.host().to_owned(), reason })
}

/// The document, and how long it may be used. A redirect is an answer like any other, and not followed.
async fn fetch(platform: &impl Outbound, url: &DocumentUrl) -> Result<(SelfDescription, Duration), NotDocument> {
    let request = http::Request::get(url.as_str())
        .header(ACCEPT, "application/json")
        .header(USER_AGENT, policy::USER_AGENT)
        .body(Vec::new())
        .map_err(|_| "The document's URL is not valid.")?;
    let bounds = Bounds { timeout: policy::CLIENT_DOCUMENT_TIMEOUT, body_limit: policy::CLIENT_DOCUMENT_LIMIT };
    let answer = platform.fetch(request, bounds).await.map_err(|_| "The document cannot be fetched.")?;
    let header = |name: HeaderName| answer.headers().get(name).and_then(|value| value.to_str().ok());
    if answer.status() != StatusCode::OK {
        return Err("The document's status is not 200.");
    }
    if !header(CONTENT_TYPE).is_some_and(client_document::is_json) {
        return Err("The document's Content-Type is not application/json.");
    }
    let body = answer.body().as_ref().map_err(|_| "The document is cut off, or longer than 5 KB.")?;
    Ok((client_document::read(url, body)?, client_document::max_age(header(CACHE_CONTROL))))
}
