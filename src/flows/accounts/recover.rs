//! Password recovery: the email, the preview of its link, the new password.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::password_reset;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::EndReason;
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::context::RequestContext;
use crate::flows::revoke_all::{self, PasswordChange, Revocation};
use crate::flows::transaction::Transaction;
use crate::flows::{mail, rate_limit};
use crate::ports::Platform;
use crate::store::recoveries;
use crate::store::recoveries::Target;

/// Sends a recovery email to the owner of the account with this address. With or without an account the statements and the
/// response are the same, and the Worker does not learn which it was.
pub async fn request(ctx: &RequestContext<'_, impl Platform>, email: &EmailAddress) -> Result<(), Error> {
    let (now, folded) = (ctx.now, email.folded());
    let (id, expires_at) = (ctx.id()?, now + policy::RECOVERY_LIFETIME);
    let works_until = expires_at.whole_seconds().to_string();
    let message = Email::Recovery { recovery: id, address: ctx.client.describe_origin(), works_until };
    let queued = mail::prepare(ctx, &message, folded, expires_at)?;
    let entry = Entry::of(Act::Recover).about(ctx.pseudonym(folded));
    let mut transaction = Transaction::counted(ctx, entry, ctx.quota(Strangers::Emails)?);
    transaction.then(|won| recoveries::insert(id, folded, won, now, expires_at));
    transaction.mail_to_owner_under(&queued, recoveries::exists(id));
    transaction.commit().await.map(drop)
}

/// The account whose password a link would set; `None` if the link does not work. Does not use it up.
pub async fn preview(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Target>, Fault> {
    match password_reset::TOKEN.read(&ctx.settings.keys, token) {
        Some(id) => recoveries::target(ctx.platform, id, ctx.now).await,
        None => Ok(None),
    }
}

/// Sets a new password and ends every session, once per link. Keys and tokens of programs end only with `end_keys`, or a
/// forgotten password would stop them all. With a weak password the link stays valid.
pub async fn reset(
    ctx: &RequestContext<'_, impl Platform>,
    token: &str,
    password: &Secret,
    end_keys: bool,
) -> Result<(), Error> {
    let id = password_reset::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let Some(target) = recoveries::target(ctx.platform, id, ctx.now).await? else {
        return ctx.audit_failure(Entry::of(Act::ResetPassword), Error::InvalidToken).await;
    };
    let password = new_password::choose(ctx, password, &[&target.login, &target.email]).await?;
    let hash = password.hash(ctx.platform, ctx.platform.bytes()?)?;

    let op = ctx.operation()?;
    let keys = if end_keys { Vec::new() } else { flows::tokens::mentioned(ctx, target.user).await? };
    let queued = mail::prepare_password_changed(ctx, &target.email, None, keys)?;
    let revocation = Revocation {
        password: PasswordChange::Set(&hash),
        keys: end_keys,
        addresses: &[&target.email],
        ..Revocation::of(target.user, EndReason::PasswordReset, &op)
    };
    let entry = Entry::of(Act::ResetPassword).by(Some(target.user));
    let (link, confirm) = (recoveries::win(id, &op, ctx.now), recoveries::find_won(id, &op));
    let mut transaction = Transaction::new(ctx, entry, link, confirm);
    revoke_all::follow(ctx, &mut transaction, &revocation);
    transaction.mail(&queued, &target.email);
    let won = transaction.won();
    transaction.extend(rate_limit::reset_known_clients(ctx, target.user, &target.login, &target.email, won));
    transaction.commit_or(Error::InvalidToken).await.map(drop)
}
