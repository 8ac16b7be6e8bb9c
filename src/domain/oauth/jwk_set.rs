//! The public keys of a client that authenticates itself by signatures (`private_key_jwt`): a JWK Set (RFC 7517 §5) that an
//! administrator registers. It is never fetched: a URL would let a client make this service send requests.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::domain::crypto::algorithm::VerifyingKey;
use crate::domain::crypto::ed25519::Ed25519PublicKey;
use crate::domain::crypto::es256::Es256PublicKey;
use crate::domain::crypto::rs256::RsaPublicKey;
use crate::domain::crypto::rsa_keys::RS256;
use crate::domain::policy;

/// The algorithms of its keys, as metadata lists them.
pub const ALGORITHMS: [&str; 4] = ["ES256", "EdDSA", RS256, PS256];

/// RFC 7518 §3.5: RSASSA-PSS with SHA-256.
pub const PS256: &str = "PS256";

const OF_RSA: [&str; 2] = [RS256, PS256];

/// Members of private and symmetric keys (RFC 7518 §6.2.2, §6.3.2, §6.4.1; RFC 8037 §2).
const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"];

/// One public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    kid: Option<String>,
    pub key: PublicKey,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    Ecc(VerifyingKey),
    /// With its algorithm, if the key names one: RS256 or PS256. Otherwise a signature of either is genuine.
    Rsa(RsaPublicKey, Option<&'static str>),
}

impl ClientKey {
    /// Whether it signs with an algorithm, under RFC 7518 §3.1's name.
    pub fn is_for(&self, alg: &str) -> bool {
        match &self.key {
            PublicKey::Ecc(key) => key.algorithm().as_str() == alg,
            PublicKey::Rsa(_, Some(only)) => *only == alg,
            PublicKey::Rsa(_, None) => OF_RSA.contains(&alg),
        }
    }
}

/// A client's keys, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKeys {
    stored: String,
    keys: Vec<ClientKey>,
}

impl ClientKeys {
    /// From a JWK Set as an administrator enters it. `None` for a key that is private, weak or of another algorithm, and for
    /// several keys that cannot be told apart.
    pub fn parse(set: &Value) -> Option<Self> {
        let members = set.as_object()?.get("keys")?.as_array()?;
        let public: Vec<_> = members.iter().map(public_members).collect::<Option<_>>()?;
        Self::of(serde_json::json!({ "keys": public }).to_string(), &public)
    }

    /// From the form that [`Self::as_str`] has.
    pub fn read(stored: &str) -> Option<Self> {
        let set: Value = serde_json::from_str(stored).ok()?;
        Self::of(stored.to_owned(), set.get("keys")?.as_array()?)
    }

    fn of(stored: String, members: &[Value]) -> Option<Self> {
        let keys: Vec<_> = members.iter().map(key).collect::<Option<_>>()?;
        let is_alone = keys.len() == 1;
        let is_first = |place: usize, kid: &str| keys.iter().take(place).all(|key| key.kid.as_deref() != Some(kid));
        let is_named =
            |(place, key): (usize, &ClientKey)| key.kid.as_ref().map_or(is_alone, |kid| is_first(place, kid));
        let fits = (1..=policy::CLIENT_KEYS_MAX).contains(&keys.len()) && keys.iter().enumerate().all(is_named);
        fits.then_some(Self { stored, keys })
    }

    /// The form in which they are stored: a JWK Set with the members that we read, and no others.
    pub fn as_str(&self) -> &str {
        &self.stored
    }

    /// The key that a header names. It may name none if there is one key alone (RFC 7515 §4.1.4).
    pub fn find(&self, kid: Option<&str>) -> Option<&ClientKey> {
        match (kid, self.keys.as_slice()) {
            (None, [only]) | (Some(_), [only @ ClientKey { kid: None, .. }]) => Some(only),
            (None, _) => None,
            (Some(kid), keys) => keys.iter().find(|key| key.kid.as_deref() == Some(kid)),
        }
    }
}

/// The keys of somebody else's JWK Set that we can verify with. Others may be for encryption, or of algorithms that we do not have.
pub fn known_keys(set: &Map<String, Value>) -> Vec<ClientKey> {
    let members = set.get("keys").and_then(Value::as_array);
    members.into_iter().flatten().filter_map(key).collect()
}

/// The key among them that a token names, or the only one of the token's algorithm.
pub fn find_known<'k>(keys: &'k [ClientKey], kid: Option<&str>, alg: &str) -> Option<&'k ClientKey> {
    let mut candidates = keys.iter().filter(|key| key.is_for(alg) && (kid.is_none() || key.kid.as_deref() == kid));
    let found = candidates.next();
    found.filter(|_| candidates.next().is_none())
}

/// A key without the members that mean nothing here. `None` if it is not public.
fn public_members(key: &Value) -> Option<Value> {
    let key = key.as_object().filter(|key| PRIVATE.iter().all(|name| !key.contains_key(*name)))?;
    let known = ["kty", "crv", "x", "y", "n", "e", "kid", "alg", "use"];
    let members = key.iter().filter(|(name, _)| known.contains(&name.as_str()));
    Some(Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect()))
}

