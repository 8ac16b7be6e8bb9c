//! Introspection and revocation for clients: each learns of its own tokens and of those for the API that it is, and ends its own.

use serde_json::{Value, json};

use crate::app::{ORIGIN, TestApp};
use crate::browser::Browser;
use crate::machine_clients::bearer;
use crate::oauth_client::{FORM, OAuthClient};

const FILES: &str = "https://files.example.com";

fn inactive() -> Value {
    json!({ "active": false })
}

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap()
}

/// A shop whose user allows it to use the API, and the API.
fn shop_and_api(app: &TestApp) -> (OAuthClient<'_>, OAuthClient<'_>) {
    let shop = OAuthClient { scopes: "openid offline_access role files:read", ..OAuthClient::new(app) }.registered();
    (shop, OAuthClient::api(app, FILES, "files:read").registered())
}

const FOR_FILES: [(&str, &str); 2] = [("scope", "openid files:read"), ("resource", FILES)];

#[test]
fn an_api_learns_of_the_tokens_that_are_for_it() {
    let app = TestApp::new();
    app.user("ada");
    let (shop, api) = shop_and_api(&app);
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &FOR_FILES);
    let told = api.introspect(text(&tokens, "access_token"));
    let sid = app.platform.ask::<String>("SELECT id FROM sessions WHERE client = 'shop'");
    let jti = told["jti"].as_str().unwrap();
    let expected = json!({
        "active": true, "iss": ORIGIN, "sub": app.id_of("ada"), "username": "ada", "client_id": "shop",
        "scope": "openid files:read", "aud": FILES, "kind": "access_token", "token_type": "Bearer", "jti": jti,
        "sid": sid, "iat": 1_780_000_000, "exp": 1_780_000_900,
    });
    assert_eq!(told, expected);
    // A refresh token is for its client and for us, and no business of the API.
    assert_eq!(api.introspect(text(&tokens, "refresh_token")), inactive());
}

#[test]
fn a_client_learns_of_its_own_tokens() {
    let app = TestApp::new();
    app.user("ada");
    let (shop, _) = shop_and_api(&app);
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &[("scope", "openid role")]);
    let reply = shop.send("/oauth/introspect", &[("token", text(&tokens, "access_token"))]).assert_ok();
    assert_eq!((reply.cost, reply.batches), ([1, 0, 0], 1), "one round trip");
    assert_eq!(
        (&reply.json()["role"], &reply.json()["aud"]),
        (&json!("user"), &json!(format!("{ORIGIN}/oauth/userinfo")))
    );
    let told = shop.introspect(text(&tokens, "refresh_token"));
    assert_eq!(
        (&told["kind"], &told["token_type"], &told["client_id"]),
        (&json!("refresh_token"), &Value::Null, &json!("shop"))
    );
    assert_eq!(shop.introspect(text(&tokens, "id_token")), inactive());
}

#[test]
fn a_stranger_learns_nothing() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let (shop, _) = shop_and_api(&app);
    let other = OAuthClient { id: "other", ..OAuthClient::new(&app) }.registered();
    let mail = ("https://mail.example.com", "files:read");
    let other_api = OAuthClient { id: "mail-api", resource: Some(mail), ..OAuthClient::new(&app) }.registered();
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &FOR_FILES);
    for stranger in [&other, &other_api] {
        for token in [text(&tokens, "access_token"), text(&tokens, "refresh_token"), &ada.access, &ada.refresh, "x", ""]
        {
            assert_eq!(stranger.introspect(token), inactive());
        }
    }
    // Our own tokens are no client's business, whoever asks.
    assert_eq!(shop.introspect(&ada.access), inactive());
}

#[test]
fn a_client_that_cannot_prove_itself_may_not_ask() {
    let app = TestApp::new();
    app.user("ada");
    let (shop, _) = shop_and_api(&app);
    let public = OAuthClient::public(&app).registered();
    let tokens = public.tokens(&mut Browser::of(&app, "ada"), &[]);
    let token = text(&tokens, "access_token");
    public.send("/oauth/introspect", &[("token", token)]).assert_oauth(401, "invalid_client");
    let form =
        |fields: &[(&str, &str)]| app.form("/oauth/introspect", &[FORM], &[fields, &[("token", token)]].concat());
    form(&[("client_id", "shop")]).assert_oauth(401, "invalid_client");
    form(&[("client_id", "shop"), ("client_secret", "x")]).assert_oauth(401, "invalid_client");
    form(&[("client_id", "shop"), ("client_secret", &shop.secret(2))]).assert_oauth(401, "invalid_client");
    form(&[("client_id", "shop"), ("client_secret", &shop.secret(1))]).assert_ok();
    let (access, two) = (app.sign_in("ada"), [("client_id", "shop"), ("client_secret", "x"), ("token", token)]);
    app.form("/oauth/introspect", &[FORM, ("Authorization", &bearer(&access))], &two)
        .assert_oauth(400, "invalid_request");
}

#[test]
fn who_may_ask_about_a_user_may_ask_about_the_tokens_of_their_clients() {
    let app = TestApp::new();
    let (ada, bob, root) = (app.signed_in("ada"), app.signed_in("bob"), app.administrator("root"));
    let (shop, _) = shop_and_api(&app);
    let service = OAuthClient::service(&app).registered();
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &FOR_FILES);
    let of_service = service.own_token(FILES).assert_ok().json();
    for (caller, about_ada, about_service) in [(&ada, true, false), (&bob, false, false), (&root, true, true)] {
        for name in ["access_token", "refresh_token"] {
            let told = app.introspect(&bearer(caller), text(&tokens, name)).assert_ok().json();
            assert_eq!(told["active"], about_ada);
            assert_eq!(told["client_id"] == "shop", about_ada);
        }
        let told = app.introspect(&bearer(caller), text(&of_service, "access_token")).assert_ok().json();
        assert_eq!(told["active"], about_service);
    }
}

