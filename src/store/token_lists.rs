//! `tokens` as lists for those they speak for.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::token::Kind;
use crate::domain::user::User;
use crate::ports::{Database, Guard, Statement, values};
use crate::store::tokens::{Overview, living};

/// The head of every list: what [`Overview::read`] reads.
macro_rules! overviews {
    () => {
        "SELECT id AS token_id, kind, name, created_at AS made_at, expires_at, last_used_at FROM tokens"
    };
}

/// A user's tokens of a kind, in order of creation; those that have expired too, until they are deleted.
pub async fn of_kind(on: &impl Database, user: Id<User>, kind: Kind) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND kind = ? AND ended_at IS NULL ORDER BY rowid");
    on.rows(Statement::new(SQL, values![user, kind.as_str()])).await?.iter().map(Overview::read).collect()
}

/// A user's tokens of every kind, the newest first; those that have expired too, until they are deleted. Each kind has its
/// limit, so there are never more than a page can show.
pub async fn all_of(on: &impl Database, user: Id<User>) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND ended_at IS NULL ORDER BY rowid DESC");
    on.rows(Statement::new(SQL, values![user])).await?.iter().map(Overview::read).collect()
}

/// A user's living tokens of every kind, the newest first: at most `limit`.
pub async fn of_user(on: &impl Database, user: Id<User>, now: Timestamp, limit: u32) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND ", living!(), " ORDER BY rowid DESC LIMIT ?");
    on.rows(Statement::new(SQL, values![user, now, limit])).await?.iter().map(Overview::read).collect()
}

/// Those of them that are no sign-ins: they stay where all sessions end.
pub async fn keys_of_user(
    on: &impl Database,
    user: Id<User>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(
        overviews!(),
        " WHERE user_id = ? AND kind IN ('api_key', 'private') AND ",
        living!(),
        " ORDER BY rowid DESC LIMIT ?"
    );
    on.rows(Statement::new(SQL, values![user, now, limit])).await?.iter().map(Overview::read).collect()
}

/// By what a list is ordered. What is equal is in order of creation, so that no page repeats another's row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Creation,
    Name,
    NameDown,
    Expiry,
    ExpiryDown,
    Id,
    IdDown,
}

impl Order {
    const fn sql(self) -> &'static str {
        match self {
            Self::Creation => "ORDER BY rowid",
            Self::Name => "ORDER BY name, rowid",
            Self::NameDown => "ORDER BY name DESC, rowid",
            Self::Expiry => "ORDER BY expires_at, rowid",
            Self::ExpiryDown => "ORDER BY expires_at DESC, rowid",
            Self::Id => "ORDER BY id",
            Self::IdDown => "ORDER BY id DESC",
        }
    }
}

/// What of a list is asked for.
pub struct Search {
    /// What the name has in it, ASCII letters in either case; empty finds every name.
    pub text: String,
    pub order: Order,
    pub limit: u32,
    pub offset: u32,
}

/// Some of a user's tokens of a kind, and how many there are. One round trip.
pub async fn search(
    on: &impl Database,
    user: Id<User>,
    kind: Kind,
    search: &Search,
) -> Result<(Vec<Overview>, u32), Fault> {
    // Not LIKE: D1 takes no pattern of more than 50 bytes.
    const FOUND: &str = "user_id = ? AND kind = ? AND ended_at IS NULL AND instr(lower(name), lower(?)) > 0";
    let found = || Guard::new(FOUND, values![user, kind.as_str(), &search.text]);
    let page = Statement::page(overviews!(), found(), search.order.sql(), search.limit, search.offset);
    let count = Statement::guarded("SELECT count(*) AS count FROM tokens", Vec::new(), found(), "");
    let results = on.batch(vec![page, count]).await?;
    let [page, count] = results.as_slice() else {
        return Err(Fault::new("database", "answered for other statements than were sent"));
    };
    let count = count.first().map(|row| row.integer("count")).transpose()?.unwrap_or_default();
    let page = page.iter().map(Overview::read).collect::<Result<_, _>>()?;
    Ok((page, u32::try_from(count).unwrap_or(u32::MAX)))
}
