//! The key sets of issuers: one for each address, shared by all verifiers of a process.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::JwkSet;
use reqwest::Client;
use tokio::sync::Mutex;

use crate::refusal::Refusal;

/// How often unknown keys make an issuer be asked again: anybody can make up names of keys.
const SEARCH_PAUSE: Duration = Duration::from_secs(300);

type Sets = HashMap<(String, Duration), Arc<KeySet>>;
static SETS: LazyLock<std::sync::Mutex<Sets>> = LazyLock::new(std::sync::Mutex::default);

pub struct KeySet {
    address: String,
    max_age: Duration,
    current: RwLock<Option<Arc<Fetched>>>,
    /// Whoever holds it fetches, and the others wait.
    fetching: Mutex<History>,
}

#[derive(Default)]
struct History {
    searched_at: Option<SystemTime>,
    failed_at: Option<Instant>,
}

struct Fetched {
    keys: HashMap<String, DecodingKey>,
    since: SystemTime,
}

impl KeySet {
    pub fn at(address: String, max_age: Duration) -> Arc<Self> {
        let mut sets = SETS.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = sets.entry((address.clone(), max_age));
        let made = || Arc::new(Self { address, max_age, current: RwLock::default(), fetching: Mutex::default() });
        entry.or_insert_with(made).clone()
    }

    /// The key of that name.
    pub async fn find(&self, client: &Client, kid: &str) -> Result<Option<DecodingKey>, Refusal> {
        let seen = self.get(client).await?;
        if let Some(key) = seen.keys.get(kid) {
            return Ok(Some(key.clone()));
        }
        Ok(self.search(client, seen).await?.keys.get(kid).cloned())
    }

    async fn get(&self, client: &Client) -> Result<Arc<Fetched>, Refusal> {
        if let Some(fresh) = self.fresh() {
            return Ok(fresh);
        }
        let asked_at = Instant::now();
        let mut history = self.fetching.lock().await;
        match self.fresh() {
            Some(fresh) => Ok(fresh),
            None => self.fetch_once(client, &mut history, asked_at).await,
        }
    }

    /// Newer keys than those seen, unless the issuer was asked for another missing key just before.
    async fn search(&self, client: &Client, seen: Arc<Fetched>) -> Result<Arc<Fetched>, Refusal> {
        let asked_at = Instant::now();
        let mut history = self.fetching.lock().await;
        let current = self.current().filter(|current| !Arc::ptr_eq(current, &seen));
        if let Some(newer) = current {
            return Ok(newer);
        }
        if history.searched_at.is_some_and(|at| is_younger(at, SEARCH_PAUSE)) {
            return Ok(seen);
        }
        history.searched_at = Some(SystemTime::now());
        self.fetch_once(client, &mut history, asked_at).await
    }

    /// A failure that a request has waited for is its own, or each would wait for one more.
    async fn fetch_once(
        &self,
        client: &Client,
        history: &mut History,
        asked_at: Instant,
    ) -> Result<Arc<Fetched>, Refusal> {
        if history.failed_at.is_some_and(|failed_at| failed_at >= asked_at) {
            return Err(Refusal::unavailable());
        }
        let fetched = self.fetch(client).await;
        if fetched.is_err() {
            history.failed_at = Some(Instant::now());
        }
        fetched
    }

    fn current(&self) -> Option<Arc<Fetched>> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Never older than `max_age`, however often it is read.
    fn fresh(&self) -> Option<Arc<Fetched>> {
        self.current().filter(|current| is_younger(current.since, self.max_age))
    }

    async fn fetch(&self, client: &Client) -> Result<Arc<Fetched>, Refusal> {
        let since = SystemTime::now();
        let answer = client.get(&self.address).send().await.map_err(|_| Refusal::unavailable())?;
        if answer.status() != http::StatusCode::OK {
            return Err(Refusal::unavailable());
        }
        let published: JwkSet = answer.json().await.map_err(|_| Refusal::unavailable())?;
        let named = |key: &jsonwebtoken::jwk::Jwk| Some((key.common.key_id.clone()?, DecodingKey::from_jwk(key).ok()?));
        let fetched = Arc::new(Fetched { keys: published.keys.iter().filter_map(named).collect(), since });
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(fetched.clone());
        Ok(fetched)
    }
}

/// A clock that was set back makes nothing younger.
fn is_younger(time: SystemTime, age: Duration) -> bool {
    time.elapsed().is_ok_and(|passed| passed < age)
}
