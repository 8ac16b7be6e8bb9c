//! Bookmarks: the position of the database when it answered, kept by the client.
//!
//! D1's own bookmarks grow with every write. Two of them, from before and after a request, may reveal how much it wrote, and
//! so whether an address has an account. So clients only get them encrypted, and D1 only gets those encrypted here.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::policy;

/// The required read consistency.
pub enum ReadConsistency {
    /// The primary's state.
    Now,
    /// No older than this D1 bookmark.
    Since(String),
    /// Any replica's state.
    Whenever,
}

impl ReadConsistency {
    /// For a client that presents a bookmark. An invalid one still asks for fresh data, so it gets the primary, which is
    /// always fresh enough.
    pub fn since(keys: &Keyring, presented: &str) -> Self {
        let ours = || String::from_utf8(seal::open(keys, Purpose::Bookmark, CONTEXT, presented).ok()?).ok();
        let short = presented.len() <= policy::BOOKMARK_LIMIT;
        short.then(ours).flatten().map_or(Self::Now, Self::Since)
    }
}

/// The encryption context. Bookmarks have none: they belong to no user.
const CONTEXT: &str = "";

/// Encrypts a D1 bookmark for the client: different each time, and always of the same length.
pub fn spell(keys: &Keyring, nonce: [u8; NONCE_BYTES], bookmark: &str) -> Result<String, Fault> {
    seal::seal(keys, Purpose::Bookmark, CONTEXT, nonce, bookmark.as_bytes())
}
