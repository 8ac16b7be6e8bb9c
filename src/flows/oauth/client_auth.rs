//! Client authentication (RFC 6749 §2.3): checked without the client's row as far as possible, so that the statement that acts for
//! the client can check the rest.

use crate::domain::error::Error;
use crate::domain::oauth::client::{AuthMethod, Client, Grant};
use crate::domain::oauth::client_secret;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::self_description;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::client_proofs::ClientProof;
use crate::store::clients;

/// What a request says about its client.
pub struct ClientCredentials {
    pub id: String,
    pub secret: Option<Secret>,
}

/// A client, and what it has proved.
pub struct PresentedClient {
    pub id: PresentedId,
    pub proof: ClientProof,
}

const NOT_FOR_GRANT: Error =
    Error::oauth(ErrorName::UnauthorizedClient, "The client is not registered for this grant.");

const UNKNOWN: Error = Error::oauth(ErrorName::InvalidClient, "The client is unknown, or its authentication failed.");

/// Checks the secret's stamp. Whether it is the client's current one is in the client's row.
pub fn read<P>(ctx: &RequestContext<'_, P>, credentials: &ClientCredentials) -> Result<PresentedClient, Error> {
    let id = PresentedId::parse(&ctx.settings.client_ids(), ctx.now, &credentials.id).ok_or(UNKNOWN)?;
    let proof = match (&credentials.secret, &id) {
        (None, _) => ClientProof::Nothing,
        (Some(secret), PresentedId::Registered(id)) => {
            let number = client_secret::read(&ctx.settings.keys, id, secret.expose());
            ClientProof::Secret(number.ok_or(UNKNOWN)?)
        }
        (Some(_), _) => return Err(UNKNOWN),
    };
    Ok(PresentedClient { id, proof })
}

impl PresentedClient {
    /// The registered client, if it is enabled, accepts the proof and may use the grant.
    pub async fn check(&self, ctx: &RequestContext<'_, impl Platform>, grant: Grant) -> Result<Client, Error> {
        let PresentedId::Registered(id) = &self.id else {
            return Err(UNKNOWN);
        };
        let rows = ctx.platform.rows(clients::find(id)).await?;
        let client =
            rows.first().map(clients::read).transpose()?.filter(|client| self.is(client, ctx)).ok_or(UNKNOWN)?;
        if client.metadata.may(grant) { Ok(client) } else { Err(NOT_FOR_GRANT) }
    }

    /// Whether the client may use the grant, registered or not: why a statement under [`client_proofs::proves`] did nothing.
    pub async fn may(&self, ctx: &RequestContext<'_, impl Platform>, grant: Grant) -> Result<(), Error> {
        match &self.id {
            PresentedId::Registered(_) => self.check(ctx, grant).await.map(drop),
            _ if self_description::GRANTS.contains(&grant) => Ok(()),
            _ => Err(NOT_FOR_GRANT),
        }
    }

    /// As [`client_proofs::proves`].
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
