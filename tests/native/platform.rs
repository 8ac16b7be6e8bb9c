//! The platform in memory: every port, each of which can fail on demand before or after its effect. For replicas see replica.rs.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use gatehouse::domain::error::Fault;
use gatehouse::domain::log::{LogLine, Operations};
use gatehouse::domain::rate_limit::RateLimitClass;
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::{
    Bounds, Capacity, Clock, Database, Entropy, KeyValue, Log, Metered, RateLimiter, Row, Statement, Value,
};
use rusqlite::backup::Backup;
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, StatementStatus, params_from_iter};

use crate::fake_http::Host;
use crate::query_plans;
use crate::replica::{Change, Replica};

/// When a port fails: the request never arrived, or the response was lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureTiming {
    Before,
    After,
}

/// The next failures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The n-th database call from now, counting from 0.
    pub database: Option<(usize, FailureTiming)>,
    pub kv: Option<FailureTiming>,
    pub mail: Option<FailureTiming>,
    pub limiter: bool,
    pub replica: bool,
}

/// A value in KV, with the times when it becomes visible and expires.
struct Kept {
    value: String,
    visible_at: Timestamp,
    expires_at: Timestamp,
}

/// After how many turns, and the SQL.
type Meddling = RefCell<Option<(usize, String)>>;
type Interruption = RefCell<Option<(usize, Box<dyn FnOnce()>)>>;

pub struct TestPlatform {
    pub database: RefCell<Connection>,
    pub database_calls: Cell<usize>,
    /// SQL statements in all calls.
    pub statements: Cell<usize>,
    /// How many Argon2id hashes were computed.
    pub hashes: Cell<usize>,
    /// How many public keys of seeds were computed, and how many signatures verified with a key that is kept.
    pub public_keys: Cell<usize>,
    pub verifications: Cell<usize>,
    /// How many of the calls were batches.
    pub batches: Cell<usize>,
    /// The statements since a test began to record them.
    pub recorded: RefCell<Option<Vec<Statement>>>,
    /// The replica, if a test uses one.
    pub replica: RefCell<Option<Replica>>,
    pub replica_calls: Cell<usize>,
    /// The database's bookmark at its last response; cleared with each request.
    pub bookmark: RefCell<Option<String>>,
    /// The size the database reports.
    pub size: Cell<u64>,
    /// The virtual machine steps SQLite has taken for statements.
    pub database_steps: Cell<i32>,
    /// A concurrent change to the database, before the request's n-th batch or its n-th read outside of one, counting from 0.
    interruption: Interruption,
    before_batches: Meddling,
    before_looks: Meddling,
    now: Cell<Timestamp>,
    entropy: Cell<u64>,
    kv: RefCell<BTreeMap<String, Vec<Kept>>>,
    /// Keys that were read and missing: KV keeps reporting them missing for as long as it lags.
    kv_misses: RefCell<BTreeMap<String, Timestamp>>,
    /// How long a write to KV stays invisible.
    pub kv_lag: Cell<Duration>,
    pub kv_calls: Cell<usize>,
    /// For each class and key: the start of its rate-limit window, and the count within it.
    acts: RefCell<BTreeMap<String, (Timestamp, u32)>>,
    /// The outside hosts, except the mail provider, which is any other.
    pub hosts: RefCell<BTreeMap<&'static str, Host>>,
    /// The requests to those hosts, and their bounds.
    pub asked: RefCell<Vec<(http::Request<Vec<u8>>, Bounds)>>,
    pub sent: RefCell<Vec<http::Request<Vec<u8>>>>,
    /// Runs while an email is being sent.
    pub during_send: RefCell<Option<Box<dyn FnOnce()>>>,
    /// The provider's response.
    pub provider_status: Cell<u16>,
    pub provider_body: RefCell<String>,
    pub provider_retry_after: Cell<Option<&'static str>>,
    pub trouble: Cell<Failure>,
    pub log: RefCell<Vec<String>>,
}

/// A Thursday in 2026, away from any edge of a signing epoch, with non-zero milliseconds.
const START: i64 = 1_780_000_000_123;

