//! Whether an authenticator has to verify its user, by PIN or biometrics.

use crate::domain::sessions::second_factors::KeyKind;

/// `UserVerificationRequirement` (WebAuthn L3 §5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserVerification {
    /// For a passkey that is the only factor.
    Required,
    /// For a passkey that is the second factor, or that is being registered.
    Preferred,
}

impl UserVerification {
    /// What enrolling a key of this kind requires.
    pub const fn of_new(kind: KeyKind) -> Self {
        match kind {
            KeyKind::Passkey => Self::Required,
            KeyKind::SecurityKey => Self::Preferred,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::Preferred => "preferred",
        }
    }

    /// Whether a response with this flag is enough.
    pub const fn is_met_by(self, verified: bool) -> bool {
        verified || matches!(self, Self::Preferred)
    }
}
