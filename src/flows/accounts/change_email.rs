//! A user changes the email address: requested with the password, confirmed from the new address, reported to the old one, and
//! reversible from there for a week.
//!
//! An undo link must survive all that a thief can do, and must not be left to a thief. So it is voided only by proofs stronger
//! than the password and the current mailbox, which a thief may have: by the undo link of an earlier address, by a change back
//! to that address (its reader has to confirm it), and by a reset that an administrator starts. A change of the password, a
//! recovery and the end of all sessions or keys prove no more than that, and void no undo link.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::accounts::email_change::{self, EmailChange, EmailUndo};
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::session::EndReason;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::{change_password, new_password};
use crate::flows::context::RequestContext;
use crate::flows::revoke_all::{self, PasswordChange, Revocation};
use crate::flows::transaction::Transaction;
use crate::flows::{mail, rate_limit};
use crate::ports::{Platform, Statement};
use crate::store::email_changes::Move;
use crate::store::outbox::OutboxEntry;
use crate::store::signed_in::SignedIn;
use crate::store::{
    attempts, codes, email_changes, email_undos, factor_undos, identities, passkeys, recoveries, recovery_codes, totp,
    users,
};

/// Writes a change request and one email: with a link to a free address, or with a notice to the owner of a taken one. As with
/// a registration, only the mailbox's owner learns which it was. `present` is the current password, of an account that has one.
pub async fn request(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    new: &EmailAddress,
    present: Option<&Secret>,
) -> Result<(), Error> {
    let (user, now, folded) = (signed_in.user.id, ctx.now, new.folded());
    let identifier = ctx.pseudonym(folded);
    let entry = || {
        let entry = Entry::of(Act::RequestEmailChange).in_session(signed_in.session).about(identifier.clone());
        if present.is_some() { entry.with(AuthMethod::Pwd) } else { entry.with(signed_in.methods) }
    };
    if !ctx.settings.accounts.registration.admits_move_to(new) {
        return ctx.audit_failure(entry(), Error::Forbidden).await;
    }
    if !ctx.settings.reaches(new) {
        return Err(Error::UnreachableAddress);
    }
    let (auth_version, spent) = match present {
        Some(present) => {
            let act = Act::RequestEmailChange;
            let (account, spent) = change_password::verify_session_password(ctx, signed_in, present, act).await?;
            (account.auth_version, Some(spent))
        }
        None => {
            change_password::require_no_password(ctx, signed_in, entry()).await?;
            (signed_in.auth_version, None)
        }
    };

    let (id, expires_at) = (ctx.id_beside(user)?, now + policy::EMAIL_CHANGE_LIFETIME);
    let link = prepare_changing(ctx, &signed_in.user, id, folded, expires_at)?;
    let notice = mail::prepare(ctx, &Email::AccountExists, folded, now + policy::NOTICE_LIFETIME)?;
    let free = users::others_have_email(user, folded).negate();
    let change = email_changes::insert(id, user, auth_version, new, now, expires_at);
    let mut transaction = Transaction::by(ctx, signed_in, entry(), change, email_changes::find(id));
    let written = transaction.won();
    transaction.mail_under(&link, new.spelled(), written.clone().and(free));
    transaction.mail_to_owner_under(&notice, written.and(users::is_not(user)));
    transaction.extend(spent.map(|spent| attempts::forget(spent.counter, transaction.won())));
    // Lost if another request changed the account while the password was being checked.
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}

/// The email to the new address.
fn prepare_changing(
    ctx: &RequestContext<'_, impl Platform>,
    user: &User,
    change: Id<EmailChange>,
    folded: &str,
    expires_at: Timestamp,
) -> Result<OutboxEntry, Fault> {
    let message = Email::EmailChanging {
        change,
        login: user.login.clone(),
        address: ctx.client.describe_origin(),
        works_until: expires_at.whole_seconds().to_string(),
    };
    mail::prepare_in(ctx, user.language, &message, folded, expires_at)
}

