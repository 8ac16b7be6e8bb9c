//! The applications that have access to a user's account, and how the user takes it away.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::policy;
use crate::domain::sessions::session::EndReason;
use crate::flows::context::RequestContext;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::applications::{self, Application};
use crate::store::signed_in::SignedIn;
use crate::store::{authorizations, consents, users};

/// Those with a session or a remembered consent, the most recently used first.
pub async fn list(ctx: &RequestContext<'_, impl Platform>, signed_in: &SignedIn) -> Result<Vec<Application>, Fault> {
    applications::of_user(ctx.platform, signed_in.user.id, ctx.now, policy::SESSIONS_LISTED).await
}

/// Ends every session of a client in the account and every code for another, and asks again before the next. `NotFound` if it has no access. Cron writes the
/// marks of its sessions; their refresh tokens and `/oauth/userinfo` end at once.
pub async fn withdraw(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    client: &str,
) -> Result<(), Error> {
    let (user, op) = (signed_in.user.id, ctx.operation()?);
    let first = users::touch(user, &op, applications::has_access(user, client, ctx.now), ctx.now);
    let entry = Entry::of(Act::WithdrawConsent).in_session(signed_in.session);
    let mut transaction = Transaction::by(ctx, signed_in, entry, first, users::find_bumped_by(user, &op));
    transaction.then(|won| applications::end(user, client, EndReason::AccessWithdrawn, won, ctx.now));
    transaction.then(|won| authorizations::delete_of(user, Some(client), won));
    transaction.then(|won| consents::forget(user, client, won));
    transaction.commit_or(Error::NotFound).await.map(drop)
}
