//! A user comes back from a provider with an identity that an account has.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, Fault, ProviderProblem};
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::{PendingIdentity, SignInPurpose, SignInState};
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::{connections, kept_tokens};
use crate::flows::sign_in::first_factor::{Due, Federated, FirstFactor, Proof};
use crate::flows::sign_in::sessions;
use crate::ports::Platform;
use crate::store::identities;
use crate::store::signed_in::SignedIn;
use crate::store::users::Account;

/// Begins a session for the account that has the identity, once; `None` if no account has it. An address plays no part.
pub async fn sign_in(
    ctx: &RequestContext<'_, impl Platform>,
    pending: &PendingIdentity,
) -> Result<Option<Session>, Error> {
    let PendingIdentity { issuer, subject, .. } = pending;
    let rows = ctx.platform.rows(identities::find_account(issuer, subject)).await?;
    let Some(account) = rows.first().map(Account::read).transpose()? else { return Ok(None) };
    let id = account.id;
    let entry = || Entry::of(Act::SignIn).with(AuthMethod::Fed).about(ctx.pseudonym(subject)).by(Some(id));
    if account.disabled {
        return ctx.audit_failure(entry(), Error::AccountDisabled).await;
    }
    let first = FirstFactor { account, proof: proof_of(ctx, pending)?, spent: None };
    let authenticated = match first.due(ctx).await? {
        Due::Nothing(authenticated) => authenticated,
        Due::SecondFactor(suspended) => return suspended.refuse(ctx, Some(Goal::Page), entry()).await,
    };
    let lifetimes = ctx.settings.sessions.lifetimes_of(Goal::Page);
    match sessions::begin(ctx, authenticated, Entry::of(Act::SignIn), lifetimes).await? {
        Some((_, session)) => Ok(Some(session)),
        None => ctx.audit_failure(entry(), Error::InvalidToken).await,
    }
}

/// Renews the proof of identity in a session, with an identity of its account, if the provider has asked its user again since.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    signed_in: &SignedIn,
    state: &SignInState,
    pending: &PendingIdentity,
) -> Result<(), Error> {
    let unproved = || ProviderProblem::Unproved.at(&provider.name);
    let asked_again = pending.asked_at().is_some_and(|at| at >= state.began_at() - policy::CLOCK_SKEW);
    if !asked_again || state.purpose != SignInPurpose::Reauthenticate(signed_in.session) {
        let entry = Entry::of(Act::Reauthenticate).in_session(signed_in.session).with(AuthMethod::Fed);
        return ctx.audit_failure(entry, unproved()).await;
    }
    let first = FirstFactor { account: signed_in.account(), proof: proof_of(ctx, pending)?, spent: None };
    sessions::reauthenticate(ctx, signed_in, first, unproved()).await
}

fn proof_of(ctx: &RequestContext<'_, impl Platform>, pending: &PendingIdentity) -> Result<Proof, Fault> {
    let PendingIdentity { issuer, subject, .. } = pending;
    let tokens = kept_tokens::seal(ctx, pending)?;
    Ok(Proof::Federated(Federated {
        methods: pending.methods(),
        once: connections::once(pending),
        op: ctx.operation()?,
        issuer: issuer.clone(),
        subject: subject.clone(),
        auth_time: pending.asked_at(),
        note: identities::note_use(issuer, subject, tokens.as_deref(), ctx.now),
    }))
}
