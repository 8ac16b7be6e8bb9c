//! `audit`: the audit log. Entries are never changed, except for the count of repetitions.

use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::devices::network::Network;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, values};
use crate::store::sweep::sweep;

/// The time and origin of an act.
pub struct Circumstances<'a> {
    pub at: Timestamp,
    pub address: &'a str,
    pub network: &'a Network,
    pub agent: &'a str,
    pub request_id: &'a str,
}

/// Adds an entry under a guard. If only the session or the token of the act is known, its user is looked up. Similar entries of
/// one minute and network may share a row ([`Entry::shares_a_row`]), so that a flood does not fill the table. The row has the
/// address of the first, and the identifier as long as it is the same for all.
pub fn insert(entry: &Entry, from: &Circumstances<'_>, guard: Guard) -> Statement {
    const HEAD: &str = "
        INSERT INTO audit (at, act, outcome, user_id, target_id, session_id, token_id, by_token_id, factor, identifier,
          client, address, agent, request_id, bucket)
        SELECT ?1, ?2, ?3,
          COALESCE(?4, (SELECT user_id FROM sessions WHERE id = ?6), (SELECT user_id FROM tokens WHERE id = ?8)),
          ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15";
    const TAIL: &str = "
        ON CONFLICT (bucket) DO UPDATE SET count = count + 1,
          identifier = CASE WHEN identifier IS excluded.identifier THEN identifier END";
    let what = values![from.at, entry.act.as_str(), entry.outcome];
    let ids = values![entry.user, entry.target, entry.session, entry.token, entry.by_token];
    let how =
        values![entry.methods.map(|methods| methods.to_string()), entry.identifier.as_ref(), entry.client.as_ref()];
    let origin = values![from.address, from.agent, from.request_id, bucket(entry, from)];
    Statement::guarded(HEAD, [what, ids, how, origin].concat(), guard, TAIL)
}

/// The key under which entries share a row; `None` for an entry with its own row. Successful anonymous acts share one whatever
/// name they give, because their clients can give any number of names.
fn bucket(entry: &Entry, from: &Circumstances<'_>) -> Option<String> {
    if !entry.shares_a_row() {
        return None;
    }
    let minute = from.at.seconds().div_euclid(i64::try_from(policy::AUDIT_BUCKET.as_secs()).unwrap_or(i64::MAX));
    let named = entry.outcome != Entry::OK || !entry.act.is_a_strangers();
    let identifier = entry.identifier.as_deref().filter(|_| named).unwrap_or_default();
    let session = entry.session.map(|id| id.to_string()).unwrap_or_default();
    let user = entry.user.map(|id| id.to_string()).unwrap_or_default();
    let target = entry.target.map(|id| id.to_string()).unwrap_or_default();
    let with = entry.by_token.map(|id| id.to_string()).unwrap_or_default();
    let client = entry.client.as_deref().unwrap_or_default();
    let (act, outcome, network) = (entry.act.as_str(), entry.outcome, from.network.as_str());
    Some(format!("{act}|{outcome}|{identifier}|{user}|{session}|{with}|{target}|{client}|{network}|{minute}"))
}

/// The data stored about a user's acts and the acts on their account, the newest first. The identifier is left out: it is a MAC
/// of the input. So is the origin of an administrator, which is the administrator's data.
pub fn kept(user: Id<User>, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT at, act, outcome, session_id, token_id, by_token_id, factor, client, address, agent, request_id, count
        FROM audit WHERE user_id = ?1
        UNION ALL
        SELECT at, act, outcome, NULL, token_id, NULL, NULL, client, NULL, NULL, request_id, count FROM audit
        WHERE target_id = ?1 AND user_id IS NOT target_id
        ORDER BY at DESC LIMIT ?2";
    Statement::new(SQL, values![user, limit])
}

/// The filter of a search; an absent condition matches everything.
#[derive(Default)]
pub struct Search {
    /// The user who acted or was acted on.
    pub user: Option<Id<User>>,
    pub act: Option<String>,
    pub outcome: Option<String>,
    pub client: Option<String>,
    pub address: Option<String>,
    pub from: Option<Timestamp>,
    /// Before this time, exclusive.
    pub until: Option<Timestamp>,
}

/// An entry's position in the log. The clocks of isolates differ, so the time alone does not determine it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    pub at: Timestamp,
    pub id: i64,
}

impl Position {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self { at: row.time("at")?, id: row.integer("id")? })
    }
}

/// A user in an entry, with their login name while they have an account.
pub struct Named {
    pub id: String,
    pub login: Option<String>,
}

