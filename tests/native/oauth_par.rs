//! Pushed authorization requests (RFC 9126).

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp};
use crate::browser::{Browser, CHALLENGE, filled_in};
use crate::oauth_client::{CALLBACK, FORM, OAuthClient, answer, claims};

impl OAuthClient<'_> {
    /// Pushes the usual request with changes: an empty value leaves a parameter out.
    pub fn pushes(&self, changes: &[(&str, &str)]) -> Reply {
        self.send("/oauth/par", &self.parameters(changes))
    }

    /// The path to which the client sends its user.
    #[track_caller]
    pub fn pushed(&self, changes: &[(&str, &str)]) -> String {
        let reply = self.pushes(changes);
        assert_eq!(reply.status, 201, "{}", reply.text());
        assert_eq!((reply.json()["expires_in"].as_u64(), reply.header("cache-control")), (Some(90), "no-store"));
        path(self.id, reply.json()["request_uri"].as_str().unwrap())
    }
}

fn path(client: &str, request_uri: &str) -> String {
    let query = [("client_id", client), ("request_uri", request_uri)];
    format!("/oauth/authorize?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(query).finish())
}

#[track_caller]
fn is_over(reply: &Reply) {
    assert_eq!((reply.status.as_u16(), reply.header("location")), (400, ""), "{}", reply.text());
    assert!(reply.text().contains("This sign-in has expired, or it has already been answered."), "{}", reply.text());
}

#[test]
fn a_user_signs_in_with_a_request_that_was_pushed() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let path = client.pushed(&[("scope", "openid email"), ("nonce", "n-1")]);
    assert!(
        path.starts_with(
            "/oauth/authorize?client_id=shop&request_uri=urn%3Aietf%3Aparams%3Aoauth%3Arequest_uri%3Aghpr_"
        )
    );
    let mut browser = Browser::new(&app);
    let page = browser.get(&path);
    let page = browser.follow(&page);
    // The sign-in form may lead to the client, once it is answered.
    assert!(page.header("content-security-policy").contains("form-action 'self' https://shop.example.com;"));
    // Signing in may take longer than the request waits for the browser.
    app.pass_seconds(600);
    let landed = browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)]);
    let question = browser.follow(&landed).assert_ok();
    assert!(question.text().contains("Sign in to The shop") && question.text().contains("see your email address"));
    // It is read as often as the page is.
    let again = browser.follow(&landed).assert_ok();
    let landed = browser.submit(&again, "/oauth/consent", &[("decision", "allow")]);
    let answer = answer(&landed);
    assert_eq!((answer["state"].as_str(), answer["iss"].as_str()), ("s t", ORIGIN));
    let tokens = client.redeem(&answer["code"]).assert_ok().json();
    assert_eq!(claims(&tokens["id_token"])["nonce"], "n-1");
    // It has its answer, and gets no second one.
    is_over(&browser.get(&path));
    is_over(&browser.submit(&question, "/oauth/consent", &[("decision", "allow")]));
}

#[test]
fn a_request_waits_a_minute_and_a_half_for_the_browser() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    let [early, late] = [client.pushed(&[]), client.pushed(&[])];
    app.pass_seconds(89);
    answer(&browser.get(&early)).remove("code").unwrap();
    app.pass_seconds(1);
    is_over(&browser.get(&late));
}

#[test]
fn a_user_who_takes_half_an_hour_starts_again() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    let question = browser.get(&client.pushed(&[])).assert_ok();
    app.pass_seconds(30 * 60);
    is_over(&browser.submit(&question, "/oauth/consent", &[("decision", "allow")]));
    app.pass_seconds(1);
    app.cron();
    assert_eq!(app.platform.count("authorizations"), 0);
}

#[test]
fn what_stands_beside_it_in_the_url_changes_nothing() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let path = client.pushed(&[]);
    let mut browser = Browser::of(&app, "ada");
    let more = "&scope=openid+email&state=mine&redirect_uri=https%3A%2F%2Fevil.example.com&prompt=none&response_mode=form_post";
    let question = browser.get(&format!("{path}{more}")).assert_ok();
    assert!(!question.text().contains("see your email address"));
    let landed = browser.submit(&question, "/oauth/consent", &[("decision", "allow")]);
    assert!(landed.header("location").starts_with(CALLBACK) && answer(&landed)["state"] == "s t");
}

#[test]
fn it_is_its_clients_own() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    OAuthClient::public(&app).registered();
    let own = client.pushed(&[]);
    let mut browser = Browser::of(&app, "ada");
    is_over(&browser.get(&own.replace("client_id=shop", "client_id=spa")));
    is_over(&browser.get(&format!("{own}x")));
    is_over(&browser.get(&path("shop", "urn:ietf:params:oauth:request_uri:")));
    // Nor is a code one, or a request a code.
    let code = client.code(&mut browser, &[]);
    is_over(&browser.get(&path("shop", &format!("urn:ietf:params:oauth:request_uri:{code}"))));
    let (_, named) = own.rsplit_once("%3A").unwrap();
    client.redeem(named).assert_oauth(400, "invalid_grant");
    client.redeem(&named.replacen("ghpr_", "ghac_", 1)).assert_oauth(400, "invalid_grant");
    answer(&browser.get(&own)).remove("code").unwrap();
}

