//! What a user is offered to be added to the account. Nothing is stored until the user confirms it: an offer that is left
//! changes nothing.

use crate::domain::accounts::user::User;
use crate::domain::credentials::enrolment::Enrolment;
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::policy::{self, RECOVERY_CODES};
use crate::flows::context::RequestContext;
use crate::ports::{Guard, Platform};
use crate::store::spent::{self, SingleUse};

/// An offer of nothing yet.
pub fn begin(ctx: &RequestContext<'_, impl Platform>) -> Result<Enrolment, Fault> {
    Ok(Enrolment::new(ctx.id()?, ctx.now + policy::ENROLMENT_LIFETIME))
}

/// The `enrolment_token` of an offer.
pub fn seal(ctx: &RequestContext<'_, impl Platform>, offered: &Enrolment, user: Id<User>) -> Result<String, Fault> {
    offered.seal(&ctx.settings.keys, user, ctx.platform.bytes()?)
}

/// What a user's token offers; `InvalidToken` if it is not theirs, or has expired.
pub fn read<P>(ctx: &RequestContext<'_, P>, user: Id<User>, token: &str) -> Result<Enrolment, Error> {
    Enrolment::read(&ctx.settings.keys, user, ctx.now, token).ok_or(Error::InvalidToken)
}

/// The hashes of recovery codes, in their order.
pub fn hashes(
    ctx: &RequestContext<'_, impl Platform>,
    codes: &[RecoveryCode; RECOVERY_CODES],
) -> Result<Vec<String>, Fault> {
    codes.iter().map(|code| code.hash(ctx.platform, ctx.platform.bytes()?)).collect()
}

/// Requires that the user says to have saved the codes, if any are offered: they are never shown again.
pub fn check_saved(offered: &Enrolment, saved: bool) -> Result<(), Error> {
    if saved || offered.codes().is_none() { Ok(()) } else { Err(Error::InvalidRequest(Some("recovery_codes_saved"))) }
}

/// The value that an offer's confirmation uses up.
pub const fn once(offered: &Enrolment) -> SingleUse {
    SingleUse::new(offered.id, offered.expires_at())
}

/// Holds while an offer has not been confirmed.
pub fn is_open(offered: &Enrolment) -> Guard {
    spent::is_unspent(once(offered))
}
