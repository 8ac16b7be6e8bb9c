//! The OpenID Foundation's conformance suite, plans Basic OP and Form Post OP: their modules about sign-ins, tokens and claims, by
//! the names that they have there after `oidcc-`.

use serde_json::{Value, json};

use crate::jwt_forging::part;
use crate::oauth_client::{CALLBACK, FORM, OAuthClient};
use crate::relying_party::{RelyingParty, SignIn, in_both_plans, in_both_plans_with};
use crate::rsa_keys::RSA_KEY;

fn members(value: &Value) -> Vec<&str> {
    value.as_object().unwrap().keys().map(String::as_str).collect()
}

const ID_TOKEN: [&str; 11] = ["acr", "amr", "at_hash", "aud", "auth_time", "exp", "iat", "iss", "nonce", "sid", "sub"];

/// With the algorithm that every client knows.
#[test]
fn server() {
    in_both_plans_with(&[("AUTH_RSA_KEY", RSA_KEY)], |mut party| {
        let code = party.code(&[]);
        assert!(code.len() > 40);
        let sign_in = party.signed_in(party.redeem(&code));
        assert_eq!(part(sign_in.text("id_token"), 0)["alg"], "RS256");
        assert_eq!(members(&sign_in.id_token), ID_TOKEN);
        assert_eq!(sign_in.tokens["scope"], "openid");
    });
}

#[test]
fn server_client_secret_post() {
    in_both_plans(|mut party| {
        let code = party.code(&[]);
        let secret = party.client.secret(1);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("client_id", party.client.id),
            ("client_secret", &secret),
        ];
        party.signed_in(party.app.form("/oauth/token", &[FORM], &fields));
    });
}

#[test]
fn ensure_request_with_valid_pkce_succeeds() {
    in_both_plans(|mut party| {
        let challenge = [("code_challenge", crate::browser::CHALLENGE), ("code_challenge_method", "S256")];
        let code = party.code(&challenge);
        party.signed_in(party.client.redeem(&code));
    });
}

#[test]
fn ensure_request_without_nonce_succeeds_for_code_flow() {
    in_both_plans(|mut party| {
        let code = party.code(&[("nonce", "")]);
        let sign_in = party.signed_in(party.redeem(&code));
        assert!(sign_in.id_token.get("nonce").is_none());
    });
}

#[test]
fn codereuse() {
    in_both_plans(|mut party| {
        let code = party.code(&[]);
        let first = party.signed_in(party.redeem(&code));
        party.redeem(&code).assert_oauth(400, "invalid_grant");
        // Sent twice at once, it ends nothing.
        party.client.refresh(first.text("refresh_token")).assert_ok();
    });
}

#[test]
fn codereuse_30seconds() {
    in_both_plans(|mut party| {
        let code = party.code(&[]);
        let first = party.signed_in(party.redeem(&code));
        // Ten seconds later two parties have the code.
        party.app.pass_seconds(11);
        party.redeem(&code).assert_oauth(400, "invalid_grant");
        party.client.refresh(first.text("refresh_token")).assert_oauth(400, "invalid_grant");
        party.app.userinfo(first.text("access_token")).assert_oauth(401, "invalid_token");
        let reason = "SELECT end_reason FROM sessions WHERE client = 'shop'";
        assert_eq!(party.app.platform.ask::<String>(reason), "code_reused");
    });
}

#[test]
fn refresh_token() {
    in_both_plans(|mut party| {
        let offline = [("scope", "openid offline_access"), ("prompt", "consent")];
        let first = party.sign_in(&offline);
        party.app.pass_seconds(60);
        let second = party.signed_in(party.client.refresh(first.text("refresh_token")));
        for same in ["iss", "sub", "aud", "auth_time", "sid"] {
            assert_eq!(first.id_token[same], second.id_token[same], "{same}");
        }
        assert!(second.id_token.get("nonce").is_none() && first.id_token["iat"] != second.id_token["iat"]);
        assert_ne!(first.tokens["access_token"], second.tokens["access_token"]);
        let other = OAuthClient { id: "other", ..OAuthClient::new(party.app) }.registered();
        other.refresh(second.text("refresh_token")).assert_oauth(400, "invalid_grant");
        party.client.refresh(second.text("refresh_token")).assert_ok();
    });
}

