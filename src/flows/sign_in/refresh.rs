//! A client exchanges its refresh token for the next token pair.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::refresh_token::{RefreshKind, RefreshToken};
use crate::domain::sessions::session::{EndReason, RefreshOutcome, Session};
use crate::domain::sessions::token_pair::TokenPair;
use crate::domain::timestamp::Timestamp;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::sessions::{self, Living};

/// Moves the session one generation forward. Of many requests with the current token one rotates the session, and all get the
/// same response. A token that was replaced longer ago than the grace period ends the session, because two parties hold it.
pub async fn refresh(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<TokenPair, Error> {
    let token = RefreshToken::read(&ctx.settings.keys, RefreshKind::Own, token).ok_or(Error::InvalidRefreshToken)?;
    if let Some(session) = rotate(ctx, token).await? {
        return Ok(access_tokens::pair(ctx, &session).await?);
    }
    let living = sessions::living(ctx.platform, token.session, ctx.settings.response_style, ctx.now).await?;
    let grace = ctx.settings.sessions.refresh_grace;
    match living.map(|living| (living.session.classify(token.generation, grace, ctx.now), living)) {
        Some((RefreshOutcome::InGrace, living)) => Ok(access_tokens::pair(ctx, &living.session).await?),
        Some((RefreshOutcome::Reused, Living { session, email, created_at, agent })) => {
            end_reused(ctx, Reused { session: session.id, email: &email, created_at, held_by: agent }).await?;
            Err(Error::RefreshTokenReused)
        }
        Some((RefreshOutcome::FromTheFuture, _)) | None => {
            ctx.audit_failure(Entry::of(Act::Refresh).in_session(token.session), Error::InvalidRefreshToken).await
        }
    }
}

/// The rotation, retried once if its outcome is unknown: if the first did happen, the second loses to it and takes the loser's
/// path to the same response.
async fn rotate(ctx: &RequestContext<'_, impl Platform>, token: RefreshToken) -> Result<Option<Session>, Fault> {
    let (lifetimes, envelope) = (&ctx.settings.sessions.lifetimes, ctx.settings.response_style);
    let statement = sessions::rotate(token, lifetimes, envelope, ctx.now);
    let rows = ctx.twice(async || ctx.platform.rows(statement.clone()).await).await?;
    rows.first().map(|row| sessions::read(row, envelope)).transpose()
}

/// A session of which a spent refresh token was presented.
pub struct Reused<'a> {
    pub session: Id<Session>,
    pub email: &'a str,
    pub created_at: Timestamp,
    /// The device or the client that has it, as the email names it.
    pub held_by: String,
}

/// Ends the session once, with one audit entry and one email, however many old tokens are presented at the same time.
pub async fn end_reused(ctx: &RequestContext<'_, impl Platform>, reused: Reused<'_>) -> Result<(), Error> {
    let Reused { session, email, created_at, held_by } = reused;
    let message = Email::RefreshTokenReused { agent: held_by, signed_in_at: created_at.whole_seconds().to_string() };
    let queued = mail::prepare(ctx, &message, &email_address::fold(email), ctx.now + policy::NOTICE_LIFETIME)?;
    let entry = Entry::of(Act::Refresh).in_session(session).failed(&Error::RefreshTokenReused);
    let end = (session, EndReason::RefreshTokenReused);
    let mut transaction = Transaction::end_session(ctx, entry, end, Guard::always())?;
    transaction.mail(&queued, email);
    transaction.commit().await.map(drop)
}
