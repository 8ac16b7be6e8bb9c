//! Tickets: a browser that is signed in here carries a ticket to another origin, which exchanges it for its own session.

use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::oauth::pkce::PkceChallenge;
use crate::domain::oauth::ticket;
use crate::domain::policy;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::domain::sessions::session::Session;
use crate::domain::sessions::token_pair::TokenPair;
use crate::flows::authentication::access_tokens;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::sessions::check_place;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::authorizations;
use crate::store::sessions::{self, NewSession};

/// Issues a ticket of a living session for an address. `TokenRevoked` if the session has ended.
pub async fn issue(
    ctx: &RequestContext<'_, impl Platform>,
    session: Id<Session>,
    address: &str,
    challenge: PkceChallenge,
) -> Result<String, Error> {
    let (id, now) = (ctx.id_beside(session)?, ctx.now);
    let entry = Entry::of(Act::IssueTicket).in_session(session);
    let row = authorizations::insert_ticket(id, session, now, now + policy::TICKET_LIFETIME);
    Transaction::new(ctx, entry, row, authorizations::find(id)).commit_or(Error::TokenRevoked).await?;
    Ok(ticket::mint(&ctx.settings.issuer, id, address, challenge, now)?)
}

/// Exchanges a ticket for a session, once, while the original session lives. This is no new proof of identity: the factor,
/// `auth_time` and absolute end are taken from the original session, and the new session ends with it. Its owner is notified of
/// an unknown place as for any other sign-in.
pub async fn exchange(ctx: &RequestContext<'_, impl Platform>, code: &str, verifier: &str) -> Result<TokenPair, Error> {
    let entry = || Entry::of(Act::RedeemTicket);
    let ticket = ticket::read(&ctx.settings.issuer, ctx.now, code).ok_or(Error::InvalidToken)?;
    let listed = RedirectTarget::read(&ctx.settings.base_url, &ctx.settings.sessions.redirect_uris, &ticket.aud);
    if !matches!(listed, Some(RedirectTarget::Listed(_))) || !ticket.is_held_by(verifier) {
        return ctx.audit_failure(entry(), Error::InvalidToken).await;
    }
    let Some(bearer) = authorizations::bearer(ctx.platform, ticket.jti, ctx.now).await? else {
        return ctx.audit_failure(entry(), Error::InvalidToken).await;
    };
    let new = NewSession {
        id: ctx.id_beside(bearer.user)?,
        user: bearer.user,
        root: Some((ticket.jti, bearer.root)),
        auth_version: bearer.auth_version,
        methods: bearer.methods,
        auth_time: bearer.auth_time,
        expiries: ctx.settings.sessions.lifetimes.expiries_from(ctx.now).within(bearer.expires_at),
        address: &ctx.client.address,
        agent: &ctx.client.agent,
        place: ctx.client.location(),
        device: ctx.client.device,
    };
    let envelope = ctx.settings.response_style;
    let success = entry().in_session(new.id).with(bearer.methods);
    let row = sessions::insert(&new, authorizations::is_open(ticket.jti, ctx.now), envelope, ctx.now);
    let mut transaction = Transaction::new(ctx, success, row, sessions::find_begun(new.id));
    check_place(ctx, &mut transaction, bearer.user, &bearer.email, new.expiries.session)?;
    match transaction.commit().await?.first() {
        Some(row) => Ok(access_tokens::pair(ctx, &sessions::read(row, envelope)?).await?),
        None => ctx.audit_failure(entry().in_session(bearer.session), Error::InvalidToken).await,
    }
}
