//! A replica of the database: a second SQLite that applies the same changes some time later; and helpers for requests to it.

use std::cell::Cell;
use std::collections::VecDeque;
use std::time::Duration;

use gatehouse::domain::bookmark;
use gatehouse::domain::crypto::keyring::{AppKey, Keyring};
use gatehouse::domain::error::Fault;
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::ports::{Clock, Replicas, Row, Statement};
use http::Method;
use rusqlite::Connection;

use crate::app::{Reply, TestApp};
use crate::platform::{TestPlatform, lost, migrated, run};

/// A change the database has made.
pub enum Change {
    Batch(Vec<Statement>),
    Told(String),
}

/// Bookmarks count the database's changes, as local D1's do.
pub struct Replica {
    database: Connection,
    lag: Duration,
    /// Pending changes, and when the database made them.
    due: VecDeque<(Timestamp, Change)>,
    done: usize,
}

impl Replica {
    pub fn of_nothing(lag: Duration) -> Self {
        Self { database: migrated(), lag, due: VecDeque::new(), done: 0 }
    }

    fn head(&self) -> usize {
        self.done + self.due.len()
    }

    fn catch_up(&mut self, since: usize, now: Timestamp) {
        while self.due.front().is_some_and(|(at, _)| self.done < since || *at + self.lag <= now) {
            match self.due.pop_front().unwrap().1 {
                Change::Batch(statements) => {
                    statements.iter().for_each(|one| drop(run(&self.database, one, &Cell::default()).unwrap()))
                }
                Change::Told(sql) => self.database.execute_batch(&sql).unwrap(),
            }
            self.done += 1;
        }
    }
}

impl TestPlatform {
    /// Adds a replica, which requires an empty database.
    pub fn replicate(&self, lag: Duration) {
        assert!(self.tables().iter().all(|table| self.count(table) == 0), "too late");
        *self.replica.borrow_mut() = Some(Replica::of_nothing(lag));
    }

    /// Records a change for the replica and for bookmarks.
    pub fn note(&self, change: impl FnOnce() -> Change) {
        if let Some(replica) = &mut *self.replica.borrow_mut() {
            replica.due.push_back((self.now(), change()));
            *self.bookmark.borrow_mut() = Some(format!("{:08x}", replica.head()));
        }
    }
}

impl Replicas for TestPlatform {
    async fn replica_rows(&self, since: Option<&str>, statement: Statement) -> Result<Vec<Row>, Fault> {
        self.replica_calls.set(self.replica_calls.get() + 1);
        let mut replica = self.replica.borrow_mut();
        let replica = replica.as_mut().filter(|_| !self.trouble.get().replica).ok_or_else(|| lost("replica"))?;
        assert!(statement.sql.trim_start().starts_with("SELECT"), "a replica is asked to do {}", statement.sql);
        let since = since.map_or(Ok(0), |bookmark| usize::from_str_radix(bookmark, 16));
        let since = since.ok().filter(|since| *since <= replica.head()).ok_or_else(|| lost("bookmark"))?;
        replica.catch_up(since, self.now());
        run(&replica.database, &statement, &Cell::default())
    }

    fn bookmark(&self) -> Option<String> {
        self.bookmark.borrow().clone()
    }
}

/// Allows reads from a replica.
pub const ON: (&str, &str) = ("AUTH_READ_REPLICAS", "on");
/// The replica's lag in seconds.
pub const LAG: u64 = 10;
pub const BOOKMARK: &str = "x-d1-bookmark";

impl TestApp {
    /// A test app with a replica, and with some variables changed.
    pub fn replicated(changes: &[(&str, &str)]) -> Self {
        let app = Self::with(&[&[ON], changes].concat());
        app.platform.replicate(Duration::from_secs(LAG));
        app
    }

    pub fn verify_with(&self, authorization: &str) -> Reply {
        self.request(Method::GET, "/api/auth/verify", &[("Authorization", authorization)], "")
    }

    /// Sends a request with a bookmark.
    pub fn ask_since(&self, path: &str, authorization: &str, bookmark: &str) -> Reply {
        self.request(Method::GET, path, &[("Authorization", authorization), (BOOKMARK, bookmark)], "")
    }
}

impl Reply {
    /// How often the primary and a replica were queried.
    pub fn asked(&self) -> (usize, usize) {
        (self.cost[0], self.replica_reads)
    }

    #[track_caller]
    pub fn bookmark(&self) -> String {
        assert!(self.headers.contains_key(BOOKMARK), "{}", self.text());
        self.header(BOOKMARK).to_owned()
    }
}

/// A bookmark as a service with this key would have issued it.
pub fn sealed(key: &str, bookmark: &str) -> String {
    bookmark::spell(&Keyring::new(AppKey::parse(key).unwrap(), Vec::new()), [7; 24], bookmark).unwrap()
}
