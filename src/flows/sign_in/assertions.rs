//! Assertions of passkeys and security keys, wherever one is a proof: the options that ask for it, and what a right one proves.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::passkeys::assertion::{Assertion, StoredPasskey, Verified, counter_accepts};
use crate::domain::passkeys::challenge::{self, Context};
use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::options::{Descriptor, RequestOptions};
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::relying_party::RelyingParty;
use crate::domain::passkeys::response::AssertionResponse;
use crate::domain::passkeys::transports::Transports;
use crate::domain::passkeys::user_verification::UserVerification;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::sign_in::first_factor::Closing;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::passkeys::{self, Overview, StoredKey};
use crate::store::users::Account;

/// For whom passkeys are made. `NotFound` where they are off.
pub fn relying_party<'a, P>(ctx: &RequestContext<'a, P>) -> Result<&'a RelyingParty, Error> {
    let passkeys = ctx.settings.passkeys.as_ref().ok_or(Error::NotFound)?;
    Ok(&passkeys.relying_party)
}

/// The options of `navigator.credentials.get()`, with a fresh challenge for this context. Writes nothing.
pub fn options(
    ctx: &RequestContext<'_, impl Platform>,
    context: &Context<'_>,
    user_verification: UserVerification,
    allow: &[Descriptor],
) -> Result<Value, Error> {
    let rp = relying_party(ctx)?;
    let challenge = challenge::issue(&ctx.settings.keys, context, ctx.platform.bytes()?, ctx.now);
    Ok(json!({ "publicKey": RequestOptions::new(rp, &challenge, user_verification, allow) }))
}

/// A user's keys as options list them.
pub fn descriptors<'a>(keys: impl IntoIterator<Item = &'a Overview>) -> Vec<Descriptor> {
    let describe = |key: &Overview| {
        let id = CredentialId::parse(&key.id).ok()?;
        Some(Descriptor::new(id, Transports::stored(&key.transports)))
    };
    keys.into_iter().filter_map(describe).collect()
}

/// Judges what needs no stored key. Costs no I/O, so a forged challenge reaches no table.
pub fn parse<P>(
    ctx: &RequestContext<'_, P>,
    response: &AssertionResponse,
    context: &Context<'_>,
) -> Result<Assertion, Error> {
    Assertion::parse(response, relying_party(ctx)?, &ctx.settings.keys, context, ctx.now).map_err(error)
}

/// What a client is told of a refusal.
pub const fn error(refusal: Refusal) -> Error {
    match refusal {
        Refusal::Challenge | Refusal::ChallengeExpired => Error::InvalidToken,
        Refusal::Malformed
        | Refusal::ClientData
        | Refusal::Ceremony
        | Refusal::AttestationObject
        | Refusal::AuthenticatorData
        | Refusal::CredentialId
        | Refusal::UserHandle => Error::InvalidRequest(Some("credential")),
        Refusal::Origin
        | Refusal::CrossOrigin
        | Refusal::RelyingParty
        | Refusal::UserPresence
        | Refusal::UserVerification
        | Refusal::Backup
        | Refusal::Algorithm
        | Refusal::PublicKey
        | Refusal::Signature => Error::InvalidCredentials,
    }
}

/// Judges the rest. `None` if the assertion is wrong, or says that it is another user's. The counter is not judged here, but by
/// [`Proof::guard`] in the batch that uses it: of two assertions at once, one wins.
pub async fn verify(
    ctx: &RequestContext<'_, impl Platform>,
    assertion: &Assertion,
    user: Id<User>,
    stored: &StoredKey,
    required: UserVerification,
) -> Result<Option<Verified>, Fault> {
    let public_key = URL_SAFE_NO_PAD.decode(&stored.public_key).map_err(|fault| Fault::new("database", fault))?;
    let stored = StoredPasskey { public_key: &public_key, backup_eligible: stored.backup_eligible };
    let Ok(signed) = assertion.judge(&stored, required) else {
        return Ok(None);
    };
    let is_genuine = ctx.platform.verifies(&signed.key, signed.message, signed.signature).await?;
    let is_theirs = assertion.user_handle().is_none_or(|handle| handle == user);
    Ok(signed.proved(is_genuine).ok().filter(|_| is_theirs))
}

/// What a right assertion proves, a guard that holds while its counter is acceptable, and what records its use.
pub struct Proof {
    pub methods: Vec<AuthMethod>,
    pub guard: Guard,
    pub closing: Closing,
}

impl Proof {
    pub fn of<P>(ctx: &RequestContext<'_, P>, user: Id<User>, assertion: &Assertion, verified: Verified) -> Self {
        let (id, now) = (assertion.credential_id().spelled(), ctx.now);
        let Verified { sign_count, backed_up, user_verified, .. } = verified;
        let user_verification = user_verified.then_some(AuthMethod::User);
        Self {
            methods: [AuthMethod::Pop].into_iter().chain(user_verification).collect(),
            guard: passkeys::accepts_count(user, &id, sign_count),
            closing: Box::new(move |won| passkeys::note_use(user, &id, sign_count, backed_up, won, now)),
        }
    }
}

/// Whether an assertion that was right has lost because its counter no longer is greater than the stored one.
pub async fn is_outrun(
    ctx: &RequestContext<'_, impl Platform>,
    user: Id<User>,
    assertion: &Assertion,
) -> Result<bool, Fault> {
    let rows = ctx.platform.rows(passkeys::find(user, &assertion.credential_id().spelled())).await?;
    let stored = rows.first().map(StoredKey::read).transpose()?;
    let accepts = |key: StoredKey| counter_accepts(key.sign_count, assertion.sign_count(), key.backup_eligible);
    Ok(stored.is_some_and(|key| !accepts(key)))
}

/// Refuses an assertion whose counter was outrun, records it, and tells the account's owner: two of them count, so there may be a
/// copy of the key.
pub async fn refuse_outrun<T>(
    ctx: &RequestContext<'_, impl Platform>,
    account: &Account,
    entry: Entry,
    error: Error,
) -> Result<T, Error> {
    let (address, agent) = (ctx.client.describe_origin(), ctx.client.agent.clone());
    let message = Email::PasskeyCounter { address, agent, tried_at: ctx.now.whole_seconds().to_string() };
    let folded = email_address::fold(&account.email);
    let email = mail::prepare(ctx, &message, &folded, ctx.now + policy::NOTICE_LIFETIME)?;
    let mut transaction = Transaction::unconditional(ctx, entry.by(Some(account.id)).failed(&error));
    transaction.mail(&email, &account.email);
    transaction.commit().await?;
    Err(error)
}
