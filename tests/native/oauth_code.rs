//! The authorization code grant: from the request of a client to its tokens.

use serde_json::json;

use crate::app::{ORIGIN, PASSWORD, TestApp};
use crate::browser::{Browser, VERIFIER};
use crate::oauth_client::{CALLBACK, OAuthClient, answer, claims};

#[test]
fn a_user_signs_in_to_a_client() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::new(&app);
    let page = browser.get(&client.request(&[("scope", "openid email offline_access"), ("nonce", "n-1")]));
    assert!(page.header("location").starts_with(&format!("{ORIGIN}/account/signin?r=%2Foauth%2Fauthorize%3F")));
    let page = browser.follow(&page);
    assert!(page.header("content-security-policy").contains("form-action 'self' https://shop.example.com;"));
    let landed = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let question = browser.follow(&landed);
    assert!(question.text().contains("Sign in to The shop") && question.text().contains("shop.example.com"));
    assert!(question.header("content-security-policy").contains("form-action 'self' https://shop.example.com;"));
    let landed = browser.submit(&question, "/oauth/consent", &[("decision", "allow")]);
    assert!(landed.header("location").starts_with(CALLBACK));
    let answer = answer(&landed);
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("s t", ORIGIN));
    let reply = client.redeem(&answer["code"]).assert_ok();
    assert_eq!(reply.header("cache-control"), "no-store");
    let tokens = reply.json();
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], 900);
    assert_eq!(tokens["scope"], "openid email offline_access");
    let id_token = claims(&tokens["id_token"]);
    assert_eq!(
        (&id_token["aud"], &id_token["nonce"], &id_token["acr"]),
        (&json!("shop"), &json!("n-1"), &json!("aal1"))
    );
    let userinfo = app.userinfo(tokens["access_token"].as_str().unwrap()).assert_ok().json();
    assert_eq!(userinfo, json!({ "sub": id_token["sub"], "email": "ada@example.com", "email_verified": true }));
}

#[test]
fn a_client_refreshes_its_tokens_and_gets_no_second_nonce() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::public(&app).registered();
    let first = client.tokens(&mut Browser::of(&app, "ada"), &[("nonce", "n-1"), ("scope", "openid offline_access")]);
    app.pass_seconds(60);
    let second = client.refresh(first["refresh_token"].as_str().unwrap()).assert_ok().json();
    let (before, after) = (claims(&first["id_token"]), claims(&second["id_token"]));
    for same in ["sub", "iss", "aud", "auth_time", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert!(after["nonce"].is_null() && before["iat"] != after["iat"]);
    app.userinfo(second["access_token"].as_str().unwrap()).assert_ok();
}

#[test]
fn a_code_works_once() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let code = client.code(&mut Browser::of(&app, "ada"), &[]);
    let tokens = client.redeem(&code).assert_ok().json();
    client.redeem(&code).assert_oauth(400, "invalid_grant");
    // Sent twice at once, it ends nothing.
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let tokens = client.refresh(refresh).assert_ok().json();
    // Ten seconds later two parties have the code.
    app.pass_seconds(11);
    client.redeem(&code).assert_oauth(400, "invalid_grant");
    client.refresh(tokens["refresh_token"].as_str().unwrap()).assert_oauth(400, "invalid_grant");
    app.userinfo(tokens["access_token"].as_str().unwrap()).assert_oauth(401, "invalid_token");
    assert_eq!(app.platform.ask::<String>("SELECT end_reason FROM sessions WHERE client = 'shop'"), "code_reused");
}

#[test]
fn a_verifier_proves_who_asked() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::public(&app).registered();
    let code = client.code(&mut Browser::of(&app, "ada"), &[]);
    let other = format!("{}a", &VERIFIER[1..]);
    for verifier in [None, Some(""), Some("x"), Some(other.as_str())] {
        let mut fields = vec![("grant_type", "authorization_code"), ("code", code.as_str())];
        fields.extend(verifier.map(|verifier| ("code_verifier", verifier)));
        client.token(&fields).assert_oauth(400, "invalid_grant");
    }
    client.redeem(&code).assert_ok();
}
