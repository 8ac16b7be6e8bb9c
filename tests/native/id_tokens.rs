//! ID tokens and hints: what is signed for clients, and that no token of one kind passes for another.

use ed25519_dalek::Verifier as _;
use gatehouse::domain::crypto::algorithm::Algorithm;
use gatehouse::domain::crypto::jws::Jws;
use gatehouse::domain::crypto::rs256::{EXPONENT, RsaPublicKey};
use gatehouse::domain::crypto::signing::epoch_of;
use gatehouse::domain::id::Id;
use gatehouse::domain::oauth::id_token::{IdTokenAlgorithm, IdTokenClaims, JwtType};
use gatehouse::domain::oauth::id_token_hint::IdTokenHint;
use gatehouse::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use gatehouse::domain::timestamp::Timestamp;
use gatehouse::flows::oauth::{hints, id_tokens};
use gatehouse::ports::Clock;
use pollster::block_on;
use serde_json::{Map, Value, json};

use crate::app::{KEY, ORIGIN, OTHER_KEY, TestApp};
use crate::jwt_forging::{ALGORITHMS, encode, message, part, sign};
use crate::rs256;
use crate::rsa_keys::{KID, OTHER_RSA_KEY, RSA_KEY};
use crate::signatures::keys;

const RSA: (&str, &str) = ("AUTH_RSA_KEY", RSA_KEY);
const USER: &str = "01234567-89ab-4def-8123-456789abcdef";
const SESSION: &str = "fedcba98-7654-4210-8fed-cba987654321";
const DAY: u64 = 86_400;

fn claims(now: Timestamp, extra: Map<String, Value>) -> IdTokenClaims<'static> {
    IdTokenClaims {
        iss: ORIGIN,
        sub: USER.parse().unwrap(),
        aud: "an-app",
        exp: now.seconds() + 900,
        iat: now.seconds(),
        auth_time: now.seconds() - 60,
        nonce: None,
        amr: AuthMethods::from(AuthMethod::Pwd),
        acr: "aal1",
        at_hash: None,
        sid: SESSION.parse().unwrap(),
        extra,
    }
}

pub fn issue_as(app: &TestApp, typ: JwtType, algorithm: IdTokenAlgorithm) -> String {
    let now = app.platform.now();
    block_on(id_tokens::sign_as(&app.platform, app.settings(), typ, algorithm, &claims(now, Map::new()), now)).unwrap()
}

fn issue(app: &TestApp, algorithm: IdTokenAlgorithm) -> String {
    issue_as(app, JwtType::IdToken, algorithm)
}

fn hint(app: &TestApp, token: &str) -> Option<IdTokenHint> {
    block_on(hints::verify(&app.context(), token)).unwrap()
}

/// As a client does, with the published keys and the crates themselves.
pub fn client_verifies(app: &TestApp, token: &str) -> bool {
    let keys = app.get("/.well-known/jwks.json").assert_ok().json();
    let header = part(token, 0);
    let named = |key: &&Value| key["kid"] == header["kid"] && key["alg"] == header["alg"];
    let Some(key) = keys["keys"].as_array().unwrap().iter().find(named) else { return false };
    let bytes = |text: &str| base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text).unwrap();
    let member = |name: &str| bytes(key[name].as_str().unwrap());
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = bytes(signature);
    match key["alg"].as_str().unwrap() {
        "EdDSA" => {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&member("x").try_into().unwrap()).unwrap();
            key.verify(message.as_bytes(), &signature.as_slice().try_into().unwrap()).is_ok()
        }
        "ES256" => {
            let key =
                p256::ecdsa::VerifyingKey::from_sec1_bytes(&[vec![4], member("x"), member("y")].concat()).unwrap();
            let signature = p256::ecdsa::Signature::from_slice(&signature);
            signature.is_ok_and(|signature| key.verify(message.as_bytes(), &signature).is_ok())
        }
        _ => {
            assert_eq!(member("e"), EXPONENT);
            let key = RsaPublicKey::new(&member("n"), &EXPONENT).unwrap();
            rs256::verify(&key, message.as_bytes(), &signature)
        }
    }
}

