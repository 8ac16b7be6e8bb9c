//! Sign-out: ends the session together with its refresh token and its access tokens.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::{EndReason, Session};
use crate::flows::context::RequestContext;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};

/// Signs out with an access token of the session.
pub async fn by_access_token(ctx: &RequestContext<'_, impl Platform>, session: Id<Session>) -> Result<(), Error> {
    if end(ctx, session).await? {
        return Ok(());
    }
    ctx.audit_failure(Entry::of(Act::SignOut).in_session(session), Error::TokenRevoked).await
}

/// Signs out with any refresh token of the session, spent or not: its holder may always give it up. A session that has ended
/// already counts as signed out.
pub async fn by_refresh_token(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let token = RefreshToken::read(&ctx.settings.keys, RefreshKind::Own, token).ok_or(Error::InvalidRefreshToken)?;
    end(ctx, token.session).await.map(|_| ())
}

/// Ends a session on behalf of its holder. Returns whether this request ended it.
pub async fn end(ctx: &RequestContext<'_, impl Platform>, id: Id<Session>) -> Result<bool, Error> {
    let entry = Entry::of(Act::SignOut).in_session(id);
    let transaction = Transaction::end_session(ctx, entry, (id, EndReason::SignedOut), Guard::always())?;
    Ok(!transaction.commit().await?.is_empty())
}
