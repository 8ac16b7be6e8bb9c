//! Client authentication (RFC 6749 §2.3): checked without the client's row as far as possible, so that the statement that acts for
//! the client can check the rest.

use crate::domain::error::{Error, Fault};
use crate::domain::oauth::client::{Client, ClientId, Grant};
use crate::domain::oauth::client_assertion::ClientAssertion;
use crate::domain::oauth::client_secret;
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::refusal::ErrorName;
use crate::domain::oauth::self_description;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::flows::signing;
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::client_proofs::{self, ClientProof, PresentedAssertion};
use crate::store::clients;
use crate::store::quotas::Quota;
use crate::store::spent::SingleUse;

/// What a request says about its client.
pub enum ClientCredentials {
    /// `client_id` alone: enough for a public client.
    Name(String),
    Secret(String, Secret),
    /// An assertion names its client. `client_id` may stand beside it, and is then the same (RFC 7521 §4.2).
    Assertion {
        client_id: Option<String>,
        assertion: String,
    },
}

/// A client, and what it has proved.
pub struct PresentedClient {
    pub id: PresentedId,
    pub proof: ClientProof,
}

const NOT_FOR_GRANT: Error =
    Error::oauth(ErrorName::UnauthorizedClient, "The client is not registered for this grant.");

const UNKNOWN: Error = Error::oauth(ErrorName::InvalidClient, "The client is unknown, or its authentication failed.");

/// Checks the secret's stamp or the assertion's signature, which only registered clients have. Whether the secret is the client's
/// current one is in the client's row, which only a signature needs to be read first.
pub async fn read(
    ctx: &RequestContext<'_, impl Platform>,
    credentials: &ClientCredentials,
) -> Result<PresentedClient, Error> {
    match credentials {
        ClientCredentials::Name(name) => {
            let id = PresentedId::parse(&ctx.settings.client_ids(), ctx.now, name).ok_or(UNKNOWN)?;
            Ok(PresentedClient { id, proof: ClientProof::Nothing })
        }
        ClientCredentials::Secret(name, secret) => {
            let id = ClientId::parse(name).ok_or(UNKNOWN)?;
            let number = client_secret::read(&ctx.settings.keys, &id, secret.expose()).ok_or(UNKNOWN)?;
            Ok(PresentedClient { id: PresentedId::Registered(id), proof: ClientProof::Secret(number) })
        }
        ClientCredentials::Assertion { client_id, assertion } => {
            let assertion = ClientAssertion::parse(assertion).ok_or(UNKNOWN)?;
            if client_id.as_ref().is_some_and(|named| named != assertion.client.as_str()) {
                return Err(UNKNOWN);
            }
            verify(ctx, &assertion).await
        }
    }
}

async fn verify(
    ctx: &RequestContext<'_, impl Platform>,
    assertion: &ClientAssertion<'_>,
) -> Result<PresentedClient, Error> {
    let rows = ctx.platform.rows(clients::find(&assertion.client)).await?;
    let client = rows.first().map(clients::read).transpose()?.ok_or(UNKNOWN)?;
    let keys = client.metadata.jwks.ok_or(UNKNOWN)?;
    let is_genuine =
        signing::is_signed_by_client(ctx.platform, assertion.key(&keys).ok_or(UNKNOWN)?, &assertion.jws).await?;
    let verified = assertion.judge(is_genuine, &ctx.settings.issuer.issuer, ctx.now).ok_or(UNKNOWN)?;
    let proof = ClientProof::Assertion(PresentedAssertion {
        jwks: keys.as_str().to_owned(),
        once: SingleUse::new(verified.id, verified.expires_at),
        op: ctx.operation()?,
    });
    Ok(PresentedClient { id: PresentedId::Registered(client.id), proof })
}

impl PresentedClient {
    /// The rows of a statement that is guarded by the proof (`client_proofs::proves`). The same batch uses an assertion up, so of many
    /// requests with one assertion one acts.
    pub async fn rows(&self, ctx: &RequestContext<'_, impl Platform>, statement: Statement) -> Result<Vec<Row>, Fault> {
        match self.proof.spend() {
            None => ctx.platform.rows(statement).await,
            Some(spend) => ctx.batch_array([statement, spend]).await.map(|[rows, _]| rows),
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
        let guard = quota.is_spent().and(client_proofs::proves(&self.id, &self.proof, grant, ctx.now));
        let rest = [row(guard)].into_iter().chain(self.proof.spend()).collect();
        let results = ctx.save(&quota, rest).await?;
        if results.get(1).is_none_or(Vec::is_empty) { Err(UNKNOWN) } else { Ok(()) }
    }

    /// The registered client, if it is enabled and accepts the proof, and the rows of further statements that are read with it.
    pub async fn authenticate(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        more: Vec<Statement>,
    ) -> Result<(Client, Vec<Vec<Row>>), Error> {
        let PresentedId::Registered(id) = &self.id else {
            return Err(UNKNOWN);
        };
        let count = more.len();
        let mut batch = vec![client_proofs::find_proved(id, &self.proof, ctx.now)];
        batch.extend(more);
        batch.extend(self.proof.spend());
        let results = match batch.as_slice() {
            [find] => vec![ctx.platform.rows(find.clone()).await?],
            _ => ctx.platform.batch(batch).await?,
        };
        let mut results = results.into_iter();
        let found = results.next().and_then(|rows| rows.into_iter().next()).ok_or(UNKNOWN)?;
        Ok((clients::read(&found)?, results.take(count).collect()))
    }

    /// The registered client, if it may also use the grant.
    pub async fn authenticate_for(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        grant: Grant,
    ) -> Result<Client, Error> {
        let (client, _) = self.authenticate(ctx, Vec::new()).await?;
        check_grant(&client, grant).map(|()| client)
    }

    /// Whether the client may use the grant, registered or not: why a statement under [`client_proofs::proves`] did nothing.
    pub async fn check_grant(&self, ctx: &RequestContext<'_, impl Platform>, grant: Grant) -> Result<(), Error> {
        match &self.id {
            PresentedId::Registered(_) => self.authenticate_for(ctx, grant).await.map(drop),
            _ if self_description::GRANTS.contains(&grant) => Ok(()),
            _ => Err(NOT_FOR_GRANT),
        }
    }

    /// Whether the client is what it says, registered or not: why a statement under [`client_proofs::is_proved`] did nothing.
    pub async fn is_genuine(&self, ctx: &RequestContext<'_, impl Platform>) -> Result<(), Error> {
        match &self.id {
            PresentedId::Registered(_) => self.authenticate(ctx, Vec::new()).await.map(drop),
            _ => Ok(()),
        }
    }
}

/// Whether a client that has been authenticated may use the grant.
pub fn check_grant(client: &Client, grant: Grant) -> Result<(), Error> {
    if client.metadata.may(grant) { Ok(()) } else { Err(NOT_FOR_GRANT) }
}