#[test]
fn userinfo_get() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[]);
        assert_eq!(party.userinfo(&sign_in.tokens), json!({ "sub": sign_in.id_token["sub"] }));
    });
}

/// The answer to a token that is sent in another way is the same.
fn assert_same_userinfo(party: &RelyingParty<'_>, sign_in: &SignIn, headers: &[(&str, &str)], fields: &[(&str, &str)]) {
    let reply = party.app.form("/oauth/userinfo", headers, fields).assert_ok();
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.json(), party.userinfo(&sign_in.tokens));
}

#[test]
fn userinfo_post_header() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[]);
        let bearer = format!("Bearer {}", sign_in.text("access_token"));
        assert_same_userinfo(&party, &sign_in, &[("Authorization", &bearer)], &[]);
    });
}

#[test]
fn userinfo_post_body() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[]);
        assert_same_userinfo(&party, &sign_in, &[FORM], &[("access_token", sign_in.text("access_token"))]);
    });
}

/// Of the claims of `profile` these are the ones that there are; the suite warns of the others.
#[test]
fn scope_profile() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[("scope", "openid profile")]);
        let userinfo = party.userinfo(&sign_in.tokens);
        assert_eq!(members(&userinfo), ["preferred_username", "sub", "updated_at"]);
        assert_eq!(userinfo["preferred_username"], "ada");
        assert!(userinfo["updated_at"].is_i64());
        assert_eq!(members(&sign_in.id_token), ID_TOKEN);
    });
}

#[test]
fn scope_email() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[("scope", "openid email")]);
        let expected = json!({ "sub": sign_in.id_token["sub"], "email": "ada@example.com", "email_verified": true });
        assert_eq!(party.userinfo(&sign_in.tokens), expected);
        assert_eq!(members(&sign_in.id_token), ID_TOKEN);
    });
}

/// The metadata do not offer some of these scopes, so the suite skips the modules. They give nothing, and are no error.
fn assert_partly_supported(mut party: RelyingParty<'_>, scopes: &str, granted: &str, claims: &[&str]) {
    let metadata = party.app.get("/.well-known/openid-configuration").assert_ok().json();
    let supported = metadata["scopes_supported"].as_array().unwrap();
    assert!(scopes.split(' ').any(|scope| !supported.contains(&json!(scope))));
    let sign_in = party.sign_in(&[("scope", scopes)]);
    assert_eq!(sign_in.tokens["scope"], granted);
    assert_eq!(members(&party.userinfo(&sign_in.tokens)), claims);
}

#[test]
fn scope_address() {
    in_both_plans(|party| {
        assert_partly_supported(party, "openid address", "openid", &["sub"]);
    });
}

#[test]
fn scope_phone() {
    in_both_plans(|party| {
        assert_partly_supported(party, "openid phone", "openid", &["sub"]);
    });
}

#[test]
fn scope_all() {
    in_both_plans(|party| {
        let claims = ["email", "email_verified", "preferred_username", "sub", "updated_at"];
        assert_partly_supported(party, "openid email phone address profile", "openid email profile", &claims);
    });
}

/// There is no such claim, which is not an error (OpenID Connect Core §5.5.1); the suite warns of it.
#[test]
fn claims_essential() {
    in_both_plans(|mut party| {
        let sign_in = party.sign_in(&[("claims", r#"{"userinfo":{"name":{"essential":true}}}"#)]);
        assert_eq!(members(&party.userinfo(&sign_in.tokens)), ["sub"]);
        assert_eq!(members(&sign_in.id_token), ID_TOKEN);
    });
}

/// The parameters and the scopes come in another order.
#[test]
fn alternate_happy_flow() {
    in_both_plans(|mut party| {
        let request = party.request(&[("scope", "email openid")]);
        let (path, query) = request.split_once('?').unwrap();
        let reversed: Vec<_> = query.rsplit('&').collect();
        let reply = party.browser.get(&format!("{path}?{}", reversed.join("&")));
        let reply = party.pass(reply);
        let code = party.answer(&reply).remove("code").unwrap();
        let sign_in = party.signed_in(party.redeem(&code));
        assert_eq!(party.userinfo(&sign_in.tokens)["email"], "ada@example.com");
    });
}