impl TestPlatform {
    pub fn new() -> Self {
        let database = migrated();
        // D1's limits, so that a statement D1 would refuse fails here first.
        let limits = [
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, 100),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, 100_000),
        ];
        for (limit, value) in limits {
            database.set_limit(limit, value).unwrap();
        }
        Self {
            database: RefCell::new(database),
            database_calls: Cell::default(),
            statements: Cell::default(),
            hashes: Cell::default(),
            public_keys: Cell::default(),
            verifications: Cell::default(),
            batches: Cell::default(),
            recorded: RefCell::default(),
            replica: RefCell::default(),
            replica_calls: Cell::default(),
            bookmark: RefCell::default(),
            size: Cell::new(1_000_000),
            database_steps: Cell::default(),
            interruption: RefCell::default(),
            before_batches: RefCell::default(),
            before_looks: RefCell::default(),
            now: Cell::new(Timestamp::from_millis(START)),
            entropy: Cell::new(1),
            kv: RefCell::default(),
            kv_misses: RefCell::default(),
            kv_lag: Cell::default(),
            kv_calls: Cell::default(),
            acts: RefCell::default(),
            hosts: RefCell::default(),
            asked: RefCell::default(),
            sent: RefCell::default(),
            during_send: RefCell::default(),
            provider_status: Cell::new(200),
            provider_body: RefCell::default(),
            provider_retry_after: Cell::default(),
            trouble: Cell::default(),
            log: RefCell::default(),
        }
    }

    pub fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
    }

    pub fn set_clock(&self, now: Timestamp) {
        self.now.set(now);
    }

    /// One value from the database, for assertions.
    pub fn ask<T: rusqlite::types::FromSql>(&self, sql: &str) -> T {
        self.database.borrow().query_row(sql, [], |row| row.get(0)).unwrap_or_else(|e| panic!("{sql}: {e}"))
    }

    pub fn tell(&self, sql: &str) {
        self.database.borrow().execute_batch(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
        self.note(|| Change::Told(sql.to_owned()));
    }

    /// Runs this SQL before the given batch of the next request, as a concurrent request would.
    pub fn before_batch(&self, turn: usize, sql: &str) {
        *self.before_batches.borrow_mut() = Some((turn, sql.to_owned()));
    }

    /// The same before a read.
    pub fn before_query(&self, turn: usize, sql: &str) {
        *self.before_looks.borrow_mut() = Some((turn, sql.to_owned()));
    }

    /// Runs `act` before the n-th database call of the next request, for instance another request.
    pub fn before_call(&self, turn: usize, act: impl FnOnce() + 'static) {
        *self.interruption.borrow_mut() = Some((turn, Box::new(act)));
    }

    fn interrupt(&self) {
        match self.interruption.take() {
            Some((0, act)) => act(),
            Some((turn, act)) => *self.interruption.borrow_mut() = Some((turn - 1, act)),
            None => {}
        }
    }

    fn meddle(&self, meddling: &Meddling) {
        match meddling.take() {
            Some((0, sql)) => self.tell(&sql),
            Some((turn, sql)) => *meddling.borrow_mut() = Some((turn - 1, sql)),
            None => {}
        }
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        self.ask(&format!("SELECT count(*) FROM {table}"))
    }

    /// Every table of the schema.
    pub fn tables(&self) -> Vec<String> {
        let database = self.database.borrow();
        let mut query = database
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
            .unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    /// All text in every table: the contents of a leaked dump.
    pub fn dump(&self) -> String {
        let mut dump = String::new();
        for table in self.tables() {
            let database = self.database.borrow();
            let mut query = database.prepare(&format!("SELECT * FROM {table}")).unwrap();
            let width = query.column_count();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                for column in 0..width {
                    if let Ok(text) = row.get_ref(column).unwrap().as_str() {
                        dump.push_str(text);
                        dump.push(' ');
                    }
                }
                dump.push('\n');
            }
        }
        dump
    }

    pub fn kv_entry(&self, key: &str) -> Option<(String, Timestamp)> {
        self.kv.borrow().get(key).and_then(|kept| kept.last()).map(|kept| (kept.value.clone(), kept.expires_at))
    }

    fn kv_get(&self, key: &str) -> Option<String> {
        let (kv, now) = (self.kv.borrow(), self.now.get());
        let missed = self.kv_misses.borrow().get(key).is_some_and(|at| *at + self.kv_lag.get() > now);
        let seen = kv.get(key).into_iter().flatten().rfind(|kept| kept.visible_at <= now && kept.expires_at > now);
        if seen.is_none() && !missed {
            self.kv_misses.borrow_mut().insert(key.to_owned(), now);
        }
        seen.filter(|_| !missed).map(|kept| kept.value.clone())
    }

    /// Counts a database call with these statements, and fails it if its turn has come.
    fn database_trouble(&self, statements: &[Statement]) -> Option<FailureTiming> {
        self.database_calls.set(self.database_calls.get() + 1);
        self.statements.set(self.statements.get() + statements.len());
        self.recorded.borrow_mut().iter_mut().for_each(|recorded| recorded.extend_from_slice(statements));
        let trouble = self.trouble.get();
        let (turn, when) = trouble.database?;
        let left = turn.checked_sub(1);
        self.trouble.set(Failure { database: left.map(|left| (left, when)), ..trouble });
        left.is_none().then_some(when)
    }
}

