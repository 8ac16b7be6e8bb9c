//! Proof Key for Code Exchange (RFC 7636), with its only sound method, `S256`: with `plain`, anyone who sees the request has the
//! verifier (RFC 9700 §2.1.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// `code_challenge` (RFC 7636 §4.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PkceChallenge(String);

impl PkceChallenge {
    /// 43 characters of base64url: a SHA-256.
    pub fn parse(text: &str) -> Option<Self> {
        let hash = URL_SAFE_NO_PAD.decode(text).ok()?;
        (hash.len() == Sha256::output_size()).then(|| Self(text.to_owned()))
    }

    /// The challenge of a `code_verifier` (RFC 7636 §4.6). `None` if it is none: 43 to 128 unreserved characters (§4.1).
    pub fn of(verifier: &str) -> Option<Self> {
        let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        let fits = (43..=128).contains(&verifier.len()) && verifier.bytes().all(unreserved);
        fits.then(|| Self(hash(verifier)))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a verifier matches.
    pub fn is_of(&self, verifier: &str) -> bool {
        hash(verifier).as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

fn hash(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    #[test]
    fn a_challenge_is_the_hash_of_its_verifier() {
        assert_eq!(PkceChallenge::of(VERIFIER), PkceChallenge::parse(CHALLENGE));
        assert!(PkceChallenge::parse(CHALLENGE).unwrap().is_of(VERIFIER));
        for wrong in ["", "x", &VERIFIER[1..], &"é".repeat(43), &"a".repeat(129), &format!("{VERIFIER} ")] {
            assert_eq!(PkceChallenge::of(wrong), None, "{wrong}");
        }
        for wrong in ["", "plain", VERIFIER.get(..42).unwrap(), &format!("{CHALLENGE}="), &CHALLENGE.replace('E', "+")]
        {
            assert_eq!(PkceChallenge::parse(wrong), None, "{wrong}");
        }
    }
}
