//! Forged access tokens: headers that select another key or algorithm, and signatures by a key other than the named one.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use gatehouse::domain::crypto::algorithm::{Algorithm, SigningKey};
use gatehouse::domain::crypto::keyring::AppKey;
use gatehouse::domain::crypto::signing::epoch_of;
use gatehouse::ports::Clock;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::{Sha256, Sha512};

use crate::app::{KEY, OTHER_KEY, TestApp};
use crate::jwt_forging::{ALGORITHMS, Caught, caught, encode, sign, sign_text};
use crate::signatures::keys;

#[test]
fn the_forgers_own_work_would_pass_if_nothing_were_changed() {
    for it in caught() {
        it.app.me(&sign(&it.header(), &it.claims(), it.key())).assert_ok();
        it.app.me(&sign_text(&format!(" {}\n", it.header()), &it.claims().to_string(), it.key())).assert_ok();
    }
}

#[test]
fn a_header_with_anything_of_its_own_is_refused() {
    for it in caught() {
        for (member, value) in [
            ("crit", json!(["exp"])),
            ("crit", json!([])),
            ("b64", json!(true)),
            ("b64", json!(false)),
            ("jku", json!("https://evil.example/jwks.json")),
            ("x5u", json!("https://evil.example/cert")),
            ("x5c", json!(["MIIB"])),
            ("x5t", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAA")),
            ("x5t#S256", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")),
            ("jwk", serde_json::to_value(it.keys[0].verifying.jwk()).unwrap()),
            ("jwk", Value::Null),
            ("cty", json!("JWT")),
            ("cty", json!("json")),
            ("zip", json!("DEF")),
            ("enc", json!("A128GCM")),
            ("url", json!("https://evil.example")),
            ("KID", json!("unknown")),
            ("typ", json!("JWT")),
            ("typ", json!("ticket+jwt")),
            ("typ", json!("private+jwt")),
            ("typ", json!("application/at+jwt")),
            ("typ", json!("AT+JWT")),
            ("typ", json!(["at+jwt"])),
            ("typ", Value::Null),
            ("kid", json!("unknown")),
            ("kid", json!("")),
            ("kid", json!("../../../dev/null")),
            ("kid", json!("' OR 1=1 --")),
            ("kid", json!([it.keys[0].kid])),
            ("kid", Value::Null),
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("RS256")),
            ("alg", json!("ES384")),
            ("alg", json!("ES256K")),
            ("alg", json!("eddsa")),
            ("alg", json!("es256")),
            ("alg", json!("Ed25519")),
            ("alg", json!("")),
            ("alg", json!(["EdDSA", "ES256"])),
            ("alg", Value::Null),
        ] {
            let mut header = it.header();
            header[member] = value;
            it.refuses(&sign(&header, &it.claims(), it.key()));
        }
        for missing in ["kid", "typ", "alg"] {
            let mut header = it.header();
            header.as_object_mut().unwrap().remove(missing);
            it.refuses(&sign(&header, &it.claims(), it.key()));
        }
    }
}

#[test]
fn a_member_that_is_there_twice_is_there_once_too_often() {
    for it in caught() {
        let twice = |whole: &Value, member: &str, other: &Value| {
            let whole = whole.to_string();
            let member = format!("\"{member}\":{other}");
            [format!("{{{member},{}", &whole[1..]), format!("{},{member}}}", &whole[..whole.len() - 1])]
        };
        let (header, claims) = (it.header(), it.claims());
        for (member, other) in [("alg", json!("none")), ("kid", json!("unknown")), ("typ", json!("JWT"))] {
            for other in [&other, &header[member]] {
                for header in twice(&header, member, other) {
                    it.refuses(&sign_text(&header, &claims.to_string(), it.key()));
                }
            }
        }
        for member in ["iss", "aud", "sub", "sid", "jti", "ver", "role", "amr", "auth_time", "exp", "iat"] {
            for claims in twice(&claims, member, &claims[member]) {
                it.refuses(&sign_text(&header.to_string(), &claims, it.key()));
            }
        }
    }
}

#[test]
fn a_token_that_nobody_has_signed_is_refused() {
    for it in caught() {
        let (_, genuine) = it.token.rsplit_once('.').unwrap();
        for alg in ["none", "None", "NONE", "nOnE", ""] {
            let mut header = it.header();
            header["alg"] = json!(alg);
            for signature in ["", "AA", genuine] {
                it.refuses(&format!("{}.{}.{signature}", encode(header.to_string()), encode(it.claims().to_string())));
            }
        }
        let mut claims = it.claims();
        claims["role"] = json!("admin");
        it.refuses(&format!("{}.{}.{genuine}", encode(it.header().to_string()), encode(claims.to_string())));
    }
}

#[test]
fn a_public_key_is_no_shared_secret() {
    for it in caught() {
        let public = &it.keys[0].verifying.jwk();
        let jwk = serde_json::to_value(public).unwrap();
        let x = jwk["x"].as_str().unwrap();
        let published = it.app.get("/.well-known/jwks.json");
        let mut secrets = vec![
            URL_SAFE_NO_PAD.decode(x).unwrap(),
            x.as_bytes().to_vec(),
            public.to_string().into_bytes(),
            as_published(&published.json(), &it.keys[0].kid).into_bytes(),
            it.keys[0].kid.clone().into_bytes(),
            published.body,
            Vec::new(),
        ];
        if let Some(y) = jwk["y"].as_str() {
            let point = [vec![4], URL_SAFE_NO_PAD.decode(x).unwrap(), URL_SAFE_NO_PAD.decode(y).unwrap()].concat();
            secrets.push(point);
        }
        for secret in secrets {
            // HS512 is as long as our signatures.
            for alg in ["HS256", "HS512", it.header()["alg"].as_str().unwrap()] {
                let mut header = it.header();
                header["alg"] = json!(alg);
                let message = format!("{}.{}", encode(header.to_string()), encode(it.claims().to_string()));
                it.refuses(&format!("{message}.{}", encode(mac::<Hmac<Sha256>>(&secret, &message))));
                it.refuses(&format!("{message}.{}", encode(mac::<Hmac<Sha512>>(&secret, &message))));
            }
        }
    }
}

/// The text of one key of a key set.
fn as_published(set: &Value, kid: &str) -> String {
    set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap().to_string()
}

fn mac<M: Mac + hmac::digest::KeyInit>(secret: &[u8], message: &str) -> Vec<u8> {
    let mut mac = <M as Mac>::new_from_slice(secret).unwrap();
    mac.update(message.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

/// `alg`, `kid` and signature of both algorithms in every mixture: only all three of the configured one pass.
#[test]
fn the_algorithm_is_the_configured_one_whatever_a_token_says() {
    for it in caught() {
        let configured = it.header()["alg"].clone();
        let others = ALGORITHMS.map(|algorithm| TestApp::with(&[("AUTH_SIGNING_ALG", algorithm)]));
        let epochs = others
            .each_ref()
            .map(|app| keys(app, app.settings().issuer.signing.access(), epoch_of(it.app.platform.now())));
        for (alg, of_alg) in ALGORITHMS.iter().zip(0..) {
            for of_kid in 0..2 {
                for of_key in 0..2 {
                    let header = json!({ "alg": alg, "kid": epochs[of_kid][0].kid, "typ": "at+jwt" });
                    let token = sign(&header, &it.claims(), &epochs[of_key][0].signing);
                    if *alg == configured && of_kid == of_alg && of_key == of_alg {
                        it.app.me(&token).assert_ok();
                    } else {
                        it.refuses(&token);
                    }
                }
            }
        }
    }
}

#[test]
fn the_key_is_the_one_the_token_names_and_the_service_accepts() {
    for (algorithm, name) in [(Algorithm::EdDsa, "EdDSA"), (Algorithm::Es256, "ES256")] {
        let mut it = Caught::with(name);
        it.app.redeploy(&[("AUTH_SIGNING_ALG", name), ("APP_KEY_PREVIOUS", OTHER_KEY)]);
        let epoch = epoch_of(it.app.platform.now());
        let kid =
            |place: usize, epoch| keys(&it.app, it.app.settings().issuer.signing.access(), epoch)[place].kid.clone();
        let key = |root, epoch| SigningKey::derive(algorithm, &AppKey::parse(root).unwrap(), epoch);
        let token = |kid: String, key: &SigningKey| {
            let mut header = it.header();
            header["kid"] = json!(kid);
            sign(&header, &it.claims(), key)
        };
        it.app.me(&token(kid(0, epoch), &key(KEY, epoch))).assert_ok();
        it.app.me(&token(kid(1, epoch), &key(OTHER_KEY, epoch))).assert_ok();
        it.refuses(&token(kid(0, epoch), &key(OTHER_KEY, epoch)));
        it.refuses(&token(kid(1, epoch), &key(KEY, epoch)));
        let stranger = "Xk2v9QpLm4RtYw7ZaBc5DfGhJn8sUe3K";
        it.refuses(&token(kid(0, epoch), &key(stranger, epoch)));
        // A leaked key of another epoch can only date tokens into its own epoch, where they have expired.
        for other in [epoch - 2, epoch - 1, epoch + 1, epoch + 2] {
            it.refuses(&token(kid(0, other), &key(KEY, other)));
            it.refuses(&token(kid(0, epoch), &key(KEY, other)));
            it.refuses(&token(kid(0, other), &key(KEY, epoch)));
        }
    }
}

/// Given an ECDSA signature (r, s), anyone can compute (r, n − s). It gains nothing, because no state of ours identifies a token
/// by its spelling.
#[test]
fn the_twin_of_a_signature_ends_with_its_token() {
    let it = Caught::with("ES256");
    let (message, genuine) = it.token.rsplit_once('.').unwrap();
    let genuine = p256::ecdsa::Signature::from_slice(&URL_SAFE_NO_PAD.decode(genuine).unwrap()).unwrap();
    let twin = p256::ecdsa::Signature::from_scalars(*genuine.r(), -*genuine.s()).unwrap();
    let twin = format!("{message}.{}", encode(twin.to_bytes()));
    assert_ne!(twin, it.token);
    it.app.me(&twin).assert_ok();
    it.app.logout(&it.token).assert_ok();
    it.app.me(&twin).assert_error(401, "token_revoked");
    it.app.verify(&twin).assert_error(401, "token_revoked");
}
