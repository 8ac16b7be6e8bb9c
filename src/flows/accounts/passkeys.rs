//! The passkeys and security keys of an account: added, renamed, removed.

use serde_json::{Value, json};

use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::passkeys::challenge::{self, Challenge, Context};
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::key_name::KeyName;
use crate::domain::passkeys::options::CreationOptions;
use crate::domain::passkeys::registration::{self, NewPasskey};
use crate::domain::passkeys::response::RegistrationResponse;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use crate::domain::sessions::second_factors::KeyKind;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::factor_changes;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::assertions;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::passkeys::{self, NewKey, Overview, StoredKey};
use crate::store::signed_in::SignedIn;
use crate::store::spent::{self, SingleUse};
use crate::store::{conditions, identities, passwords, recovery_codes, second_factors, totp, users};

/// A key that a user has made, and wants to add.
pub struct Addition {
    pub creation: Creation,
    pub response: RegistrationResponse,
    /// Without one, its product names it.
    pub name: Option<KeyName>,
}

/// The options of `navigator.credentials.create()`, for one session, whose user has these keys. Writes nothing.
pub fn options(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    creation: Creation,
    keys: &[Overview],
) -> Result<Value, Error> {
    check(signed_in, creation)?;
    let rp = assertions::relying_party(ctx)?;
    let known = assertions::descriptors(keys);
    let challenge = challenge::issue(&ctx.settings.keys, &of(signed_in, creation), ctx.platform.bytes()?, ctx.now);
    let user = &signed_in.user;
    let options = CreationOptions::new(rp, &ctx.settings.app_name, user.id, &user.login, &challenge, creation, &known);
    Ok(json!({ "publicKey": options }))
}

const fn of(signed_in: &SignedIn, creation: Creation) -> Context<'static> {
    Context::Enrolment { session: signed_in.session, user: signed_in.user.id, creation }
}

/// Whether a passkey may be created without asking: the first beside a password that has just signed in. Where there is a second
/// step, a way around the password and the step is its owner's to choose.
pub const fn may_be_created_unasked(signed_in: &SignedIn) -> bool {
    let has = signed_in.second_factors;
    signed_in.methods.contains(AuthMethod::Pwd) && !has.is_on() && !has.passkey
}

const fn check(signed_in: &SignedIn, creation: Creation) -> Result<(), Error> {
    match creation {
        Creation::Conditional if !may_be_created_unasked(signed_in) => Err(Error::InvalidRequest(Some("mediation"))),
        Creation::Conditional | Creation::Requested(_) => Ok(()),
    }
}

/// Adds a key. A security key that turns the second step on needs saved recovery codes, and ends every other session.
pub async fn add(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    addition: &Addition,
) -> Result<Overview, Error> {
    check(signed_in, addition.creation)?;
    let (creation, kind) = (addition.creation, addition.creation.kind());
    let (rp, user, op) = (assertions::relying_party(ctx)?, signed_in.user.id, ctx.operation()?);
    let (key, challenge) = judge(ctx, &of(signed_in, creation), creation, &addition.response)?;
    let once = SingleUse::new(challenge.id, challenge.expires_at);
    let name = addition.name.clone().unwrap_or_else(|| KeyName::suggested(kind, key.aaguid));
    let (id, transports) = (key.id.spelled(), key.transports.to_string());
    let new = NewKey { user, kind, rp_id: &rp.id, key: &key, name: name.as_str(), op: &op };
    let guard = spent::is_unspent(once).and(fits(signed_in, kind, ctx.now));
    let row = passkeys::insert(&new, guard, ctx.now);
    let mut transaction =
        Transaction::by(ctx, signed_in, entry(signed_in, Act::AddFactor), row, passkeys::find_added(user, &id, &op));
    transaction.then(|won| spent::spend(once, &op, won));
    follow(ctx, &mut transaction, signed_in, creation, key.user_verified, &op)?;
    if transaction.commit().await?.is_empty() {
        let error = why_lost(ctx, signed_in, kind, once).await?;
        return ctx.audit_failure(entry(signed_in, Act::AddFactor), error).await;
    }
    let (name, backup_eligible) = (name.as_str().to_owned(), key.backup_eligible);
    Ok(Overview { id, kind, name, transports, backup_eligible, created_at: ctx.now, last_used_at: None })
}

/// The new key, and the challenge to spend. Costs no I/O.
pub(super) fn judge<P>(
    ctx: &RequestContext<'_, P>,
    context: &Context<'_>,
    creation: Creation,
    response: &RegistrationResponse,
) -> Result<(NewPasskey, Challenge), Error> {
    let (rp, keys) = (assertions::relying_party(ctx)?, &ctx.settings.keys);
    let judged = registration::verify(response, rp, keys, context, creation.requirements(), ctx.now);
    judged.map_err(|refusal| match assertions::error(refusal) {
        // There is no credential yet that could be wrong.
        Error::InvalidCredentials => Error::InvalidRequest(Some("credential")),
        error => error,
    })
}

fn entry(signed_in: &SignedIn, act: Act) -> Entry {
    Entry::of(act).in_session(signed_in.session).with(AuthMethod::Pop)
}

