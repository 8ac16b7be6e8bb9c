//! Somebody signs out: the session ends, and with it its refresh token and its access tokens.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::sessions::refresh_token::RefreshToken;
use crate::domain::sessions::session::{EndReason, Session};
use crate::flows::authentication::revocation;
use crate::flows::context::Visit;
use crate::ports::{Guard, Platform};
use crate::store::sessions::{self, End};

/// With an access token of the session.
pub async fn by_access_token(visit: &Visit<'_, impl Platform>, session: Id<Session>) -> Result<(), Error> {
    if end(visit, session).await? {
        return Ok(());
    }
    visit.refuse(Entry::of(Act::SignOut).in_session(session), Error::TokenRevoked).await
}

/// With any refresh token of the session, spent or not: whoever holds one may give it up. A session that is over
/// already is signed out as asked.
pub async fn by_refresh_token(visit: &Visit<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let token = RefreshToken::read(&visit.settings.keys, token).ok_or(Error::InvalidRefreshToken)?;
    end(visit, token.session).await.map(|_| ())
}

/// Ends a session at the hands of its holder; whether this request did.
pub async fn end(visit: &Visit<'_, impl Platform>, id: Id<Session>) -> Result<bool, Error> {
    let op = visit.operation()?;
    let end = End { id, reason: EndReason::SignedOut, op: &op };
    let entry = Entry::of(Act::SignOut).in_session(id);
    let batch =
        vec![sessions::end(&end, Guard::always(), visit.now).into(), visit.entry(&entry, sessions::ended_by(id, &op))];
    let ended = visit.win_all(batch, sessions::find_ended_by(id, &op)).await?;
    revocation::mark_ended(visit, &ended).await;
    Ok(!ended.is_empty())
}
