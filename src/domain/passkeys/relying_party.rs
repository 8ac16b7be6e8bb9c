//! The relying party: for whom passkeys are made, and on which origins they may be used.

use sha2::{Digest, Sha256};

/// Names and origins of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The RP ID: a domain (WebAuthn L3 §5.1.2). Passkeys are bound to it for ever.
    pub id: String,
    /// The origins of ceremonies, spelled as clients spell them. The first is that of the service itself.
    pub origins: Vec<String>,
}

impl RelyingParty {
    /// SHA-256 of the RP ID, as authenticator data has it (§6.1).
    pub fn id_hash(&self) -> [u8; 32] {
        Sha256::digest(self.id.as_bytes()).into()
    }

    /// Compared byte for byte (§7.1 step 9): no subdomain, no other port, no other scheme.
    pub fn uses(&self, origin: &str) -> bool {
        self.origins.iter().any(|known| known == origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_used_exactly_as_it_is_listed() {
        let rp = RelyingParty { id: "example.com".into(), origins: vec!["https://auth.example.com".into()] };
        assert!(rp.uses("https://auth.example.com"));
        for other in [
            "https://auth.example.com/",
            "https://auth.example.com:443",
            "https://AUTH.example.com",
            "http://auth.example.com",
            "https://example.com",
            "https://x.auth.example.com",
            "https://auth.example.com.evil.example",
            "",
            "null",
        ] {
            assert!(!rp.uses(other), "{other}");
        }
    }
}