#[test]
fn a_client_can_verify_an_id_token_whatever_signs_access_tokens() {
    for access in ALGORITHMS {
        let app = TestApp::with(&[RSA, ("AUTH_SIGNING_ALG", access)]);
        for algorithm in IdTokenAlgorithm::ALL {
            let token = issue(&app, algorithm);
            let header = part(&token, 0);
            assert_eq!((&header["alg"], &header["typ"]), (&json!(algorithm.as_str()), &json!("JWT")));
            assert_eq!(header.as_object().unwrap().len(), 3);
            assert!(client_verifies(&app, &token), "{}", algorithm.as_str());
            assert_eq!(message(&token), message(&issue(&app, algorithm)), "the same claims are the same bytes");
        }
    }
    let app = TestApp::with(&[RSA]);
    assert_eq!(part(&issue(&app, IdTokenAlgorithm::Rs256), 0)["kid"], KID);
}

#[test]
fn without_an_rsa_key_that_signs_there_is_no_rs256() {
    for changes in [&[][..], &[("AUTH_RSA_KEY_PREVIOUS", RSA_KEY)]] {
        let app = TestApp::with(changes);
        let (ctx, now) = (app.context(), app.platform.now());
        let claims = claims(now, Map::new());
        assert!(block_on(id_tokens::sign(&ctx, IdTokenAlgorithm::Rs256, &claims, now)).is_err());
    }
}

#[test]
fn an_id_token_says_what_openid_connect_asks_and_leaves_out_what_is_not_there() {
    let app = TestApp::new();
    let now = app.platform.now();
    let lean = part(&issue(&app, IdTokenAlgorithm::EdDsa), 1);
    let always = json!({
        "iss": ORIGIN, "sub": USER, "aud": "an-app", "exp": 1_780_000_900, "iat": 1_780_000_000,
        "auth_time": 1_779_999_940, "amr": ["pwd"], "acr": "aal1", "sid": SESSION,
    });
    assert_eq!(lean, always);
    let mut full = claims(now, json!({ "email": "ada@example.com" }).as_object().unwrap().clone());
    full.nonce = Some("n-0S6_WzA2Mj");
    full.at_hash = Some(block_on(id_tokens::at_hash(&app.platform, IdTokenAlgorithm::EdDsa, "a token")).unwrap());
    let token = block_on(id_tokens::sign(&app.context(), IdTokenAlgorithm::EdDsa, &full, now)).unwrap();
    let found = part(&token, 1);
    assert_eq!((&found["nonce"], &found["email"]), (&json!("n-0S6_WzA2Mj"), &json!("ada@example.com")));
    assert_eq!(found["at_hash"].as_str().unwrap().len(), 43);
    assert_eq!(found.as_object().unwrap().len(), 12);
}

