//! `/admin/clients/…`: the forms about OAuth clients.

use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::oauth::client::ClientId;
use crate::flows::admin::clients;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::api::admin_clients::{client_id, overlap_of, target};
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::pages::admin::client;
use crate::web::pages::admin::client_form::{self, Values};
use crate::web::pages::layout::admin::AdminPage;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;

/// Shows the first secret of the new client, or the client's page if it has none.
pub async fn create(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = AdminPage::act(ctx, request, Act::CreateClient).await?;
    let values = Values::typed(&form);
    let made = async {
        let id = Some(values.id.as_str()).filter(|id| !id.is_empty()).map(client_id).transpose()?;
        form.outcome(ctx, page.admin.create_client(ctx, id, &values.metadata(ctx, None)?).await).await
    };
    match made.await {
        Ok(made) => Ok(match &made.secret {
            Some(secret) => client::show_secret(&page, &made, secret),
            None => page.redirect_with_flash(&client::path(&made.client.id), Notice::ClientCreated),
        }),
        Err(error) => Ok(client_form::render_new(&page, &values, Some(&recoverable(error)?))),
    }
}

pub async fn change(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, id) = act(ctx, request, Act::ChangeClient).await?;
    let values = Values::typed(&form);
    let done = async {
        let current = if values.keeps_grants() { Some(clients::view(ctx, &page.admin, &id).await?) } else { None };
        let metadata = values.metadata(ctx, current.as_ref().map(|client| &client.metadata))?;
        form.outcome(ctx, page.admin.change_client(ctx, &id, &metadata).await).await
    };
    answer(&page, &id, Some(&values), done.await, Notice::ClientChanged).await
}

pub async fn rotate_secret(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, id) = act(ctx, request, Act::RotateClientSecret).await?;
    let overlap = form.optional("overlap_seconds").parse().ok().and_then(overlap_of);
    let overlap = overlap.ok_or(Error::InvalidRequest(Some("overlap_seconds")))?;
    match form.outcome(ctx, page.admin.rotate_client_secret(ctx, &id, overlap).await).await {
        Ok(made) => Ok(client::show_secret(&page, &made, made.secret.as_deref().unwrap_or_default())),
        Err(error) => answer(&page, &id, None, Err(error), Notice::ClientChanged).await,
    }
}

pub async fn end_secret(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, id) = act(ctx, request, Act::EndClientSecret).await?;
    let done = form.outcome(ctx, page.admin.end_client_secret(ctx, &id).await).await;
    answer(&page, &id, None, done, Notice::ClientSecretEnded).await
}

pub async fn set_disabled(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    disabled: bool,
) -> Result<Response, Error> {
    let (wanted, notice) = if disabled {
        (Act::DisableClient, Notice::ClientDisabled)
    } else {
        (Act::EnableClient, Notice::ClientEnabled)
    };
    let (form, page, id) = act(ctx, request, wanted).await?;
    let done = form.outcome(ctx, page.admin.set_client_disabled(ctx, &id, disabled).await).await;
    answer(&page, &id, None, done, notice).await
}

pub async fn delete(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, page, id) = act(ctx, request, Act::DeleteClient).await?;
    match form.outcome(ctx, page.admin.delete_client(ctx, &id).await).await {
        Ok(()) => Ok(page.redirect_with_flash("/admin/clients", Notice::ClientDeleted)),
        Err(error) => answer(&page, &id, None, Err(error), Notice::ClientDeleted).await,
    }
}

/// Checks the form first: another site must not be able to cause audit log entries under an administrator's name.
async fn act<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    request: &'a Request,
    act: Act,
) -> Result<(CsrfForm, AdminPage<'a, P>, ClientId), Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = AdminPage::act(ctx, request, act).await?;
    Ok((form, page, target(request)?))
}

/// Expected errors are shown on the client's page, with what was entered.
async fn answer(
    page: &AdminPage<'_, impl Platform>,
    id: &ClientId,
    typed: Option<&Values>,
    done: Result<(), Error>,
    notice: Notice,
) -> Result<Response, Error> {
    match done {
        Ok(()) => Ok(page.redirect_with_flash(&client::path(id), notice)),
        Err(Error::NotFound) => Err(Error::NotFound),
        Err(error) => client::render(page, id, typed.cloned(), Some(&recoverable(error)?)).await,
    }
}
