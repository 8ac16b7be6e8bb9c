//! Text that must not be printed, logged or left in memory. The allocator wipes the memory it was copied from (the body of a
//! request and its fields), like all memory that is freed (`cloudflare/allocator.rs`).

use std::fmt;

use zeroize::Zeroize;

/// A password, key or token in clear. `Debug` does not print it; memory is wiped on drop.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself: check every call in a review.
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