/// An entry as it is stored.
pub struct Logged {
    pub position: Position,
    pub act: String,
    pub outcome: String,
    pub user: Option<Named>,
    pub target: Option<Named>,
    pub session: Option<String>,
    pub token: Option<String>,
    pub by_token: Option<String>,
    pub factor: Option<String>,
    pub identifier: Option<String>,
    pub client: Option<String>,
    pub address: String,
    pub agent: String,
    pub request_id: String,
    /// The number of similar acts within the minute.
    pub count: i64,
}

impl Logged {
    fn read(row: &Row) -> Result<Self, Fault> {
        let text = |column| row.text(column).map(str::to_owned);
        let optional = |column| row.optional_text(column).map(|text| text.map(str::to_owned));
        let named = |id, login| Ok::<_, Fault>(optional(id)?.map(|id| Named { id, login }));
        Ok(Self {
            position: Position::read(row)?,
            act: text("act")?,
            outcome: text("outcome")?,
            user: named("user_id", optional("user_login")?)?,
            target: named("target_id", optional("target_login")?)?,
            session: optional("session_id")?,
            token: optional("token_id")?,
            by_token: optional("by_token_id")?,
            factor: optional("factor")?,
            identifier: optional("identifier")?,
            client: optional("client")?,
            address: text("address")?,
            agent: text("agent")?,
            request_id: text("request_id")?,
            count: row.integer("count")?,
        })
    }
}

impl Search {
    /// The entries that indexes find, after an entry, the newest first: at most `limit`. Actor and target are two indexes, each
    /// read no farther than that: a script's entries may be half of the log.
    fn found(&self, head: &'static str, behind: Option<Position>, limit: u32) -> Statement {
        let of_time = all([
            self.from.map(|from| Guard::new("at >= ?", values![from])),
            self.until.map(|until| Guard::new("at < ?", values![until])),
            behind.map(|Position { at, id }| Guard::new("(at, id) < (?, ?)", values![at, id])),
        ]);
        let newest = |guard| Statement::page(head, guard, NEWEST_FIRST, limit, 0);
        let Some(user) = self.user else {
            return newest(of_time);
        };
        let [did, suffered] = ["user_id = ?", "target_id = ?"]
            .map(|column| newest(Guard::new(column, values![user]).and(of_time.clone())));
        Statement::page_of("SELECT *", Statement::union(did, suffered), Guard::always(), NEWEST_FIRST, limit, 0)
    }

    /// The condition to be tried on each entry, if any.
    fn tried(&self) -> Option<Guard> {
        let Self { act, outcome, client, address, .. } = self;
        let conditions = [
            act.as_ref().map(|act| Guard::new("act = ?", values![act])),
            outcome.as_ref().map(|outcome| Guard::new("outcome = ?", values![outcome])),
            client.as_ref().map(|client| Guard::new("client = ?", values![client])),
            address.as_ref().map(|address| Guard::new("address = ?", values![address])),
        ];
        conditions.iter().any(Option::is_some).then(|| all(conditions))
    }
}

fn all<const N: usize>(conditions: [Option<Guard>; N]) -> Guard {
    conditions.into_iter().flatten().fold(Guard::always(), Guard::and)
}

const WHOLE: &str = "SELECT * FROM audit";
const NEWEST_FIRST: &str = "ORDER BY at DESC, id DESC";

/// Entries, the newest first, after `behind`: at most `limit`. If a condition has to be tried on each, `step` entries are
/// searched; if there may be more, the second value is the position of the last one searched.
pub async fn page(
    database: &impl Database,
    search: &Search,
    behind: Option<Position>,
    limit: u32,
    step: u32,
) -> Result<(Vec<Logged>, Option<Position>), Fault> {
    const HEAD: &str = "
        SELECT id, at, act, outcome, user_id, (SELECT login FROM users WHERE users.id = user_id) AS user_login,
               target_id, (SELECT login FROM users WHERE users.id = target_id) AS target_login,
               session_id, token_id, by_token_id, factor, identifier, client, address, agent, request_id, count";
    let Some(tried) = search.tried() else {
        let page =
            Statement::page_of(HEAD, search.found(WHOLE, behind, limit), Guard::always(), NEWEST_FIRST, limit, 0);
        return Ok((database.rows(page).await?.iter().map(Logged::read).collect::<Result<_, _>>()?, None));
    };
    let page = Statement::page_of(HEAD, search.found(WHOLE, behind, step), tried, NEWEST_FIRST, limit, 0);
    // The end of the step is found in the index alone.
    let last = search.found("SELECT at, id FROM audit", behind, step);
    let last = Statement::page_of("SELECT at, id", last, Guard::always(), NEWEST_FIRST, 1, step - 1);
    let results = database.batch(vec![page, last]).await?;
    let rows = |place: usize| results.get(place).into_iter().flatten();
    let entries = rows(0).map(Logged::read).collect::<Result<_, _>>()?;
    Ok((entries, rows(1).next().map(Position::read).transpose()?))
}

/// Removes entries older than a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("audit", "at"), values![before, limit])
}
