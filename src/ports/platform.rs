//! The outside as the house sees it. No `Send`, no boxing: a Worker's isolate has one thread.

use std::time::Duration;

use crate::domain::credentials::password::Argon2id;
use crate::domain::error::Fault;
use crate::domain::rate_limit::RateLimitClass;
use crate::domain::timestamp::Timestamp;
use crate::ports::sql::{Row, Statement};

/// Read once a request: one moment for everything that happens in it.
pub trait Clock {
    fn now(&self) -> Timestamp;
}

/// The CSPRNG.
pub trait Entropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault>;

    fn bytes<const N: usize>(&self) -> Result<[u8; N], Fault> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}

/// SQLite somewhere. The port is cut at SQL, not at entities: D1 *is* SQLite, so tests run the real statements.
#[allow(async_fn_in_trait)]
pub trait Database {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault>;

    /// All statements in one transaction and one round trip; the rows of each, in order. After an `Err` the outcome is
    /// unknown: the effect may have happened.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault>;
}

/// How much of the database is used up.
#[allow(async_fn_in_trait)]
pub trait Capacity {
    /// Its size in bytes, as its answer to a statement says.
    async fn size(&self, asking: Statement) -> Result<u64, Fault>;
}

/// Copies of the database near whoever asks: late, by how much nobody knows, and for reading only.
#[allow(async_fn_in_trait)]
pub trait Replicas {
    /// What a `SELECT` finds in a copy that is no older than a bookmark, or in any.
    async fn rows_nearby(&self, since: Option<&str>, statement: Statement) -> Result<Vec<Row>, Fault>;

    /// Where the database itself stood when it last answered this request; `None` if it was not asked.
    fn bookmark(&self) -> Option<String>;
}

/// A store that is quick to read everywhere and late: a write is seen elsewhere after a minute or more, misses are
/// cached too, and nothing is atomic. Nothing is counted or consumed in it.
#[allow(async_fn_in_trait)]
pub trait KeyValue {
    /// What is there for each key, in their order; one operation, whatever their number.
    async fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, Fault>;

    /// Forgotten after `ttl`, which is at least `policy::KV_TTL_MIN`.
    async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), Fault>;
}

/// What a request to elsewhere may cost.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// From asking to the last byte of the answer.
    pub timeout: Duration,
    /// Bytes of the answer's body.
    pub body_limit: usize,
}

impl Bounds {
    /// A body within its limit.
    pub fn check(self, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let limit = self.body_limit;
        if body.len() <= limit { Ok(body) } else { Err(Fault::new("fetch", format!("over {limit} bytes of body"))) }
    }
}

/// HTTP to elsewhere: mail providers, the breach service. Redirects are answers like any other and not followed.
#[allow(async_fn_in_trait)]
pub trait Outbound {
    /// The status stands by itself: a body that breaks off or is too long does not take it back. Of the headers there is
    /// `Retry-After`.
    async fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        bounds: Bounds,
    ) -> Result<http::Response<Result<Vec<u8>, Fault>>, Fault>;
}

/// Counts acts by key in the windows of `domain::rate_limit`: quickly, and no more exactly than a first layer needs.
#[allow(async_fn_in_trait)]
pub trait RateLimiter {
    /// Counts one act; whether it is within the lane's limit.
    async fn admits(&self, lane: RateLimitClass, key: &str) -> Result<bool, Fault>;
}

/// Where operators read. One line an event, never a secret.
pub trait Log {
    fn error(&self, line: &str);

    /// For what runs without anybody waiting: a failure is a line, and no more.
    fn failure(&self, what: &str, done: Result<(), Fault>) {
        if let Err(fault) = done {
            self.error(&format!("{what}: {fault}"));
        }
    }
}

/// All of it: what every flow is given.
pub trait Platform:
    Clock + Entropy + Argon2id + Database + Capacity + Replicas + KeyValue + Outbound + RateLimiter + Log
{
}

impl<T: Clock + Entropy + Argon2id + Database + Capacity + Replicas + KeyValue + Outbound + RateLimiter + Log> Platform
    for T
{
}