/// The migrations run once; every other database is a copy.
static MIGRATED: LazyLock<Mutex<Connection>> = LazyLock::new(|| {
    let database = Connection::open_in_memory().unwrap();
    for file in migration_files() {
        database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
    }
    Mutex::new(database)
});

/// An empty database with the current schema.
pub fn migrated() -> Connection {
    let mut database = Connection::open_in_memory().unwrap();
    Backup::new(&MIGRATED.lock().unwrap(), &mut database).unwrap().step(-1).unwrap();
    database.execute_batch("PRAGMA foreign_keys = ON").unwrap();
    database
}

pub fn migration_files() -> Vec<std::path::PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "sql"));
    files.sort();
    files
}

pub fn lost(part: &'static str) -> Fault {
    Fault::new(part, "made to fail")
}

pub fn run(database: &Connection, statement: &Statement, steps: &Cell<i32>) -> Result<Vec<Row>, Fault> {
    query_plans::explain(database, statement);
    let fault = |e: rusqlite::Error| Fault::new("SQLite", format!("{e} in {}", statement.sql));
    let mut prepared = database.prepare_cached(&statement.sql).map_err(fault)?;
    let names: Vec<_> = prepared.column_names().map(str::to_owned).collect();
    let values = statement.values.iter().map(bind);
    let mut rows = prepared.query(params_from_iter(values)).map_err(fault)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let columns =
            names.iter().enumerate().map(|(place, name)| Ok((name.clone(), read(row.get_ref(place).unwrap())?)));
        found.push(columns.collect::<Result<_, Fault>>()?);
    }
    drop(rows);
    steps.set(steps.get() + prepared.reset_status(StatementStatus::VmStep));
    Ok(found)
}

/// As D1 binds: every number is a REAL.
#[allow(clippy::cast_precision_loss)]
fn bind(value: &Value) -> rusqlite::types::Value {
    match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(number) => rusqlite::types::Value::Real(*number as f64),
        Value::Text(text) => rusqlite::types::Value::Text(text.clone()),
    }
}

/// As D1 returns: JavaScript numbers, of which the service accepts the whole ones.
#[allow(clippy::cast_possible_truncation)]
fn read(value: ValueRef<'_>) -> Result<Value, Fault> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        ValueRef::Real(number) if number.fract() == 0.0 => Ok(Value::Integer(number as i64)),
        ValueRef::Text(text) => Ok(Value::Text(String::from_utf8_lossy(text).into_owned())),
        ValueRef::Real(_) | ValueRef::Blob(_) => Err(Fault::new("SQLite", "a value of a foreign type")),
    }
}

