//! Rate-limit bindings behind the `RateLimiter` port: one per class, with the numbers of `wrangler.toml`.

use crate::cloudflare::platform::Cloudflare;
use crate::domain::error::Fault;
use crate::domain::rate_limit::RateLimitClass;
use crate::ports::RateLimiter;

impl RateLimiter for Cloudflare {
    async fn admits(&self, class: RateLimitClass, key: &str) -> Result<bool, Fault> {
        let name = binding(class);
        let missing = |_| Fault::new("rate limit", format_args!("there is no binding {name}"));
        let outcome = self.env.rate_limiter(name).map_err(missing)?.limit(key.to_owned()).await;
        outcome.map(|outcome| outcome.success).map_err(|e| Fault::new("rate limit", e))
    }
}

/// The name of a class's binding.
const fn binding(class: RateLimitClass) -> &'static str {
    match class {
        RateLimitClass::Guess => "LIMIT_GUESSES",
        RateLimitClass::Email => "LIMIT_LETTERS",
        RateLimitClass::Traffic => "LIMIT_TRAFFIC",
    }
}
