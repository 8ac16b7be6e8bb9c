//! The OpenID Foundation's conformance suite, plans Basic OP and Form Post OP: their modules about authorization requests, by the
//! names that they have there after `oidcc-`.

use gatehouse::domain::oauth::authorization_request::ResponseMode;
use http::Method;
use serde_json::json;

use crate::app::{ORIGIN, PASSWORD};
use crate::browser::Browser;
use crate::jwt_forging::encode;
use crate::oauth_client::{CALLBACK, FORM};
use crate::relying_party::{RelyingParty, STATE, SignIn, in_both_plans};

#[test]
fn response_type_missing() {
    in_both_plans(|mut party| {
        let reply = party.ask(&[("response_type", "")]);
        assert_eq!(party.error(&reply), "invalid_request");
    });
}

/// Anything but a registered address, byte for byte, is shown to the user, and nobody is sent there.
#[test]
fn ensure_registered_redirect_uri() {
    in_both_plans(|party| {
        let mut browsers = [Browser::new(party.app), Browser::of(party.app, "ada")];
        for wrong in [
            "https://evil.example/cb",
            "https://shop.example.com/cb/",
            "https://shop.example.com/cb/x",
            "https://shop.example.com/cb?x",
            "https://shop.example.com/cb#x",
            "https://shop.example.com/CB",
            "https://SHOP.example.com/cb",
            "https://shop.example.com:443/cb",
            "https://shop.example.com/x/../cb",
            "https://shop.example.com/x/..;/cb",
            "https://shop.example.com/%63b",
            "https://shop.example.com@evil.example/cb",
            "https://a@shop.example.com/cb",
            "https://shop.example.com\\@evil.example/cb",
            "https://shop.example.com.evil.example/cb",
            "//shop.example.com/cb",
            "/cb",
            "javascript:alert(1)",
            "JavaScript://shop.example.com/%0aalert(1)",
            "data:text/html,x",
            "http://localhost.evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
        ] {
            for browser in &mut browsers {
                for more in [[("state", "s")], [("prompt", "none")], [("response_type", "token")], [("scope", "wrong")]]
                {
                    let reply = browser.get(&party.request(&[&[("redirect_uri", wrong)][..], &more].concat()));
                    assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""), "{wrong}");
                    assert!(reply.text().contains("address that it has registered (redirect_uri)"), "{}", reply.text());
                }
            }
        }
        assert_eq!(party.app.platform.count("authorizations"), 0);
    });
}

/// With a form of another site a browser sends no session, so the form becomes a link.
#[test]
fn ensure_post_request_succeeds() {
    in_both_plans(|mut party| {
        let request = party.request(&[]);
        let (path, query) = request.split_once('?').unwrap();
        let headers = [FORM, ("Origin", "https://shop.example.com"), ("Sec-Fetch-Site", "cross-site")];
        let reply = party.browser.send(Method::POST, path, &headers, query);
        assert_eq!((reply.status.as_u16(), reply.header("location")), (303, format!("{ORIGIN}{request}").as_str()));
        let reply = party.browser.follow(&reply);
        let reply = party.pass(reply);
        let code = party.answer(&reply).remove("code").unwrap();
        party.signed_in(party.redeem(&code));
    });
}

#[test]
fn ensure_request_with_unknown_parameter_succeeds() {
    in_both_plans(|mut party| {
        party.sign_in(&[("extra", "foobar")]);
    });
}

#[test]
fn display_page() {
    in_both_plans(|mut party| {
        party.sign_in(&[("display", "page")]);
    });
}

#[test]
fn display_popup() {
    in_both_plans(|mut party| {
        party.sign_in(&[("display", "popup")]);
    });
}

#[test]
fn ui_locales() {
    in_both_plans(|mut party| {
        party.sign_in(&[("ui_locales", "se")]);
    });
}

#[test]
fn claims_locales() {
    in_both_plans(|mut party| {
        party.sign_in(&[("claims_locales", "se")]);
    });
}

