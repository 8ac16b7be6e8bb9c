//! `/admin/users/{id}/…`: the actions on a user's page.

use crate::domain::accounts::user::User;
use crate::domain::admin_change::Change;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_users::target;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::admin::user;
use crate::web::pages::layout::admin::AdminPage;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;

pub async fn change(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    change: Change,
) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, change.act()).await?;
    let notice = match change {
        Change::Disable => Notice::UserDisabled,
        Change::Enable => Notice::UserEnabled,
        Change::Promote => Notice::UserPromoted,
        Change::Demote => Notice::UserDemoted,
    };
    let done = form.outcome(ctx, page.admin.change(ctx, user, change).await).await;
    answer(&page, user, done, notice).await
}

pub async fn start_reset(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, Act::StartReset).await?;
    let done = form.outcome(ctx, page.admin.start_reset(ctx, user).await).await;
    answer(&page, user, done, Notice::ResetStarted).await
}

pub async fn reset_factors(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, Act::ResetFactors).await?;
    let done = form.outcome(ctx, page.admin.reset_factors(ctx, user).await).await;
    answer(&page, user, done, Notice::FactorsReset).await
}

pub async fn end_sessions(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, Act::EndUserSessions).await?;
    let done = form.outcome(ctx, page.admin.end_sessions(ctx, user).await).await;
    answer(&page, user, done, Notice::AllSessionsEnded).await
}

pub async fn end_session(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, Act::EndUserSession).await?;
    let done = form.outcome(ctx, page.admin.end_session(ctx, user, named(request)?).await).await;
    answer(&page, user, done, Notice::SessionEnded).await
}

pub async fn end_token(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, user) = act(ctx, request, Act::EndUserToken).await?;
    let done = form.outcome(ctx, page.admin.end_token(ctx, user, named(request)?).await).await;
    answer(&page, user, done, Notice::KeyDeleted).await
}

/// Checks the form first: another site must not be able to cause audit log entries under an administrator's name.
async fn act<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    request: &'a Request,
    act: Act,
) -> Result<(CsrfForm, AdminPage<'a, P>, Id<User>), Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = AdminPage::act(ctx, request, act).await?;
    Ok((form, page, target(request)?))
}

/// The session's or token's ID in `/admin/users/{id}/sessions/{id}/end`.
fn named<T>(request: &Request) -> Result<Id<T>, Error> {
    let segments = request::segments(request.uri().path());
    segments.get(4).and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}

/// Expected errors are shown on the user's page, which shows their cause.
async fn answer(
    page: &AdminPage<'_, impl Platform>,
    user: Id<User>,
    done: Result<(), Error>,
    notice: Notice,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(page.redirect_with_flash(&user::path(user), notice)),
        Err(error @ (Error::LastAdmin | Error::AccountDisabled | Error::NotFound)) => {
            user::render(page, user, Some(&error)).await
        }
        Err(error) => Err(error),
    }
}
