//! The first second factor of an account is undone from its mailbox, for some days: a thief who knew the password could have
//! added it, and has ended the owner's sessions by that.
//!
//! As with the undo link of an email change (`change_email`), nothing that a thief can do voids the link: only a reset that an
//! administrator starts does.

use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::factor_undo;
use crate::domain::error::{Error, Fault};
use crate::domain::secret::Secret;
use crate::domain::sessions::session::EndReason;
use crate::flows::accounts::new_password;
use crate::flows::context::RequestContext;
use crate::flows::revoke_all::{self, PasswordChange, Revocation};
use crate::flows::transaction::Transaction;
use crate::flows::{mail, rate_limit};
use crate::ports::Platform;
use crate::store::factor_undos::{self, Target};

/// The account that a link would take back; `None` if the link does not work. Does not use it up.
pub async fn preview(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Target>, Fault> {
    match factor_undo::TOKEN.read(&ctx.settings.keys, token) {
        Some(id) => factor_undos::target(ctx.platform, id, ctx.now).await,
        None => Ok(None),
    }
}

/// Removes all factors and recovery codes, once per link. The client that added the first one knew the password, so a new one is
/// set in the same step, which ends everything else that a thief may hold. With a weak password the link stays valid.
pub async fn undo(ctx: &RequestContext<'_, impl Platform>, token: &str, password: &Secret) -> Result<(), Error> {
    let id = factor_undo::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let Some(Target { user, login, email, language, .. }) = factor_undos::target(ctx.platform, id, ctx.now).await?
    else {
        return ctx.audit_failure(Entry::of(Act::UndoFactor), Error::InvalidToken).await;
    };
    let password = new_password::choose(ctx, password, &[&login, &email]).await?;
    let hash = password.hash(ctx.platform, ctx.platform.bytes()?)?;

    let (op, now) = (ctx.operation()?, ctx.now);
    let queued = mail::prepare_password_changed(ctx, &email, language, Vec::new())?;
    let revocation = Revocation {
        password: PasswordChange::Set(&hash),
        factors: true,
        keys: true,
        addresses: &[&email],
        ..Revocation::of(user, EndReason::FactorUndone, &op)
    };
    let entry = Entry::of(Act::UndoFactor).by(Some(user));
    let (link, confirm) = (factor_undos::win(id, &op, now), factor_undos::find_won(id, &op));
    let mut transaction = Transaction::new(ctx, entry, link, confirm);
    revoke_all::follow(ctx, &mut transaction, &revocation);
    // Others may be in a mailbox of the thief's: the address may have changed since.
    transaction.then(|won| factor_undos::void_all(user, won, now));
    transaction.mail(&queued, &email);
    let won = transaction.won();
    transaction.extend(rate_limit::reset_known_clients(ctx, user, &login, &email, won));
    transaction.commit_or(Error::InvalidToken).await.map(drop)
}
