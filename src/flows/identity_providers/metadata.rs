//! The metadata and keys of providers, in this isolate's memory. Only configured addresses and those in their metadata are asked.

use crate::domain::error::{Fault, ProviderProblem};
use crate::domain::identity_providers::metadata::ProviderMetadata;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::oauth::jwk_set::{self, ClientKey};
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::requests;
use crate::flows::isolate_cache::RememberedProvider;
use crate::ports::Platform;

/// The metadata, not older than an hour.
pub async fn of(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
) -> Result<ProviderMetadata, ProviderProblem> {
    remembered(ctx, provider).await.map(|known| known.metadata)
}

async fn remembered(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
) -> Result<RememberedProvider, ProviderProblem> {
    let known = ctx.cache.providers.last(&provider.id);
    if let Some(known) = known.filter(|known| is_fresh(known.fetched_at, ctx.now)) {
        return Ok(known);
    }
    let body = requests::get(ctx.platform, &provider.discovery_url(), None).await?;
    let members = requests::members(&body)?;
    let metadata = ProviderMetadata::parse(provider, &members).map_err(ProviderProblem::unacceptable)?;
    let known =
        RememberedProvider { metadata, fetched_at: ctx.now, keys: Vec::new(), keys_fetched_at: None, retried_at: None };
    ctx.cache.providers.insert(provider.id.clone(), known.clone(), ctx.now);
    Ok(known)
}

fn is_fresh(at: Timestamp, now: Timestamp) -> bool {
    (at..at + policy::PROVIDER_METADATA_MAX_AGE).contains(&now)
}

/// The key that a token names, or the only one of its algorithm. A key that is not there is looked for again once a minute: the provider
/// may have just begun to use it. So are keys without names: a token does not say that the provider has begun to use another.
pub async fn key(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    kid: Option<&str>,
    alg: &str,
) -> Result<ClientKey, ProviderProblem> {
    let known = remembered(ctx, provider).await?;
    let fetched = known.keys_fetched_at.filter(|at| is_fresh(*at, ctx.now));
    let has_retried = known.retried_at.is_some_and(|at| ctx.now.since(at) < policy::PROVIDER_METADATA_RETRY);
    let may_ask = fetched.is_none() || !has_retried;
    let is_current = fetched.is_some() && (kid.is_some() || !may_ask);
    let found = jwk_set::find_known(&known.keys, kid, alg).filter(|_| is_current);
    let found = match found {
        Some(key) => Some(key.clone()),
        None if may_ask => {
            let body = requests::get(ctx.platform, &known.metadata.jwks_uri, None).await?;
            let keys = jwk_set::known_keys(&requests::members(&body)?);
            let found = jwk_set::find_known(&keys, kid, alg).cloned();
            let retried_at = fetched.map(|_| ctx.now);
            let known = RememberedProvider { keys, keys_fetched_at: Some(ctx.now), retried_at, ..known };
            ctx.cache.providers.insert(provider.id.clone(), known, ctx.now);
            found
        }
        None => None,
    };
    found.ok_or_else(|| ProviderProblem::Unacceptable(Fault::new("identity provider", "an ID token of an unknown key")))
}
