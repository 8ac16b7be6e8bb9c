//! `tokens`: API keys, private tokens, portal tokens.

use crate::domain::accounts::user::User;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::sessions::session::EndReason;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::{ApiToken, TokenKind};
use crate::ports::{Conditional, Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;
use crate::store::token_kinds::{counts_for_pace, is_jwt, is_sign_in};
use crate::store::users;

/// A token to be created.
pub struct NewToken<'a> {
    pub id: Id<ApiToken>,
    pub user: Id<User>,
    /// The user's version when the request was authenticated.
    pub auth_version: i64,
    pub kind: TokenKind,
    pub name: Option<&'a str>,
    pub made_by: Option<Id<ApiToken>>,
    /// `None`: valid until revoked.
    pub expires_at: Option<Timestamp>,
}

/// A token is alive while it has not been ended and has not expired. Parameter: the current time.
macro_rules! living {
    () => {
        "tokens.ended_at IS NULL AND (tokens.expires_at IS NULL OR tokens.expires_at > ?)"
    };
}
pub(crate) use living;

/// Creates a token under a guard, unless its user changed since the request was authenticated. Returns the row if it was
/// written.
pub fn insert(new: &NewToken<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = "
        INSERT INTO tokens (id, user_id, kind, name, made_by, created_at, expires_at) SELECT ?1, id, ?2, ?3, ?4, ?5, ?6 FROM users";
    let values = values![new.id, new.kind.as_str(), new.name, new.made_by, now, new.expires_at];
    Conditional::new(HEAD, values, stands(new).and(guard), "RETURNING id")
}

/// Holds for the user of a new token while they are unchanged.
fn stands(new: &NewToken<'_>) -> Guard {
    Guard::new("id = ?", values![new.user]).and(users::has_version(new.auth_version))
}

/// Whether a token was not created only for lack of room. Room may have become free since, but a change of the user is
/// permanent, so that is checked instead.
pub async fn lacked_room(database: &impl Database, new: &NewToken<'_>) -> Result<bool, Fault> {
    Ok(!database.rows(Statement::guarded("SELECT id FROM users", Vec::new(), stands(new), "")).await?.is_empty())
}

/// Confirms [`insert`]: selects its row, if it was written.
pub fn find_made(id: Id<ApiToken>) -> Statement {
    Statement::new("SELECT id FROM tokens WHERE id = ?", values![id])
}

/// Holds while a token is alive and its user is enabled.
pub fn lives(id: Id<ApiToken>, now: Timestamp) -> Guard {
    const SQL: &str = concat!(
        "EXISTS (SELECT 1 FROM tokens JOIN users ON users.id = tokens.user_id
                 WHERE tokens.id = ? AND users.disabled_at IS NULL AND ",
        living!(),
        ")"
    );
    Guard::new(SQL, values![id, now])
}

/// Holds while a user has fewer tokens of a kind than `limit`; expired ones count until they are deleted.
pub fn are_fewer(user: Id<User>, kind: TokenKind, limit: u32) -> Guard {
    const SQL: &str = "(SELECT count(*) FROM tokens WHERE user_id = ? AND kind = ? AND ended_at IS NULL) < ?";
    Guard::new(SQL, values![user, kind.as_str(), limit])
}

/// Holds while a user has created fewer than `limit` tokens since a time, in any state. Portal tokens do not count: they are
/// sign-ins.
pub fn were_fewer(user: Id<User>, since: Timestamp, limit: u32) -> Guard {
    const SQL: &str =
        concat!("(SELECT count(*) FROM tokens WHERE user_id = ? AND created_at > ? AND ", counts_for_pace!(), ") < ?");
    Guard::new(SQL, values![user, since, limit])
}

/// Holds while a user has no living token of a kind.
pub fn none_lives(user: Id<User>, kind: TokenKind, now: Timestamp) -> Guard {
    const SQL: &str = concat!("EXISTS (SELECT 1 FROM tokens WHERE user_id = ? AND kind = ? AND ", living!(), ")");
    Guard::new(SQL, values![user, kind.as_str(), now]).negate()
}

