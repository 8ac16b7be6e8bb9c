//! Tokens that a provider has issued for its own API. They are kept only if the operator asks for it, encrypted for their identity.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal;
use crate::domain::error::{Error, Fault};
use crate::domain::identity_providers::identity::UpstreamTokens;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::PendingIdentity;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::identities;
use crate::store::signed_in::SignedIn;

/// In the form in which they are stored; `None` if none are kept.
pub fn seal(ctx: &RequestContext<'_, impl Platform>, pending: &PendingIdentity) -> Result<Option<String>, Fault> {
    let Some(tokens) = &pending.tokens else { return Ok(None) };
    let plain = serde_json::to_vec(tokens).map_err(|error| Fault::new("seal", error))?;
    let context = context(&pending.issuer, &pending.subject);
    seal::seal(&ctx.settings.keys, Purpose::UpstreamTokens, &context, ctx.platform.bytes()?, &plain).map(Some)
}

/// Those of a user's latest sign-in with a provider; `NotFound` if none are kept.
pub async fn latest(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    signed_in: &SignedIn,
) -> Result<UpstreamTokens, Error> {
    let kept = identities::kept_tokens(ctx.platform, signed_in.user.id, &provider.id).await?;
    let opened = kept.and_then(|kept| open(&ctx.settings.keys, &kept.issuer, &kept.subject, &kept.tokens));
    opened.filter(|_| provider.keeps_tokens).ok_or(Error::NotFound)
}

/// `None` after a change of `APP_KEY` without the previous one.
fn open(keys: &Keyring, issuer: &str, subject: &str, sealed: &str) -> Option<UpstreamTokens> {
    let plain = seal::open(keys, Purpose::UpstreamTokens, &context(issuer, subject), sealed).ok()?;
    serde_json::from_slice(&plain).ok()
}

/// Issuers have no spaces.
fn context(issuer: &str, subject: &str) -> String {
    format!("{issuer} {subject}")
}