#[test]
fn an_id_token_comes_back_as_a_hint_for_years() {
    let mut app = TestApp::with(&[RSA]);
    let tokens = IdTokenAlgorithm::ALL.map(|algorithm| issue(&app, algorithm));
    for days in [0, 1, 30, 400, 4000] {
        app.pass_seconds(days * DAY);
        for token in &tokens {
            let found = hint(&app, token).unwrap_or_else(|| panic!("{days} {}", part(token, 0)));
            assert_eq!(found.aud, "an-app");
            assert_eq!((found.sub, found.sid), (USER.parse().unwrap(), SESSION.parse::<Id<_>>().unwrap()));
        }
    }
    // With changed keys, for as long as the old ones are accepted.
    let judged = |app: &TestApp| tokens.each_ref().map(|token| hint(app, token).is_some());
    let previous = ("AUTH_RSA_KEY_PREVIOUS", RSA_KEY);
    app.redeploy(&[("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY), ("AUTH_RSA_KEY", OTHER_RSA_KEY), previous]);
    assert_eq!(judged(&app), [true; 3]);
    app.redeploy(&[("APP_KEY", OTHER_KEY), ("AUTH_RSA_KEY", OTHER_RSA_KEY)]);
    assert_eq!(judged(&app), [false; 3]);
    app.redeploy(&[RSA, ("APP_BASE_URL", "https://other.example")]);
    assert_eq!(judged(&app), [false; 3], "another issuer");
}

#[test]
fn a_hint_of_the_past_displaces_no_key_in_use() {
    let app = TestApp::new();
    app.get("/.well-known/jwks.json").assert_ok();
    let token = issue(&app, IdTokenAlgorithm::EdDsa);
    let computed = || app.platform.public_keys.take();
    computed();
    for days in 1..20 {
        let mut claims = part(&token, 1);
        claims["iat"] = json!(app.platform.now().seconds() - days * 90 * DAY as i64);
        let past = format!("{}.{}.AA", token.split('.').next().unwrap(), encode(claims.to_string()));
        assert_eq!(hint(&app, &past), None);
        assert_eq!(computed(), 1);
    }
    app.get("/.well-known/jwks.json").assert_ok();
    assert!(hint(&app, &token).is_some());
    assert_eq!(computed(), 0);
}

#[test]
fn every_byte_of_a_token_counts() {
    let app = TestApp::with(&[RSA]);
    for algorithm in IdTokenAlgorithm::ALL {
        let token = issue(&app, algorithm);
        let (message, signature) = token.rsplit_once('.').unwrap();
        let signature = base64::Engine::decode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, signature).unwrap();
        for place in 0..signature.len() {
            let mut flipped = signature.clone();
            flipped[place] ^= 1;
            assert_eq!(hint(&app, &format!("{message}.{}", encode(flipped))), None, "{} {place}", algorithm.as_str());
        }
        for wrong in ["", "x", message, &token[..token.len() - 1], &format!("{token}A"), &format!(" {token}")] {
            assert_eq!(hint(&app, wrong), None, "{wrong}");
        }
    }
}

#[test]
fn a_hint_is_signed_by_the_key_of_its_own_epoch_and_algorithm() {
    let app = TestApp::with(&[RSA]);
    let now = app.platform.now();
    for (algorithm, other) in [(Algorithm::EdDsa, Algorithm::Es256), (Algorithm::Es256, Algorithm::EdDsa)] {
        let signing = &app.settings().issuer.signing;
        let keys = |algorithm, moment| keys(&app, signing.with(algorithm), epoch_of(moment));
        let (own, stranger) = (keys(algorithm, now), keys(other, now));
        let old = keys(algorithm, Timestamp::from_seconds(now.seconds() - 60 * DAY as i64));
        let good = serde_json::to_value(claims(now, Map::new())).unwrap();
        let header = |kid: &str| json!({ "alg": algorithm.as_str(), "kid": kid, "typ": "JWT" });
        assert!(hint(&app, &sign(&header(&own[0].kid), &good, &own[0].signing)).is_some());
        for (kid, key) in [
            (&own[0].kid, &stranger[0].signing),
            (&stranger[0].kid, &stranger[0].signing),
            (&own[0].kid, &old[0].signing),
            (&old[0].kid, &old[0].signing),
            (&KID.to_owned(), &own[0].signing),
        ] {
            assert_eq!(hint(&app, &sign(&header(kid), &good, key)), None);
        }
        let own = &own[0];
        for (member, value) in [
            ("alg", json!("none")),
            ("alg", json!("HS256")),
            ("alg", json!("RS256")),
            ("kid", Value::Null),
            ("typ", Value::Null),
            ("typ", json!("at+jwt")),
            ("typ", json!("logout+jwt")),
            ("typ", json!("jwt")),
            ("crit", json!(["exp"])),
        ] {
            let mut header = header(&own.kid);
            header[member] = value;
            assert_eq!(hint(&app, &sign(&header, &good, &own.signing)), None, "{header}");
        }
        for (member, value) in [
            ("iss", json!("https://evil.example")),
            ("aud", json!(["an-app"])),
            ("sub", json!("ada")),
            ("sid", Value::Null),
            ("iat", json!(now.seconds() + 61)),
            ("iat", Value::Null),
            ("iat", json!(i64::MIN)),
            ("iat", json!(1e300)),
            ("exp", Value::Null),
        ] {
            let mut claims = good.clone();
            claims[member] = value;
            assert_eq!(hint(&app, &sign(&header(&own.kid), &claims, &own.signing)), None, "{claims}");
        }
    }
}

/// An access token's claims with another type, and an ID token's with another, too.
#[test]
fn no_kind_of_jwt_passes_for_another() {
    for access in ALGORITHMS {
        let app = TestApp::with(&[RSA, ("AUTH_SIGNING_ALG", access)]);
        let token = app.signed_in("ada").access;
        assert_eq!(hint(&app, &token), None);
        for algorithm in IdTokenAlgorithm::ALL {
            let logout = issue_as(&app, JwtType::LogoutToken, algorithm);
            assert_eq!(part(&logout, 0)["typ"], "logout+jwt");
            assert!(client_verifies(&app, &logout));
            assert_eq!(hint(&app, &logout), None);
            for typ in [JwtType::IdToken, JwtType::LogoutToken] {
                let (now, claims) = (app.platform.now(), part(&token, 1));
                let dressed =
                    block_on(id_tokens::sign_as(&app.platform, app.settings(), typ, algorithm, &claims, now)).unwrap();
                assert!(Jws::parse(&dressed).is_some());
                app.me(&dressed).assert_error(401, "token_invalid");
                app.verify(&dressed).assert_error(401, "token_invalid");
                app.logout(&dressed).assert_error(401, "token_invalid");
            }
        }
        app.me(&token).assert_ok();
    }
}

/// Both algorithms are in the key set, so a token names a published key. It is refused all the same.
#[test]
fn an_access_token_of_the_other_algorithm_is_refused_although_its_key_is_published() {
    for (access, other) in [("EdDSA", Algorithm::Es256), ("ES256", Algorithm::EdDsa)] {
        let app = TestApp::with(&[("AUTH_SIGNING_ALG", access)]);
        let token = app.signed_in("ada").access;
        let key = &keys(&app, app.settings().issuer.signing.with(other), epoch_of(app.platform.now()))[0];
        let header = json!({ "alg": other.as_str(), "kid": key.kid, "typ": "at+jwt" });
        let forged = sign(&header, &part(&token, 1), &key.signing);
        assert!(client_verifies(&app, &forged));
        app.me(&forged).assert_error(401, "token_invalid");
        app.verify(&forged).assert_error(401, "token_invalid");
        app.me(&token).assert_ok();
    }
}

/// The first is the example of OpenID Connect Core §A.3, the last was computed with OpenSSL.
#[test]
fn at_hash_is_the_left_half_of_the_signatures_own_hash() {
    let app = TestApp::new();
    let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    for (algorithm, hash) in [
        (IdTokenAlgorithm::Rs256, "77QmUPtjPfzWtF2AnpK9RQ"),
        (IdTokenAlgorithm::Es256, "77QmUPtjPfzWtF2AnpK9RQ"),
        (IdTokenAlgorithm::EdDsa, "q7nS86GgvvFaZkzALLWqJYaJIKw2wCDAVfCAsm5CrBM"),
    ] {
        let found = block_on(id_tokens::at_hash(&app.platform, algorithm, token)).unwrap();
        assert_eq!(found, hash, "{}", algorithm.as_str());
    }
}
