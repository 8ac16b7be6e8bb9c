//! Clients that authenticate themselves: by secrets, by signatures, and in no other way.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use gatehouse::domain::crypto::algorithm::{Algorithm, SigningKey};
use gatehouse::domain::crypto::keyring::AppKey;
use gatehouse::domain::crypto::rsa_keys::RsaKey;
use gatehouse::domain::id::Id;
use gatehouse::domain::oauth::jwk_set::ClientKeys;
use gatehouse::ports::Clock;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::app::{KEY, ORIGIN, Reply, TestApp};
use crate::browser::{Browser, CHALLENGE, VERIFIER};
use crate::jwt_forging::{encode, sign, sign_text};
use crate::oauth_client::{CALLBACK, FORM, OAuthClient};
use crate::oauth_device::{decide, enter, user_code};
use crate::platform::{Failure, FailureTiming};
use crate::rs256;
use crate::rsa_keys::{KID, RSA_KEY};
use crate::signatures;

const FILES: &str = "https://files.example.com";
pub const TYPE: (&str, &str) = ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");

/// A private key of a client; each number is another.
pub fn key(algorithm: Algorithm, number: i64) -> SigningKey {
    SigningKey::derive(algorithm, &AppKey::parse(KEY).unwrap(), number)
}

pub fn jwk(key: &SigningKey, kid: Option<&str>) -> Value {
    let verifying = signatures::public_key(key);
    let mut jwk = serde_json::to_value(verifying.jwk()).unwrap();
    if let Some(kid) = kid {
        jwk["kid"] = json!(kid);
    }
    jwk
}

/// A client with one key, which the key's owner can sign for.
pub struct SigningClient<'h> {
    app: &'h TestApp,
    key: SigningKey,
}

impl SigningClient<'_> {
    pub fn assertion(&self, jti: &str) -> String {
        let mut claims = claims(self.app, jti);
        (claims["iss"], claims["sub"]) = (json!("signer"), json!("signer"));
        sign(&json!({ "alg": "EdDSA" }), &claims, &self.key)
    }
}

pub fn signing_client(app: &TestApp) -> SigningClient<'_> {
    let key = key(Algorithm::EdDsa, 1);
    let keys = ClientKeys::parse(&json!({ "keys": [jwk(&key, None)] })).unwrap();
    let jwks = Some(keys.as_str().to_owned());
    OAuthClient { id: "signer", method: "private_key_jwt", jwks, ..OAuthClient::service(app) }.registered();
    SigningClient { app, key }
}

/// A service whose keys are these.
fn signing<'h>(app: &'h TestApp, keys: &[Value]) -> OAuthClient<'h> {
    OAuthClient::api(app, FILES, "files:read").registered();
    let keys = ClientKeys::parse(&json!({ "keys": keys })).unwrap();
    let jwks = Some(keys.as_str().to_owned());
    OAuthClient { method: "private_key_jwt", jwks, ..OAuthClient::service(app) }.registered()
}

fn claims(app: &TestApp, jti: &str) -> Value {
    let now = app.platform.now().seconds();
    json!({ "iss": "backup", "sub": "backup", "aud": ORIGIN, "jti": jti, "iat": now, "exp": now + 60 })
}

fn ask(app: &TestApp, assertion: &str, more: &[(&str, &str)]) -> Reply {
    let fields = [("grant_type", "client_credentials"), ("resource", FILES), TYPE, ("client_assertion", assertion)];
    app.form("/oauth/token", &[FORM], &[&fields[..], more].concat())
}

