//! Client authentication (RFC 6749 §2.3): checked without the client's row as far as possible, so that the statement that acts for
//! the client can check the rest.

use crate::domain::error::Error;
use crate::domain::oauth::client::{AuthMethod, Client, ClientId, Grant};
use crate::domain::oauth::client_secret;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::ports::{Guard, Platform, Statement};
use crate::store::clients::{self, ClientProof};
use crate::store::quotas::Quota;

/// What a request says about its client.
pub struct ClientCredentials {
    pub id: String,
    pub secret: Option<Secret>,
}

/// A client, and what it has proved.
pub struct PresentedClient {
    pub id: ClientId,
    pub proof: ClientProof,
}

const UNKNOWN: Error = Error::oauth(ErrorName::InvalidClient, "The client is unknown, or its authentication failed.");

/// Checks the secret's stamp. Whether it is the client's current one is in the client's row.
pub fn read<P>(ctx: &RequestContext<'_, P>, credentials: &ClientCredentials) -> Result<PresentedClient, Error> {
    let id = ClientId::parse(&credentials.id).ok_or(UNKNOWN)?;
    let proof = match &credentials.secret {
        None => ClientProof::Nothing,
        Some(secret) => {
            let number = client_secret::read(&ctx.settings.keys, &id, secret.expose());
            ClientProof::Secret(number.ok_or(UNKNOWN)?)
        }
    };
    Ok(PresentedClient { id, proof })
}

impl PresentedClient {
    /// The client, if it is enabled, accepts the proof and may use the grant.
    pub async fn check(&self, ctx: &RequestContext<'_, impl Platform>, grant: Grant) -> Result<Client, Error> {
        let rows = ctx.platform.rows(clients::find(&self.id)).await?;
        let client =
            rows.first().map(clients::read).transpose()?.filter(|client| self.is(client, ctx)).ok_or(UNKNOWN)?;
        if client.metadata.may(grant) {
            Ok(client)
        } else {
            Err(Error::oauth(ErrorName::UnauthorizedClient, "The client is not registered for this grant."))
        }
    }

    /// Saves a row that a client may have without a user, on the condition that is given to `row`. A client without a secret may be
    /// anybody, so it counts against a quota.
    pub async fn save(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        grant: Grant,
        row: impl FnOnce(Guard) -> Statement,
    ) -> Result<(), Error> {
        let is_public = matches!(self.proof, ClientProof::Nothing);
        let quota = if is_public { ctx.quota(Strangers::Requests)? } else { Quota::none(ctx.now) };
        let guard = quota.is_spent().and(clients::proves(&self.id, &self.proof, grant, ctx.now));
        let results = ctx.save(&quota, vec![row(guard)]).await?;
        if results.get(1).is_none_or(Vec::is_empty) { Err(UNKNOWN) } else { Ok(()) }
    }

    /// As [`clients::proves`].
    fn is<P>(&self, client: &Client, ctx: &RequestContext<'_, P>) -> bool {
        let accepted = match self.proof {
            ClientProof::Nothing => client.metadata.auth_method == AuthMethod::None,
            ClientProof::Secret(number) => {
                let overlaps = client.previous_secret_until.is_some_and(|until| until > ctx.now);
                client.metadata.auth_method == AuthMethod::Secret
                    && (number == client.secret_number || overlaps && number.saturating_add(1) == client.secret_number)
            }
        };
        accepted && client.disabled_at.is_none()
    }
}
