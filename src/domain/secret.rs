//! Text that must not be printed, logged or left in memory. What it was copied from, the body of a request and its fields, is
//! wiped by the allocator, as is everything that is given back to it (`cloudflare/allocator.rs`).

use std::fmt;

use zeroize::Zeroize;

/// A password, key or token in clear. Debug says only that it is one; memory is wiped when it goes.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: every call is a place to look at in a review.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_does_not_tell() {
        assert!(!format!("{:?}", Secret::new("hunter22")).contains("hunter"));
    }
}