/// The algorithm follows from the type of the key, or is one of two. One that the key names must be among them.
fn key(members: &Value) -> Option<ClientKey> {
    let members = members.as_object()?;
    let key = match text(members, "kty")? {
        "EC" => PublicKey::Ecc(VerifyingKey::Es256(p256(members)?)),
        "OKP" => PublicKey::Ecc(VerifyingKey::EdDsa(ed25519(members)?)),
        "RSA" => {
            let only = OF_RSA.into_iter().find(|alg| text(members, "alg") == Some(alg));
            PublicKey::Rsa(RsaPublicKey::new(&bytes(members, "n")?, &bytes(members, "e")?)?, only)
        }
        _ => return None,
    };
    let kid = match members.get("kid") {
        None => None,
        Some(kid) => Some(kid.as_str().filter(|kid| is_name(kid))?.to_owned()),
    };
    let key = ClientKey { kid, key };
    let is_of = |alg: &Value| alg.as_str().is_some_and(|alg| key.is_for(alg));
    let signs = members.get("use").is_none_or(|usage| usage == "sig");
    (signs && members.get("alg").is_none_or(is_of)).then_some(key)
}

fn is_name(kid: &str) -> bool {
    (1..=policy::KEY_ID_MAX_BYTES).contains(&kid.len()) && kid.bytes().all(|byte| byte.is_ascii_graphic())
}

fn text<'m>(members: &'m Map<String, Value>, name: &str) -> Option<&'m str> {
    members.get(name)?.as_str()
}

fn bytes(members: &Map<String, Value>, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(members, name)?).ok()
}

/// RFC 7518 §6.2.1.
fn p256(members: &Map<String, Value>) -> Option<Es256PublicKey> {
    let point = Es256PublicKey::new(&bytes(members, "x")?, &bytes(members, "y")?);
    point.filter(|_| text(members, "crv") == Some("P-256"))
}

/// RFC 8037 §2. A key of small order verifies signatures that nobody made.
fn ed25519(members: &Map<String, Value>) -> Option<Ed25519PublicKey> {
    let key = Ed25519PublicKey::new(bytes(members, "x")?.try_into().ok()?);
    key.filter(|_| text(members, "crv") == Some("Ed25519"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 8037 §A.2.
    fn okp() -> Value {
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
    }

    /// RFC 7517 §A.1.
    fn ec() -> Value {
        json!({
            "kty": "EC", "crv": "P-256",
            "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
            "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
        })
    }

    fn with(mut key: Value, changes: &Value) -> Value {
        key.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        key
    }

    fn parse(keys: &[Value]) -> Option<ClientKeys> {
        ClientKeys::parse(&json!({ "keys": keys }))
    }

    #[test]
    fn public_keys_are_read_back_from_what_is_stored() {
        let rsa =
            json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 256]), "e": "AQAB", "kid": "r", "use": "sig" });
        let pss = with(rsa.clone(), &json!({ "kid": "p", "alg": "PS256" }));
        let set = [with(okp(), &json!({ "kid": "a", "x5t": "AA" })), with(ec(), &json!({ "kid": "b" })), rsa, pss];
        let keys = parse(&set).unwrap();
        assert_eq!(ClientKeys::read(keys.as_str()).unwrap(), keys);
        assert!(!keys.as_str().contains("x5t"));
        let algs =
            |kid| ALGORITHMS.into_iter().filter(|alg| keys.find(Some(kid)).unwrap().is_for(alg)).collect::<Vec<_>>();
        assert_eq!(["a", "b", "p"].map(algs), [["EdDSA"], ["ES256"], ["PS256"]]);
        assert_eq!(algs("r"), ["RS256", "PS256"]);
        assert!(keys.find(Some("c")).is_none());
        assert_eq!(keys.find(None), None);
    }

    #[test]
    fn a_single_key_needs_no_name() {
        let unnamed = parse(&[ec()]).unwrap();
        assert!(unnamed.find(None).is_some() && unnamed.find(Some("any")).is_some());
        let named = parse(&[with(ec(), &json!({ "kid": "a" }))]).unwrap();
        assert!(named.find(None).is_some() && named.find(Some("a")).is_some() && named.find(Some("b")).is_none());
    }

    #[test]
    fn keys_that_are_private_weak_or_ambiguous_are_refused() {
        for name in PRIVATE {
            assert_eq!(parse(&[with(okp(), &json!({ name: "AA" }))]), None, "{name}");
        }
        for wrong in [
            with(okp(), &json!({ "x": URL_SAFE_NO_PAD.encode([0; 32]) })),
            with(okp(), &json!({ "crv": "X25519" })),
            with(okp(), &json!({ "alg": "ES256" })),
            with(okp(), &json!({ "use": "enc" })),
            with(okp(), &json!({ "kid": "" })),
            with(okp(), &json!({ "kid": 1 })),
            with(ec(), &json!({ "y": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7" })),
            with(ec(), &json!({ "crv": "P-384" })),
            json!({ "kty": "oct", "k": "AA" }),
            json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 128]), "e": "AQAB" }),
            json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 256]), "e": "Aw" }),
            json!({ "kty": "RSA", "n": URL_SAFE_NO_PAD.encode([0xff; 256]), "e": "AQAB", "alg": "RS384" }),
            json!("x"),
        ] {
            assert_eq!(parse(std::slice::from_ref(&wrong)), None, "{wrong}");
        }
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&[okp(), ec()]), None, "two without names");
        assert_eq!(parse(&[okp(), ec()].map(|key| with(key, &json!({ "kid": "a" })))), None, "two with one name");
        let many = (0..=policy::CLIENT_KEYS_MAX).map(|kid| with(okp(), &json!({ "kid": kid.to_string() })));
        assert_eq!(parse(&many.collect::<Vec<_>>()), None);
        for wrong in [json!([]), json!({}), json!({ "keys": {} }), json!({ "jwks_uri": "https://a.example" })] {
            assert_eq!(ClientKeys::parse(&wrong), None, "{wrong}");
        }
    }
}