/// A token and its user, according to D1 at this moment.
pub struct Bearer {
    pub user: User,
    pub auth_version: i64,
    pub token: Overview,
}

/// A token and its user, if it has not been ended and the user is enabled. It may have expired.
pub async fn bearer(database: &impl Database, id: Id<ApiToken>) -> Result<Option<Bearer>, Fault> {
    const SQL: &str = "
        SELECT users.id, login, email, role, language, users.created_at, updated_at, auth_version,
               tokens.id AS token_id, kind, name, tokens.created_at AS made_at, expires_at, last_used_at
        FROM tokens JOIN users ON users.id = tokens.user_id
        WHERE tokens.id = ? AND ended_at IS NULL AND disabled_at IS NULL";
    let rows = database.rows(Statement::new(SQL, values![id])).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let Some(token) = Overview::read(row)? else { return Ok(None) };
    Ok(Some(Bearer { user: users::read(row)?, auth_version: row.integer("auth_version")?, token }))
}

/// Records that a token was used, unless a use after `unless_after` is recorded: of many concurrent requests, one writes.
pub fn note_use(id: Id<ApiToken>, unless_after: Timestamp, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE tokens SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at <= ?)";
    Statement::new(SQL, values![now, id, unless_after])
}

/// A token as its user sees it.
pub struct Overview {
    pub id: Id<ApiToken>,
    pub kind: TokenKind,
    pub name: Option<String>,
    pub created_at: Timestamp,
    /// `None`: valid until revoked.
    pub expires_at: Option<Timestamp>,
    /// To the hour; `None` for a token never used where D1 is queried.
    pub last_used_at: Option<Timestamp>,
}

impl Overview {
    /// Reads any row with these columns; `None` if it is of a kind that only a later version knows.
    pub fn read(row: &Row) -> Result<Option<Self>, Fault> {
        let Some(kind) = TokenKind::parse(row.text("kind")?) else { return Ok(None) };
        let time = |column| row.optional_time(column);
        Ok(Some(Self {
            id: row.id("token_id")?,
            kind,
            name: row.optional_text("name")?.map(str::to_owned),
            created_at: row.time("made_at")?,
            expires_at: time("expires_at")?,
            last_used_at: time("last_used_at")?,
        }))
    }

    /// Reads the rows of a list.
    pub fn read_all(rows: &[Row]) -> Result<Vec<Self>, Fault> {
        rows.iter().filter_map(|row| Self::read(row).transpose()).collect()
    }

    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

/// A token to be ended, and the reason.
pub struct End<'a> {
    pub id: Id<ApiToken>,
    pub reason: EndReason,
    /// The operation id of the request that ends it.
    pub op: &'a str,
}

