//! The id that an authenticator gives a passkey.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, Serializer};

use crate::domain::passkeys::refusal::Refusal;
use crate::domain::policy;

/// 1 to 1023 bytes (WebAuthn L3 §5.8.3). Authenticators choose them; they are neither secret nor in any known format.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CredentialId(Vec<u8>);

impl CredentialId {
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, Refusal> {
        let fits = (1..=policy::CREDENTIAL_ID_MAX_BYTES).contains(&bytes.len());
        if fits { Ok(Self(bytes.to_vec())) } else { Err(Refusal::CredentialId) }
    }

    /// From base64url without padding (RFC 4648 §5), as responses and tables spell it. One id has one spelling.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Refusal::CredentialId)?;
        Self::from_bytes(&bytes)
    }

    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Base64url without padding.
    pub fn spelled(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }
}

impl Serialize for CredentialId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.spelled())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = CredentialId::from_bytes(&[0xfb, 0xff]).unwrap();
        assert_eq!(id.spelled(), "-_8");
        assert_eq!(CredentialId::parse("-_8"), Ok(id));
        for other in ["", "+/8", "-_8=", "-_9", "-_", "-", " -_8", "-_8\n"] {
            assert_ne!(CredentialId::parse(other).map(|id| id.spelled()), Ok("-_8".to_owned()), "{other:?}");
        }
        for wrong in ["", "+/8", "-_8=", "-_9", "-", " -_8", "-_8\n"] {
            assert_eq!(CredentialId::parse(wrong), Err(Refusal::CredentialId), "{wrong:?}");
        }
    }

    #[test]
    fn an_id_longer_than_the_standard_allows_is_refused() {
        assert!(CredentialId::from_bytes(&[1; 1023]).is_ok());
        assert_eq!(CredentialId::from_bytes(&[1; 1024]), Err(Refusal::CredentialId));
        assert_eq!(CredentialId::from_bytes(&[]), Err(Refusal::CredentialId));
    }
}
