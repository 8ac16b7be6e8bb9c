//! `outbox`: emails that are waiting, sent or given up.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::budget::{self, Budget};
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Database, Guard, Row, Statement, Value, values};
use crate::store::sweep::sweep;
use crate::store::users;
use crate::words::language::Language;

/// An email ready for the outbox; its parameters are sealed already.
pub struct OutboxEntry {
    pub id: Id<Email>,
    pub kind: &'static str,
    pub budget: Budget,
    /// The case-folded address it is for; it can be opened for this address only.
    pub mailbox: String,
    /// The network of the request.
    pub network: String,
    pub sealed: String,
    pub dead_after: Timestamp,
}

/// The head of an insertion without the source of its rows: the recipient, and with it whether the email exceeds the budget.
/// Parameters: `?1` to `?10`.
macro_rules! insert {
    ($recipient:literal) => {
        concat!(
            "INSERT INTO outbox (id, kind, recipient, mailbox, counted_as, network, sealed, created_at, next_at, dead_after,
               withheld)
             SELECT ?1, ?2, ",
            $recipient,
            ", ?3, ?4, ?5, ?6, ?7, iif(excess, ?8, ?7), iif(excess, ?9, ?10), excess"
        )
    };
}

/// The rows themselves are counted, so no separate counter has to be kept consistent. Parameters: three of `insert!`, and `?11`
/// to `?13`.
macro_rules! excess {
    () => {
        "(SELECT count(*) >= ?11 OR total(network = ?5) >= ?12 AS excess FROM outbox
          WHERE counted_as = ?4 AND kind = ?2 AND created_at > ?13 AND withheld = 0)"
    };
}

/// Enqueues an email to an address, under a guard, while the mailbox has budget left for this kind. The first beyond the budget
/// is withheld until the window opens, and stands for all that follow; those are silently dropped, because the response must
/// not reveal whose mailbox is being flooded.
pub fn enqueue(queued: &OutboxEntry, recipient: &str, guard: Guard, now: Timestamp) -> Statement {
    enqueue_with(queued, recipient, guard, now, "")
}

/// The same, with a row in the answer if an email was enqueued.
pub fn enqueue_and_tell(queued: &OutboxEntry, recipient: &str, guard: Guard, now: Timestamp) -> Statement {
    enqueue_with(queued, recipient, guard, now, "RETURNING id")
}

fn enqueue_with(queued: &OutboxEntry, recipient: &str, guard: Guard, now: Timestamp, tail: &'static str) -> Statement {
    const HEAD: &str = concat!(insert!("?14"), " FROM ", excess!());
    let further = [queued.excess(now), values![recipient]].concat();
    queued.insert(HEAD, further, guard, now, tail)
}

/// Enqueues an email to the owner of the account with its mailbox's address, in the account's spelling; no email if there is no
/// such account.
pub fn enqueue_to_owner(queued: &OutboxEntry, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = concat!(insert!("email"), " FROM users CROSS JOIN ", excess!());
    queued.insert(HEAD, queued.excess(now), queued.is_owners().and(guard), now, "")
}

/// Enqueues an email to that owner as withheld, as if it were over the budget.
pub fn withhold_from_owner(queued: &OutboxEntry, guard: Guard, now: Timestamp) -> Statement {
    const HEAD: &str = concat!(insert!("email"), " FROM users CROSS JOIN (SELECT TRUE AS excess)");
    queued.insert(HEAD, Vec::new(), queued.is_owners().and(guard), now, "")
}

impl OutboxEntry {
    fn counted_as(&self) -> String {
        budget::mailbox(&self.mailbox)
    }

    fn is_owners(&self) -> Guard {
        Guard::new("email_folded = ?", values![&self.mailbox])
    }

    /// The parameters of `excess!`, besides those of `insert!`.
    fn excess(&self, now: Timestamp) -> Vec<Value> {
        let Budget { of_network, of_all } = self.budget;
        values![of_all, of_network, now - policy::MAIL_BUDGET_WINDOW]
    }

