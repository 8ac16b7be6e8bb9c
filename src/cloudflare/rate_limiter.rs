//! Rate-limit bindings behind the `RateLimiter` port: one a lane, with the numbers of `wrangler.toml`.

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::rate_limit::Lane;
use crate::ports::RateLimiter;

impl RateLimiter for Cloudflare {
    async fn admits(&self, lane: Lane, key: &str) -> Result<bool, Fault> {
        let outcome = self.rate_limiter(lane)?.limit(key.to_owned()).await;
        outcome.map(|outcome| outcome.success).map_err(|e| Fault::new("rate limit", e))
    }
}

/// The name of a lane's binding.
pub const fn binding(lane: Lane) -> &'static str {
    match lane {
        Lane::Guess => "LIMIT_GUESSES",
        Lane::Letter => "LIMIT_LETTERS",
        Lane::Traffic => "LIMIT_TRAFFIC",
    }
}
