//! A new account for an identity that no account has.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::{self, Registration};
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, ProviderProblem};
use crate::domain::id::Id;
use crate::domain::identity_providers::identity::EmailProof;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::PendingIdentity;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::session::Session;
use crate::flows::accounts::activate;
use crate::flows::accounts::register::{self, RegistrationInput};
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::connections::{identity_of, once};
use crate::flows::identity_providers::{kept_tokens, sign_in};
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::identities;
use crate::store::registrations::Activation;
use crate::store::spent;
use crate::store::users::{self, NewAccount};
use crate::store::{conditions, networks, registrations};

/// Whether an account may be created from the provider.
pub fn is_open<P>(ctx: &RequestContext<'_, P>, provider: &IdentityProvider) -> bool {
    provider.signs_up && ctx.settings.accounts.registration.is_open()
}

/// The address that the provider has proved so well that it needs no link, if emails can be delivered to it.
pub fn proved_address<P>(ctx: &RequestContext<'_, P>, pending: &PendingIdentity) -> Option<EmailAddress> {
    let (address, proof) = pending.email.as_ref()?;
    let address = EmailAddress::parse(address).ok().filter(|_| *proof >= EmailProof::Authoritative)?;
    ctx.settings.reaches(&address).then_some(address)
}

/// Asks the owner of an address with a link, as with any registration: the answer is the same whether or not it has an account.
pub async fn register(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    login: LoginName,
    email: EmailAddress,
) -> Result<Id<Registration>, Error> {
    if !is_open(ctx, provider) {
        return Err(Error::Forbidden);
    }
    register::register(ctx, RegistrationInput { login, email, password: None }).await
}

/// Creates the account with an address that needs no link ([`proved_address`]), and signs in to it. If another request has just
/// created it, both sign in to that one.
pub async fn create(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    pending: &PendingIdentity,
    login: &LoginName,
    email: &EmailAddress,
) -> Result<Session, Error> {
    if !is_open(ctx, provider) {
        return Err(Error::Forbidden);
    }
    // A form that is sent twice gets the session again: the account finds out by itself that it was created.
    let submission = ctx.submission.take();
    insert(ctx, provider, pending, login, email).await?;
    ctx.submission.set(submission);
    sign_in::sign_in(ctx, pending).await?.ok_or(Error::InvalidToken)
}

async fn insert(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    pending: &PendingIdentity,
    login: &LoginName,
    email: &EmailAddress,
) -> Result<(), Error> {
    let (user, op) = (Id::<User>::uuid_v4(ctx.platform.bytes()?), ctx.operation()?);
    let entry = Entry::of(Act::Register).with(AuthMethod::Fed).about(ctx.pseudonym(email.folded()));
    if !ctx.settings.accounts.registration.admits(email) {
        return ctx.audit_failure(entry, Error::Forbidden).await;
    }
    let row = users::insert(&NewAccount { id: user, login, email }, is_unused(pending), ctx.now);
    let mut transaction = Transaction::new(ctx, entry.clone().by(Some(user)), row, users::find(user));
    let tokens = kept_tokens::seal(ctx, pending)?;
    let new = identity_of(pending, user, tokens.as_deref(), &op);
    transaction.then(|won| identities::insert(&new, won, ctx.now).into());
    transaction.then(|won| networks::note(user, &ctx.client.whereabouts(), won, ctx.now));
    if !transaction.commit().await?.is_empty() {
        return Ok(());
    }
    let PendingIdentity { issuer, subject, .. } = pending;
    if !conditions::holds(ctx.platform, identities::is_free(issuer, subject)).await? {
        return Ok(());
    }
    let error = if users::is_taken(ctx.platform, login).await? {
        Error::LoginTaken
    } else if conditions::holds(ctx.platform, users::has_email(email.folded())).await? {
        ProviderProblem::Taken.at(&provider.name)
    } else {
        ProviderProblem::Expired.at(&provider.name)
    };
    ctx.audit_failure(entry, error).await
}

/// Uses an activation link up in the browser that has proved the identity, and creates the account. Elsewhere the link is a link
/// like any other: whoever began with another's address must not have an identity in the account of its owner.
pub async fn activate(
    ctx: &RequestContext<'_, impl Platform>,
    provider: &IdentityProvider,
    pending: &PendingIdentity,
    token: &str,
    login: Option<LoginName>,
) -> Result<(), Error> {
    let id = registration::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    if pending.registration != Some(id) || !is_open(ctx, provider) {
        return Err(Error::Forbidden);
    }
    let (user, op) = (Id::<User>::uuid_v4(ctx.platform.bytes()?), ctx.operation()?);
    let activation = Activation { registration: id, login: login.as_ref(), by_password: false, op: &op };
    let entry = Entry::of(Act::Activate).by(Some(user)).with(AuthMethod::Fed);
    let mut transaction = activate::begin(ctx, entry.clone(), &activation, user, is_unused(pending));
    let tokens = kept_tokens::seal(ctx, pending)?;
    let new = identity_of(pending, user, tokens.as_deref(), &op);
    transaction.then(|won| identities::insert(&new, won, ctx.now).into());
    transaction.then(|won| spent::spend(once(pending), &op, won));
    transaction.extend([registrations::wipe(id, &op)]);
    if !transaction.commit().await?.is_empty() {
        return Ok(());
    }
    if conditions::holds(ctx.platform, is_unused(pending)).await? {
        return activate::refuse(ctx, &activation).await;
    }
    ctx.audit_failure(entry, ProviderProblem::Taken.at(&provider.name)).await
}

fn is_unused(pending: &PendingIdentity) -> Guard {
    spent::is_unspent(once(pending)).and(identities::is_free(&pending.issuer, &pending.subject))
}