/// Ends a token under a guard on its row, and recursively all tokens created with it. Marks in KV are only needed for private
/// tokens: others are never accepted without D1. Returns their rows, if the token's own is among them.
pub fn end(end: &End<'_>, guard: Guard, now: Timestamp) -> Conditional {
    const HEAD: &str = concat!(
        "
        WITH RECURSIVE line (id) AS (
          SELECT id FROM tokens WHERE id = ? AND ended_at IS NULL
          UNION SELECT tokens.id FROM tokens JOIN line ON tokens.made_by = line.id WHERE tokens.ended_at IS NULL)
        UPDATE tokens SET ended_at = ?, end_reason = ?, op = ?, mark_pending = (",
        is_jwt!(),
        ")"
    );
    let root = Guard::exists(Statement::guarded(
        "SELECT 1 FROM tokens",
        Vec::new(),
        Guard::new("id = ? AND ended_at IS NULL", values![end.id]).and(guard),
        "",
    ));
    let line = Guard::new("ended_at IS NULL AND id IN (SELECT id FROM line)", Vec::new());
    Conditional::new(HEAD, values![end.id, now, end.reason.as_str(), end.op], line.and(root), "RETURNING id, user_id")
}

/// Confirms [`end`]: selects the token's row, if operation `op` ended it.
pub fn find_ended_by(id: Id<ApiToken>, op: &str) -> Statement {
    Statement::new("SELECT id, user_id FROM tokens WHERE id = ? AND op = ?", values![id, op])
}

/// Holds for tokens of this user: other users' tokens are not found.
pub fn belong_to(user: Id<User>) -> Guard {
    Guard::new("user_id = ?", values![user])
}

/// Holds for tokens of a kind.
pub fn are(kind: TokenKind) -> Guard {
    Guard::new("kind = ?", values![kind.as_str()])
}

/// Ends a user's portal tokens under a guard that holds if the user's version was raised: each is a sign-in, and ends as sessions
/// do.
pub fn end_portal(user: Id<User>, reason: EndReason, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = "UPDATE tokens SET ended_at = ?, end_reason = ?";
    const ROWS: &str = concat!("user_id = ? AND ", is_sign_in!(), " AND ended_at IS NULL");
    let rows = Guard::new(ROWS, values![user]).and(guard);
    Statement::guarded(HEAD, values![now, reason.as_str()], rows, "")
}

/// Ends every token of a user under a guard.
pub fn end_all(user: Id<User>, reason: EndReason, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = concat!("UPDATE tokens SET ended_at = ?, end_reason = ?, mark_pending = (", is_jwt!(), ")");
    let rows = Guard::new("user_id = ? AND ended_at IS NULL", values![user]);
    Statement::guarded(HEAD, values![now, reason.as_str()], rows.and(guard), "")
}

/// An ended token that needs a mark in KV while it could still be accepted.
pub struct Ended {
    pub id: Id<ApiToken>,
    pub expires_at: Timestamp,
}

impl Ended {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { id: row.id("id")?, expires_at: row.time("expires_at")? })
    }
}

/// Ended tokens whose mark may be missing in KV, under a condition: at most `limit`, each with its own fault if its row cannot
/// be read.
pub async fn unmarked(
    database: &impl Database,
    which: Guard,
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Result<Ended, Fault>>, Fault> {
    const HEAD: &str = "SELECT id, expires_at FROM tokens";
    let pending = Guard::new("mark_pending = 1 AND expires_at > ?", values![now]).and(which);
    let rows = database.rows(Statement::page(HEAD, pending, "ORDER BY ended_at", limit, 0)).await?;
    Ok(rows.iter().map(Ended::read).collect())
}

/// Records that KV has the marks of ended tokens.
pub fn settle_marks(ids: &[Id<ApiToken>]) -> Statement {
    const SQL: &str = "UPDATE tokens SET mark_pending = 0 WHERE id IN (SELECT value FROM json_each(?))";
    let ids: Vec<_> = ids.iter().map(Id::to_string).collect();
    Statement::new(SQL, values![format!("{ids:?}")])
}

/// The data stored about a user's tokens, including ended ones, the newest first.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT id, kind, name, made_by, created_at, expires_at, last_used_at, ended_at, end_reason
        FROM tokens WHERE user_id = ? ORDER BY rowid DESC LIMIT ?";
    Statement::new(SQL, values![user, limit])
}

/// Removes tokens that were ended before a time: at most `limit` rows. Only D1 knows for certain that an ended but unexpired
/// JWT must be refused, so its row stays until it has expired as well. The index `tokens_by_end` is in this order, or
/// each sweep would scan all rows that stay.
pub fn sweep_ended(before: Timestamp, limit: u32) -> Statement {
    const SQL: &str =
        sweep!("tokens", concat!("iif(", is_jwt!(), ", max(ended_at, expires_at), ended_at)"), "ended_at IS NOT NULL");
    Statement::new(SQL, values![before, limit])
}

/// Removes portal tokens that expired before a time: at most `limit` rows. Keys and private tokens stay in their lists.
pub fn sweep_expired(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("tokens", "expires_at", is_sign_in!()), values![before, limit])
}
