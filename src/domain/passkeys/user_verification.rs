//! Whether an authenticator has to verify its user, by PIN or biometrics.

/// `UserVerificationRequirement` (WebAuthn L3 §5.8.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UserVerification {
    /// For a passkey that is the only factor.
    Required,
    /// For a key that is a second factor, and for a passkey that is created without asking.
    Preferred,
}

impl UserVerification {
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