#[test]
fn a_refusal_is_its_answer_too() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::new(&app);
    let path = client.pushed(&[("prompt", "none")]);
    assert_eq!(answer(&browser.get(&path))["error"], "login_required");
    is_over(&browser.get(&path));
    let mut browser = Browser::of(&app, "ada");
    let path = client.pushed(&[]);
    let question = browser.get(&path).assert_ok();
    let denied = browser.submit(&question, "/oauth/consent", &[("decision", "deny")]);
    assert_eq!(answer(&denied)["error"], "access_denied");
    is_over(&browser.get(&path));
}

#[test]
fn who_must_prove_their_identity_again_does_so_once() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let mut browser = Browser::of(&app, "ada");
    for changes in [("prompt", "login"), ("max_age", "0")] {
        app.pass_seconds(30);
        let asked = browser.get(&client.pushed(&[changes]));
        assert!(asked.header("location").starts_with(&format!("{ORIGIN}/account/confirm?")), "{changes:?}");
        let page = browser.follow(&asked).assert_ok();
        app.pass_seconds(5);
        let proved = browser.submit(&page, "/account/confirm", &[("password", PASSWORD)]);
        let landed = browser.follow(&proved);
        answer(&landed).remove("code").unwrap();
    }
}

#[test]
fn errors_are_told_to_the_client_at_once() {
    let app = TestApp::new();
    let client = OAuthClient::new(&app).registered();
    for (changes, error) in [
        (("redirect_uri", "https://evil.example.com/cb"), "invalid_request"),
        (("response_type", "token"), "unsupported_response_type"),
        (("code_challenge", ""), "invalid_request"),
        (("scope", "admin"), "invalid_scope"),
        (("resource", "https://files.example.com"), "invalid_target"),
        (("request_uri", "urn:ietf:params:oauth:request_uri:x"), "invalid_request"),
        (("request", "e30."), "request_not_supported"),
    ] {
        client.pushes(&[changes]).assert_oauth(400, error);
    }
    let long = "x".repeat(8192);
    client.pushes(&[("state", &long)]).assert_oauth(400, "invalid_request");
    let service = OAuthClient { id: "service", grants: "client_credentials", ..OAuthClient::new(&app) }.registered();
    service.pushes(&[]).assert_oauth(400, "unauthorized_client");
    let fields = [("client_id", "shop"), ("client_secret", "wrong")];
    app.form("/oauth/par", &[FORM], &fields).assert_oauth(401, "invalid_client");
    app.form("/oauth/par", &[FORM], &[("client_id", "shop")]).assert_oauth(401, "invalid_client");
    assert_eq!(app.platform.count("authorizations"), 0);
}

#[test]
fn a_request_that_is_too_long_for_a_url_is_kept_whole_and_without_the_secret() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient { first_party: true, ..OAuthClient::new(&app) }.registered();
    let state = "é".repeat(1000);
    let fields = [
        ("client_id", "shop"),
        ("client_secret", &client.secret(1)),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
        ("state", &state),
    ];
    let reply = app.form("/oauth/par", &[FORM], &fields);
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert!(!format!("{:?}", app.platform.dump()).contains("ghcs_"));
    let path = path("shop", reply.json()["request_uri"].as_str().unwrap());
    assert_eq!(answer(&Browser::of(&app, "ada").get(&path))["state"], state);
}

#[test]
fn the_clients_of_strangers_have_a_ceiling() {
    let app = TestApp::new();
    let (spa, shop) = (OAuthClient::public(&app).registered(), OAuthClient::new(&app).registered());
    spa.pushed(&[]);
    app.platform.tell("UPDATE quotas SET spent = 20000 WHERE id LIKE 'requests %' AND id NOT LIKE '% from %'");
    spa.pushes(&[]).assert_oauth(429, "rate_limited");
    assert_eq!(app.platform.count("authorizations"), 1);
    shop.pushed(&[]);
}

#[test]
fn a_decision_that_is_sent_twice_has_one_code() {
    let app = TestApp::new();
    app.user("ada");
    let client = OAuthClient::new(&app).registered();
    let mut browser = Browser::of(&app, "ada");
    for path in [client.request(&[("prompt", "consent")]), client.pushed(&[("prompt", "consent")])] {
        let question = browser.get(&path).assert_ok();
        let fields = filled_in(&question, "/oauth/consent", &[("decision", "allow")]);
        let [first, second] = [(), ()].map(|()| browser.post("/oauth/consent", &fields));
        assert_eq!(answer(&first), answer(&second));
        client.redeem(&answer(&first)["code"]).assert_ok();
    }
}
