//! Bookmarks: how far the database was when it answered, in the hands of whoever was answered.
//!
//! D1's own bookmarks grow with what is written. Two of them, from before and after a request, may tell how much it wrote, and
//! so whether an address has an account. So they leave the house sealed, and D1 is shown none but what was sealed here.

use crate::domain::crypto::keyring::{Keyring, Purpose};
use crate::domain::crypto::seal::{self, NONCE_BYTES};
use crate::domain::error::Fault;
use crate::domain::policy;

/// How new an answer must be.
pub enum ReadConsistency {
    /// As the primary knows it.
    Now,
    /// No older than a bookmark of D1's.
    Since(String),
    /// As any copy knows it.
    Whenever,
}

impl ReadConsistency {
    /// For whoever presents a bookmark. One that is not ours was meant to ask for something new all the same, and only the
    /// primary is new enough whatever it was.
    pub fn since(keys: &Keyring, presented: &str) -> Self {
        let ours = || String::from_utf8(seal::open(keys, Purpose::Bookmark, CONTEXT, presented).ok()?).ok();
        let short = presented.len() <= policy::BOOKMARK_LIMIT;
        short.then(ours).flatten().map_or(Self::Now, Self::Since)
    }
}

/// A seal's context, of which bookmarks have none: they belong to nobody.
const CONTEXT: &str = "";

/// A bookmark of D1's as it leaves the house: another one each time, and each as long as the others.
pub fn spell(keys: &Keyring, nonce: [u8; NONCE_BYTES], bookmark: &str) -> Result<String, Fault> {
    seal::seal(keys, Purpose::Bookmark, CONTEXT, nonce, bookmark.as_bytes())
}
