//! The JSON of an authenticator's response, as `PublicKeyCredential.toJSON()` makes it (WebAuthn L3 §5.1.8). Members that are not
//! here are ignored: the public key and the authenticator data are in there twice, and only what is signed counts.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::domain::passkeys::credential_id::CredentialId;
use crate::domain::passkeys::refusal::Refusal;
use crate::domain::passkeys::transports::Transports;

/// `RegistrationResponseJSON`, decoded and not yet judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationResponse {
    pub id: CredentialId,
    pub client_data: Vec<u8>,
    pub attestation_object: Vec<u8>,
    pub transports: Transports,
}

impl RegistrationResponse {
    /// From a member of a request's body.
    pub fn from_value(json: &Value) -> Result<Self, Refusal> {
        Self::of(Credential::deserialize(json))
    }

    /// From the field of a form.
    pub fn from_text(json: &str) -> Result<Self, Refusal> {
        Self::of(serde_json::from_str(json))
    }

    fn of(parsed: serde_json::Result<Credential<Attestation>>) -> Result<Self, Refusal> {
        let (id, response) = parsed.map_err(|_| Refusal::Malformed)?.identified()?;
        Ok(Self {
            id,
            client_data: response.client_data.0,
            attestation_object: response.attestation_object.0,
            transports: Transports::of(response.transports.unwrap_or_default().iter().map(String::as_str)),
        })
    }
}

/// `AuthenticationResponseJSON`, decoded and not yet judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionResponse {
    pub id: CredentialId,
    pub client_data: Vec<u8>,
    pub authenticator_data: Vec<u8>,
    pub signature: Vec<u8>,
    /// Keys that are only second factors give none.
    pub user_handle: Option<Vec<u8>>,
}

impl AssertionResponse {
    /// From a member of a request's body.
    pub fn from_value(json: &Value) -> Result<Self, Refusal> {
        Self::of(Credential::deserialize(json))
    }

    /// From the field of a form.
    pub fn from_text(json: &str) -> Result<Self, Refusal> {
        Self::of(serde_json::from_str(json))
    }

    fn of(parsed: serde_json::Result<Credential<Signed>>) -> Result<Self, Refusal> {
        let (id, response) = parsed.map_err(|_| Refusal::Malformed)?.identified()?;
        Ok(Self {
            id,
            client_data: response.client_data.0,
            authenticator_data: response.authenticator_data.0,
            signature: response.signature.0,
            user_handle: response.user_handle.map(|handle| handle.0),
        })
    }
}

/// What both responses have around their `response`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", bound = "R: DeserializeOwned")]
struct Credential<R> {
    id: Base64Url,
    raw_id: Base64Url,
    #[serde(rename = "type")]
    kind: String,
    response: R,
}

impl<R> Credential<R> {
    /// `id` is `rawId` in base64url (§5.1), so that they can differ only by somebody's hand.
    fn identified(self) -> Result<(CredentialId, R), Refusal> {
        if self.kind != "public-key" || self.id != self.raw_id {
            return Err(Refusal::Malformed);
        }
        Ok((CredentialId::from_bytes(&self.raw_id.0)?, self.response))
    }
}

/// `AuthenticatorAttestationResponseJSON`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attestation {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    attestation_object: Base64Url,
    transports: Option<Vec<String>>,
}

/// `AuthenticatorAssertionResponseJSON`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signed {
    #[serde(rename = "clientDataJSON")]
    client_data: Base64Url,
    authenticator_data: Base64Url,
    signature: Base64Url,
    user_handle: Option<Base64Url>,
}

/// Bytes in base64url without padding; another spelling of the same bytes is refused.
#[derive(PartialEq, Eq)]
struct Base64Url(Vec<u8>);

impl<'de> Deserialize<'de> for Base64Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        URL_SAFE_NO_PAD.decode(text).map(Self).map_err(|_| D::Error::custom("not base64url"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn assertion() -> Value {
        let response =
            json!({"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AQ", "userHandle": "Ag"});
        json!({"id": "-_8", "rawId": "-_8", "type": "public-key", "response": response, "clientExtensionResults": {}})
    }

    #[test]
    fn both_ways_in_read_the_same() {
        let read = AssertionResponse::from_value(&assertion()).unwrap();
        assert_eq!(read.client_data, b"{}");
        assert_eq!((read.authenticator_data.as_slice(), read.signature.as_slice()), ([0].as_slice(), [1].as_slice()));
        assert_eq!(read.user_handle.as_deref(), Some([2].as_slice()));
        assert_eq!(AssertionResponse::from_text(&assertion().to_string()), Ok(read));
    }

    #[test]
    fn a_key_without_a_user_handle_may_say_so_or_leave_it_out() {
        for without in [json!(null), json!("absent")] {
            let mut response = assertion();
            let members = response["response"].as_object_mut().unwrap();
            if without.is_null() {
                members["userHandle"] = without
            } else {
                drop(members.remove("userHandle"))
            }
            assert_eq!(AssertionResponse::from_value(&response).unwrap().user_handle, None);
        }
    }

    #[test]
    fn transports_are_a_hint_that_may_be_missing() {
        let response = json!({"clientDataJSON": "e30", "attestationObject": "oA"});
        let mut registration = json!({"id": "-_8", "rawId": "-_8", "type": "public-key", "response": response});
        assert!(RegistrationResponse::from_value(&registration).unwrap().transports.is_empty());
        registration["response"]["transports"] = json!(["usb", "telepathy"]);
        assert_eq!(RegistrationResponse::from_value(&registration).unwrap().transports.to_string(), "usb");
        registration["response"]["transports"] = json!("usb");
        assert_eq!(RegistrationResponse::from_value(&registration), Err(Refusal::Malformed));
    }

    #[test]
    fn a_response_that_no_browser_makes_is_refused() {
        for (path, wrong) in [
            ("/id", json!("-_9")),
            ("/id", json!("AA")),
            ("/id", json!(7)),
            ("/rawId", json!("-_8=")),
            ("/type", json!("password")),
            ("/response", json!(null)),
            ("/response/clientDataJSON", json!("e30=")),
            ("/response/authenticatorData", json!("A")),
            ("/response/signature", json!("+/8")),
            ("/response/userHandle", json!("Ag==")),
        ] {
            let mut response = assertion();
            *response.pointer_mut(path).unwrap() = wrong.clone();
            assert_eq!(AssertionResponse::from_value(&response), Err(Refusal::Malformed), "{path}: {wrong}");
        }
        let twice = assertion().to_string().replace(r#""rawId""#, r#""id":"-_8","rawId""#);
        assert_eq!(AssertionResponse::from_text(&twice), Err(Refusal::Malformed));
        assert_eq!(AssertionResponse::from_text("{"), Err(Refusal::Malformed));
    }

    #[test]
    fn an_id_of_an_impossible_length_is_refused() {
        let mut response = assertion();
        for id in ["", &"A".repeat(1368)] {
            (response["id"], response["rawId"]) = (json!(id), json!(id));
            assert_eq!(AssertionResponse::from_value(&response), Err(Refusal::CredentialId));
        }
    }
}
