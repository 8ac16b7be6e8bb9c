//! `/admin/users/{id}/…`: the buttons of a user's page.

use crate::domain::accounts::user::User;
use crate::domain::admin_change::Change;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::api::admin_users::target;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::admin::user;
use crate::web::pages::layout::admin::Office;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::flash::Notice;

pub async fn change(visit: &Visit<'_, impl Platform>, request: &Request, change: Change) -> Result<Response, Error> {
    let (form, office, user) = act(visit, request, change.act()).await?;
    let notice = match change {
        Change::Disable => Notice::UserDisabled,
        Change::Enable => Notice::UserEnabled,
        Change::Promote => Notice::UserPromoted,
        Change::Demote => Notice::UserDemoted,
    };
    let done = form.outcome(visit, office.admin.change(visit, user, change).await).await;
    answer(&office, user, done, notice).await
}

pub async fn start_reset(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, office, user) = act(visit, request, Act::StartReset).await?;
    let done = form.outcome(visit, office.admin.start_reset(visit, user).await).await;
    answer(&office, user, done, Notice::ResetStarted).await
}

pub async fn end_sessions(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, office, user) = act(visit, request, Act::EndUserSessions).await?;
    let done = form.outcome(visit, office.admin.end_sessions(visit, user).await).await;
    answer(&office, user, done, Notice::AllSessionsEnded).await
}

pub async fn end_session(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, office, user) = act(visit, request, Act::EndUserSession).await?;
    let done = form.outcome(visit, office.admin.end_session(visit, user, named(request)?).await).await;
    answer(&office, user, done, Notice::SessionEnded).await
}

pub async fn end_token(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, office, user) = act(visit, request, Act::EndUserToken).await?;
    let done = form.outcome(visit, office.admin.end_token(visit, user, named(request)?).await).await;
    answer(&office, user, done, Notice::KeyDeleted).await
}

/// The form is read first: a page elsewhere must not have somebody's name put on the record.
async fn act<'a, P: Platform>(
    visit: &'a Visit<'a, P>,
    request: &'a Request,
    act: Act,
) -> Result<(Form, Office<'a, P>, Id<User>), Error> {
    let form = Form::read(visit, request)?;
    let office = Office::act(visit, request, act).await?;
    Ok((form, office, target(request)?))
}

/// The session or token of `/admin/users/{id}/sessions/{id}/end`.
fn named<T>(request: &Request) -> Result<Id<T>, Error> {
    let segments = request::segments(request.uri().path());
    segments.get(4).and_then(|id| id.parse().ok()).ok_or(Error::NotFound)
}

/// What stands in the way is said on the user's page, which shows why.
async fn answer(
    office: &Office<'_, impl Platform>,
    user: Id<User>,
    done: Result<(), Error>,
    notice: Notice,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(office.room.done(&user::path(user), notice)),
        Err(error @ (Error::LastAdmin | Error::AccountDisabled | Error::NotFound)) => {
            user::page(office, user, Some(&error)).await
        }
        Err(error) => Err(error),
    }
}