    fn insert(
        &self,
        head: &'static str,
        further: Vec<Value>,
        guard: Guard,
        now: Timestamp,
        tail: &'static str,
    ) -> Statement {
        const STANDS_FOR_IT: &str = "
            excess AND EXISTS (SELECT 1 FROM outbox WHERE counted_as = ? AND kind = ? AND created_at > ? AND withheld = 1)";
        let (counted_as, since) = (self.counted_as(), now - policy::MAIL_BUDGET_WINDOW);
        let opens = now + policy::MAIL_BUDGET_WINDOW;
        let late = self.dead_after.max(opens + policy::NOTICE_LIFETIME);
        let what = values![self.id, self.kind, &self.mailbox, &counted_as, &self.network, &self.sealed];
        let when = values![now, opens, late, self.dead_after];
        let stood_for = Guard::new(STANDS_FOR_IT, values![counted_as, self.kind, since]);
        Statement::guarded(head, [what, when, further].concat(), guard.and(stood_for.negate()), tail)
    }
}

/// An email whose lease this isolate holds.
pub struct Claimed {
    pub id: Id<Email>,
    pub kind: String,
    pub recipient: String,
    pub sealed: String,
    /// Counts from 1; the report of an attempt is only accepted while it is the last one.
    pub attempt: i64,
    pub created_at: Timestamp,
    pub dead_after: Timestamp,
    /// The language chosen by its recipient, if they have an account at this moment.
    pub language: Option<Language>,
    /// The case-folded address it is for.
    pub mailbox: String,
    /// It was over the budget: instead of its content it says that further emails were due.
    pub withheld: bool,
}

/// The column of [`Claimed`] that is not one of `outbox`: the recipient's language.
macro_rules! readers_language {
    () => {
        "(SELECT language FROM users WHERE email_folded = outbox.mailbox) AS language"
    };
}

impl Claimed {
    fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            id: row.id("id")?,
            kind: row.text("kind")?.to_owned(),
            recipient: row.text("recipient")?.to_owned(),
            sealed: row.text("sealed")?.to_owned(),
            attempt: row.integer("attempts")?,
            created_at: row.time("created_at")?,
            dead_after: row.time("dead_after")?,
            language: users::language(row)?,
            mailbox: row.text("mailbox")?.to_owned(),
            withheld: row.integer("withheld")? != 0,
        })
    }
}

/// Claims a due email for one attempt, so that two isolates never send it at once. `None` if it is not due or does not exist.
pub async fn claim(
    database: &impl Database,
    id: Id<Email>,
    now: Timestamp,
    lease_until: Timestamp,
) -> Result<Option<Claimed>, Fault> {
    const SQL: &str = concat!(
        "UPDATE outbox SET attempts = attempts + 1, lease_until = ?1
         WHERE id = ?2 AND sent_at IS NULL AND dead_at IS NULL AND next_at <= ?3
           AND (lease_until IS NULL OR lease_until <= ?3)
         RETURNING *, ",
        readers_language!()
    );
    let rows = database.rows(Statement::new(SQL, values![lease_until, id, now])).await?;
    rows.first().map(Claimed::read).transpose()
}

/// Sent: its content is wiped.
pub fn sent(message: &Claimed, now: Timestamp) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET sent_at = ?, sealed = NULL, lease_until = NULL, last_error = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, message.id, message.attempt])
}

/// Not sent: due again at `next_at`.
pub fn postponed(message: &Claimed, next_at: Timestamp, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET next_at = ?, last_error = ?, lease_until = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![next_at, error, message.id, message.attempt])
}

/// Given up: its content is wiped too. `refused` if the provider rejected this particular email.
pub fn parked(message: &Claimed, now: Timestamp, refused: bool, error: &str) -> Statement {
    const SQL: &str = "
        UPDATE outbox SET dead_at = ?, refused = ?, sealed = NULL, last_error = ?, lease_until = NULL
        WHERE id = ? AND attempts = ? AND sent_at IS NULL AND dead_at IS NULL";
    Statement::new(SQL, values![now, i64::from(refused), error, message.id, message.attempt])
}

