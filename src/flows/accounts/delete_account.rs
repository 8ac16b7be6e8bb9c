//! A user leaves: the account goes, and with it all that is its own.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::Error;
use crate::domain::mail::message::Letter;
use crate::domain::policy;
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::flows::transaction::{self, Step};
use crate::ports::Platform;
use crate::store::users::SignedIn;
use crate::store::{codes, deleted_users, outbox, registrations, users};

/// Deletes the account, and what was written for its address. Entries in the log stay, under an id that names nobody
/// any more. KV is told that every token of the user is over: the row that would say so is gone.
pub async fn delete(visit: &Visit<'_, impl Platform>, who: &SignedIn) -> Result<(), Error> {
    let (user, email, op) = (who.user.id, who.user.email.as_str(), visit.operation()?);
    let folded = email_address::fold(email);
    let deleted_at = visit.now.whole_seconds().to_string();
    let letter = Letter::AccountDeleted { address: visit.visitor.whence(), deleted_at };
    let dead_after = visit.now + policy::NOTICE_LIFETIME;
    let posting = mail::prepare_in(visit, who.user.language, &letter, &folded, dead_after)?;
    let entry = || Entry::of(Act::DeleteAccount).by(Some(user)).in_session(who.session);
    let decided = || deleted_users::decided(user, &op);
    let step = Step {
        first: deleted_users::insert(user, who.auth_version, &folded, &op),
        won: decided(),
        entry: entry(),
        then: vec![
            users::delete(user, decided()),
            registrations::delete_used(&folded, decided()),
            codes::delete_all(&Subject::new(&visit.settings.keys, &folded), decided()),
            outbox::delete_all(&folded, decided()),
            outbox::post(&posting, email, decided(), visit.now),
        ],
        look_back: deleted_users::find(user, &op),
    };
    if transaction::win(visit, who, step).await?.is_empty() {
        // Somebody else changed the account since the session was looked up.
        return visit.refuse(entry(), Error::TokenRevoked).await;
    }
    revocation::mark_user(visit, user).await;
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}
