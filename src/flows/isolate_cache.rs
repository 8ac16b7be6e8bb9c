//! What an isolate remembers between requests.

use sha2::{Digest, Sha256};

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::ttl_cache::TtlCache;

#[derive(Default)]
pub struct IsolateCache {
    /// Access tokens that were good, by their digests.
    pub tokens: TtlCache<[u8; 32], VerifiedClaims<AccessClaims>>,
    /// What KV had under the keys of marks.
    pub marks: TtlCache<String, Option<String>>,
    /// Marks that were written here, by their keys. KV may take a minute to show them; ends are rare, so they stay.
    pub written: TtlCache<String, String>,
    /// Tokens and sessions whose use was noted: a replica goes on showing the one before for a while.
    pub uses: TtlCache<String, ()>,
}

impl IsolateCache {
    /// What a token is remembered by: the cache holds none.
    pub fn digest(token: &str) -> [u8; 32] {
        Sha256::digest(token).into()
    }
}
