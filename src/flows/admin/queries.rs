//! An administrator reads: the list of users, one user, the audit log. Every read requires an [`AdminSession`] and writes an
//! audit entry.

use crate::domain::accounts::login_name::Identifier;
use crate::domain::accounts::user::User;
use crate::domain::admin_change::Person;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::flows::admin::actions::AdminSession;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::store::admin_users::{self, Profile};
use crate::store::audit::{self, Logged, Position, Search};
use crate::store::session_lists::{self, Overview};
use crate::store::token_lists;
use crate::store::tokens::Overview as Token;

/// One page of a longer list, and where the next one begins, if there is one.
pub struct Page<Item, Location> {
    pub items: Vec<Item>,
    pub next: Option<Location>,
}

/// One row more than is shown, which tells whether there is a next page.
pub(super) const BEYOND: u32 = policy::ADMIN_PAGE + 1;

impl<Item, Location> Page<Item, Location> {
    pub(super) fn cut(mut items: Vec<Item>, place: impl FnOnce(&Item) -> Location) -> Self {
        let shown = usize::try_from(policy::ADMIN_PAGE).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}

/// Users in order of their login names, after `after`. With `typed`, the users whose login name or address begins with it, in
/// order of the matching text; a user matched by both is shown once, and leaves a gap on the other page.
pub async fn users(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    typed: Option<&str>,
    after: &str,
) -> Result<Page<Person, String>, Error> {
    let on = &admin.read(ctx, Act::ListUsers, None);
    let Some(typed) = typed else {
        return Ok(Page::cut(admin_users::page(on, after, BEYOND).await?, |person| person.user.login.clone()));
    };
    let found = admin_users::search(on, Identifier::parse(typed).as_str(), after, BEYOND).await?;
    let Page { items, next } = Page::cut(found, |found| found.by.clone());
    Ok(Page { items: items.into_iter().filter(|found| found.first).map(|found| found.person).collect(), next })
}

pub async fn user(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    id: Id<User>,
) -> Result<Profile, Error> {
    admin_users::profile(&admin.read(ctx, Act::ViewUser, Some(id)), id, ctx.now).await?.ok_or(Error::NotFound)
}

/// A user's living sessions; empty for an unknown user.
pub async fn sessions(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    id: Id<User>,
) -> Result<Vec<Overview>, Error> {
    let reads = admin.read(ctx, Act::ViewUserSessions, Some(id));
    Ok(session_lists::of_user(&reads, id, ctx.now, policy::SESSIONS_LISTED).await?)
}

/// A user's living keys and tokens.
pub async fn tokens(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    id: Id<User>,
) -> Result<Vec<Token>, Error> {
    let on = &admin.read(ctx, Act::ViewUserTokens, Some(id));
    Ok(token_lists::of_user(on, id, ctx.now, policy::TOKENS_LISTED).await?)
}

/// The user with an id, a login name or an address. An id also works after the account was deleted.
pub async fn named(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    typed: &str,
) -> Result<Option<Id<User>>, Error> {
    match typed.trim().parse() {
        Ok(id) => Ok(Some(id)),
        Err(_) => Ok(admin_users::named(&admin.read(ctx, Act::ViewLog, None), &Identifier::parse(typed)).await?),
    }
}

/// Entries of the audit log, the newest first. With a filter that rarely matches, a page may have few entries or be empty.
pub async fn log(
    ctx: &RequestContext<'_, impl Platform>,
    admin: &AdminSession,
    search: &Search,
    behind: Option<Position>,
) -> Result<Page<Logged, Position>, Error> {
    let (entries, last) =
        audit::page(&admin.read(ctx, Act::ViewLog, search.user), search, behind, BEYOND, policy::LOG_STEP).await?;
    let page = Page::cut(entries, |entry| entry.position);
    Ok(Page { next: page.next.or(last), ..page })
}