#[test]
fn a_client_signs_that_it_is_itself() {
    for algorithm in [Algorithm::Es256, Algorithm::EdDsa] {
        let app = TestApp::new();
        let key = key(algorithm, 1);
        signing(&app, &[jwk(&key, None)]);
        let header = json!({ "alg": algorithm.as_str() });
        for (header, jti) in [
            (header.clone(), "1"),
            (json!({ "alg": algorithm.as_str(), "typ": "JWT", "kid": "any" }), "2"),
            (json!({ "alg": algorithm.as_str(), "typ": "client-authentication+jwt" }), "3"),
        ] {
            let reply = ask(&app, &sign(&header, &claims(&app, jti), &key), &[]).assert_ok();
            assert_eq!(reply.cost, [2, 0, 0], "one round trip for the keys, and one for the rest");
        }
        ask(&app, &sign(&header, &claims(&app, "4"), &key), &[("client_id", "backup")]).assert_ok();
        ask(&app, &sign(&header, &claims(&app, "5"), &key), &[("client_id", "other")])
            .assert_oauth(401, "invalid_client");
    }
}

#[test]
fn a_client_with_an_rsa_key_signs_with_rs256_alone() {
    let app = TestApp::new();
    let key = RsaKey::parse(RSA_KEY).unwrap();
    signing(&app, &[serde_json::to_value(key.public.jwk()).unwrap()]);
    let signed = |alg: &str, jti: &str| {
        let header = json!({ "alg": alg, "kid": KID }).to_string();
        let message = format!("{}.{}", encode(header), encode(claims(&app, jti).to_string()));
        let signature = rs256::sign(&key, message.as_bytes());
        format!("{message}.{}", encode(signature))
    };
    ask(&app, &signed("RS256", "1"), &[]).assert_ok();
    for alg in ["PS256", "RS512", "RS1", "HS256", "none"] {
        ask(&app, &signed(alg, "2"), &[]).assert_oauth(401, "invalid_client");
    }
}

#[test]
fn several_keys_are_told_apart_by_their_names() {
    let app = TestApp::new();
    let (old, new) = (key(Algorithm::Es256, 1), key(Algorithm::EdDsa, 2));
    signing(&app, &[jwk(&old, Some("old")), jwk(&new, Some("new"))]);
    let header = |alg, kid| json!({ "alg": alg, "kid": kid });
    ask(&app, &sign(&header("ES256", "old"), &claims(&app, "1"), &old), &[]).assert_ok();
    ask(&app, &sign(&header("EdDSA", "new"), &claims(&app, "2"), &new), &[]).assert_ok();
    for (header, key) in [
        (header("EdDSA", "old"), &old),
        (header("ES256", "new"), &old),
        (header("EdDSA", "old"), &new),
        (header("EdDSA", "unknown"), &new),
        (json!({ "alg": "EdDSA" }), &new),
    ] {
        ask(&app, &sign(&header, &claims(&app, "3"), key), &[]).assert_oauth(401, "invalid_client");
    }
    // A key that is withdrawn signs for nobody.
    let rest = ClientKeys::parse(&json!({ "keys": [jwk(&new, Some("new"))] })).unwrap();
    app.platform.tell(&format!("UPDATE clients SET jwks = '{}' WHERE id = 'backup'", rest.as_str()));
    ask(&app, &sign(&header("ES256", "old"), &claims(&app, "4"), &old), &[]).assert_oauth(401, "invalid_client");
}

#[test]
fn an_assertion_pushes_one_request_and_gets_one_device_its_codes_or_tokens() {
    let app = TestApp::new();
    app.user("ada");
    let key = key(Algorithm::EdDsa, 1);
    let keys = ClientKeys::parse(&json!({ "keys": [jwk(&key, None)] })).unwrap();
    let (jwks, grants) = (
        Some(keys.as_str().to_owned()),
        "authorization_code refresh_token urn:ietf:params:oauth:grant-type:device_code",
    );
    OAuthClient { id: "backup", method: "private_key_jwt", jwks, grants, ..OAuthClient::new(&app) }.registered();
    let send = |path: &str, fields: &[(&str, &str)], jti: &str| {
        let assertion = sign(&json!({ "alg": "EdDSA" }), &claims(&app, jti), &key);
        let reply = app.form(path, &[FORM], &[fields, &[TYPE, ("client_assertion", &assertion)]].concat());
        let again = app.form(path, &[FORM], &[fields, &[TYPE, ("client_assertion", &assertion)]].concat());
        again.assert_oauth(401, "invalid_client");
        reply
    };
    let request = [
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    assert_eq!(send("/oauth/par", &request, "1").status, 201);
    let device = send("/oauth/device_authorization", &[], "2").assert_ok().json();
    assert_eq!(app.platform.count("authorizations"), 2);
    let poll = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", device["device_code"].as_str().unwrap()),
    ];
    send("/oauth/token", &poll, "3").assert_oauth(400, "authorization_pending");
    let mut browser = Browser::of(&app, "ada");
    let question = enter(&mut browser, user_code(&device));
    decide(&mut browser, &question, "allow");
    app.pass_seconds(5);
    send("/oauth/token", &poll, "4").assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE client = 'backup'"), 1);
}

