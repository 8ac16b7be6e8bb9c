//! Verifies an `id_token_hint`.

use jwt_compact::Claims;

use crate::domain::crypto::algorithm::Algorithm;
use crate::domain::crypto::jws::Jws;
use crate::domain::crypto::signing::epochs_at;
use crate::domain::error::Fault;
use crate::domain::oauth::id_token::IdTokenAlgorithm;
use crate::domain::oauth::id_token_hint::{self, IdTokenHint};
use crate::flows::context::RequestContext;
use crate::flows::signing;
use crate::ports::Platform;

/// The hint, if we signed it as an ID token, with any key that we have ever published and still accept. It may have expired.
pub async fn verify(ctx: &RequestContext<'_, impl Platform>, text: &str) -> Result<Option<IdTokenHint>, Fault> {
    let Some(token) = id_token_hint::parse(text) else { return Ok(None) };
    let mut algorithms = IdTokenAlgorithm::ALL.into_iter();
    let named = algorithms.find(|algorithm| algorithm.as_str() == token.alg());
    let (Some(algorithm), Some(kid)) = (named, token.kid()) else { return Ok(None) };
    let issuer = &ctx.settings.issuer;
    let claims = match algorithm.derived() {
        Some(algorithm) => of_derived(ctx, algorithm, kid, &token).await?,
        None => of_rsa(ctx, kid, &token).await?,
    };
    Ok(claims.and_then(|claims| id_token_hint::judge(issuer, ctx.now, &claims)))
}

async fn of_rsa(
    ctx: &RequestContext<'_, impl Platform>,
    kid: &str,
    token: &Jws<'_>,
) -> Result<Option<Claims<IdTokenHint>>, Fault> {
    let Some(key) = ctx.settings.issuer.rsa.published().find(|key| key.kid == kid) else { return Ok(None) };
    Ok(token.proved(signing::is_signed_by_rsa(ctx.platform, &key.key, token).await?))
}

/// A key signs in its own epoch, so a leaked one of the past makes hints for the past.
async fn of_derived(
    ctx: &RequestContext<'_, impl Platform>,
    algorithm: Algorithm,
    kid: &str,
    token: &Jws<'_>,
) -> Result<Option<Claims<IdTokenHint>>, Fault> {
    let Some(moment) = token.claimed_issue() else { return Ok(None) };
    let of = ctx.settings.issuer.signing.with(algorithm);
    for epoch in epochs_at(moment) {
        let keys = signing::keys_of_any(ctx.platform, of, epoch).await?;
        if let Some(key) = keys.iter().find(|key| key.kid == kid) {
            return Ok(token.proved(signing::is_signed_by(ctx.platform, &key.verifying, token).await?));
        }
    }
    Ok(None)
}
