//! How a new key comes about.

use crate::domain::error::Error;
use crate::domain::passkeys::user_verification::UserVerification;
use crate::domain::sessions::second_factors::KeyKind;

/// Why a browser is asked to create a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation {
    /// Its user wants a key of this kind.
    Requested(KeyKind),
    /// `mediation: "conditional"` (WebAuthn L3 §5.1.3): after a sign-in with a password, the password manager may create a passkey
    /// without asking, so nobody need be present or verified.
    Conditional,
}

/// What the options of the ceremony ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Requirements {
    pub user_verification: UserVerification,
    /// Nobody need be present (§7.1 step 15).
    pub conditional: bool,
}

impl Creation {
    /// In the words of a request: a kind of key, and how browsers mediate (`CredentialMediationRequirement`). A passkey that its
    /// user asks for, if it says nothing.
    pub fn parse(kind: Option<&str>, mediation: Option<&str>) -> Result<Self, Error> {
        let kind = kind.map_or(Some(KeyKind::Passkey), KeyKind::parse).ok_or(Error::InvalidRequest(Some("kind")))?;
        match (mediation, kind) {
            (None | Some("optional"), kind) => Ok(Self::Requested(kind)),
            (Some("conditional"), KeyKind::Passkey) => Ok(Self::Conditional),
            _ => Err(Error::InvalidRequest(Some("mediation"))),
        }
    }

    pub const fn kind(self) -> KeyKind {
        match self {
            Self::Requested(kind) => kind,
            Self::Conditional => KeyKind::Passkey,
        }
    }

    pub const fn requirements(self) -> Requirements {
        let user_verification = match self {
            Self::Requested(KeyKind::Passkey) => UserVerification::Required,
            Self::Requested(KeyKind::SecurityKey) | Self::Conditional => UserVerification::Preferred,
        };
        Requirements { user_verification, conditional: matches!(self, Self::Conditional) }
    }
}
