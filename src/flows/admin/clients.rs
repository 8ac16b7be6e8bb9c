//! An administrator registers OAuth clients, changes them, and gives them secrets.

use std::time::Duration;

use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::oauth::client::{Client, ClientId, ClientMetadata};
use crate::domain::oauth::client_secret;
use crate::domain::policy;
use crate::domain::settings::settings::Settings;
use crate::flows::admin::actions::AdminSession;
use crate::flows::admin::audited_reads::AuditedReads;
use crate::flows::admin::queries::{BEYOND, Page};
use crate::flows::authentication::revocation;
use crate::flows::context::RequestContext;
use crate::flows::form_submission::Outcome;
use crate::flows::transaction::Transaction;
use crate::ports::{Conditional, Database, Platform, Row};
use crate::store::{clients, conditions, users};

/// A client after a change, with its current secret if the change has given it one. The secret is shown this once.
pub struct IssuedClient {
    pub client: Client,
    pub secret: Option<String>,
}

impl IssuedClient {
    fn of<P>(ctx: &RequestContext<'_, P>, client: Client) -> Self {
        let spell = || client_secret::spell(&ctx.settings.keys, &client.id, client.secret_number);
        Self { secret: client.metadata.has_secret().then(spell), client }
    }
}

impl Outcome for IssuedClient {
    async fn again(ctx: &RequestContext<'_, impl Platform>, row: &Row) -> Result<Option<Self>, Fault> {
        let Some(id) = ClientId::parse(row.text("made")?) else { return Ok(None) };
        Ok(stored(ctx, &id).await?.map(|client| Self::of(ctx, client)))
    }
}

async fn stored(ctx: &RequestContext<'_, impl Platform>, id: &ClientId) -> Result<Option<Client>, Fault> {
    ctx.platform.rows(clients::find(id)).await?.first().map(clients::read).transpose()
}

/// Clients in order of their ids, after `after`.
pub async fn list(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    after: &str,
) -> Result<Page<Client, String>, Error> {
    let found = clients::page(&admin.read(ctx, Act::ListClients, None), after, BEYOND).await?;
    Ok(Page::cut(found, |client| client.id.to_string()))
}

pub async fn view(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    id: &ClientId,
) -> Result<Client, Error> {
    let reads = AuditedReads::new(ctx, admin.client_entry(Act::ViewClient, id));
    let rows = reads.rows(clients::find(id)).await?;
    rows.first().map(clients::read).transpose()?.ok_or(Error::NotFound)
}

/// With an audience of ours, an ID token for the client or a token for its API could pass for a user's token at our routes.
fn claims_no_audience_of_ours(settings: &Settings, id: &ClientId, metadata: &ClientMetadata) -> Result<(), Error> {
    let resource = metadata.api.as_ref().map(|api| api.resource.as_str());
    let mut names = [("client_id", Some(id.as_str())), ("resource", resource)].into_iter();
    match names.find(|(_, name)| name.is_some_and(|name| settings.is_own_audience(name))) {
        Some((field, _)) => Err(Error::InvalidRequest(Some(field))),
        None => Ok(()),
    }
}

impl AdminSession {
    fn client_entry(&self, act: Act, id: &ClientId) -> Entry {
        Entry::of(act).in_session(self.session()).of_client(id)
    }

    /// Registers a client, with a secret if it is to authenticate itself by one. Without an id it gets one that is like its name.
    pub async fn create_client(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: Option<ClientId>,
        metadata: &ClientMetadata,
    ) -> Result<IssuedClient, Error> {
        let id = match id {
            Some(id) => id,
            None => ClientId::named_after(&metadata.name, ctx.id()?),
        };
        claims_no_audience_of_ours(ctx.settings, &id, metadata)?;
        let op = ctx.operation()?;
        let room = clients::exists(&id).negate().and(clients::are_fewer(policy::CLIENTS_MAX));
        let guard = room.and(clients::leaves_resource_to(&id, metadata));
        let row = clients::insert(&id, metadata, guard, &op, ctx.now);
        if let Some(client) = self.save_client(ctx, Act::CreateClient, &id, row, &op).await? {
            return Ok(IssuedClient::of(ctx, client));
        }
        let full = clients::are_fewer(policy::CLIENTS_MAX).negate();
        let error = if conditions::holds(ctx.platform, clients::exists(&id)).await? {
            Error::InvalidRequest(Some("client_id"))
        } else if conditions::holds(ctx.platform, full).await? {
            Error::TooManyClients
        } else {
            self.resource_or_rights(ctx, &id, metadata).await?
        };
        self.refuse_client(ctx, Act::CreateClient, &id, error).await
    }

    /// Replaces what is decided about a client.
    pub async fn change_client(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: &ClientId,
        metadata: &ClientMetadata,
    ) -> Result<(), Error> {
        claims_no_audience_of_ours(ctx.settings, id, metadata)?;
        let op = ctx.operation()?;
        let row = clients::replace(id, metadata, clients::leaves_resource_to(id, metadata), &op, ctx.now);
        if self.save_client(ctx, Act::ChangeClient, id, row, &op).await?.is_some() {
            return Ok(());
        }
        let error = match stored(ctx, id).await? {
            Some(_) => self.resource_or_rights(ctx, id, metadata).await?,
            None => Error::NotFound,
        };
        self.refuse_client(ctx, Act::ChangeClient, id, error).await
    }