impl Database for TestPlatform {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault> {
        self.interrupt();
        self.meddle(&self.before_looks);
        let trouble = self.database_trouble(std::slice::from_ref(&statement));
        if trouble == Some(FailureTiming::Before) {
            return Err(lost("database"));
        }
        let rows = run(&self.database.borrow(), &statement, &self.database_steps)?;
        self.note(|| Change::Batch(vec![statement]));
        if trouble == Some(FailureTiming::After) { Err(lost("database")) } else { Ok(rows) }
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault> {
        self.interrupt();
        self.meddle(&self.before_batches);
        let trouble = self.database_trouble(&statements);
        self.batches.set(self.batches.get() + 1);
        if trouble == Some(FailureTiming::Before) {
            return Err(lost("database"));
        }
        let mut database = self.database.borrow_mut();
        let transaction = database.transaction().unwrap();
        let results = statements
            .iter()
            .map(|statement| run(&transaction, statement, &self.database_steps))
            .collect::<Result<_, _>>()?;
        transaction.commit().map_err(|e| Fault::new("SQLite", e))?;
        self.note(|| Change::Batch(statements));
        if trouble == Some(FailureTiming::After) { Err(lost("database")) } else { Ok(results) }
    }
}

impl Capacity for TestPlatform {
    async fn size(&self, asking: Statement) -> Result<u64, Fault> {
        self.rows(asking).await.map(|_| self.size.get())
    }
}

impl Clock for TestPlatform {
    fn now(&self) -> Timestamp {
        self.now.get()
    }
}

impl Entropy for TestPlatform {
    /// SplitMix64: the same seed gives the same ids.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        for chunk in bytes.chunks_mut(8) {
            let state = self.entropy.get().wrapping_add(0x9e37_79b9_7f4a_7c15);
            self.entropy.set(state);
            let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let mixed = (mixed ^ (mixed >> 31)).to_le_bytes();
            chunk.copy_from_slice(&mixed[..chunk.len()]);
        }
        Ok(())
    }
}

impl KeyValue for TestPlatform {
    async fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, Fault> {
        self.kv_calls.set(self.kv_calls.get() + 1);
        if self.trouble.get().kv.is_some() {
            return Err(lost("KV"));
        }
        Ok(keys.iter().map(|key| self.kv_get(key)).collect())
    }

    async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), Fault> {
        self.kv_calls.set(self.kv_calls.get() + 1);
        assert!(ttl >= Duration::from_secs(60), "KV refuses a TTL of {ttl:?}");
        let trouble = self.trouble.get().kv;
        if trouble != Some(FailureTiming::Before) {
            let now = self.now.get();
            let kept = Kept { value: value.to_owned(), visible_at: now + self.kv_lag.get(), expires_at: now + ttl };
            self.kv.borrow_mut().entry(key.to_owned()).or_default().push(kept);
        }
        if trouble.is_some() { Err(lost("KV")) } else { Ok(()) }
    }
}

impl RateLimiter for TestPlatform {
    async fn admits(&self, class: RateLimitClass, key: &str) -> Result<bool, Fault> {
        if self.trouble.get().limiter {
            return Err(lost("rate limit"));
        }
        let (mut acts, now) = (self.acts.borrow_mut(), self.now.get());
        let (began, count) = acts.entry(format!("{class:?} {key}")).or_insert((now, 0));
        if now.since(*began) >= class.window() {
            (*began, *count) = (now, 0);
        }
        *count += 1;
        Ok(*count <= class.limit())
    }
}

impl Log for TestPlatform {
    fn write(&self, line: &LogLine<'_>) {
        self.log.borrow_mut().push(line.to_string());
    }
}

impl Metered for TestPlatform {
    /// Since the platform exists: tests count one request at a time.
    fn operations(&self) -> Operations {
        let d1 = self.database_calls.get() + self.replica_calls.get();
        Operations { d1, kv: self.kv_calls.get(), fetch: self.asked.borrow().len() + self.sent.borrow().len() }
    }
}