/// The audience is the issuer as one string: an array or an endpoint could be another server's too (CVE-2025-27370, -27371).
#[test]
fn an_assertion_is_for_this_issuer_alone() {
    let app = TestApp::new();
    let key = key(Algorithm::Es256, 1);
    signing(&app, &[jwk(&key, None)]);
    for audience in [
        json!([ORIGIN]),
        json!([ORIGIN, "https://evil.example"]),
        json!(format!("{ORIGIN}/")),
        json!(format!("{ORIGIN}/oauth/token")),
        json!(format!("{ORIGIN}/oauth/introspect")),
        json!("https://evil.example"),
        json!("AUTH.example.com"),
        json!(""),
        Value::Null,
    ] {
        let mut claims = claims(&app, "1");
        claims["aud"] = audience;
        ask(&app, &sign(&json!({ "alg": "ES256" }), &claims, &key), &[]).assert_oauth(401, "invalid_client");
    }
    ask(&app, &sign(&json!({ "alg": "ES256" }), &claims(&app, "1"), &key), &[]).assert_ok();
}

#[test]
fn an_assertion_is_of_the_client_for_now_and_has_a_name() {
    let app = TestApp::new();
    let key = key(Algorithm::Es256, 1);
    signing(&app, &[jwk(&key, None)]);
    let now = app.platform.now().seconds();
    let long = "x".repeat(129);
    for (name, value) in [
        ("iss", json!("other")),
        ("sub", json!("other")),
        ("iss", json!(ORIGIN)),
        ("iat", json!(now + 61)),
        ("nbf", json!(now + 61)),
        ("exp", json!(now)),
        ("exp", json!(now + 86_400)),
        ("exp", json!(now + 361)),
        ("exp", json!("soon")),
        ("exp", Value::Null),
        ("jti", json!("")),
        ("jti", json!(long)),
        ("jti", json!(1)),
        ("jti", Value::Null),
    ] {
        let mut claims = claims(&app, "1");
        claims[name] = value;
        ask(&app, &sign(&json!({ "alg": "ES256" }), &claims, &key), &[]).assert_oauth(401, "invalid_client");
    }
    for missing in ["iss", "sub", "aud", "exp", "jti"] {
        let mut claims = claims(&app, "1");
        claims.as_object_mut().unwrap().remove(missing);
        ask(&app, &sign(&json!({ "alg": "ES256" }), &claims, &key), &[]).assert_oauth(401, "invalid_client");
    }
    let mut without = claims(&app, "1");
    without.as_object_mut().unwrap().remove("iat");
    without["exp"] = json!(now + 360);
    ask(&app, &sign(&json!({ "alg": "ES256" }), &without, &key), &[]).assert_ok();
}

