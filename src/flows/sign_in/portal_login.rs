//! The FortiPortal API: an administrator exchanges a password for a portal token, and returns it.

use std::time::Duration;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::Role;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::secret::Secret;
use crate::domain::sessions::session::EndReason;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{self, TokenKind};
use crate::flows;
use crate::flows::authentication::authenticate::Caller;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::first_factor::{Authenticated, Due};
use crate::flows::sign_in::{login, sessions};
use crate::flows::tokens::Ending;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::tokens::{self, NewToken};

/// A portal token in clear text; it is not stored.
pub struct PortalToken {
    pub token: String,
    /// `None`: valid until returned.
    pub expires_at: Option<Timestamp>,
}

/// Issues a token for an administrator's password, unless one is held already. Of two concurrent requests one gets it.
pub async fn login(
    ctx: &RequestContext<'_, impl Platform>,
    identifier: &Identifier,
    password: &Secret,
    life: Option<Duration>,
) -> Result<PortalToken, Error> {
    let authenticated = match login::verify_password(ctx, identifier, password).await?.due(ctx).await? {
        Due::Nothing(authenticated) => authenticated,
        Due::SecondFactor(suspended) => return suspended.refuse(ctx, None, Entry::of(Act::CreateToken)).await,
    };
    let (account, now) = (authenticated.account(), ctx.now);
    if account.role != Role::Admin {
        return refuse(ctx, &authenticated, Error::Forbidden).await;
    }
    let id = ctx.id_beside(account.id)?;
    let expires_at = life.map(|life| now + life);
    let new = NewToken {
        id,
        user: account.id,
        auth_version: account.auth_version,
        kind: TokenKind::Portal,
        name: None,
        made_by: None,
        expires_at,
    };
    let none_held = flows::tokens::has_room(ctx, account.id, TokenKind::Portal);
    let entry = Entry::of(Act::CreateToken).by(Some(account.id)).with(authenticated.methods()).of_token(id);
    let mut transaction = Transaction::new(ctx, entry, tokens::insert(&new, none_held, now), tokens::find_made(id));
    sessions::record_sign_in(ctx, &mut transaction, &authenticated, expires_at.unwrap_or(now))?;
    if transaction.commit().await?.is_empty() {
        return match tokens::lacked_room(ctx.platform, &new).await? {
            true => refuse(ctx, &authenticated, Error::TokenHeld).await,
            // The account changed while the password was being checked.
            false => login::refuse(ctx, identifier, Some(account.id), Error::InvalidCredentials).await,
        };
    }
    Ok(PortalToken { token: api_token::spell_portal_token(&ctx.settings.keys, id), expires_at })
}

/// Refuses after a correct password: the try does not count as a failure, and the owner is notified as for a sign-in.
async fn refuse<T>(
    ctx: &RequestContext<'_, impl Platform>,
    authenticated: &Authenticated,
    error: Error,
) -> Result<T, Error> {
    let (user, methods) = (authenticated.account().id, authenticated.methods());
    let entry = Entry::of(Act::CreateToken).by(Some(user)).with(methods).failed(&error);
    let mut transaction = Transaction::unconditional(ctx, entry);
    sessions::record_sign_in(ctx, &mut transaction, authenticated, ctx.now)?;
    transaction.commit().await?;
    Err(error)
}

/// Returns a portal token, however it was created.
pub async fn logout(ctx: &RequestContext<'_, impl Platform>, caller: &Caller) -> Result<(), Error> {
    let id = caller.token().ok_or(Error::Unauthorized)?;
    let entry = || caller.attribute(Entry::of(Act::EndToken)).of_token(id);
    let ending = Ending { id, reason: EndReason::SignedOut, guard: Guard::always(), entry: entry() };
    if flows::tokens::end(ctx, caller, ending).await? {
        return Ok(());
    }
    ctx.audit_failure(entry(), Error::TokenRevoked).await
}
