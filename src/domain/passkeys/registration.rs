//! Registering a passkey: the relying party's part of WebAuthn L3 §7.1. Attestation is neither requested nor judged: who made an
//! authenticator decides nothing here, and most passkeys have none.

use crate::domain::crypto::keyring::Keyring;
use crate::domain::passkeys::authenticator_data::AuthenticatorData;
use crate::domain::passkeys::cbor::Item;
use crate::domain::passkeys::challenge::{self, Challenge, Context};
use crate::domain::passkeys::client_data::{self, Ceremony};
use crate::domain::passkeys::creation::Requirements;
use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::public_key::{CoseAlgorithm, PublicKey};
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::relying_party::RelyingParty;
use crate::domain::passkeys::response::RegistrationResponse;
use crate::domain::passkeys::transports::Transports;
use crate::domain::timestamp::Timestamp;

/// A passkey to store. Whether its id is already known is for the table to say (§7.1 step 26).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPasskey {
    pub id: CredentialId,
    /// A COSE key that [`PublicKey::parse`] accepts.
    pub public_key: Vec<u8>,
    pub algorithm: CoseAlgorithm,
    pub sign_count: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub user_verified: bool,
    pub transports: Transports,
    /// Which product made it, by its own account. All zeros if it does not say.
    pub aaguid: [u8; 16],
}

/// The new passkey in a response, and the challenge to spend.
pub fn verify(
    response: &RegistrationResponse,
    rp: &RelyingParty,
    keys: &Keyring,
    context: &Context<'_>,
    requirements: Requirements,
    now: Timestamp,
) -> Result<(NewPasskey, Challenge), Refusal> {
    verify_with(response, rp, requirements, |stamped| challenge::read(keys, context, now, stamped))
}

/// The same for challenges of any kind, such as those of published test vectors: `challenge` judges its bytes.
pub fn verify_with<T>(
    response: &RegistrationResponse,
    rp: &RelyingParty,
    requirements: Requirements,
    challenge: impl FnOnce(&[u8]) -> Result<T, Refusal>,
) -> Result<(NewPasskey, T), Refusal> {
    let challenge = client_data::judge(&response.client_data, Ceremony::Create, rp, challenge)?;
    let data = authenticator_data(&response.attestation_object).ok_or(Refusal::AttestationObject)?;
    let data = AuthenticatorData::parse(data)?;
    data.judge(rp, requirements.conditional)?;
    data.judge_user_verification(requirements.user_verification)?;
    let attested = data.attested.ok_or(Refusal::AuthenticatorData)?;
    let algorithm = PublicKey::parse(attested.public_key)?.algorithm();
    if attested.id != response.id {
        return Err(Refusal::CredentialId);
    }
    let passkey = NewPasskey {
        id: attested.id,
        public_key: attested.public_key.to_vec(),
        algorithm,
        sign_count: data.sign_count,
        backup_eligible: data.flags.backup_eligible(),
        backed_up: data.flags.backed_up(),
        user_verified: data.flags.user_verified(),
        transports: response.transports,
        aaguid: attested.aaguid,
    };
    Ok((passkey, challenge))
}

/// `authData` of an attestation object (§6.5.4) that is complete.
fn authenticator_data(attestation_object: &[u8]) -> Option<&[u8]> {
    let object = Item::whole(attestation_object)?;
    let has_statement = object.get("fmt")?.as_text().is_some() && object.get("attStmt")?.is_map();
    object.get("authData")?.as_bytes().filter(|_| has_statement)
}
