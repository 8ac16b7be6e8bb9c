//! The authenticator app of an account: offered, confirmed with one of its codes, removed.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::enrolment::Enrolment;
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::{TotpCode, TotpSecret};
use crate::domain::error::{Error, Fault};
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::policy::RECOVERY_CODES;
use crate::domain::rate_limit::Guessable;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::flows::accounts::{enrolments, factor_changes};
use crate::flows::context::RequestContext;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::signed_in::SignedIn;
use crate::store::totp::{self, NewTotp};
use crate::store::{attempts, conditions, passkeys, recovery_codes, second_factors, spent, users};

/// An app that is offered to a user.
pub struct Offer {
    pub token: String,
    pub secret: TotpSecret,
    /// For a QR code.
    pub uri: String,
    /// If the account has none yet.
    pub codes: Option<[RecoveryCode; RECOVERY_CODES]>,
}

/// Offers an app to an account that has none. Writes nothing.
pub async fn begin(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<Offer, Error> {
    if signed_in.second_factors.totp {
        return Err(Error::SecondFactorHeld);
    }
    let offered = enrolments::begin(ctx)?.with_app(ctx.platform.bytes()?);
    // Codes from before the second step was on may be those of a thief who knew the password.
    let has_codes = signed_in.second_factors.is_on()
        && conditions::holds(ctx.platform, recovery_codes::exist(signed_in.user.id)).await?;
    let offered = if has_codes { offered } else { offered.with_codes(ctx.platform.bytes()?) };
    let token = enrolments::seal(ctx, &offered, signed_in.user.id)?;
    describe(ctx, &signed_in.user.email, &offered, token)
}

/// The same offer once more, for a user who has mistyped its code.
pub fn again(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn, token: &str) -> Result<Offer, Error> {
    let offered = enrolments::read(ctx, signed_in.user.id, token)?;
    describe(ctx, &signed_in.user.email, &offered, token.to_owned())
}

/// An offer, as its user is shown it. `account` names the account in the app.
pub fn describe<P>(
    ctx: &RequestContext<'_, P>,
    account: &str,
    offered: &Enrolment,
    token: String,
) -> Result<Offer, Error> {
    let secret = offered.secret().ok_or(Error::InvalidToken)?;
    let uri = secret.uri(&ctx.settings.app_name, account);
    Ok(Offer { token, secret, uri, codes: offered.codes() })
}

/// Adds the app that a token offers, given one of its codes, and the recovery codes that were offered with it. If this is the
/// account's first second factor, every other session ends. That code signs in no more.
pub async fn confirm(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    token: &str,
    code: &TotpCode,
    saved: bool,
) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let offered = enrolments::read(ctx, user, token)?;
    let secret = offered.secret().ok_or(Error::InvalidToken)?;
    enrolments::check_saved(&offered, saved)?;
    let (spent, step) = prove(ctx, signed_in, &offered, &secret, code).await?;
    let sealed = secret.seal(&ctx.settings.keys, user, ctx.platform.bytes()?)?;
    let new = NewTotp { user, sealed: &sealed, app_key: &ctx.settings.keys.key_name(), step, op: &op };
    let row = totp::insert(&new, fits(signed_in, &offered), ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry(signed_in), row, totp::find_added(user, &op));
    transaction.then(|won| spent::spend(enrolments::once(&offered), &op, won));
    if let Some(codes) = offered.codes() {
        let hashes = enrolments::hashes(ctx, &codes)?;
        transaction.then(|won| recovery_codes::replace(user, &hashes, &op, won, ctx.now).into());
    }
    transaction.then(|won| attempts::forget(spent.counter, won));
    if signed_in.second_factors.is_on() {
        factor_changes::added(ctx, &mut transaction, &signed_in.user.email, FactorKind::AuthenticatorApp)?;
    } else {
        let proved = signed_in.methods.with(AuthMethod::Otp).with(AuthMethod::Mfa);
        let app = FactorKind::AuthenticatorApp;
        factor_changes::first_added(ctx, &mut transaction, signed_in, app, proved, &op)?;
    }
    if transaction.commit().await?.is_empty() {
        let error = why_lost(ctx, signed_in, &offered).await?;
        return ctx.audit_failure(entry(signed_in), error).await;
    }
    Ok(())
}

fn entry(signed_in: &SignedIn) -> Entry {
    Entry::of(Act::AddFactor).in_session(signed_in.session).with(AuthMethod::Otp)
}

/// The time step of a code of the offered app. Tries are counted with the session's other proofs.
async fn prove(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    offered: &Enrolment,
    secret: &TotpSecret,
    code: &TotpCode,
) -> Result<(Spent, i64), Error> {
    let attempt = rate_limit::attempt_in_session(ctx, Guessable::Proof, signed_in);
    let open = conditions::holding(enrolments::is_open(offered));
    let (spent, open) = match rate_limit::spend(ctx, &attempt, open).await {
        Err(Error::TokenRevoked) => return ctx.audit_failure(entry(signed_in), Error::TokenRevoked).await,
        spent => spent?,
    };
    // Before ten codes are hashed in vain.
    if open.is_empty() {
        return ctx.audit_failure(entry(signed_in), Error::InvalidToken).await;
    }
    match secret.matching_step(code, ctx.now) {
        Some(step) => Ok((spent, step)),
        None => ctx.audit_failure(entry(signed_in), Error::InvalidCode).await,
    }
}

/// Holds while the account is what it was when the session was looked up, and the offer still fits: what follows depends on
/// whether the account had a second factor, and an offer without recovery codes is for an account that has some.
fn fits(signed_in: &SignedIn, offered: &Enrolment) -> Guard {
    let user = signed_in.user.id;
    let off = second_factors::are_off(user);
    let as_read = if signed_in.second_factors.is_on() { off.negate() } else { off };
    let has_codes = if offered.codes().is_some() { Guard::always() } else { recovery_codes::exist(user) };
    enrolments::is_open(offered).and(users::stands(user, signed_in.auth_version)).and(as_read).and(has_codes)
}

/// An offer with the right code has lost: it does not fit any more, or another app was faster.
async fn why_lost(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    offered: &Enrolment,
) -> Result<Error, Fault> {
    let held = enrolments::is_open(offered).and(totp::exists(signed_in.user.id));
    Ok(if conditions::holds(ctx.platform, held).await? { Error::SecondFactorHeld } else { Error::InvalidToken })
}

/// Removes the app, unless the policy demands it. Recovery codes stand in for a second factor, so they go with the last one.
/// `NotFound` without an app.
pub async fn remove(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let entry = || Entry::of(Act::RemoveFactor).in_session(signed_in.session).with(AuthMethod::Otp);
    let stays_open = second_factors::suffice(ctx.settings.second_factors.policy, user, passkeys::any(user));
    let row = users::touch(user, &op, totp::exists(user).and(stays_open), ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry(), row, users::find_bumped_by(user, &op));
    transaction.then(|won| totp::delete(user, won));
    transaction.then(|won| recovery_codes::delete(user, won.and(second_factors::are_off(user))));
    factor_changes::removed(ctx, &mut transaction, signed_in, FactorKind::AuthenticatorApp)?;
    if transaction.commit().await?.is_empty() {
        let exists = conditions::holds(ctx.platform, totp::exists(user)).await?;
        return ctx.audit_failure(entry(), if exists { Error::LastWayIn } else { Error::NotFound }).await;
    }
    Ok(())
}
