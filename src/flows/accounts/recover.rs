//! Somebody has forgotten the password: a letter, a look at its link, a new password.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::accounts::password_reset;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::EndReason;
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::{mail, rate_limit};
use crate::ports::Platform;
use crate::store::recoveries::Target;
use crate::store::users::VersionBump;
use crate::store::{codes, outbox, recoveries, sessions, tokens, users};

/// Sends a recovery letter to the owner of the account with this address. With or without an account the statements
/// and the answer are the same, and the Worker does not learn which it was.
pub async fn request(ctx: &RequestContext<'_, impl Platform>, email: &EmailAddress) -> Result<(), Error> {
    let (now, folded) = (ctx.now, email.folded());
    let (id, expires_at) = (ctx.id()?, now + policy::RECOVERY_LIFETIME);
    let works_until = expires_at.whole_seconds().to_string();
    let letter = Email::Recovery { recovery: id, address: ctx.client.describe_origin(), works_until };
    let posting = mail::prepare(ctx, &letter, folded, expires_at)?;
    let entry = Entry::of(Act::Recover).about(ctx.pseudonym(folded));
    let quota = ctx.quota(Strangers::Letters)?;
    let rest = vec![
        recoveries::insert(id, folded, quota.is_spent(), now, expires_at),
        outbox::enqueue_to_owner(&posting, recoveries::exists(id), now),
        ctx.entry(&entry, quota.is_spent()),
    ];
    ctx.save(&quota, rest).await?;
    ctx.defer(BackgroundTask::Deliver(posting.id));
    Ok(())
}

/// Whose password a link would set, while it works. Uses nothing up.
pub async fn preview(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Target>, Fault> {
    match password_reset::TOKEN.read(&ctx.settings.keys, token) {
        Some(id) => recoveries::target(ctx.platform, id, ctx.now).await,
        None => Ok(None),
    }
}

/// Sets the password anew and ends every session, once a link; keys and tokens of programs only if that is wanted, or a
/// forgotten password would stop them all. A weak password leaves the link as it was.
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
    let rise = VersionBump { user: target.user, password_hash: Some(&hash), except: None, op: &op };
    let keys = if end_keys { Vec::new() } else { flows::tokens::mentioned(ctx, target.user).await? };
    let posting = mail::prepare_password_changed(ctx, &target.email, None, keys)?;
    let subject = Subject::new(&ctx.settings.keys, &email_address::fold(&target.email));
    let entry = Entry::of(Act::ResetPassword).by(Some(target.user));
    let won = || recoveries::won(id, &op);
    let mut batch = vec![
        recoveries::win(id, &op, ctx.now),
        users::bump_auth_version(&rise, won(), ctx.now).into(),
        sessions::end_others(target.user, None, EndReason::PasswordReset, &op, ctx.now),
        tokens::end_portal(target.user, EndReason::PasswordReset, &op, ctx.now),
        codes::close_all(&subject, won(), ctx.now),
        outbox::enqueue(&posting, &target.email, won(), ctx.now),
        ctx.entry(&entry, won()),
    ];
    if end_keys {
        batch.push(tokens::end_all(target.user, EndReason::PasswordReset, won(), ctx.now));
    }
    batch.extend(rate_limit::reset_known_clients(ctx, target.user, &target.login, &target.email, won()));
    if ctx.commit(batch, recoveries::find_won(id, &op)).await?.is_none() {
        return ctx.audit_failure(entry, Error::InvalidToken).await;
    }
    revocation::mark_user(ctx, target.user).await;
    if end_keys {
        revocation::mark_tokens(ctx, target.user).await;
    }
    ctx.defer(BackgroundTask::Deliver(posting.id));
    Ok(())
}
