//! A client trades its refresh token for the next pair.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Letter;
use crate::domain::policy;
use crate::domain::sessions::refresh_token::RefreshToken;
use crate::domain::sessions::session::{EndReason, Presented, Session, TokenPair};
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::ports::{Guard, Platform};
use crate::store::outbox;
use crate::store::sessions::{self, End, Living};

/// One generation forward. Of many who present the living token at once, one moves the session and all get the same
/// answer; a token that was replaced more than a moment ago ends the session, because two parties hold it.
pub async fn refresh(visit: &Visit<'_, impl Platform>, token: &str) -> Result<TokenPair, Error> {
    let token = RefreshToken::read(&visit.settings.keys, token).ok_or(Error::InvalidRefreshToken)?;
    if let Some(session) = rotate(visit, token).await? {
        return Ok(session.tokens(visit.settings)?);
    }
    let living = sessions::living(visit.on, token.session, visit.settings.envelope, visit.now).await?;
    let grace = visit.settings.refresh_grace;
    match living.map(|living| (living.session.judge(token.generation, grace, visit.now), living)) {
        Some((Presented::InGrace, living)) => Ok(living.session.tokens(visit.settings)?),
        Some((Presented::Reused, living)) => end_reused(visit, living).await,
        Some((Presented::FromTheFuture, _)) | None => {
            visit.refuse(Entry::of(Act::Refresh).in_session(token.session), Error::InvalidRefreshToken).await
        }
    }
}

/// The rotation, tried once more if its outcome is unknown: if it did happen, the second try loses to the first and
/// takes the loser's path to the same answer.
async fn rotate(visit: &Visit<'_, impl Platform>, token: RefreshToken) -> Result<Option<Session>, Fault> {
    let (lifetimes, envelope) = (&visit.settings.lifetimes, visit.settings.envelope);
    let statement = sessions::rotate(token, lifetimes, envelope, visit.now);
    let rows = match visit.on.rows(statement.clone()).await {
        Ok(rows) => rows,
        Err(fault) => {
            visit.log(&fault);
            visit.on.rows(statement).await?
        }
    };
    rows.first().map(|row| sessions::read(row, envelope)).transpose()
}

/// Ends the session once, with one entry and one letter, however many old tokens come back at the same time.
async fn end_reused(visit: &Visit<'_, impl Platform>, living: Living) -> Result<TokenPair, Error> {
    let Living { session, email, created_at, agent } = living;
    let op = visit.operation()?;
    let end = End { id: session.id, reason: EndReason::RefreshTokenReused, op: &op };
    let letter = Letter::RefreshTokenReused { agent, signed_in_at: created_at.whole_seconds().to_string() };
    let posting = mail::prepare(visit, &letter, &email_address::fold(&email), visit.now + policy::NOTICE_LIFETIME)?;
    let won = || sessions::ended_by(session.id, &op);
    let error = Error::RefreshTokenReused;
    let entry = Entry::of(Act::Refresh).in_session(session.id).failed(&error);
    let batch = vec![
        sessions::end(&end, Guard::always(), visit.now).into(),
        outbox::post(&posting, &email, won(), visit.now),
        visit.entry(&entry, won()),
    ];
    let ended = visit.win_all(batch, sessions::find_ended_by(session.id, &op)).await?;
    if !ended.is_empty() {
        revocation::mark_ended(visit, &ended).await;
        visit.later(Errand::Deliver(posting.id));
    }
    Err(error)
}