#[test]
fn what_has_ended_is_inactive_at_once() {
    for end in [
        "UPDATE clients SET disabled_at = 5 WHERE id = 'shop'",
        "UPDATE users SET disabled_at = 5",
        "UPDATE sessions SET ended_at = 5, end_reason = 'ended'",
    ] {
        let app = TestApp::new();
        app.user("ada");
        let (shop, api) = shop_and_api(&app);
        let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &FOR_FILES);
        app.platform.tell(end);
        assert_eq!(api.introspect(text(&tokens, "access_token")), inactive(), "{end}");
    }
    let app = TestApp::new();
    app.user("ada");
    let (shop, api) = shop_and_api(&app);
    let first =
        shop.tokens(&mut Browser::of(&app, "ada"), &[FOR_FILES[1], ("scope", "openid files:read offline_access")]);
    let second = shop.refresh(text(&first, "refresh_token")).assert_ok().json();
    assert_eq!(shop.introspect(text(&first, "refresh_token")), inactive(), "of an earlier generation");
    assert_eq!(shop.introspect(text(&second, "refresh_token"))["active"], true);
    app.pass_seconds(900);
    assert_eq!(api.introspect(text(&second, "access_token")), inactive());
    app.platform.tell("UPDATE clients SET disabled_at = 5 WHERE id = 'files-api'");
    api.send("/oauth/introspect", &[("token", "x")]).assert_oauth(401, "invalid_client");
}

#[test]
fn a_client_revokes_its_session_by_either_token() {
    for name in ["access_token", "refresh_token"] {
        for public in [false, true] {
            let app = TestApp::new();
            app.user("ada");
            let client = if public { OAuthClient::public(&app) } else { OAuthClient::new(&app) }.registered();
            let tokens = client.tokens(&mut Browser::of(&app, "ada"), &[("scope", "openid offline_access")]);
            let reply = client.revoke(text(&tokens, name)).assert_ok();
            assert!(reply.body.is_empty());
            assert_eq!(reply.batches, 1);
            let id = app.platform.ask::<String>("SELECT id FROM sessions WHERE client IS NOT NULL");
            assert!(app.platform.kv_entry(&format!("revoked:{id}")).is_some());
            let reason = app.platform.ask::<String>("SELECT end_reason FROM sessions WHERE client IS NOT NULL");
            assert_eq!(reason, "signed_out");
            app.userinfo(text(&tokens, "access_token")).assert_oauth(401, "invalid_token");
            client.refresh(text(&tokens, "refresh_token")).assert_oauth(400, "invalid_grant");
            client.revoke(text(&tokens, name)).assert_ok();
            // The browser stays signed in.
            assert_eq!(
                app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE client IS NULL AND ended_at IS NULL"),
                1
            );
        }
    }
}

#[test]
fn nobody_else_revokes_it() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let (shop, api) = shop_and_api(&app);
    let other = OAuthClient { id: "other", ..OAuthClient::new(&app) }.registered();
    let public = OAuthClient::public(&app).registered();
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &FOR_FILES);
    for name in ["access_token", "refresh_token"] {
        let token = text(&tokens, name);
        for stranger in [&other, &public, &api] {
            stranger.revoke(token).assert_ok();
        }
        // Holding it is not enough, nor is the name of its client.
        app.revoke(token).assert_ok();
        let named = [("client_id", "shop"), ("token", token)];
        app.form("/oauth/revoke", &[FORM], &named).assert_oauth(401, "invalid_client");
        let wrong = [("client_id", "shop"), ("client_secret", "x"), ("token", token)];
        app.form("/oauth/revoke", &[FORM], &wrong).assert_oauth(401, "invalid_client");
    }
    // A client has no part in our own tokens.
    for token in [&ada.access, &ada.refresh] {
        shop.revoke(token).assert_ok();
    }
    app.me(&ada.access).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL"), 0);
    assert_eq!(shop.introspect(text(&tokens, "access_token"))["active"], true);
}

#[test]
fn what_cannot_be_revoked_is_not_said_to_be() {
    let app = TestApp::new();
    let api = OAuthClient::api(&app, FILES, "files:read").registered();
    let service = OAuthClient::service(&app).registered();
    let token = service.own_token(FILES).assert_ok().json();
    service.revoke(text(&token, "access_token")).assert_oauth(400, "unsupported_token_type");
    api.revoke(text(&token, "access_token")).assert_ok();
}

#[test]
fn a_token_of_our_own_clients_for_our_own_api_is_a_clients() {
    let app = TestApp::new();
    let (ada, root) = (app.signed_in("ada"), app.administrator("root"));
    let audience = app.settings().issuer.audience.clone();
    let shop = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let tokens = shop.tokens(&mut Browser::of(&app, "ada"), &[("resource", &audience)]);
    let access = text(&tokens, "access_token");
    app.me(access).assert_ok();
    let told = app.introspect(&bearer(&root), access).assert_ok().json();
    assert_eq!((&told["client_id"], &told["aud"], &told["role"]), (&json!("shop"), &json!(audience), &json!("user")));
    app.revoke(access).assert_ok();
    app.me(access).assert_ok();
    shop.revoke(access).assert_ok();
    app.me(access).assert_error(401, "token_revoked");
    app.me(&ada.access).assert_ok();
}
