//! `ENVIRONMENT`.

use crate::domain::env_reader::EnvReader;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    Production,
    /// Enables `/dev/mail` on a loopback address. Never set in `wrangler.toml`.
    Development,
}

impl Environment {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let words = [("production", Self::Production), ("development", Self::Development)];
        read.word("ENVIRONMENT", Self::Production, &words)
    }
}
