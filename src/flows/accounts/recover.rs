//! Somebody has forgotten the password: a letter, a look at its link, a new password.

use crate::domain::accounts::email_address::{self, Email};
use crate::domain::accounts::password_reset;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Letter;
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::EndReason;
use crate::flows;
use crate::flows::accounts::new_password;
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::{mail, rate_limit};
use crate::ports::Platform;
use crate::store::recoveries::Target;
use crate::store::users::Rise;
use crate::store::{codes, outbox, recoveries, sessions, tokens, users};

/// Sends a recovery letter to the owner of the account with this address. With or without an account the statements
/// and the answer are the same, and the Worker does not learn which it was.
pub async fn request(visit: &Visit<'_, impl Platform>, email: &Email) -> Result<(), Error> {
    let (now, folded) = (visit.now, email.folded());
    let (id, expires_at) = (visit.id()?, now + policy::RECOVERY_LIFETIME);
    let works_until = expires_at.whole_seconds().to_string();
    let letter = Letter::Recovery { recovery: id, address: visit.visitor.whence(), works_until };
    let posting = mail::prepare(visit, &letter, folded, expires_at)?;
    let entry = Entry::of(Act::Recover).about(visit.pseudonym(folded));
    let quota = visit.quota(Strangers::Letters)?;
    let rest = vec![
        recoveries::insert(id, folded, quota.is_spent(), now, expires_at),
        outbox::post_to_owner(&posting, recoveries::exists(id), now),
        visit.entry(&entry, quota.is_spent()),
    ];
    visit.save(&quota, rest).await?;
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}

/// Whose password a link would set, while it works. Uses nothing up.
pub async fn look(visit: &Visit<'_, impl Platform>, token: &str) -> Result<Option<Target>, Fault> {
    match password_reset::TOKEN.read(&visit.settings.keys, token) {
        Some(id) => recoveries::target(visit.on, id, visit.now).await,
        None => Ok(None),
    }
}

/// Sets the password anew and ends every session, once a link; keys and tokens of programs only if that is wanted, or a
/// forgotten password would stop them all. A weak password leaves the link as it was.
pub async fn reset(
    visit: &Visit<'_, impl Platform>,
    token: &str,
    password: &Secret,
    end_keys: bool,
) -> Result<(), Error> {
    let id = password_reset::TOKEN.read(&visit.settings.keys, token).ok_or(Error::InvalidToken)?;
    let Some(target) = recoveries::target(visit.on, id, visit.now).await? else {
        return visit.refuse(Entry::of(Act::ResetPassword), Error::InvalidToken).await;
    };
    let password = new_password::choose(visit, password, &[&target.login, &target.email]).await?;
    let hash = password.hash(visit.on, visit.on.bytes()?)?;

    let op = visit.operation()?;
    let rise = Rise { user: target.user, password_hash: Some(&hash), except: None, op: &op };
    let keys = if end_keys { Vec::new() } else { flows::tokens::mentioned(visit, target.user).await? };
    let posting = mail::prepare_password_changed(visit, &target.email, None, keys)?;
    let subject = Subject::new(&visit.settings.keys, &email_address::fold(&target.email));
    let entry = Entry::of(Act::ResetPassword).by(Some(target.user));
    let won = || recoveries::won(id, &op);
    let mut batch = vec![
        recoveries::win(id, &op, visit.now),
        users::raise(&rise, won(), visit.now).into(),
        sessions::end_others(target.user, None, EndReason::PasswordReset, &op, visit.now),
        tokens::end_portal(target.user, EndReason::PasswordReset, &op, visit.now),
        codes::close_all(&subject, won(), visit.now),
        outbox::post(&posting, &target.email, won(), visit.now),
        visit.entry(&entry, won()),
    ];
    if end_keys {
        batch.push(tokens::end_all(target.user, EndReason::PasswordReset, won(), visit.now));
    }
    batch.extend(rate_limit::come_back(visit, target.user, &target.login, &target.email, won()));
    if visit.win(batch, recoveries::find_won(id, &op)).await?.is_none() {
        return visit.refuse(entry, Error::InvalidToken).await;
    }
    revocation::mark_user(visit, target.user).await;
    if end_keys {
        revocation::mark_tokens(visit, target.user).await;
    }
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}