/// The change that a link would make; `None` if the link does not work. Does not use it up.
pub async fn preview(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Move>, Fault> {
    match email_change::CHANGE_TOKEN.read(&ctx.settings.keys, token) {
        Some(id) => email_changes::target(ctx.platform, id, ctx.now).await,
        None => Ok(None),
    }
}

/// Gives the account its new address, once per link. Links and codes sent to the old address become void, except the notice of
/// the change, which can undo it. A change back to an address with an open undo link uses that link instead of opening another.
/// Sessions stay alive.
pub async fn confirm(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let id = email_change::CHANGE_TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let Some(target) = email_changes::target(ctx.platform, id, ctx.now).await? else {
        return ctx.audit_failure(Entry::of(Act::ChangeEmail), Error::InvalidToken).await;
    };
    let Move { user, from, to, .. } = &target;
    let (undo, op, now) = (ctx.id_beside(*user)?, ctx.operation()?, ctx.now);
    let expires_at = now + policy::EMAIL_UNDO_LIFETIME;
    let changed = prepare_changed(ctx, &target, undo, expires_at)?;
    let went_back = prepare_went_back(ctx, &target)?;
    let entry = Entry::of(Act::ChangeEmail).by(Some(*user));
    let returns_to = email_address::fold(to);
    let is_return = email_undos::leads_to(*user, &returns_to, now);
    let (link, confirm) = (email_changes::win(id, &op, now), email_changes::find_won(id, &op));
    let mut transaction = Transaction::new(ctx, entry, link, confirm);
    transaction.then(|won| email_undos::insert(undo, *user, won.and(is_return.negate()), now, expires_at));
    transaction.then(|won| email_undos::take(*user, &returns_to, won, now));
    transaction.then(|won| users::set_email(*user, to, won, now));
    transaction.then(|won| email_changes::void_all(*user, won, now));
    transaction.then(|won| recoveries::void_all(*user, won, now));
    let former = Subject::new(&ctx.settings.keys, &email_address::fold(from));
    transaction.then(|won| codes::close_all(&former, won, now));
    let won = transaction.won();
    transaction.mail_under(&changed, from, won.clone().and(email_undos::opened(undo)));
    transaction.mail_under(&went_back, from, won.and(email_undos::opened(undo).negate()));
    transaction.commit_or(Error::InvalidToken).await.map(drop)
}

/// The email to the old address. It does not name the new one: others may have access to an abandoned mailbox by now.
fn prepare_changed(
    ctx: &RequestContext<'_, impl Platform>,
    Move { login, from, language, .. }: &Move,
    undo: Id<EmailUndo>,
    expires_at: Timestamp,
) -> Result<OutboxEntry, Fault> {
    let message = Email::EmailChanged {
        undo,
        login: login.clone(),
        address: ctx.client.describe_origin(),
        changed_at: ctx.now.whole_seconds().to_string(),
        works_until: expires_at.whole_seconds().to_string(),
    };
    mail::prepare_in(ctx, *language, &message, &email_address::fold(from), expires_at)
}

/// The email to the address that an account leaves for an earlier one. Its reader may be the thief from whom the account was
/// taken back, so it contains no link.
fn prepare_went_back(
    ctx: &RequestContext<'_, impl Platform>,
    Move { login, from, language, .. }: &Move,
) -> Result<OutboxEntry, Fault> {
    let (address, changed_at) = (ctx.client.describe_origin(), ctx.now.whole_seconds().to_string());
    let message = Email::EmailWentBack { login: login.clone(), address, changed_at };
    mail::prepare_in(ctx, *language, &message, &email_address::fold(from), ctx.now + policy::NOTICE_LIFETIME)
}

/// The state of an undo link.
pub enum UndoState {
    Open(Move),
    /// Valid, except that another account has the address.
    GivenAway,
    Gone,
}

/// The state of an undo link. Does not use it up.
pub async fn preview_undo(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<UndoState, Fault> {
    let Some(id) = email_change::UNDO_TOKEN.read(&ctx.settings.keys, token) else {
        return Ok(UndoState::Gone);
    };
    if let Some(target) = email_undos::target(ctx.platform, id, ctx.now).await? {
        return Ok(UndoState::Open(target));
    }
    let given_away = email_undos::is_given_away(ctx.platform, id, ctx.now).await?;
    Ok(if given_away { UndoState::GivenAway } else { UndoState::Gone })
}

/// Restores the old address, once per link. The client that changed it knew the password, so a new one is set in the same step,
/// which ends everything else that a thief may hold. With a weak password the link stays valid.
pub async fn undo(ctx: &RequestContext<'_, impl Platform>, token: &str, password: &Secret) -> Result<(), Error> {
    let id = email_change::UNDO_TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let Some(Move { user, login, language, from, to }) = email_undos::target(ctx.platform, id, ctx.now).await? else {
        return ctx.audit_failure(Entry::of(Act::UndoEmailChange), Error::InvalidToken).await;
    };
    let password = new_password::choose(ctx, password, &[&login, &to]).await?;
    let hash = password.hash(ctx.platform, ctx.platform.bytes()?)?;

    let (op, now) = (ctx.operation()?, ctx.now);
    // Both addresses are notified: if the old mailbox has passed to another person who used the link, the owner must learn of
    // it.
    let mut addresses = vec![to.as_str(), from.as_str()];
    addresses.dedup();
    let revocation = Revocation {
        password: PasswordChange::Set(&hash),
        keys: true,
        addresses: &addresses,
        ..Revocation::of(user, EndReason::EmailUndone, &op)
    };
    let entry = Entry::of(Act::UndoEmailChange).by(Some(user));
    let (link, confirm) = (email_undos::win(id, &op, now), email_undos::find_won(id, &op));
    let mut transaction = Transaction::new(ctx, entry, link, confirm);
    transaction.then(|won| users::set_email(user, &to, won, now));
    // Pending recoveries and changes of address are bound to the previous version, and become void.
    revoke_all::follow(ctx, &mut transaction, &revocation);
    transaction.extend([email_undos::void_later(id, user, &op, now)]);
    transaction.extend(without_a_thiefs_factors(id, user, &op, now));
    let won = transaction.won();
    transaction.extend(rate_limit::reset_known_clients(ctx, user, &login, &to, won));
    for address in &addresses {
        let email = mail::prepare_password_changed(ctx, address, language, Vec::new())?;
        transaction.mail(&email, address);
    }
    transaction.commit_or(Error::InvalidToken).await.map(drop)
}

/// Removes what a thief may have added to the sign-in: every factor and recovery code since the change, with the undo links of
/// those factors, and every passkey and identity that signs in alone, because it would need neither the new password nor the
/// address. An older second factor stays: without the new password it signs in nobody, and the email about it can undo it.
fn without_a_thiefs_factors(id: Id<EmailUndo>, user: Id<User>, op: &str, now: Timestamp) -> [Statement; 5] {
    let since = || email_undos::created_since(id, op);
    let alone = passkeys::sign_in_alone().and(email_undos::won(id, op));
    [
        passkeys::delete_all(user, since().or(alone)),
        identities::delete_all(user, email_undos::won(id, op)),
        totp::delete(user, since()),
        recovery_codes::delete(user, since()),
        factor_undos::void_all(user, since(), now),
    ]
}
