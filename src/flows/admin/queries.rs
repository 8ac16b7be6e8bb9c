//! An administrator looks: at the users, at one of them, at the log. Nothing here can be had without an [`Admin`], and nothing
//! without an entry of the log.

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

/// So many rows of a longer list, and where the next ones begin, if there are any.
pub struct Page<Item, Location> {
    pub items: Vec<Item>,
    pub next: Option<Location>,
}

/// One more than is shown says whether there is a next page.
const BEYOND: u32 = policy::ADMIN_PAGE + 1;

impl<Item, Location> Page<Item, Location> {
    fn cut(mut items: Vec<Item>, place: impl FnOnce(&Item) -> Location) -> Self {
        let shown = usize::try_from(policy::ADMIN_PAGE).unwrap_or(usize::MAX);
        let more = items.len() > shown;
        items.truncate(shown);
        let next = items.last().filter(|_| more).map(place);
        Self { items, next }
    }
}

/// Users in order of their login names, from behind one on. If anything was typed, those whose name or address begins with
/// it, in order of what they are found by; who is found by both is shown once, and leaves a gap on the other page.
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

/// A user's living sessions; none of nobody.
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

/// Whom somebody means by an id, a login name or an address. An id means them also when their account is gone.
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

/// Entries of the log, the newest first. One that is looked through for rare ones may show few on a page, or none.
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
