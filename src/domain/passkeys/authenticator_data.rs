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

#[cfg(test)]
mod tests {
    use super::*;

    /// A COSE key, as far as its length goes.
    const KEY: [u8; 3] = [0xa1, 0x01, 0x02];
    const EXTENSIONS: [u8; 3] = [0xa1, 0x61, 0x61];

    fn rp() -> RelyingParty {
        RelyingParty { id: "example.com".into(), origins: Vec::new() }
    }

    /// Authenticator data with these flags and what follows the counter.
    fn data(flags: u8, rest: &[&[u8]]) -> Vec<u8> {
        [&rp().id_hash(), [flags].as_slice(), &[0, 0, 1, 2], &rest.concat()].concat()
    }

    fn attested(id: &[u8]) -> Vec<u8> {
        let length = u16::try_from(id.len()).unwrap().to_be_bytes();
        [[9; 16].as_slice(), &length, id, &KEY].concat()
    }

    #[test]
    fn each_part_is_there_if_its_flag_says_so() {
        let plain = data(0x05, &[]);
        let parsed = AuthenticatorData::parse(&plain).unwrap();
        assert_eq!((parsed.sign_count, &parsed.attested), (0x0102, &None));
        assert!(parsed.flags.user_present() && parsed.flags.user_verified());
        assert!(!parsed.flags.backup_eligible() && !parsed.flags.backed_up());

        let whole = data(0xdd, &[&attested(&[7, 8]), &EXTENSIONS, &[0xf5]]);
        let parsed = AuthenticatorData::parse(&whole).unwrap();
        let id = CredentialId::from_bytes(&[7, 8]).unwrap();
        assert_eq!(parsed.attested, Some(AttestedCredential { aaguid: [9; 16], id, public_key: &KEY }));
        assert!(parsed.flags.backup_eligible() && parsed.flags.backed_up());
        assert!(AuthenticatorData::parse(&data(0x81, &[&EXTENSIONS, &[0xf5]])).is_ok());
    }

    #[test]
    fn every_other_length_is_refused() {
        for whole in [data(0x01, &[]), data(0x41, &[&attested(&[7])]), data(0xc1, &[&attested(&[7]), &[0xa0]])] {
            assert!(AuthenticatorData::parse(&whole).is_ok());
            for end in 0..whole.len() {
                assert_eq!(AuthenticatorData::parse(&whole[..end]), Err(Refusal::AuthenticatorData), "{end}");
            }
            let longer = [whole.as_slice(), &[0xa0]].concat();
            assert_eq!(AuthenticatorData::parse(&longer), Err(Refusal::AuthenticatorData));
        }
        for (flags, rest) in [(0x01, attested(&[7])), (0x81, attested(&[7])), (0x01, vec![0xa0]), (0x81, vec![0x80])] {
            assert_eq!(AuthenticatorData::parse(&data(flags, &[&rest])), Err(Refusal::AuthenticatorData), "{flags:x}");
        }
    }

    #[test]
    fn an_id_that_no_authenticator_may_choose_is_refused() {
        for id in [&[][..], &[7; 1024]] {
            assert_eq!(AuthenticatorData::parse(&data(0x41, &[&attested(id)])), Err(Refusal::CredentialId));
        }
        let longer_than_the_rest = [[9; 16].as_slice(), &[0xff, 0xff], &[7]].concat();
        assert_eq!(AuthenticatorData::parse(&data(0x41, &[&longer_than_the_rest])), Err(Refusal::AuthenticatorData));
    }

    #[test]
    fn flags_are_judged_in_the_order_of_the_standard() {
        let judged = |flags, without_touch| {
            let data = data(flags, &[]);
            AuthenticatorData::parse(&data).unwrap().judge(&rp(), without_touch)
        };
        assert_eq!(judged(0x01, false), Ok(()));
        assert_eq!(judged(0x00, true), Ok(()));
        assert_eq!(judged(0x10, false), Err(Refusal::UserPresence));
        assert_eq!(judged(0x11, false), Err(Refusal::Backup));
        assert_eq!(judged(0x10, true), Err(Refusal::Backup));
        let other = RelyingParty { id: "example.org".into(), origins: Vec::new() };
        let data = data(0x00, &[]);
        let parsed = AuthenticatorData::parse(&data).unwrap();
        assert_eq!(parsed.judge(&other, false), Err(Refusal::RelyingParty));
        assert_eq!(parsed.judge_user_verification(UserVerification::Required), Err(Refusal::UserVerification));
        assert_eq!(parsed.judge_user_verification(UserVerification::Preferred), Ok(()));
    }
}
