//! `/account/keys`: what administrators sign in to the portal with.

use crate::words::keys::Section;

pub struct Portal {
    pub section: Section,
    /// What a token from `tokenlogin` is called.
    pub token: &'static str,
    /// What one that was made on the page is called.
    pub key: &'static str,
}