#[test]
fn login_hint() {
    in_both_plans(|mut party| {
        let sent = party.ask(&[("login_hint", "ada")]);
        let page = party.browser.follow(&sent).assert_ok();
        assert!(page.text().contains(r#"name="login" value="ada""#), "{}", page.text());
        party.sign_in(&[("login_hint", "ada")]);
    });
}

#[test]
fn ensure_request_with_acr_values_succeeds() {
    in_both_plans(|mut party| {
        let metadata = party.app.get("/.well-known/openid-configuration").assert_ok().json();
        let supported: Vec<_> =
            metadata["acr_values_supported"].as_array().unwrap().iter().map(|value| value.as_str().unwrap()).collect();
        let sign_in = party.sign_in(&[("acr_values", &supported.join(" "))]);
        assert!(supported.contains(&sign_in.id_token["acr"].as_str().unwrap()));
    });
}

/// A user who is signed in is asked for the password by a page, which says who they are, once, and the ID token says when.
#[track_caller]
fn assert_asked_again(party: &mut RelyingParty<'_>, asked: (&str, &str)) {
    let first = party.sign_in(&[]);
    party.app.pass_seconds(60);
    let sent = party.ask(&[asked]);
    assert!(sent.header("location").starts_with(&format!("{ORIGIN}/account/confirm?r=")), "{asked:?}");
    let page = party.browser.follow(&sent).assert_ok();
    assert!(page.text().contains("Confirm your identity") && page.text().contains("<bdi>ada</bdi>"));
    assert!(!page.text().contains("won't be asked again"));
    let landed = party.browser.submit(&page, "/account/confirm", &[("password", PASSWORD)]);
    let reply = party.browser.follow(&landed);
    let code = party.answer(&reply).remove("code").expect("asked again");
    let second = party.signed_in(party.redeem(&code));
    assert!(second.id_token["auth_time"].as_i64() > first.id_token["auth_time"].as_i64(), "{asked:?}");
    assert_eq!(second.id_token["auth_time"], second.id_token["iat"], "{asked:?}");
    assert_eq!(second.id_token["sub"], first.id_token["sub"]);
}

#[test]
fn prompt_login() {
    in_both_plans(|mut party| {
        assert_asked_again(&mut party, ("prompt", "login"));
    });
}

#[test]
fn max_age_1() {
    in_both_plans(|mut party| {
        for age in ["1", "0", "30"] {
            assert_asked_again(&mut party, ("max_age", age));
        }
    });
}

/// A user who is signed in is not asked: the answer comes at once, and is about the same sign-in.
#[track_caller]
fn assert_not_asked(party: &mut RelyingParty<'_>, first: &SignIn, asked: &[(&str, &str)]) {
    party.app.pass_seconds(60);
    let reply = party.ask(asked);
    let code = party.answer(&reply).remove("code").expect("no code");
    let second = party.signed_in(party.redeem(&code));
    for same in ["auth_time", "sub"] {
        assert_eq!(first.id_token[same], second.id_token[same], "{same}");
    }
}

#[test]
fn max_age_10000() {
    in_both_plans(|mut party| {
        let first = party.sign_in(&[("max_age", "15000")]);
        assert_not_asked(&mut party, &first, &[("max_age", "10000")]);
    });
}

#[test]
fn prompt_none_not_logged_in() {
    in_both_plans(|mut party| {
        let reply = party.ask(&[("prompt", "none")]);
        assert_eq!(party.error(&reply), "login_required");
    });
}

#[test]
fn prompt_none_logged_in() {
    in_both_plans(|mut party| {
        let first = party.sign_in(&[]);
        assert_not_asked(&mut party, &first, &[("prompt", "none")]);
    });
}

#[test]
fn id_token_hint() {
    in_both_plans(|mut party| {
        let first = party.sign_in(&[]);
        assert_not_asked(&mut party, &first, &[("prompt", "none"), ("id_token_hint", first.text("id_token"))]);
    });
}

/// An unsigned request object, which says what else the request would.
fn request_object(party: &RelyingParty<'_>) -> String {
    let mode = if party.mode == ResponseMode::FormPost { "form_post" } else { "query" };
    let claims = json!({
        "client_id": "shop", "response_type": "code", "scope": "openid", "redirect_uri": CALLBACK, "state": STATE,
        "nonce": "n-1", "response_mode": mode,
    });
    format!("{}.{}.", encode(r#"{"alg":"none"}"#), encode(claims.to_string()))
}

/// Request objects are not supported, and nothing in one counts but how the answer is to reach the client.
#[test]
fn unsigned_request_object_supported_correctly_or_rejected_as_unsupported() {
    in_both_plans(|mut party| {
        let object = request_object(&party);
        let reply = party.ask(&[("request", &object), ("response_mode", ""), ("state", ""), ("nonce", "")]);
        assert_eq!(party.error(&reply), "request_not_supported");
    });
}

/// The address in the object is registered, and the one beside it is not.
#[test]
fn ensure_request_object_with_redirect_uri() {
    in_both_plans(|mut party| {
        let object = request_object(&party);
        let reply = party.ask(&[("request", &object), ("redirect_uri", "https://shop.example.com/cb/x")]);
        assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""));
        assert!(reply.text().contains("address that it has registered (redirect_uri)"), "{}", reply.text());
    });
}
