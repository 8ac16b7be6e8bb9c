//! Deletion of an account by its user, with all data that belongs to it.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::error::Error;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::session::EndReason;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::transaction::{Revoked, Transaction};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::store::tables::{self, RowOwner};
use crate::store::{deleted_users, sessions, users};

/// Deletes the account, and the rows written for its address. Audit entries stay, under an id that no longer identifies a
/// person. KV is told that every token of the user is revoked, because the row that would say so is gone.
pub async fn delete(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<(), Error> {
    let (user, email, op) = (signed_in.user.id, signed_in.user.email.as_str(), ctx.operation()?);
    let folded = email_address::fold(email);
    let deleted_at = ctx.now.whole_seconds().to_string();
    let message = Email::AccountDeleted { address: ctx.client.describe_origin(), deleted_at };
    let dead_after = ctx.now + policy::NOTICE_LIFETIME;
    let queued = mail::prepare_in(ctx, signed_in.user.language, &message, &folded, dead_after)?;
    let entry = Entry::of(Act::DeleteAccount).by(Some(user)).in_session(signed_in.session);
    let tombstone = deleted_users::insert(user, signed_in.auth_version, &folded, &op);
    let mut transaction = Transaction::by(ctx, signed_in, entry, tombstone, deleted_users::find(user, &op));
    // The sessions go with the account, but their clients are told that they have ended.
    transaction.then(|won| sessions::end_others(user, None, EndReason::SignedOutEverywhere, won, ctx.now));
    transaction.then(|won| users::delete(user, won));
    let subject = Subject::new(&ctx.settings.keys, &folded);
    let person = RowOwner { id: user, folded: &folded, subject: &subject, created_at: signed_in.user.created_at };
    for delete in tables::ALL.iter().filter_map(|table| table.delete) {
        transaction.then(|won| delete(&person, won));
    }
    transaction.mail(&queued, email);
    transaction.revoke(Revoked { user, keys: false });
    // Lost if another request changed the account since the session was looked up.
    transaction.commit_or(Error::TokenRevoked).await.map(drop)
}