#[test]
fn a_header_that_says_anything_else_is_refused() {
    let app = TestApp::new();
    let key = key(Algorithm::Es256, 1);
    signing(&app, &[jwk(&key, None)]);
    let claims = claims(&app, "1");
    for (name, value) in [
        ("crit", json!(["exp"])),
        ("b64", json!(false)),
        ("jwk", jwk(&key, None)),
        ("jku", json!("https://evil.example/jwks.json")),
        ("typ", json!("at+jwt")),
        ("typ", json!("logout+jwt")),
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("EdDSA")),
        ("alg", json!("RS256")),
        ("alg", json!("ES384")),
        ("alg", json!("es256")),
        ("alg", Value::Null),
    ] {
        let mut header = json!({ "alg": "ES256" });
        header[name] = value;
        ask(&app, &sign(&header, &claims, &key), &[]).assert_oauth(401, "invalid_client");
    }
    let parts = format!("{}.{}", encode(json!({ "alg": "none" }).to_string()), encode(claims.to_string()));
    for unsigned in [format!("{parts}."), format!("{parts}.AA"), parts] {
        ask(&app, &unsigned, &[]).assert_oauth(401, "invalid_client");
    }
    let other = self::key(Algorithm::Es256, 2);
    ask(&app, &sign(&json!({ "alg": "ES256" }), &claims, &other), &[]).assert_oauth(401, "invalid_client");
    let twice = claims.to_string().replacen('{', r#"{"aud":"https://evil.example","#, 1);
    ask(&app, &sign_text(r#"{"alg":"ES256"}"#, &twice, &key), &[]).assert_oauth(401, "invalid_client");
    assert_eq!(app.platform.count("spent"), 0);
}

#[test]
fn an_assertion_works_once() {
    let app = TestApp::new();
    let key = key(Algorithm::Es256, 1);
    let service = signing(&app, &[jwk(&key, None)]);
    let made = |jti: &str| sign(&json!({ "alg": "ES256" }), &claims(&app, jti), &key);
    let first = made("1");
    ask(&app, &first, &[]).assert_ok();
    ask(&app, &first, &[]).assert_oauth(401, "invalid_client");
    // Nor for anything else, nor for a second assertion of the same name.
    let asks = [TYPE, ("client_assertion", first.as_str()), ("token", "x")];
    app.form("/oauth/introspect", &[FORM], &asks).assert_oauth(401, "invalid_client");
    app.form("/oauth/revoke", &[FORM], &asks).assert_oauth(401, "invalid_client");
    app.pass_seconds(5);
    ask(&app, &made("1"), &[]).assert_oauth(401, "invalid_client");
    // A request that is refused has used it up as well.
    let second = made("2");
    ask(&app, &second, &[("scope", "mail:send")]).assert_oauth(400, "invalid_scope");
    ask(&app, &second, &[]).assert_oauth(401, "invalid_client");
    let _ = service;
}

/// Another request with the same assertion is faster, after this one has verified it.
#[test]
fn of_requests_with_one_assertion_at_the_same_time_one_acts() {
    let app = TestApp::new();
    app.user("ada");
    let key = key(Algorithm::Es256, 1);
    let jwks = ClientKeys::parse(&json!({ "keys": [jwk(&key, None)] })).unwrap().as_str().to_owned();
    let client = OAuthClient { id: "backup", method: "private_key_jwt", jwks: Some(jwks), ..OAuthClient::new(&app) }
        .registered();
    let meanwhile = |jti: &str| {
        let hash: [u8; 32] = Sha256::digest([b"backup\0", jti.as_bytes()].concat()).into();
        let id = Id::<()>::from_bytes(*hash.first_chunk().unwrap());
        format!("INSERT INTO spent (id, op, expires_at) VALUES ('{id}', 'another', 1780009999000)")
    };
    let send = |path: &str, jti: &str, fields: &[(&str, &str)]| {
        let assertion = sign(&json!({ "alg": "ES256" }), &claims(&app, jti), &key);
        app.form(path, &[FORM], &[fields, &[TYPE, ("client_assertion", &assertion)]].concat())
    };
    let code = client.code(&mut Browser::of(&app, "ada"), &[("scope", "openid offline_access")]);
    let redeems = [("grant_type", "authorization_code"), ("code", code.as_str()), ("code_verifier", VERIFIER)];
    app.platform.before_batch(0, &meanwhile("1"));
    send("/oauth/token", "1", &redeems).assert_oauth(401, "invalid_client");
    let tokens = send("/oauth/token", "2", &redeems).assert_ok().json();
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let refreshes = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    app.platform.before_batch(0, &meanwhile("3"));
    send("/oauth/token", "3", &refreshes).assert_oauth(401, "invalid_client");
    assert_eq!(app.platform.ask::<i64>("SELECT generation FROM sessions WHERE client IS NOT NULL"), 0);
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        app.platform.before_batch(0, &meanwhile(path));
        send(path, path, &[("token", refresh)]).assert_oauth(401, "invalid_client");
    }
    // An answer that is lost does not count as another request.
    app.platform.trouble.set(Failure { database: Some((1, FailureTiming::After)), ..Failure::default() });
    let tokens = send("/oauth/token", "4", &refreshes).assert_ok().json();
    assert_ne!(tokens["refresh_token"], refresh);
    send("/oauth/token", "4", &refreshes).assert_oauth(401, "invalid_client");
    let told = send("/oauth/introspect", "5", &[("token", tokens["refresh_token"].as_str().unwrap())]);
    assert_eq!(told.assert_ok().json()["active"], true);
}

#[test]
fn a_client_authenticates_itself_in_one_way() {
    let app = TestApp::new();
    app.user("ada");
    let shop = OAuthClient::new(&app).registered();
    let (secret, basic) = (shop.secret(1), shop.basic(1));
    let grant = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let form = |headers: &[(&str, &str)], fields: &[(&str, &str)]| {
        app.form("/oauth/token", &[headers, &[FORM]].concat(), &[&grant[..], fields].concat())
    };
    let header = [("Authorization", basic.as_str())];
    let in_body = [("client_id", "shop"), ("client_secret", secret.as_str())];
    let assertion = [TYPE, ("client_assertion", "x")];
    form(&header, &in_body).assert_oauth(400, "invalid_request");
    form(&header, &assertion).assert_oauth(400, "invalid_request");
    form(&[], &[&in_body[..], &assertion].concat()).assert_oauth(400, "invalid_request");
    form(&header, &[("client_id", "other")]).assert_oauth(400, "invalid_request");
    form(&[], &[TYPE]).assert_oauth(400, "invalid_request");
    form(&[], &[("client_assertion", "x")]).assert_oauth(400, "invalid_request");
    form(&[], &[("client_assertion", "x"), ("client_assertion_type", "saml")]).assert_oauth(401, "invalid_client");
    form(&[], &assertion).assert_oauth(401, "invalid_client");
    for twice in ["client_id", "client_secret", "client_assertion", "grant_type", "refresh_token"] {
        form(&[], &[&in_body[..], &[(twice, "x"), (twice, "x")]].concat()).assert_oauth(400, "invalid_request");
    }
    // Each way for itself is right, and it is only the token that is refused.
    form(&header, &[]).assert_oauth(400, "invalid_grant");
    form(&header, &[("client_id", "shop")]).assert_oauth(400, "invalid_grant");
    form(&[], &in_body).assert_oauth(400, "invalid_grant");
}

#[test]
fn a_loose_spelling_of_basic_is_refused() {
    let app = TestApp::new();
    let shop = OAuthClient { id: "shop1", ..OAuthClient::new(&app) }.registered();
    let pair = format!("shop1:{}", shop.secret(1));
    let good = STANDARD.encode(&pair);
    let send = |authorization: &str| {
        let grant = [("grant_type", "client_credentials"), ("resource", FILES)];
        app.form("/oauth/token", &[("Authorization", authorization), FORM], &grant)
    };
    send(&format!("Basic {good}")).assert_oauth(400, "unauthorized_client");
    send(&format!("basic {good}")).assert_oauth(400, "unauthorized_client");
    for wrong in [
        good.clone(),
        format!("Bearer {good}"),
        format!("Basic {pair}"),
        format!("Basic {}", STANDARD_NO_PAD.encode(format!("{pair}="))),
        format!("Basic {good}="),
        format!("Basic {good} {good}"),
        format!("Basic {}", STANDARD.encode(format!("{pair} "))),
        format!("Basic {}", STANDARD.encode(format!(" {pair}"))),
        format!("Basic {}", STANDARD.encode(format!("{pair}\n"))),
        format!("Basic {}", STANDARD.encode(format!("{pair}:"))),
        format!("Basic {}", STANDARD.encode(format!("{pair}%00"))),
        format!("Basic {}", STANDARD.encode(format!("{pair}&a=b"))),
        format!("Basic {}", STANDARD.encode(pair.replace(':', "%3A"))),
        format!("Basic {}", STANDARD.encode(pair.to_uppercase())),
        format!("Basic {}", STANDARD.encode("shop1:")),
        format!("Basic {}", STANDARD.encode("shop1")),
        "Basic".to_owned(),
    ] {
        send(&wrong).assert_oauth(401, "invalid_client");
    }
}

#[test]
fn a_secret_is_its_clients_and_the_one_before_works_until_its_end() {
    let app = TestApp::new();
    OAuthClient::api(&app, FILES, "files:read").registered();
    let (service, shop) = (OAuthClient::service(&app).registered(), OAuthClient::new(&app).registered());
    let ask = |secret: &str| {
        let fields = [("grant_type", "client_credentials"), ("resource", FILES), ("client_id", "backup")];
        app.form("/oauth/token", &[FORM], &[&fields[..], &[("client_secret", secret)]].concat())
    };
    ask(&service.secret(1)).assert_ok();
    for wrong in [shop.secret(1), service.secret(0), service.secret(2), String::from("x")] {
        ask(&wrong).assert_oauth(401, "invalid_client");
    }
    let until = app.platform.now().millis() + 60_000;
    app.platform
        .tell(&format!("UPDATE clients SET secret_number = 2, previous_secret_until = {until} WHERE id = 'backup'"));
    for number in [1, 2] {
        ask(&service.secret(number)).assert_ok();
    }
    app.pass_seconds(60);
    ask(&service.secret(1)).assert_oauth(401, "invalid_client");
    ask(&service.secret(2)).assert_ok();
    app.platform.tell("UPDATE clients SET secret_number = 3 WHERE id = 'backup'");
    ask(&service.secret(2)).assert_oauth(401, "invalid_client");
    app.platform.tell("UPDATE clients SET disabled_at = 5 WHERE id = 'backup'");
    ask(&service.secret(3)).assert_oauth(401, "invalid_client");
}

/// CVE-2026-27840: a token that is cut off or goes on is another token.
#[test]
fn every_beginning_and_every_lengthening_is_refused() {
    let app = TestApp::new();
    app.user("ada");
    let shop = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let tokens = shop.tokens(&mut browser, &[]);
    let [access, refresh] = ["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap().to_owned());
    let code = shop.code(&mut browser, &[]);
    let others = |token: &str| {
        let longer = ["A", "=", ".", " ", "\0", "%00", "&", token].map(|more| format!("{token}{more}"));
        let shorter: Vec<_> = (0..token.len()).map(|end| token[..end].to_owned()).collect();
        shorter.into_iter().chain(longer).collect::<Vec<_>>()
    };
    for token in others(&access) {
        assert_eq!(shop.send("/oauth/introspect", &[("token", &token)]).json()["active"], false);
        let reply = app.form("/oauth/userinfo", &[FORM], &[("access_token", &token)]);
        assert_eq!(reply.status, 401, "{token}");
    }
    for token in others(&refresh) {
        assert_eq!(shop.refresh(&token).status, 400, "{token}");
        shop.revoke(&token).assert_ok();
    }
    for code in others(&code) {
        assert_eq!(shop.redeem(&code).status, 400, "{code}");
    }
    for secret in others(&shop.secret(1)) {
        let fields = [("grant_type", "authorization_code"), ("code", &*code), ("code_verifier", VERIFIER)];
        let reply = app.form(
            "/oauth/token",
            &[FORM],
            &[&fields[..], &[("client_id", "shop"), ("client_secret", &secret)]].concat(),
        );
        reply.assert_oauth(401, "invalid_client");
    }
    shop.redeem(&code).assert_ok();
    shop.refresh(&refresh).assert_ok();
    app.userinfo(&access).assert_ok();
}
