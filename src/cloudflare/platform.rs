//! The ports, bound to the runtime.

use worker::{D1Database, Date, Env, KvStore, RateLimiter, console_error};

use crate::cloudflare::rate_limiter;
use crate::domain::error::Fault;
use crate::domain::limit::Lane;
use crate::domain::timestamp::Timestamp;
use crate::ports::{Clock, Entropy, Log};

/// A Worker's bindings. A missing one is no reason to fall over: whoever asks for it gets a fault that names it.
pub struct Cloudflare {
    database: Option<D1Database>,
    kv: Option<KvStore>,
    env: Env,
}

impl Cloudflare {
    pub fn bound_to(env: &Env) -> Self {
        Self { database: env.d1("DB").ok(), kv: env.kv("KV").ok(), env: env.clone() }
    }

    pub fn database(&self) -> Result<&D1Database, Fault> {
        self.database.as_ref().ok_or_else(|| Fault::new("D1", "there is no binding DB"))
    }

    pub fn kv(&self) -> Result<&KvStore, Fault> {
        self.kv.as_ref().ok_or_else(|| Fault::new("KV", "there is no binding KV"))
    }

    pub fn rate_limiter(&self, lane: Lane) -> Result<RateLimiter, Fault> {
        let name = rate_limiter::binding(lane);
        self.env.rate_limiter(name).map_err(|_| Fault::new("rate limit", format_args!("there is no binding {name}")))
    }
}

impl Clock for Cloudflare {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(i64::try_from(Date::now().as_millis()).unwrap_or(i64::MAX))
    }
}

impl Entropy for Cloudflare {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Fault> {
        getrandom::fill(bytes).map_err(|e| Fault::new("entropy", e))
    }
}

impl Log for Cloudflare {
    fn error(&self, line: &str) {
        console_error!("{line}");
    }
}
