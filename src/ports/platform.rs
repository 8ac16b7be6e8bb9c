//! The interfaces to the outside. No `Send`, no boxing: a Worker's isolate has one thread.

use std::time::Duration;

use crate::domain::credentials::phc::Argon2id;
use crate::domain::crypto::algorithm::{SigningKey, VerifyingKey};
use crate::domain::crypto::rs256::RsaPublicKey;
use crate::domain::crypto::rsa_keys::RsaKey;
use crate::domain::error::Fault;
use crate::domain::log::{LogLine, Operations};
use crate::domain::passkeys::public_key::PublicKey;
use crate::domain::rate_limit::RateLimitClass;
use crate::domain::timestamp::Timestamp;
use crate::ports::row::Row;
use crate::ports::sql::Statement;

/// Read once per request, so that everything in it happens at the same time.
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

/// Signatures that the runtime makes and verifies in a fraction of the time that WASM needs. A wrong signature is no fault.
#[allow(async_fn_in_trait)]
pub trait Signatures {
    /// Whether a passkey has signed the message. Of ECDSA's two valid signatures (r, s) and (r, n − s) both are taken, because
    /// authenticators produce both.
    async fn verifies(&self, key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.2).
    async fn verifies_rs256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// RSASSA-PSS with SHA-256 and a salt of its length (RFC 8017 §8.1.2, RFC 7518 §3.5).
    async fn verifies_ps256(&self, key: &RsaPublicKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2.1): the same bytes each time. A private key must not be observable in the
    /// time that a signature takes, which a runtime's own cryptography sees to.
    async fn sign_rs256(&self, key: &RsaKey, message: &[u8]) -> Result<Vec<u8>, Fault>;

    /// The public key of a private one.
    async fn public_key(&self, key: &SigningKey) -> Result<VerifyingKey, Fault>;

    /// EdDSA gives the same bytes each time (RFC 8032 §5.1.6), ES256 others. `kid` names the key, and no other.
    async fn sign(&self, kid: &str, key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, Fault>;

    /// Whether a key has signed the message. Of ES256's two valid signatures, (r, s) and (r, n − s), RFC 7518 allows both: tokens
    /// are never identified by their spelling.
    async fn verifies_jws(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// The same for a key of ours that unexpired access tokens may have. There are few, so the platform keeps them imported.
    async fn verifies_access(&self, key: &VerifyingKey, message: &[u8], signature: &[u8]) -> Result<bool, Fault>;

    /// SHA-512 (FIPS 180-4), the hash of Ed25519: 5 KiB of WASM for one claim.
    async fn sha512(&self, message: &[u8]) -> Result<Vec<u8>, Fault>;
}

/// A SQLite database. The port is cut at SQL, not at entities: D1 *is* SQLite, so tests run the real statements.
#[allow(async_fn_in_trait)]
pub trait Database {
    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Fault>;

    /// Runs all statements in one transaction and one round trip; returns the rows of each, in order. After an `Err` the
    /// outcome is unknown: the transaction may have been committed.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, Fault>;
}

/// How full the database is.
#[allow(async_fn_in_trait)]
pub trait Capacity {
    /// The size of the database in bytes, as reported with the result of a statement.
    async fn size(&self, asking: Statement) -> Result<u64, Fault>;
}

/// Nearby replicas of the database: read-only, and behind the primary by an unknown amount.
#[allow(async_fn_in_trait)]
pub trait Replicas {
    /// The rows of a `SELECT` from a replica that is no older than a bookmark, or from any.
    async fn replica_rows(&self, since: Option<&str>, statement: Statement) -> Result<Vec<Row>, Fault>;

    /// The database's position when it last answered this request; `None` if it was not queried.
    fn bookmark(&self) -> Option<String>;
}

/// A store that is quick to read everywhere and eventually consistent: a write is seen elsewhere after a minute or more,
/// misses are cached too, and nothing is atomic. So it must not be used to count or consume anything.
#[allow(async_fn_in_trait)]
pub trait KeyValue {
    /// The value of each key, in the order of the keys; one operation, whatever their number.
    async fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, Fault>;

    /// The value expires after `ttl`, which is at least `policy::KV_TTL_MIN`.
    async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), Fault>;
}

/// Limits of an outgoing request.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// From sending the request to the last byte of the response.
    pub timeout: Duration,
    /// Bytes of the response body.
    pub body_limit: usize,
}

impl Bounds {
    /// The body, or a fault if it is over the limit.
    pub fn check(self, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
        let limit = self.body_limit;
        if body.len() <= limit { Ok(body) } else { Err(Fault::new("fetch", format!("over {limit} bytes of body"))) }
    }
}

/// Outgoing HTTP: mail providers, the breach service, clients' documents and their logout endpoints. Redirects are returned like any
/// other response and not followed.
#[allow(async_fn_in_trait)]
pub trait Outbound {
    /// The status is valid by itself: a response whose body breaks off or is too long still has it. The only headers
    /// are `Cache-Control`, `Content-Type` and `Retry-After`.
    async fn fetch(
        &self,
        request: http::Request<Vec<u8>>,
        bounds: Bounds,
    ) -> Result<http::Response<Result<Vec<u8>, Fault>>, Fault>;
}

/// Counts acts by key in the windows of `domain::rate_limit`: quickly, and only as exactly as a first layer needs.
#[allow(async_fn_in_trait)]
pub trait RateLimiter {
    /// Counts one act; returns whether it is within the limit of its class.
    async fn admits(&self, class: RateLimitClass, key: &str) -> Result<bool, Fault>;
}

/// The log that operators read.
pub trait Log {
    fn write(&self, line: &LogLine<'_>);

    /// Logs the failure of a task that no client waits for.
    fn failure(&self, task: &'static str, done: Result<(), Fault>) {
        if let Err(fault) = done {
            self.write(&LogLine::fault(task, fault));
        }
    }
}

/// Counts the operations of an event.
pub trait Metered {
    /// Those of this event so far.
    fn operations(&self) -> Operations;
}

/// All ports together: the argument of every flow.
pub trait Platform:
    Clock
    + Entropy
    + Argon2id
    + Signatures
    + Database
    + Capacity
    + Replicas
    + KeyValue
    + Outbound
    + RateLimiter
    + Log
    + Metered
{
}

impl<
    T: Clock
        + Entropy
        + Argon2id
        + Signatures
        + Database
        + Capacity
        + Replicas
        + KeyValue
        + Outbound
        + RateLimiter
        + Log
        + Metered,
> Platform for T
{
}
