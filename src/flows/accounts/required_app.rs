//! The second step of a sign-in to an account that must have a second factor and has none: it adds an authenticator app, and is
//! signed in with both factors. Until then its `mfa_token` leads nowhere else.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::enrolment::Enrolment;
use crate::domain::credentials::mfa_token::MfaToken;
use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::Error;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::rate_limit::Guessable;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::second_factors::Requirement;
use crate::flows::accounts::authenticator_app::{self, Offer};
use crate::flows::accounts::{enrolments, factor_changes};
use crate::flows::context::RequestContext;
use crate::flows::rate_limit;
use crate::flows::sign_in::second_factor::{self, Completed, Proved};
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::totp::{self, NewTotp};
use crate::store::users::{self, Account};
use crate::store::{recovery_codes, second_factors, spent};

/// Offers an app, and recovery codes, to the holder of an `mfa_token`. Writes nothing.
pub fn begin(ctx: &RequestContext<'_, impl Platform>, token: &MfaToken) -> Result<Offer, Error> {
    let offered = enrolments::begin(ctx)?.with_app(ctx.platform.bytes()?).with_codes(ctx.platform.bytes()?);
    let sealed = enrolments::seal(ctx, &offered, token.user)?;
    authenticator_app::describe(ctx, &token.email, &offered, sealed)
}

/// The same offer once more, after a mistyped code.
pub fn again(ctx: &RequestContext<'_, impl Platform>, token: &MfaToken, enrolment: &str) -> Result<Offer, Error> {
    let offered = enrolments::read(ctx, token.user, enrolment)?;
    authenticator_app::describe(ctx, &token.email, &offered, enrolment.to_owned())
}

/// Adds the offered app, given one of its codes, and completes what the first factor began. `MfaTokenInvalid` if the account has
/// a second factor by now: the sign-in begins anew, and asks for that.
pub async fn confirm(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    enrolment: &str,
    code: &TotpCode,
    saved: bool,
) -> Result<Completed, Error> {
    let offered = enrolments::read(ctx, token.user, enrolment)?;
    let (Some(secret), Some(codes)) = (offered.secret(), offered.codes()) else {
        return Err(Error::InvalidToken);
    };
    enrolments::check_saved(&offered, saved)?;
    let attempt = rate_limit::attempt(ctx, Guessable::SecondFactor, &Identifier::Email(token.email.clone()))?;
    let (spent, rows) = rate_limit::spend(ctx, &attempt, users::account(token.user)).await?;
    let account = rows.first().map(Account::read).transpose()?.ok_or(Error::MfaTokenInvalid)?;
    if !is_required(ctx, &account) {
        return ctx.audit_failure(entry(token), Error::MfaTokenInvalid).await;
    }
    let Some(step) = secret.matching_step(code, ctx.now) else {
        return ctx.audit_failure(entry(token), Error::InvalidCode).await;
    };
    let (user, op, now) = (token.user, ctx.operation()?, ctx.now);
    let (hashes, once) = (enrolments::hashes(ctx, &codes)?, enrolments::once(&offered));
    let sealed = secret.seal(&ctx.settings.keys, user, ctx.platform.bytes()?)?;
    let app_key = ctx.settings.keys.key_name();
    let proved = Proved {
        methods: vec![AuthMethod::Otp],
        guard: fits(token, &offered),
        closings: vec![
            Box::new({
                let op = op.clone();
                move |won| {
                    let new = NewTotp { user, sealed: &sealed, app_key: &app_key, step, op: &op };
                    totp::insert(&new, won, now).into()
                }
            }),
            Box::new({
                let op = op.clone();
                move |won| recovery_codes::replace(user, &hashes, &op, won, now).into()
            }),
            Box::new({
                let op = op.clone();
                move |won| spent::spend(once, &op, won)
            }),
        ],
        notice: None,
    };
    let email = account.email.clone();
    let authenticated = second_factor::authenticated(ctx, token, account, spent, proved)?;
    let also = |transaction: &mut Transaction<'_, _>, session| {
        let entry = entry(token).in_session(session);
        transaction.then(|won| ctx.entry(&entry, won));
        factor_changes::turned_on(ctx, transaction, (user, &email, session), FactorKind::AuthenticatorApp, &op)
    };
    match second_factor::complete(ctx, token, authenticated, second_factor::entry(token), &also).await? {
        Some(completed) => Ok(completed),
        None => ctx.audit_failure(entry(token), Error::MfaTokenInvalid).await,
    }
}

fn entry(token: &MfaToken) -> Entry {
    Entry::of(Act::AddFactor).by(Some(token.user)).with(token.methods)
}

/// Whether the account must have a second factor and has none: the token of another account leads to its own second step.
fn is_required<P>(ctx: &RequestContext<'_, P>, account: &Account) -> bool {
    let policy = ctx.settings.second_factors.policy;
    account.second_factors.requirement(policy, account.role) == Requirement::Enrolment
}

/// Holds while the offer is open and the account has no second factor of any kind.
fn fits(token: &MfaToken, offered: &Enrolment) -> Guard {
    enrolments::is_open(offered).and(second_factors::are_none(token.user))
}
