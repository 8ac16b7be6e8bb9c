//! An authenticator with its browser, in software: it makes passkeys and signs with them, as well or as badly as a test asks.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// One passkey on one device. Its fields are what a test changes between ceremonies.
#[derive(Clone)]
pub struct Authenticator {
    pub key: SigningKey,
    pub id: Vec<u8>,
    pub aaguid: [u8; 16],
    /// The page that asks.
    pub origin: String,
    /// The RP ID that is signed for; by default that of the options.
    pub rp_id: Option<String>,
    /// The user of the passkey, from the options of its creation. `None` leaves it out of assertions, as U2F keys do.
    pub user_handle: Option<String>,
    pub user_present: bool,
    pub user_verified: bool,
    pub backup_eligible: bool,
    pub backed_up: bool,
    /// Grows by one with each signature; 0 stays 0.
    pub counter: u32,
    /// Makes signatures of another message.
    pub signs_wrongly: bool,
}

impl Authenticator {
    /// The same seed gives the same key and the same credential id.
    pub fn new(origin: &str, seed: u8) -> Self {
        Self {
            key: SigningKey::from_slice(&Sha256::digest([seed])).unwrap(),
            id: Sha256::digest([seed, 1]).to_vec(),
            aaguid: [0; 16],
            origin: origin.to_owned(),
            rp_id: None,
            user_handle: None,
            user_present: true,
            user_verified: true,
            backup_eligible: true,
            backed_up: true,
            counter: 0,
            signs_wrongly: false,
        }
    }

    /// `navigator.credentials.create()` of `PublicKeyCredentialCreationOptionsJSON`, as `toJSON()` spells its result.
    pub fn create(&mut self, options: &Value) -> Value {
        assert!(options["pubKeyCredParams"].as_array().unwrap().iter().any(|offered| offered["alg"] == -7));
        self.user_handle = Some(options["user"]["id"].as_str().unwrap().to_owned());
        let rp_id = options["rp"]["id"].as_str().unwrap();
        let data = [self.data(rp_id, true), self.attested()].concat();
        let length = u16::try_from(data.len()).unwrap().to_be_bytes();
        let attestation_object =
            [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59".as_slice(), &length, &data].concat();
        let client_data = self.client_data("webauthn.create", options);
        self.credential(json!({
            "clientDataJSON": base64url(client_data.as_bytes()),
            "attestationObject": base64url(&attestation_object),
            "authenticatorData": base64url(&data),
            "transports": ["internal", "hybrid"],
            "publicKeyAlgorithm": -7,
        }))
    }

    /// `navigator.credentials.get()` of `PublicKeyCredentialRequestOptionsJSON`.
    pub fn get(&mut self, options: &Value) -> Value {
        if self.counter > 0 {
            self.counter += 1;
        }
        let data = self.data(options["rpId"].as_str().unwrap(), false);
        let client_data = self.client_data("webauthn.get", options);
        let mut message = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        if self.signs_wrongly {
            message.push(0);
        }
        let signature: Signature = self.key.sign(&message);
        self.credential(json!({
            "clientDataJSON": base64url(client_data.as_bytes()),
            "authenticatorData": base64url(&data),
            "signature": base64url(signature.to_der().as_bytes()),
            "userHandle": self.user_handle,
        }))
    }

    fn credential(&self, response: Value) -> Value {
        let id = base64url(&self.id);
        json!({
            "id": id,
            "rawId": id,
            "type": "public-key",
            "authenticatorAttachment": "platform",
            "clientExtensionResults": {},
            "response": response,
        })
    }

    fn client_data(&self, ceremony: &str, options: &Value) -> String {
        let challenge = &options["challenge"];
        json!({"type": ceremony, "challenge": challenge, "origin": self.origin, "crossOrigin": false}).to_string()
    }

    /// WebAuthn L3 §6.1, up to the counter.
    fn data(&self, rp_id: &str, is_new: bool) -> Vec<u8> {
        let rp_id = self.rp_id.as_deref().unwrap_or(rp_id);
        let flags = [
            (self.user_present, 0x01),
            (self.user_verified, 0x04),
            (self.backup_eligible, 0x08),
            (self.backed_up, 0x10),
            (is_new, 0x40),
        ];
        let flags = flags.iter().filter(|(set, _)| *set).fold(0, |all, (_, flag)| all | flag);
        [Sha256::digest(rp_id).as_slice(), &[flags], &self.counter.to_be_bytes()].concat()
    }

    /// WebAuthn L3 §6.5.2.
    fn attested(&self) -> Vec<u8> {
        let point = self.key.verifying_key().to_encoded_point(false);
        let length = u16::try_from(self.id.len()).unwrap().to_be_bytes();
        // COSE: kty 2, alg -7, crv 1, x, y.
        let (x, y) = (point.x().unwrap(), point.y().unwrap());
        let key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20".as_slice(), x, b"\x22\x58\x20", y].concat();
        [self.aaguid.as_slice(), &length, &self.id, &key].concat()
    }
}

pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