    /// Gives a client a new secret. The one before works for as long as `overlap`, so that the client can be deployed meanwhile.
    /// Of two requests at once one succeeds: otherwise the first secret would end unseen.
    pub async fn rotate_client_secret(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: &ClientId,
        overlap: Duration,
    ) -> Result<IssuedClient, Error> {
        const ACT: Act = Act::RotateClientSecret;
        let client = match stored(ctx, id).await? {
            Some(client) if !client.metadata.has_secret() => {
                let error = Error::InvalidRequest(Some("token_endpoint_auth_method"));
                return self.refuse_client(ctx, ACT, id, error).await;
            }
            Some(client) => client,
            None => return self.refuse_client(ctx, ACT, id, Error::NotFound).await,
        };
        let (until, op) = ((!overlap.is_zero()).then_some(ctx.now + overlap), ctx.operation()?);
        let row = clients::rotate_secret(id, client.secret_number, until, &op, ctx.now);
        match self.save_client(ctx, ACT, id, row, &op).await? {
            Some(client) => Ok(IssuedClient::of(ctx, client)),
            None => self.refuse_client(ctx, ACT, id, Error::ClientChanged).await,
        }
    }

    /// Ends the secret before the current one, if there is one.
    pub async fn end_client_secret(&self, ctx: &RequestContext<'_, impl Platform>, id: &ClientId) -> Result<(), Error> {
        let op = ctx.operation()?;
        let row = clients::end_previous_secret(id, &op, ctx.now);
        let is_done = |client: &Client| client.previous_secret_until.is_none_or(|until| until <= ctx.now);
        self.settle_client(ctx, Act::EndClientSecret, id, row, &op, is_done).await
    }

    /// Disables or enables a client.
    pub async fn set_client_disabled(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: &ClientId,
        disabled: bool,
    ) -> Result<(), Error> {
        let op = ctx.operation()?;
        let act = if disabled { Act::DisableClient } else { Act::EnableClient };
        let row = clients::set_disabled(id, disabled, &op, ctx.now);
        self.settle_client(ctx, act, id, row, &op, |client| client.disabled_at.is_some() == disabled).await
    }

    /// Deletes a client. One that has sessions on record is disabled instead: their users see it in their lists.
    pub async fn delete_client(&self, ctx: &RequestContext<'_, impl Platform>, id: &ClientId) -> Result<(), Error> {
        let (user, op) = (self.user(), ctx.operation()?);
        let unused = clients::exists(id).and(clients::has_sessions(id).negate());
        // The client's own row is gone afterwards, so the administrator's proves the deletion.
        let row = users::touch(user, &op, unused, ctx.now);
        let entry = self.client_entry(Act::DeleteClient, id);
        let mut transaction = Transaction::by(ctx, self, entry, row, users::find_bumped_by(user, &op));
        transaction.then(|won| clients::delete(id, won));
        if !transaction.commit().await?.is_empty() {
            return Ok(());
        }
        let error = if stored(ctx, id).await?.is_none() {
            Error::NotFound
        } else if conditions::holds(ctx.platform, clients::has_sessions(id)).await? {
            Error::ClientInUse
        } else {
            Error::Forbidden
        };
        self.refuse_client(ctx, Act::DeleteClient, id, error).await
    }

    /// Makes a change that succeeds as well if it is in effect already.
    async fn settle_client(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        act: Act,
        id: &ClientId,
        row: Conditional,
        op: &str,
        is_done: impl FnOnce(&Client) -> bool,
    ) -> Result<(), Error> {
        if self.save_client(ctx, act, id, row, op).await?.is_some() {
            return Ok(());
        }
        match stored(ctx, id).await? {
            Some(client) if is_done(&client) => Ok(()),
            Some(_) => self.refuse_client(ctx, act, id, Error::Forbidden).await,
            None => self.refuse_client(ctx, act, id, Error::NotFound).await,
        }
    }

    /// The client as a change has left it; `None` if the change lost.
    async fn save_client(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        act: Act,
        id: &ClientId,
        row: Conditional,
        op: &str,
    ) -> Result<Option<Client>, Error> {
        let entry = self.client_entry(act, id);
        let rows = Transaction::by(ctx, self, entry, row, clients::find_changed_by(id, op)).commit().await?;
        let client = rows.first().map(clients::read).transpose()?;
        if let Some(client) = &client {
            revocation::mark_client(ctx, client).await;
        }
        Ok(client)
    }

    /// Why a client could not be saved: another one is the API, or the administrator is none any more.
    async fn resource_or_rights(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        id: &ClientId,
        metadata: &ClientMetadata,
    ) -> Result<Error, Fault> {
        let free = conditions::holds(ctx.platform, clients::leaves_resource_to(id, metadata)).await?;
        Ok(if free { Error::Forbidden } else { Error::InvalidRequest(Some("resource")) })
    }

    async fn refuse_client<T>(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        act: Act,
        id: &ClientId,
        error: Error,
    ) -> Result<T, Error> {
        ctx.audit_failure(self.client_entry(act, id), error).await
    }
}
