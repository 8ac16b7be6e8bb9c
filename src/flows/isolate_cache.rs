//! The cache that an isolate keeps between requests.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::domain::crypto::claims::VerifiedClaims;
use crate::domain::identity_providers::metadata::ProviderMetadata;
use crate::domain::oauth::client_document::NotDocument;
use crate::domain::oauth::jwk_set::ClientKey;
use crate::domain::oauth::self_description::SelfDescription;
use crate::domain::policy;
use crate::domain::sessions::access_token::AccessClaims;
use crate::domain::timestamp::Timestamp;
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
    /// Clients' documents, by their URLs.
    pub documents: TtlCache<String, RememberedDocument, { policy::CLIENT_DOCUMENTS_KEPT }>,
    /// Metadata and keys of identity providers, by their ids.
    pub providers: TtlCache<String, RememberedProvider, { policy::PROVIDERS_MAX }>,
}

/// What an isolate knows of a provider, and since when.
#[derive(Clone)]
pub struct RememberedProvider {
    pub metadata: ProviderMetadata,
    pub fetched_at: Timestamp,
    pub keys: Vec<ClientKey>,
    pub keys_fetched_at: Option<Timestamp>,
    /// When they were fetched again for a key that they did not have.
    pub retried_at: Option<Timestamp>,
}

/// A client's document, or why there is none that can be used.
#[derive(Clone)]
pub struct RememberedDocument {
    pub outcome: Result<SelfDescription, NotDocument>,
    /// When it was fetched, and from when on it is fetched again.
    pub fresh: Range<Timestamp>,
}

impl IsolateCache {
    /// The cache key of a token: the cache holds no tokens.
    pub fn digest(token: &str) -> [u8; 32] {
        Sha256::digest(token).into()
    }
}
