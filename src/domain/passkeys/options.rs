//! The JSON that browsers turn into the options of a ceremony: `PublicKeyCredential.parseCreationOptionsFromJSON()` and
//! `parseRequestOptionsFromJSON()` (WebAuthn L3 §5.1.9, §5.1.10).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use crate::domain::accounts::user::User;
use crate::domain::id::Id;
use crate::domain::passkeys::creation::Creation;
use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::public_key::CoseAlgorithm;
use crate::domain::passkeys::relying_party::RelyingParty;
use crate::domain::passkeys::transports::Transports;
use crate::domain::passkeys::user_verification::UserVerification;
use crate::domain::policy;
use crate::domain::sessions::second_factors::KeyKind;

/// `PublicKeyCredentialDescriptorJSON`: a known passkey.
#[derive(Clone, Debug, Serialize)]
pub struct Descriptor {
    #[serde(rename = "type")]
    kind: &'static str,
    id: CredentialId,
    #[serde(skip_serializing_if = "Transports::is_empty")]
    transports: Transports,
}

impl Descriptor {
    pub const fn new(id: CredentialId, transports: Transports) -> Self {
        Self { kind: PUBLIC_KEY, id, transports }
    }
}

const PUBLIC_KEY: &str = "public-key";

/// `PublicKeyCredentialCreationOptionsJSON`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CreationOptions<'a> {
    rp: RpEntity<'a>,
    user: UserEntity<'a>,
    challenge: &'a str,
    pub_key_cred_params: [Parameter; 3],
    timeout: u128,
    attestation: &'static str,
    authenticator_selection: AuthenticatorSelection,
    exclude_credentials: &'a [Descriptor],
}

impl<'a> CreationOptions<'a> {
    /// A key for this user. A passkey is to be found without a name at sign-in, and verifies its user; a security key has to do
    /// neither, because it comes after a password. `app_name` is for the browser's dialogue, `user_name` also for the list in
    /// which its user chooses. `exclude` has the passkeys that the account has, so that no authenticator gets two.
    pub fn new(
        rp: &'a RelyingParty,
        app_name: &'a str,
        user: Id<User>,
        user_name: &'a str,
        challenge: &'a str,
        creation: Creation,
        exclude: &'a [Descriptor],
    ) -> Self {
        let is_passkey = creation.kind() == KeyKind::Passkey;
        Self {
            rp: RpEntity { id: &rp.id, name: app_name },
            user: UserEntity { id: URL_SAFE_NO_PAD.encode(user.bytes()), name: user_name, display_name: "" },
            challenge,
            pub_key_cred_params: CoseAlgorithm::OFFERED.map(|alg| Parameter { kind: PUBLIC_KEY, alg }),
            timeout: policy::PASSKEY_CHALLENGE_LIFETIME.as_millis(),
            attestation: "none",
            authenticator_selection: AuthenticatorSelection {
                resident_key: if is_passkey { "required" } else { "discouraged" },
                require_resident_key: is_passkey,
                user_verification: creation.requirements().user_verification.as_str(),
            },
            exclude_credentials: exclude,
        }
    }
}

#[derive(Serialize)]
struct RpEntity<'a> {
    id: &'a str,
    name: &'a str,
}

/// `id` is the user handle. It is in no way secret, and says nothing about its user (§14.6.1).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserEntity<'a> {
    id: String,
    name: &'a str,
    /// Required, and empty where there is no other name (§5.4.3).
    display_name: &'static str,
}

#[derive(Serialize)]
struct Parameter {
    #[serde(rename = "type")]
    kind: &'static str,
    alg: CoseAlgorithm,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AuthenticatorSelection {
    resident_key: &'static str,
    /// For browsers that know Level 1 only.
    require_resident_key: bool,
    user_verification: &'static str,
}

/// `PublicKeyCredentialRequestOptionsJSON`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RequestOptions<'a> {
    challenge: &'a str,
    timeout: u128,
    rp_id: &'a str,
    user_verification: &'static str,
    allow_credentials: &'a [Descriptor],
}

