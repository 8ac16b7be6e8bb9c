//! The cache that an isolate keeps between requests.

use sha2::{Digest, Sha256};

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::ttl_cache::TtlCache;

#[derive(Default)]
pub struct IsolateCache {
    /// Verified access tokens, by their digests.
    pub tokens: TtlCache<[u8; 32], VerifiedClaims<AccessClaims>>,
    /// Revocation marks as read from KV, by their keys.
    pub marks: TtlCache<String, Option<String>>,
    /// Marks written by this isolate, by their keys. KV may take a minute to show them; revocations are rare, so they are kept.
    pub written: TtlCache<String, String>,
    /// Tokens and sessions whose use was recorded: a replica shows the previous use for a while.
    pub uses: TtlCache<String, ()>,
}

impl IsolateCache {
    /// The cache key of a token: the cache holds no tokens.
    pub fn digest(token: &str) -> [u8; 32] {
        Sha256::digest(token).into()
    }
}