/// Emails that are due, the longest waiting first: at most `limit`, each with its own fault if its row cannot be read.
pub async fn due(database: &impl Database, now: Timestamp, limit: u32) -> Result<Vec<Result<Id<Email>, Fault>>, Fault> {
    const SQL: &str = "
        SELECT id FROM outbox WHERE sent_at IS NULL AND dead_at IS NULL AND next_at <= ?1
          AND (lease_until IS NULL OR lease_until <= ?1)
        ORDER BY next_at LIMIT ?2";
    Ok(database.rows(Statement::new(SQL, values![now, limit])).await?.iter().map(|row| row.id("id")).collect())
}

/// Whether emails were given up, by reason.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Parked {
    /// They could not be delivered in time: because of our settings or an outage of the provider.
    pub undelivered: bool,
    /// The provider rejected them: the address does not exist, and any stranger can register one.
    pub refused: bool,
}

/// Whether emails were given up since `since`.
pub fn parked_since(since: Timestamp) -> Statement {
    const SQL: &str = "
        SELECT EXISTS (SELECT 1 FROM outbox WHERE refused = 0 AND dead_at >= ?1) AS undelivered,
               EXISTS (SELECT 1 FROM outbox WHERE refused = 1 AND dead_at >= ?1) AS refused";
    Statement::new(SQL, values![since])
}

impl Parked {
    /// Reads the rows of [`parked_since`].
    pub fn read(rows: &[Row]) -> Result<Self, Fault> {
        let Some(row) = rows.first() else {
            return Ok(Self::default());
        };
        Ok(Self { undelivered: row.integer("undelivered")? != 0, refused: row.integer("refused")? != 0 })
    }
}

/// Selects a row if the provider's most recent judgement was to reject us: of the newest `limit` emails, the newest that it
/// accepted or whose error begins with `refusal`.
pub fn refuses_us(refusal: &str, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT 1 AS refuses FROM (
          SELECT sent_at FROM (SELECT sent_at, last_error, created_at FROM outbox ORDER BY created_at DESC LIMIT ?)
          WHERE sent_at IS NOT NULL OR instr(last_error, ?) = 1
          ORDER BY created_at DESC LIMIT 1)
        WHERE sent_at IS NULL";
    Statement::new(SQL, values![limit, refusal])
}

/// The newest waiting emails, for `/dev/mail`.
pub async fn newest(database: &impl Database, limit: u32) -> Result<Vec<Claimed>, Fault> {
    const SQL: &str = concat!(
        "SELECT *, ",
        readers_language!(),
        " FROM outbox WHERE sealed IS NOT NULL ORDER BY created_at DESC LIMIT ?"
    );
    database.rows(Statement::new(SQL, values![limit])).await?.iter().map(Claimed::read).collect()
}

/// Removes every email to a mailbox, under a guard.
pub fn delete_all(mailbox: &str, guard: Guard) -> Statement {
    let guard = Guard::new("mailbox = ?", values![mailbox]).and(guard);
    Statement::guarded("DELETE FROM outbox", Vec::new(), guard, "")
}

/// The data stored about the emails to a mailbox, the newest first; never their content.
pub fn kept(mailbox: &str, since: Timestamp, limit: u32) -> Statement {
    const SQL: &str = "
        SELECT kind, created_at, sent_at, dead_at AS given_up_at FROM outbox
        WHERE mailbox = ? AND created_at >= ? ORDER BY created_at DESC LIMIT ?";
    Statement::new(SQL, values![mailbox, since, limit])
}

/// Removes emails that were sent or given up and are older than a time: at most `limit` rows.
pub fn sweep(before: Timestamp, limit: u32) -> Statement {
    Statement::new(sweep!("outbox", "created_at", "sealed IS NULL"), values![before, limit])
}
