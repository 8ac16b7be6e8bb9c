//! Why a response of an authenticator was refused: for the log, the audit and the tests. A client is told less.

/// The first rule that a response broke, in the order of WebAuthn Level 3 §7.1 and §7.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Not the JSON of `PublicKeyCredential.toJSON()` (§5.1.8), or `id` and `rawId` differ.
    Malformed,
    /// `clientDataJSON` is not a JSON object with the members of §5.8.1, or has one of them twice.
    ClientData,
    /// The client data is of another ceremony.
    Ceremony,
    /// The challenge is not one of ours, or was issued for another context.
    Challenge,
    ChallengeExpired,
    Origin,
    /// The ceremony took place in a frame of another origin.
    CrossOrigin,
    /// The attestation object is not CBOR with `fmt`, `attStmt` and `authData` (§6.5.4).
    AttestationObject,
    /// The authenticator data does not have the structure of §6.1.
    AuthenticatorData,
    /// The passkey belongs to another relying party.
    RelyingParty,
    /// Nobody touched the authenticator.
    UserPresence,
    /// The authenticator has not verified its user, which this ceremony requires.
    UserVerification,
    /// Backed up, but not eligible for backup; or the eligibility differs from that at registration.
    Backup,
    /// A key for an algorithm that was not offered.
    Algorithm,
    /// Not a public key of its algorithm.
    PublicKey,
    /// Longer than §5.8.3 allows, empty, or not the one that was attested.
    CredentialId,
    /// Not the id of a user.
    UserHandle,
    Signature,
}

impl Refusal {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::ClientData => "client_data",
            Self::Ceremony => "ceremony",
            Self::Challenge => "challenge",
            Self::ChallengeExpired => "challenge_expired",
            Self::Origin => "origin",
            Self::CrossOrigin => "cross_origin",
            Self::AttestationObject => "attestation_object",
            Self::AuthenticatorData => "authenticator_data",
            Self::RelyingParty => "relying_party",
            Self::UserPresence => "user_presence",
            Self::UserVerification => "user_verification",
            Self::Backup => "backup",
            Self::Algorithm => "algorithm",
            Self::PublicKey => "public_key",
            Self::CredentialId => "credential_id",
            Self::UserHandle => "user_handle",
            Self::Signature => "signature",
        }
    }
}