/// Whether a key turns the second step on.
const fn turns_on(signed_in: &SignedIn, kind: KeyKind) -> bool {
    matches!(kind, KeyKind::SecurityKey) && !signed_in.second_factors.is_on()
}

/// Holds while the account is what it was when the session was looked up: what follows depends on whether it had a second step.
fn fits(signed_in: &SignedIn, kind: KeyKind, now: Timestamp) -> Guard {
    let user = signed_in.user.id;
    let off = second_factors::are_off(user);
    let as_read = if signed_in.second_factors.is_on() { off.negate() } else { off };
    // Older codes may be those of a thief who knew the password.
    let saved_now = recovery_codes::written_since(user, now - policy::RECENT_AUTHENTICATION);
    let codes = if turns_on(signed_in, kind) { saved_now } else { Guard::always() };
    users::stands(user, signed_in.auth_version).and(as_read).and(codes)
}

fn follow<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    signed_in: &SignedIn,
    creation: Creation,
    user_verified: bool,
    op: &str,
) -> Result<(), Fault> {
    let (has, proved) = (signed_in.second_factors, proved(signed_in, creation, user_verified));
    match creation.kind() {
        KeyKind::SecurityKey if !has.is_on() => {
            factor_changes::first_added(ctx, transaction, signed_in, FactorKind::SecurityKey, proved, op)
        }
        KeyKind::Passkey if !has.is_on() && !has.passkey => {
            factor_changes::first_passkey_added(ctx, transaction, signed_in, proved)
        }
        kind => factor_changes::added(ctx, transaction, &signed_in.user.email, factor(kind)),
    }
}

/// What the session has proved with the new key. With one that was created without asking, nobody has proved anything.
fn proved(signed_in: &SignedIn, creation: Creation, user_verified: bool) -> AuthMethods {
    let methods: &[AuthMethod] = match (creation, user_verified) {
        (Creation::Conditional, _) => &[],
        (Creation::Requested(_), false) => &[AuthMethod::Pop, AuthMethod::Mfa],
        (Creation::Requested(_), true) => &[AuthMethod::Pop, AuthMethod::Mfa, AuthMethod::User],
    };
    methods.iter().copied().fold(signed_in.methods, AuthMethods::with)
}

const fn factor(kind: KeyKind) -> FactorKind {
    match kind {
        KeyKind::Passkey => FactorKind::Passkey,
        KeyKind::SecurityKey => FactorKind::SecurityKey,
    }
}

async fn why_lost(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    kind: KeyKind,
    once: SingleUse,
) -> Result<Error, Fault> {
    let user = signed_in.user.id;
    let holds = async |guard| conditions::holds(ctx.platform, guard).await;
    if !holds(spent::is_unspent(once)).await? {
        return Ok(Error::InvalidToken);
    }
    if holds(passkeys::are_full(user)).await? {
        return Ok(Error::TooManyKeys);
    }
    if turns_on(signed_in, kind)
        && !holds(recovery_codes::written_since(user, ctx.now - policy::RECENT_AUTHENTICATION)).await?
    {
        return Ok(Error::RecoveryCodesRequired);
    }
    // The account has that key already, or has changed meanwhile.
    Ok(Error::InvalidRequest(Some("credential")))
}

/// Renames a key. `NotFound` for another user's.
pub async fn rename(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    id: &str,
    name: &KeyName,
) -> Result<(), Error> {
    let (user, name) = (signed_in.user.id, name.as_str());
    let entry = entry(signed_in, Act::RenameFactor);
    let (row, confirm) = (passkeys::rename(user, id, name), passkeys::find_named(user, id, name));
    Transaction::by(ctx, signed_in, entry, row, confirm).commit_or(Error::NotFound).await.map(drop)
}

/// Removes a key, unless the account could no longer be signed in to: without it, or because of the policy. Recovery codes stand
/// in for a second factor, so they go with the last one. `NotFound` for another user's key.
pub async fn remove(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn, id: &str) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let entry = || entry(signed_in, Act::RemoveFactor);
    let rows = ctx.platform.rows(passkeys::find(user, id)).await?;
    let Some(key) = rows.first().map(StoredKey::read).transpose()? else {
        return ctx.audit_failure(entry(), Error::NotFound).await;
    };
    let left = totp::exists(user).or(passkeys::others(user, id));
    let suffice = second_factors::suffice(ctx.settings.second_factors.policy, user, left);
    let stays_open =
        passwords::exists(user).or(identities::exist(user)).or(passkeys::is_not_the_last(user, id)).and(suffice);
    let row = users::touch(user, &op, passkeys::exists(user, id).and(stays_open), ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry(), row, users::find_bumped_by(user, &op));
    transaction.then(|won| passkeys::delete(user, id, won));
    transaction.then(|won| recovery_codes::delete(user, won.and(second_factors::are_off(user))));
    factor_changes::removed(ctx, &mut transaction, signed_in, factor(key.kind))?;
    if transaction.commit().await?.is_empty() {
        let exists = conditions::holds(ctx.platform, passkeys::exists(user, id)).await?;
        return ctx.audit_failure(entry(), if exists { Error::LastWayIn } else { Error::NotFound }).await;
    }
    Ok(())
}