impl<'a> RequestOptions<'a> {
    /// `allow` has the passkeys of a user who is known; empty, the authenticator offers all it has for this relying party.
    pub fn new(
        rp: &'a RelyingParty,
        challenge: &'a str,
        user_verification: UserVerification,
        allow: &'a [Descriptor],
    ) -> Self {
        Self {
            challenge,
            timeout: policy::PASSKEY_CHALLENGE_LIFETIME.as_millis(),
            rp_id: &rp.id,
            user_verification: user_verification.as_str(),
            allow_credentials: allow,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn rp() -> RelyingParty {
        RelyingParty { id: "example.com".into(), origins: vec!["https://auth.example.com".into()] }
    }

    fn known() -> [Descriptor; 2] {
        let id = |byte| CredentialId::from_bytes(&[byte; 3]).unwrap();
        [Descriptor::new(id(1), Transports::of(["usb", "nfc"])), Descriptor::new(id(2), Transports::default())]
    }

    #[test]
    fn creation_options_ask_for_a_passkey_that_can_be_found_without_a_name() {
        let (rp, known) = (rp(), known());
        let (user, passkey) = (Id::from_bytes([0xfb; 16]), Creation::Requested(KeyKind::Passkey));
        let options = CreationOptions::new(&rp, "Gatehouse", user, "ada", "Y2g", passkey, &known);
        let expected = json!({
            "rp": {"id": "example.com", "name": "Gatehouse"},
            "user": {"id": "-_v7-_v7-_v7-_v7-_v7-w", "name": "ada", "displayName": ""},
            "challenge": "Y2g",
            "pubKeyCredParams": [
                {"type": "public-key", "alg": -8},
                {"type": "public-key", "alg": -7},
                {"type": "public-key", "alg": -257},
            ],
            "timeout": 300_000,
            "attestation": "none",
            "authenticatorSelection": {
                "residentKey": "required",
                "requireResidentKey": true,
                "userVerification": "required",
            },
            "excludeCredentials": [
                {"type": "public-key", "id": "AQEB", "transports": ["usb", "nfc"]},
                {"type": "public-key", "id": "AgIC"},
            ],
        });
        assert_eq!(
            serde_json::from_str::<serde_json::Value>(&serde_json::to_string(&options).unwrap()).unwrap(),
            expected
        );
        let security_key = Creation::Requested(KeyKind::SecurityKey);
        for (creation, resident, required) in
            [(security_key, "discouraged", false), (Creation::Conditional, "required", true)]
        {
            let options = CreationOptions::new(&rp, "Gatehouse", user, "ada", "Y2g", creation, &[]);
            let selection =
                json!({"residentKey": resident, "requireResidentKey": required, "userVerification": "preferred"});
            assert_eq!(serde_json::to_value(&options).unwrap()["authenticatorSelection"], selection);
        }
    }

    #[test]
    fn request_options_name_passkeys_only_of_a_user_who_is_known() {
        let (rp, known) = (rp(), known());
        let json = |options: RequestOptions<'_>| {
            serde_json::from_str::<serde_json::Value>(&serde_json::to_string(&options).unwrap()).unwrap()
        };
        let anybody = json(RequestOptions::new(&rp, "Y2g", UserVerification::Required, &[]));
        let expected = json!({
            "challenge": "Y2g",
            "timeout": 300_000,
            "rpId": "example.com",
            "userVerification": "required",
            "allowCredentials": [],
        });
        assert_eq!(anybody, expected);
        let second = json(RequestOptions::new(&rp, "Y2g", UserVerification::Preferred, &known));
        assert_eq!(second["allowCredentials"][1], json!({"type": "public-key", "id": "AgIC"}));
        assert_eq!(second["userVerification"], "preferred");
    }
}
