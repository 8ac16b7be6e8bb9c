//! Settings of API keys and other tokens for programs.

use std::time::Duration;

use crate::domain::accounts::user::User;
use crate::domain::env_reader::EnvReader;
use crate::domain::id::Id;
use crate::domain::policy;

/// Number, lifetime and visibility of keys.
pub struct TokenSettings {
    pub api_keys_per_user: u32,
    /// The longest lifetime of an API key or a private token.
    pub max_lifetime: Duration,
    /// How long a list shows a new key in full; `None` is always.
    pub reveal: Option<Duration>,
    /// Users who may introspect all tokens, besides administrators. By id: a login name may belong to another user one day.
    pub introspectors: Vec<Id<User>>,
}

impl TokenSettings {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let count = 1..=policy::API_KEYS_PER_USER_MAX;
        let api_keys_per_user = read.number("AUTH_API_KEYS_PER_USER", policy::API_KEYS_PER_USER, count);
        let max_lifetime = read.seconds("AUTH_API_KEY_MAX_LIFETIME", policy::KEY_LIFETIME, policy::KEY_LIFETIME_MAX);
        let reveal = read.span("AUTH_API_KEY_REVEAL", policy::KEY_REVEAL, Duration::ZERO..=policy::KEY_REVEAL_MAX);
        let introspectors = read.parsed("AUTH_INTROSPECT_CLIENTS", Some(Vec::new()), |list| {
            list.split(',')
                .map(|id| {
                    id.trim()
                        .parse()
                        .map_err(|_| "must be a list of user ids (`npm run admin -- list` shows them)".to_owned())
                })
                .collect()
        });
        Some(Self {
            api_keys_per_user: api_keys_per_user?,
            max_lifetime: max_lifetime?,
            reveal: reveal.map(|reveal| (!reveal.is_zero()).then_some(reveal))?,
            introspectors: introspectors?,
        })
    }
}
