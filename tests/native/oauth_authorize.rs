//! Authorization requests: what is refused where, what the user is asked, and what nobody gets past.

use crate::app::{ORIGIN, PASSWORD, TestApp};
use crate::browser::{Browser, CHALLENGE, VERIFIER};
use crate::oauth_client::{CALLBACK, OAuthClient, answer, claims};

#[test]
fn a_client_that_is_unknown_or_disabled_is_led_to_by_no_answer() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    for wrong in ["", "shopp", "SHOP", "shop ", "https://shop.example.com/client", "' OR 1=1 --"] {
        assert_eq!(browser.get(&client.request(&[("client_id", wrong)])).status, 400, "{wrong}");
    }
    let twice = format!("{}&client_id=shop", client.request(&[]));
    assert_eq!(browser.get(&twice).status, 400);
    app.platform.tell("UPDATE clients SET disabled_at = 5");
    let reply = browser.get(&client.request(&[]));
    assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""));
    assert!(reply.text().contains("client_id"));
}

#[test]
fn what_is_wrong_with_a_request_is_told_to_its_client() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    for (wrong, error) in [
        (("response_type", ""), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("response_type", "code id_token"), "unsupported_response_type"),
        (("response_type", "none"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge_method", ""), "invalid_request"),
        (("scope", "openid admin"), "invalid_scope"),
        (("scope", "a\"b"), "invalid_scope"),
        (("prompt", "none login"), "invalid_request"),
        (("max_age", "-1"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("claims", "{"), "invalid_request"),
        (("claims", r#"{"id_token":{"acr":{"essential":true,"value":"gold"}}}"#), "unmet_authentication_requirements"),
        (("request", "eyJhbGciOiJub25lIn0.e30."), "request_not_supported"),
        (("request_uri", "https://shop.example.com/request"), "request_uri_not_supported"),
        (("registration", "{}"), "registration_not_supported"),
        (("resource", "https://files.example.com"), "invalid_target"),
        (("resource", "not a url"), "invalid_target"),
    ] {
        let reply = browser.get(&client.request(&[wrong]));
        assert!(reply.header("location").starts_with(&format!("{CALLBACK}?")), "{wrong:?}: {}", reply.text());
        let answer = answer(&reply);
        let told = [&answer["error"], &answer["state"], &answer["iss"]].map(String::as_str);
        assert_eq!(told, [error, "s t", ORIGIN], "{wrong:?}");
        assert!(!answer.contains_key("code"));
    }
    let twice = format!("{}&scope=email", client.request(&[]));
    assert_eq!(answer(&browser.get(&twice))["error"], "invalid_request");
    assert_eq!(app.platform.count("authorizations"), 0);
}

#[test]
fn a_client_that_is_registered_without_pkce_repeats_its_address() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { requires_pkce: false, ..OAuthClient::new(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    let without = [("code_challenge", ""), ("code_challenge_method", "")];
    let code = client.code(&mut browser, &without);
    let redeem = |more: &[(&str, &str)]| {
        client.token(&[&[("grant_type", "authorization_code"), ("code", code.as_str())][..], more].concat())
    };
    // A verifier of nobody's challenge is refused, and without PKCE the address must be repeated.
    redeem(&[("code_verifier", VERIFIER), ("redirect_uri", CALLBACK)]).assert_oauth(400, "invalid_grant");
    redeem(&[]).assert_oauth(400, "invalid_grant");
    redeem(&[("redirect_uri", "https://evil.example/cb")]).assert_oauth(400, "invalid_grant");
    redeem(&[("redirect_uri", CALLBACK)]).assert_ok();
}

#[test]
fn nothing_may_be_asked_with_prompt_none() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let silent = [("prompt", "none")];
    let error = |browser: &mut Browser<'_>, more: &[(&str, &str)]| {
        answer(&browser.get(&client.request(&[&silent[..], more].concat()))).remove("error")
    };
    assert_eq!(error(&mut Browser::new(&app), &[]).as_deref(), Some("login_required"));
    let mut browser = Browser::of(&app, "ada");
    assert_eq!(error(&mut browser, &[]).as_deref(), Some("consent_required"));
    client.code(&mut browser, &[]);
    assert_eq!(error(&mut browser, &[]), None);
    // More than was allowed.
    assert_eq!(error(&mut browser, &[("scope", "openid email")]).as_deref(), Some("consent_required"));
    app.pass_seconds(2);
    assert_eq!(error(&mut browser, &[("max_age", "1")]).as_deref(), Some("login_required"));
    assert_eq!(error(&mut browser, &[("max_age", "100")]), None);
}

#[test]
fn a_hint_of_another_user_gets_no_code() {
    let app = TestApp::new();
    app.user("ada");
    app.user("bob");
    let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let hint = client.tokens(&mut Browser::of(&app, "ada"), &[])["id_token"].as_str().unwrap().to_owned();
    let ask = |login: &str, hint: &str| {
        answer(&Browser::of(&app, login).get(&client.request(&[("id_token_hint", hint)]))).remove("error")
    };
    assert_eq!(ask("ada", &hint), None);
    for (login, hint) in [("bob", hint.as_str()), ("ada", "x"), ("ada", &hint[..hint.len() - 1])] {
        assert_eq!(ask(login, hint).as_deref(), Some("login_required"));
    }
}

/// The answer to a question counts only for the request and the session that it was asked in.
#[test]
fn a_consent_is_of_one_request_and_one_session() {
    let app = TestApp::new();
    app.user("ada");
    app.user("eve");
    let client = OAuthClient::new(&app).registered();
    let mut ada = Browser::of(&app, "ada");
    let question = ada.get(&client.request(&[])).assert_ok();
    let fields = crate::browser::filled_in(&question, "/oauth/consent", &[("decision", "allow")]);
    let changed = |name: &str, change: &dyn Fn(&str) -> String| {
        let change = |(known, value): &(String, String)| {
            (known.clone(), if known == name { change(value) } else { value.clone() })
        };
        fields.iter().map(change).collect::<Vec<_>>()
    };
    for tried in [
        changed("request", &|query| query.replace("scope=openid", "scope=openid+email")),
        changed("request", &|query| format!("{query}&nonce=x")),
        changed("consent", &|token| token[1..].to_owned()),
        changed("consent", &|_| String::new()),
    ] {
        let reply = ada.post("/oauth/consent", &tried);
        assert_ne!(reply.status, 303, "{}", reply.header("location"));
    }
    // Eve signs in in this browser, while the page is open.
    ada.sign_out();
    ada.sign_in("eve", "/account");
    let field = |name: &str| fields.iter().find(|(known, _)| known == name).unwrap().1.clone();
    let pressed = ada.press(
        "/oauth/consent",
        &[("request", &field("request")), ("consent", &field("consent")), ("decision", "allow")],
    );
    assert_eq!(pressed.status, 200, "she is asked herself");
    assert!(pressed.text().contains("<bdi>eve</bdi>"));
    assert_eq!(app.platform.count("authorizations"), 0);
}

/// A consent is remembered for websites alone, because anybody's program can listen where an app does.
#[test]
fn an_app_is_asked_about_each_time() {
    let app = TestApp::new();
    app.user("ada");
    for (id, redirect) in
        [("desktop", "http://127.0.0.1/cb"), ("by-name", "http://localhost/cb"), ("phone", "com.example.app:/cb")]
    {
        let client = OAuthClient { id, redirects: vec![redirect], ..OAuthClient::public(&app) }.registered();
        let mut browser = Browser::of(&app, "ada");
        client.code(&mut browser, &[]);
        browser.get(&client.request(&[])).assert_ok();
        assert_eq!(answer(&browser.get(&client.request(&[("prompt", "none")])))["error"], "consent_required");
    }
    let site = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    site.code(&mut browser, &[]);
    assert!(answer(&browser.get(&site.request(&[]))).contains_key("code"));
    for asked in ["consent", "select_account"] {
        browser.get(&site.request(&[("prompt", asked)])).assert_ok();
    }
}

#[test]
fn who_refuses_is_sent_back_with_nothing() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let question = browser.get(&client.request(&[]));
    let answer = answer(&browser.submit(&question, "/oauth/consent", &[("decision", "deny")]));
    assert_eq!((answer["error"].as_str(), answer["state"].as_str()), ("access_denied", "s t"));
    assert_eq!((app.platform.count("authorizations"), app.platform.count("consents")), (0, 0));
}

/// The account's own level holds for every client, and a client may ask for more.
#[test]
fn a_client_gets_the_second_factor_that_the_account_or_the_client_wants() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    let essential = [("claims", r#"{"id_token":{"acr":{"essential":true,"value":"aal2"}}}"#)];
    // Nothing to prove it with: a wish is not met, a demand is refused.
    let tokens = client.tokens(&mut browser, &[("acr_values", "aal2")]);
    assert_eq!(claims(&tokens["id_token"])["acr"], "aal1");
    assert_eq!(answer(&browser.get(&client.request(&essential)))["error"], "unmet_authentication_requirements");
    app.give_second_factor("ada");
    for asked in [&[][..], &[("acr_values", "aal2")], &essential] {
        let sent = browser.get(&client.request(asked));
        assert!(sent.header("location").starts_with(&format!("{ORIGIN}/account/confirm?")), "{}", sent.text());
        let silent = [asked, &[("prompt", "none")]].concat();
        assert_eq!(answer(&browser.get(&client.request(&silent)))["error"], "login_required");
    }
}

/// A session or a client that ends between the look and the act issues nothing.
#[test]
fn what_ends_meanwhile_issues_no_code() {
    for end in [
        "UPDATE sessions SET ended_at = 1780000000123, end_reason = 'ended'",
        "UPDATE users SET disabled_at = 5",
        "UPDATE clients SET disabled_at = 5",
    ] {
        for turn in 0..2 {
            let app = TestApp::new();
            app.user("ada");
            let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
            let mut browser = Browser::of(&app, "ada");
            app.platform.before_batch(turn, end);
            let reply = browser.get(&client.request(&[]));
            assert!(!reply.header("location").contains("code=ghac_"), "{end} at {turn}");
            assert_eq!(app.platform.count("authorizations"), 0, "{end} at {turn}");
        }
    }
}

#[test]
fn a_challenge_stays_with_its_code() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::public(&app).registered();
    let other = CHALLENGE.replace('E', "F");
    let code = client.code(&mut Browser::of(&app, "ada"), &[("code_challenge", &other)]);
    client.redeem(&code).assert_oauth(400, "invalid_grant");
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

/// Browsers hold redirects after a form to the policy of the form's page.
#[test]
fn every_page_on_the_way_lets_forms_lead_to_an_address_that_need_not_be_named() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let request = |more: &[(&str, &str)]| client.request(&[&[("redirect_uri", "")][..], more].concat());
    let mut browser = Browser::new(&app);
    let sent = browser.get(&request(&[]));
    let sign_in = browser.follow(&sent);
    let landed = browser.submit(&sign_in, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let consent = browser.follow(&landed);
    app.pass_seconds(60);
    let sent = browser.get(&request(&[("prompt", "login")]));
    let confirm = browser.follow(&sent);
    for (page, place) in [(sign_in, "sign-in"), (consent, "consent"), (confirm, "confirm")] {
        let policy = page.assert_ok().header("content-security-policy").to_owned();
        assert!(policy.contains("form-action 'self' https://shop.example.com;"), "{place}: {policy}");
    }
}

/// Whoever presses "Deny" gives no code, whatever has become of the question meanwhile: here the page was of another session.
#[test]
fn a_denial_is_never_answered_with_a_code() {
    let app = TestApp::new();
    app.user("ada");
    app.user("eve");
    let shop = OAuthClient::new(&app).registered();
    let page = Browser::of(&app, "eve").get(&shop.request(&[])).assert_ok();
    let field = |name: &str| {
        let start = page.text().find(&format!("name=\"{name}\" value=\"")).unwrap() + name.len() + 15;
        page.text()[start..].split('"').next().unwrap().replace("&amp;", "&")
    };
    let mut browser = Browser::of(&app, "ada");
    shop.code(&mut browser, &[]);
    let (request, token) = (field("request"), field("consent"));
    let denied = browser.press("/oauth/consent", &[("request", &request), ("consent", &token), ("decision", "deny")]);
    assert!(!denied.header("location").contains("code="), "{}", denied.header("location"));
}

/// Decision 0024: anybody's program can listen where an app does, so its user is asked.
#[test]
fn an_app_of_ours_does_not_get_the_whole_account_without_a_question() {
    let app = TestApp::new();
    app.user("ada");
    let cli = OAuthClient { first_party: true, redirects: vec!["http://127.0.0.1/cb"], ..OAuthClient::public(&app) }
        .registered();
    let audience = app.settings().issuer.audience.clone();
    let asked = [
        ("redirect_uri", "http://127.0.0.1:4444/cb"),
        ("scope", "openid offline_access"),
        ("resource", &audience),
        ("prompt", "none"),
    ];
    let reply = Browser::of(&app, "ada").get(&cli.request(&asked));
    assert!(!reply.header("location").contains("code="), "{}", reply.header("location"));
}
