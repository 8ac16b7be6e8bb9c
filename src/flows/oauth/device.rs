//! The device authorization grant (RFC 8628), as far as the device sees it: it asks, and then polls for its tokens.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::authorization::{self, Authorization};
use crate::domain::oauth::authorization_request;
use crate::domain::oauth::client::Grant;
use crate::domain::oauth::client_session::ClientSession;
use crate::domain::oauth::parameters::Parameters;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::requesting_client::RequestingClient;
use crate::domain::oauth::user_code::UserCode;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::oauth::client_auth::PresentedClient;
use crate::flows::oauth::known_request;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::device_codes::{self, DeviceState, NewDevice, Poll};
use crate::store::{authorizations, client_sessions};

/// The codes of a device.
pub struct DeviceCodes {
    pub device_code: String,
    pub user_code: UserCode,
}

const INVALID: Error = Error::oauth(ErrorName::InvalidGrant, "The device code is unknown, used, or not this client's.");
const EXPIRED: Error = Error::oauth(ErrorName::ExpiredToken, "The device code has expired.");

/// Gives a device of a registered client its codes. A client without a secret may be anybody, so it counts against a quota.
pub async fn begin(
    ctx: &RequestContext<'_, impl Platform>,
    presented: &PresentedClient,
    parameters: &Parameters,
) -> Result<DeviceCodes, Error> {
    let client = RequestingClient::registered(presented.authenticate_for(ctx, Grant::DeviceCode).await?);
    let (scopes, resource) = authorization_request::scopes_and_resource(parameters, &client.metadata)?;
    let resource = resource.as_deref();
    let api = known_request::find_api(ctx, resource).await?;
    known_request::check_resource(ctx, &client, &scopes, resource, api.as_ref())?;
    let (id, user_code) = (ctx.id()?, UserCode::draw(ctx.platform.bytes()?));
    let new = NewDevice {
        id,
        user_code: user_code.name(&ctx.settings.keys),
        client: &client,
        scopes: &scopes,
        resource,
        address: &ctx.client.address,
        agent: &ctx.client.agent,
        place: ctx.client.location(),
    };
    presented.save(ctx, Grant::DeviceCode, |guard| device_codes::insert(&new, guard, ctx.now)).await?;
    Ok(DeviceCodes { device_code: authorization::DEVICE_CODE.spell(&ctx.settings.keys, id), user_code })
}

/// Answers a poll (RFC 8628 §3.5): begins the client's session, once, or says why there is none.
pub async fn poll(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    device_code: &str,
    resource: Option<&str>,
) -> Result<ClientSession, Error> {
    let id = authorization::DEVICE_CODE.read(&ctx.settings.keys, device_code).ok_or(INVALID)?;
    let poll = Poll { id, client: &client.id, proof: &client.proof, now: ctx.now };
    let mut batch = vec![poll.state(), poll.slow_down(), poll.note()];
    batch.extend(client.proof.spend());
    let results = ctx.platform.batch(batch).await?;
    let state = results.first().and_then(|rows| rows.first());
    match state.map(|row| device_codes::read_state(row, ctx.now)).transpose()? {
        Some(DeviceState::Undecided) => {
            Err(Error::oauth(ErrorName::AuthorizationPending, "The user has not decided yet."))
        }
        Some(DeviceState::Early) => {
            Err(Error::oauth(ErrorName::SlowDown, "The device polls too often. Add 5 seconds to the interval."))
        }
        Some(DeviceState::Denied) => Err(Error::oauth(ErrorName::AccessDenied, "The user did not allow it.")),
        Some(DeviceState::Expired) => Err(EXPIRED),
        Some(DeviceState::Approved(session)) => redeem(ctx, client, &poll, session, resource).await,
        Some(DeviceState::Begun) => ctx.audit_failure(Entry::of(Act::RedeemDeviceCode), INVALID).await,
        None => Err(unknown(ctx, client, id).await?),
    }
}

async fn redeem(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    poll: &Poll<'_>,
    approved_in: Id<Session>,
    resource: Option<&str>,
) -> Result<ClientSession, Error> {
    let id = ctx.id_beside(approved_in)?;
    let (for_api, lifetimes) =
        ((resource, ctx.settings.issuer.audience.as_str()), &ctx.settings.sessions.client_lifetimes);
    let row = client_sessions::redeem_device(id, poll, for_api, lifetimes, ctx.now);
    let entry = Entry::of(Act::RedeemDeviceCode).in_session(id);
    let mut transaction = Transaction::new(ctx, entry, row, client_sessions::find_begun(id));
    transaction.extend(client.proof.spend());
    let rows = transaction.commit().await?;
    if let Some(row) = rows.first() {
        return Ok(client_sessions::read(row)?);
    }
    client.check_grant(ctx, Grant::DeviceCode).await?;
    ctx.audit_failure(Entry::of(Act::RedeemDeviceCode), INVALID).await
}

/// Why a client has no such device: it may have been removed after its end.
async fn unknown(
    ctx: &RequestContext<'_, impl Platform>,
    client: &PresentedClient,
    id: Id<Authorization>,
) -> Result<Error, Error> {
    client.check_grant(ctx, Grant::DeviceCode).await?;
    if ctx.platform.rows(authorizations::find(id)).await?.is_empty() {
        return Ok(EXPIRED);
    }
    ctx.audit_failure(Entry::of(Act::RedeemDeviceCode), INVALID).await
}
