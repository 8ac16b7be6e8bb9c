//! Dialect R: a browser that has signed in here carries a ticket to another origin, which trades it for a session of its own.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::redirect_target::Return;
use crate::domain::sessions::session::{Session, TokenPair};
use crate::domain::sessions::ticket::{self, Challenge};
use crate::flows::context::Visit;
use crate::flows::sign_in::sessions::appear;
use crate::ports::Platform;
use crate::store::sessions::{self, NewSession};
use crate::store::tickets;

/// A ticket for an address, of a session that lives.
pub async fn issue(
    visit: &Visit<'_, impl Platform>,
    session: Id<Session>,
    address: &str,
    challenge: Challenge,
) -> Result<String, Error> {
    let (id, now) = (visit.id()?, visit.now);
    let entry = Entry::of(Act::IssueTicket).in_session(session);
    let batch =
        vec![tickets::insert(id, session, now, now + policy::TICKET_LIFETIME), visit.entry(&entry, tickets::made(id))];
    if visit.win(batch, tickets::find(id)).await?.is_none() {
        return visit.refuse(entry, Error::TokenRevoked).await;
    }
    Ok(ticket::mint(visit.settings, id, address, challenge, now)?)
}

/// A session for who holds a ticket, once, while the session behind it lives. Nobody has proved anything anew: how and when
/// its person was last there is what that session says, and so is when it must be over. It ends with that session.
/// Where it is used from is told to its owner as of any other.
pub async fn exchange(visit: &Visit<'_, impl Platform>, code: &str, verifier: &str) -> Result<TokenPair, Error> {
    let entry = || Entry::of(Act::RedeemTicket);
    let ticket = ticket::read(visit.settings, visit.now, code).ok_or(Error::InvalidToken)?;
    let listed = Return::read(&visit.settings.base_url, &visit.settings.redirect_uris, &ticket.aud);
    if !matches!(listed, Some(Return::Listed(_))) || !ticket.is_held_by(verifier) {
        return visit.refuse(entry(), Error::InvalidToken).await;
    }
    let Some(bearer) = tickets::bearer(visit.on, ticket.jti, visit.now).await? else {
        return visit.refuse(entry(), Error::InvalidToken).await;
    };
    let new = NewSession {
        id: visit.id()?,
        user: bearer.user,
        root: Some(bearer.root),
        auth_version: bearer.auth_version,
        factor: bearer.factor,
        auth_time: bearer.auth_time,
        expiries: visit.settings.lifetimes.expiries_from(visit.now).within(bearer.expires_at),
        address: &visit.visitor.address,
        agent: &visit.visitor.agent,
        place: visit.visitor.place(),
        device: visit.visitor.device,
    };
    let (envelope, begun) = (visit.settings.envelope, || sessions::begun(new.id));
    let success = entry().in_session(new.id).with(bearer.factor);
    let ([told, noted], letter) = appear(visit, bearer.user, &bearer.email, &begun(), new.expiries.session)?;
    let batch = vec![
        sessions::insert(&new, tickets::is_open(ticket.jti, visit.now), envelope, visit.now),
        tickets::close(ticket.jti, begun(), visit.now),
        visit.entry(&success, begun()),
        told,
        noted,
    ];
    match visit.win(batch, sessions::find_begun(new.id)).await? {
        Some(row) => {
            visit.later(letter);
            Ok(sessions::read(&row, envelope)?.tokens(visit.settings)?)
        }
        None => visit.refuse(entry().in_session(bearer.session), Error::InvalidToken).await,
    }
}
