//! A user leaves: the account goes, and with it all that is its own.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::Error;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::mail;
use crate::flows::transaction::{self, Step};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::store::{codes, deleted_users, outbox, registrations, users};

/// Deletes the account, and what was written for its address. Entries in the log stay, under an id that names nobody
/// any more. KV is told that every token of the user is over: the row that would say so is gone.
pub async fn delete(ctx: &RequestContext<'_, impl Platform>, who: &SignedIn) -> Result<(), Error> {
    let (user, email, op) = (who.user.id, who.user.email.as_str(), ctx.operation()?);
    let folded = email_address::fold(email);
    let deleted_at = ctx.now.whole_seconds().to_string();
    let letter = Email::AccountDeleted { address: ctx.client.describe_origin(), deleted_at };
    let dead_after = ctx.now + policy::NOTICE_LIFETIME;
    let posting = mail::prepare_in(ctx, who.user.language, &letter, &folded, dead_after)?;
    let entry = || Entry::of(Act::DeleteAccount).by(Some(user)).in_session(who.session);
    let decided = || deleted_users::deleted_by(user, &op);
    let step = Step {
        first: deleted_users::insert(user, who.auth_version, &folded, &op),
        won: decided(),
        entry: entry(),
        then: vec![
            users::delete(user, decided()),
            registrations::delete_used(&folded, decided()),
            codes::delete_all(&Subject::new(&ctx.settings.keys, &folded), decided()),
            outbox::delete_all(&folded, decided()),
            outbox::enqueue(&posting, email, decided(), ctx.now),
        ],
        look_back: deleted_users::find(user, &op),
    };
    if transaction::win(ctx, who, step).await?.is_empty() {
        // Somebody else changed the account since the session was looked up.
        return ctx.audit_failure(entry(), Error::TokenRevoked).await;
    }
    revocation::mark_user(ctx, user).await;
    ctx.defer(BackgroundTask::Deliver(posting.id));
    Ok(())
}
