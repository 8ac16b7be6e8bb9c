//! The recovery codes of an account: new ones are offered, and replace the old ones once the user has saved them.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::error::Error;
use crate::domain::mail::factor_kind::FactorKind;
use crate::domain::policy::RECOVERY_CODES;
use crate::flows::accounts::{enrolments, factor_changes};
use crate::flows::context::RequestContext;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::store::{conditions, recovery_codes, spent, users};

/// New codes that are offered to a user.
pub struct Offer {
    pub token: String,
    pub codes: [RecoveryCode; RECOVERY_CODES],
}

/// Offers new codes. Writes nothing.
pub fn begin(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<Offer, Error> {
    let offered = enrolments::begin(ctx)?.with_codes(ctx.platform.bytes()?);
    let token = enrolments::seal(ctx, &offered, signed_in.user.id)?;
    Ok(Offer { token, codes: offered.codes().ok_or(Error::InvalidToken)? })
}

/// The same offer once more, for a user who has not said that the codes are saved.
pub fn again<P>(ctx: &RequestContext<'_, P>, signed_in: &SignedIn, token: &str) -> Result<Offer, Error> {
    let codes = enrolments::read(ctx, signed_in.user.id, token)?.codes().ok_or(Error::InvalidToken)?;
    Ok(Offer { token: token.to_owned(), codes })
}

/// Replaces the account's codes by those that a token offers. A token that offers an app too is confirmed with that app only.
pub async fn confirm(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    token: &str,
    saved: bool,
) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let offered = enrolments::read(ctx, user, token)?;
    let codes = offered.codes().filter(|_| offered.secret().is_none()).ok_or(Error::InvalidToken)?;
    enrolments::check_saved(&offered, saved)?;
    let entry = Entry::of(Act::RenewRecoveryCodes).in_session(signed_in.session);
    // Before ten codes are hashed in vain.
    if !conditions::holds(ctx.platform, enrolments::is_open(&offered)).await? {
        return ctx.audit_failure(entry, Error::InvalidToken).await;
    }
    let hashes = enrolments::hashes(ctx, &codes)?;
    let fits = enrolments::is_open(&offered).and(users::stands(user, signed_in.auth_version));
    let rows = recovery_codes::replace(user, &hashes, &op, fits, ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry, rows, recovery_codes::find_written(user, &op));
    transaction.then(|won| spent::spend(enrolments::once(&offered), &op, won));
    factor_changes::added(ctx, &mut transaction, &signed_in.user.email, FactorKind::RecoveryCodes)?;
    transaction.commit_or(Error::InvalidToken).await.map(drop)
}
