//! Using a passkey: the relying party's part of WebAuthn L3 §7.2, in two steps. The first needs nothing stored, so that a forged
//! or expired response costs no I/O; the second needs the passkey's row.

use sha2::{Digest, Sha256};

use crate::domain::accounts::user::User;
use crate::domain::crypto::keyring::Keyring;
use crate::domain::id::Id;
use crate::domain::passkeys::authenticator_data::{AuthenticatorData, Flags};
use crate::domain::passkeys::challenge::{self, Challenge, Context};
use crate::domain::passkeys::client_data::{self, Ceremony};
use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::public_key::PublicKey;
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::relying_party::RelyingParty;
use crate::domain::passkeys::response::AssertionResponse;
use crate::domain::passkeys::user_verification::UserVerification;
use crate::domain::timestamp::Timestamp;

/// A response whose signature has not been verified: nothing in it may be relied on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assertion<C = Challenge> {
    credential_id: CredentialId,
    user_handle: Option<Id<User>>,
    challenge: C,
    flags: Flags,
    sign_count: u32,
    /// What the authenticator signed: its data, and the hash of the client data.
    signed: Vec<u8>,
    signature: Vec<u8>,
}

/// The columns of a passkey's row that a signature is judged by.
#[derive(Clone, Copy, Debug)]
pub struct StoredPasskey<'a> {
    /// A COSE key.
    pub public_key: &'a [u8],
    pub backup_eligible: bool,
}

/// What is left to verify: whether the key has signed the message.
pub struct Signed<'a> {
    pub key: PublicKey,
    pub message: &'a [u8],
    pub signature: &'a [u8],
    verified: Verified,
}

impl Signed<'_> {
    /// What the response says, if it has.
    pub fn proved(self, is_genuine: bool) -> Result<Verified, Refusal> {
        if is_genuine { Ok(self.verified) } else { Err(Refusal::Signature) }
    }
}

/// What a genuine response says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    pub sign_count: u32,
    pub user_verified: bool,
    pub backed_up: bool,
}

impl Assertion {
    /// Judges everything that needs no stored row, first the challenge.
    pub fn parse(
        response: &AssertionResponse,
        rp: &RelyingParty,
        keys: &Keyring,
        context: &Context<'_>,
        now: Timestamp,
    ) -> Result<Self, Refusal> {
        Self::parse_with(response, rp, |stamped| challenge::read(keys, context, now, stamped))
    }
}

impl<C> Assertion<C> {
    /// The same for challenges of any kind, such as those of published test vectors: `challenge` judges its bytes.
    pub fn parse_with(
        response: &AssertionResponse,
        rp: &RelyingParty,
        challenge: impl FnOnce(&[u8]) -> Result<C, Refusal>,
    ) -> Result<Self, Refusal> {
        let user_handle = response.user_handle.as_deref().map(user_of).transpose()?;
        let challenge = client_data::judge(&response.client_data, Ceremony::Get, rp, challenge)?;
        let data = AuthenticatorData::parse(&response.authenticator_data)?;
        data.judge(rp, false)?;
        let hash = Sha256::digest(&response.client_data);
        Ok(Self {
            credential_id: response.id.clone(),
            user_handle,
            challenge,
            flags: data.flags,
            sign_count: data.sign_count,
            signed: [response.authenticator_data.as_slice(), &hash].concat(),
            signature: response.signature.clone(),
        })
    }

    pub const fn credential_id(&self) -> &CredentialId {
        &self.credential_id
    }

    /// The user that the passkey was made for, by the authenticator's account, which is not signed. The row of the passkey must
    /// have the same user (§7.2 step 6).
    pub const fn user_handle(&self) -> Option<Id<User>> {
        self.user_handle
    }

    /// Whether the passkey says that it may be on several devices.
    pub const fn backup_eligible(&self) -> bool {
        self.flags.backup_eligible()
    }

    /// What a counter has to be compared with, when the passkey is used.
    pub const fn sign_count(&self) -> u32 {
        self.sign_count
    }

    /// To be spent with the act.
    pub const fn challenge(&self) -> &C {
        &self.challenge
    }

    /// Judges the rest with the row of [`Self::credential_id`], but for the signature. What the counter means is for the caller to
    /// decide.
    pub fn judge(&self, stored: &StoredPasskey<'_>, required: UserVerification) -> Result<Signed<'_>, Refusal> {
        let user_verified = self.flags.user_verified();
        if !required.is_met_by(user_verified) {
            return Err(Refusal::UserVerification);
        }
        // §7.2 step 19. A passkey that could not leave its device and now can is another one.
        if self.flags.backup_eligible() != stored.backup_eligible {
            return Err(Refusal::Backup);
        }
        let key = PublicKey::parse(stored.public_key)?;
        let verified = Verified { sign_count: self.sign_count, user_verified, backed_up: self.flags.backed_up() };
        Ok(Signed { key, message: &self.signed, signature: &self.signature, verified })
    }
}

/// The 16 bytes of `user.id` in the options.
fn user_of(handle: &[u8]) -> Result<Id<User>, Refusal> {
    handle.try_into().map(Id::from_bytes).map_err(|_| Refusal::UserHandle)
}

/// Whether a signature counter is as it should be (§6.1.1): greater than the stored one, or 0 for ever. Those of passkeys that may
/// be on several devices say nothing: each device counts for itself.
pub const fn counter_accepts(stored: u32, presented: u32, backup_eligible: bool) -> bool {
    backup_eligible || presented > stored || stored == 0 && presented == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_counter_of_one_device_only_grows() {
        for (stored, presented, accepted) in
            [(0, 0, true), (0, 1, true), (1, 2, true), (1, u32::MAX, true), (1, 1, false), (1, 0, false), (7, 6, false)]
        {
            assert_eq!(counter_accepts(stored, presented, false), accepted, "{stored}, {presented}");
            assert!(counter_accepts(stored, presented, true), "{stored}, {presented}");
        }
    }
}
