//! A registration becomes an account; and its letter is sent once more.

use crate::domain::audit::{Act, Entry};
use crate::domain::email::Email;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::letter::Letter;
use crate::domain::login_name::{Identifier, LoginName};
use crate::domain::registration;
use crate::domain::user::User;
use crate::flows::mail;
use crate::flows::visit::{Errand, Visit};
use crate::ports::{Guard, Platform, Row};
use crate::store::registrations::Fate;
use crate::store::{outbox, registrations, users};

/// Uses a link up and makes the account, once. With `login` another name may be chosen, for when the first choice was
/// taken meanwhile; a taken name leaves the link as it was.
pub async fn activate(visit: &Visit<'_, impl Platform>, token: &str, login: Option<LoginName>) -> Result<(), Error> {
    let id = registration::read_activation_token(&visit.settings.keys, token).ok_or(Error::InvalidToken)?;
    let user = Id::<User>::uuid_v4(visit.on.bytes()?);
    let op = visit.operation()?;
    let entry = Entry::succeeded(Act::Activate).by(Some(user));
    let outcome = visit
        .on
        .batch(vec![
            registrations::win(id, login.as_ref(), &op, visit.now),
            users::insert_activated(user, id, &op, visit.now),
            registrations::void_others(id, &op, visit.now),
            visit.entry(&entry, registrations::won(id, &op)),
            registrations::fate(id, visit.now),
        ])
        .await;
    let fate = match outcome {
        Ok(mut results) => read_fate(&results.pop().unwrap_or_default())?,
        // The outcome is unknown, and the row knows: if it carries our operation, only the answer was lost.
        Err(fault) => {
            let fate = read_fate(&visit.on.rows(registrations::fate(id, visit.now)).await?)?;
            return if is_ours(fate.as_ref(), &op) { Ok(()) } else { Err(fault.into()) };
        }
    };
    let error = match fate {
        fate if is_ours(fate.as_ref(), &op) => return Ok(()),
        // Still open, and nobody has the address: only the name stood in the way.
        Some(fate) if fate.open && fate.owner.is_none() => Error::LoginTaken,
        _ => Error::InvalidToken,
    };
    visit.refuse(Entry::failed(Act::Activate, &error), error).await
}

fn read_fate(rows: &[Row]) -> Result<Option<Fate>, Fault> {
    rows.first().map(Fate::read).transpose()
}

fn is_ours(fate: Option<&Fate>, op: &str) -> bool {
    fate.and_then(|fate| fate.op.as_deref()) == Some(op)
}

/// Sends the activation letter of an address again. Whether there is anything to activate, an account already, or
/// nobody at all, only the mailbox's owner learns.
pub async fn send_again(visit: &Visit<'_, impl Platform>, email: &Email) -> Result<(), Error> {
    let found = registrations::addressees(visit.on, email.folded(), visit.now).await?;
    let (letter, recipient) = match (found.owner_email, found.registration) {
        (Some(owner), _) => (Letter::AccountExists, Some(owner)),
        (None, Some(open)) => (Letter::Activation { login: open.login, registration: open.id }, Some(open.email)),
        (None, None) => (Letter::AccountExists, None),
    };
    // Sealed even if nobody gets it: the same work for everybody.
    let posting = mail::prepare(visit, &letter, email.folded())?;
    let pseudonym = visit.pseudonym(&Identifier::parse(email.folded()));
    let entry = Entry::succeeded(Act::SendActivation).about(pseudonym);
    let mut batch = vec![visit.entry(&entry, Guard::always())];
    batch.extend(recipient.map(|to| outbox::post(&posting, &to, Guard::always(), visit.now)));
    visit.on.batch(batch).await?;
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}
