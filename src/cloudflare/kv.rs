//! Workers KV behind the `KeyValue` port.

use std::time::Duration;

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::policy;
use crate::ports::KeyValue;

impl KeyValue for Cloudflare {
    async fn get_many(&self, keys: &[String]) -> Result<Vec<Option<String>>, Fault> {
        let read = self.kv()?.get_bulk(keys).cache_ttl(policy::KV_CACHE_TTL.as_secs());
        let mut found = read.text().await.map_err(fault)?;
        Ok(keys.iter().map(|key| found.remove(key).flatten()).collect())
    }

    async fn put(&self, key: &str, value: &str, ttl: Duration) -> Result<(), Fault> {
        let put = self.kv()?.put(key, value).map_err(fault)?;
        put.expiration_ttl(ttl.as_secs()).execute().await.map_err(fault)
    }
}

fn fault(error: impl std::fmt::Display) -> Fault {
    Fault::new("KV", error)
}
