//! Authenticator data (WebAuthn L3 §6.1): what the authenticator says about a ceremony, and signs.

use crate::domain::passkeys::cbor::Item;
use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::relying_party::RelyingParty;
use crate::domain::passkeys::user_verification::UserVerification;

/// The flags of a ceremony, one bit each. Bits 1 and 5 are reserved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flags(u8);

impl Flags {
    /// UP: somebody touched the authenticator.
    pub const fn user_present(self) -> bool {
        self.has(0)
    }

    /// UV: the authenticator verified its user.
    pub const fn user_verified(self) -> bool {
        self.has(2)
    }

    /// BE: the passkey may be on several devices. It never changes.
    pub const fn backup_eligible(self) -> bool {
        self.has(3)
    }

    /// BS: the passkey is backed up now.
    pub const fn backed_up(self) -> bool {
        self.has(4)
    }

    /// AT: attested credential data follows.
    const fn has_attested(self) -> bool {
        self.has(6)
    }

    /// ED: extension data follows.
    const fn has_extensions(self) -> bool {
        self.has(7)
    }

    const fn has(self, bit: u8) -> bool {
        self.0 & (1 << bit) != 0
    }
}

/// A new passkey (§6.5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AttestedCredential<'a> {
    pub aaguid: [u8; 16],
    pub id: CredentialId,
    /// A COSE key, not yet judged.
    pub public_key: &'a [u8],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthenticatorData<'a> {
    rp_id_hash: [u8; 32],
    pub flags: Flags,
    /// 0 for authenticators that do not count.
    pub sign_count: u32,
    pub attested: Option<AttestedCredential<'a>>,
}

impl<'a> AuthenticatorData<'a> {
    /// All of the bytes, or [`Refusal::AuthenticatorData`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Refusal> {
        Self::read(bytes).unwrap_or(Err(Refusal::AuthenticatorData))
    }

    /// `None` where the bytes end too early or go on for too long.
    fn read(bytes: &'a [u8]) -> Option<Result<Self, Refusal>> {
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>()?;
        let (flags, rest) = rest.split_first()?;
        let (sign_count, mut rest) = rest.split_first_chunk::<4>()?;
        let flags = Flags(*flags);
        let mut attested = None;
        if flags.has_attested() {
            let (aaguid, id, public_key, after) = attested_parts(rest)?;
            let id = match CredentialId::from_bytes(id) {
                Ok(id) => id,
                Err(refusal) => return Some(Err(refusal)),
            };
            (attested, rest) = (Some(AttestedCredential { aaguid, id, public_key }), after);
        }
        if flags.has_extensions() {
            let (extensions, after) = Item::first(rest)?;
            rest = extensions.is_map().then_some(after)?;
        }
        let sign_count = u32::from_be_bytes(*sign_count);
        rest.is_empty().then_some(Ok(Self { rp_id_hash: *rp_id_hash, flags, sign_count, attested }))
    }

    /// The steps that both ceremonies have in common (§7.1 steps 14 to 18, §7.2 steps 15 to 18), in their order. A passkey may
    /// be created without a touch after a sign-in (`mediation: "conditional"`), and used never.
    pub fn judge(&self, rp: &RelyingParty, without_touch: bool) -> Result<(), Refusal> {
        let flags = self.flags;
        if self.rp_id_hash != rp.id_hash() {
            Err(Refusal::RelyingParty)
        } else if !flags.user_present() && !without_touch {
            Err(Refusal::UserPresence)
        } else if flags.backed_up() && !flags.backup_eligible() {
            Err(Refusal::Backup)
        } else {
            Ok(())
        }
    }

    pub const fn judge_user_verification(&self, required: UserVerification) -> Result<(), Refusal> {
        if required.is_met_by(self.flags.user_verified()) { Ok(()) } else { Err(Refusal::UserVerification) }
    }
}

/// AAGUID, credential id, COSE key, and the bytes after them.
type AttestedParts<'a> = ([u8; 16], &'a [u8], &'a [u8], &'a [u8]);

fn attested_parts(bytes: &[u8]) -> Option<AttestedParts<'_>> {
    let (aaguid, rest) = bytes.split_first_chunk::<16>()?;
    let (length, rest) = rest.split_first_chunk::<2>()?;
    let (id, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
    // The key has no length of its own: it ends where its CBOR ends.
    let (_, after) = Item::first(rest)?;
    let (public_key, _) = rest.split_at_checked(rest.len() - after.len())?;
    Some((*aaguid, id, public_key, after))
}
