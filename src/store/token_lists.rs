//! `tokens`, as lists for their users.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::TokenKind;
use crate::ports::{Database, Guard, Statement, values};
use crate::store::token_kinds::is_key;
use crate::store::tokens::{Overview, living};

/// The head of every list: the columns that [`Overview::read`] reads.
macro_rules! overviews {
    () => {
        "SELECT id AS token_id, kind, name, created_at AS made_at, expires_at, last_used_at FROM tokens"
    };
}

/// A user's tokens of a kind, in order of creation, including expired ones until they are deleted.
pub async fn of_kind(database: &impl Database, user: Id<User>, kind: TokenKind) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND kind = ? AND ended_at IS NULL ORDER BY rowid");
    Overview::read_all(&database.rows(Statement::new(SQL, values![user, kind.as_str()])).await?)
}

/// A user's tokens of every kind, the newest first, including expired ones until they are deleted. Each kind has a limit, so
/// they always fit on one page.
pub async fn all_of(database: &impl Database, user: Id<User>) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND ended_at IS NULL ORDER BY rowid DESC");
    Overview::read_all(&database.rows(Statement::new(SQL, values![user])).await?)
}

/// A user's living tokens of every kind, the newest first: at most `limit`.
pub async fn of_user(
    database: &impl Database,
    user: Id<User>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Overview>, Fault> {
    const SQL: &str = concat!(overviews!(), " WHERE user_id = ? AND ", living!(), " ORDER BY rowid DESC LIMIT ?");
    Overview::read_all(&database.rows(Statement::new(SQL, values![user, now, limit])).await?)
}

/// The same without portal tokens and portal keys, which are sign-ins: those listed stay when all sessions end.
pub async fn keys_of_user(
    database: &impl Database,
    user: Id<User>,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Overview>, Fault> {
    const SQL: &str =
        concat!(overviews!(), " WHERE user_id = ? AND ", is_key!(), " AND ", living!(), " ORDER BY rowid DESC LIMIT ?");
    Overview::read_all(&database.rows(Statement::new(SQL, values![user, now, limit])).await?)
}

/// A column that a list can be sorted by. Ids are random, so `Id` sorts by creation instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Name,
    Expiry,
    Id,
}

/// One term of a sort order; the next term decides between equals.
pub struct Order {
    pub column: Column,
    pub descending: bool,
}

impl Order {
    const fn sql(&self) -> &'static str {
        match (self.column, self.descending) {
            (Column::Name, false) => "name, ",
            (Column::Name, true) => "name DESC, ",
            (Column::Expiry, false) => "expires_at, ",
            (Column::Expiry, true) => "expires_at DESC, ",
            (Column::Id, false) => "rowid, ",
            (Column::Id, true) => "rowid DESC, ",
        }
    }
}

/// Ends with the order of creation, so that pages do not repeat rows.
fn order_by(terms: &[Order]) -> String {
    let terms: String = terms.iter().map(Order::sql).collect();
    format!("ORDER BY {terms}rowid")
}

/// The part of a list to return.
pub struct Search {
    /// Words that the name must all contain, ASCII letters in either case; without words every name matches.
    pub words: Vec<String>,
    /// Each column once.
    pub order: Vec<Order>,
    pub limit: u32,
    pub offset: u32,
}

/// A page of a user's tokens of a kind, and their total number. One round trip.
pub async fn search(
    database: &impl Database,
    user: Id<User>,
    kind: TokenKind,
    search: &Search,
) -> Result<(Vec<Overview>, u32), Fault> {
    // Not LIKE: D1 limits patterns to 50 bytes. One parameter, however many words there are.
    const FOUND: &str = "user_id = ? AND kind = ? AND ended_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM json_each(?) AS word WHERE instr(lower(name), lower(word.value)) = 0)";
    let words = serde_json::json!(search.words).to_string();
    let found = || Guard::new(FOUND, values![user, kind.as_str(), &words]);
    let page = Statement::page(overviews!(), found(), &order_by(&search.order), search.limit, search.offset);
    let count = Statement::guarded("SELECT count(*) AS count FROM tokens", Vec::new(), found(), "");
    let results = database.batch(vec![page, count]).await?;
    let [page, count] = results.as_slice() else {
        return Err(Fault::new("database", "answered for other statements than were sent"));
    };
    let count = count.first().map(|row| row.integer("count")).transpose()?.unwrap_or_default();
    Ok((Overview::read_all(page)?, u32::try_from(count).unwrap_or(u32::MAX)))
}
