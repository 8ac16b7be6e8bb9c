use std::time::Duration;

use gatehouse::domain::rate_limit::RateLimitClass;
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED, UNCOUNTED_WITH_CODES};
use crate::platform::Failure;
use crate::routes::ROUTES;

const HOME: &str = "203.0.113.7";

impl TestApp {
    fn login_from(&self, address: &str, login: &str, password: &str) -> Reply {
        self.post_from(address, "/api/auth/local/login", &json!({ "login": login, "password": password }))
    }

    fn fail(&self, address: &str, login: &str, times: u32) {
        for _ in 0..times {
            self.login_from(address, login, "wrong").assert_error(401, "invalid_credentials");
        }
    }

    fn code_from(&self, address: &str, code: &str) -> Reply {
        self.post_from(address, "/api/auth/otp/verify", &json!({ "email": "ada@example.com", "code": code }))
    }

    fn kinds(&self) -> Vec<String> {
        let database = self.platform.database.borrow();
        let mut query = database.prepare("SELECT kind FROM outbox ORDER BY created_at, kind").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

#[track_caller]
fn waits(reply: &Reply, seconds: u64) {
    reply.assert_error(429, "rate_limited");
    assert_eq!(reply.header("retry-after"), seconds.to_string());
    assert_eq!(reply.json()["data"], json!({ "error": "rate_limited", "retry_after": seconds }));
}

#[test]
fn after_ten_wrong_passwords_even_the_right_one_waits_and_nothing_is_written() {
    let app = TestApp::new();
    app.user("ada");
    app.fail("198.51.100.1", "ada", 10);
    let before = app.platform.dump();
    waits(&app.login_from("198.51.100.1", "ada", PASSWORD), 15);
    app.pass_seconds(14);
    waits(&app.login_from("198.51.100.1", "ada", PASSWORD), 1);
    assert_eq!(app.platform.dump(), before);
    app.pass_seconds(1);
    app.login_from("198.51.100.1", "ada", PASSWORD).assert_ok();
}

#[test]
fn the_wait_doubles_up_to_a_quarter_of_an_hour_and_is_told_to_the_second() {
    let app = TestApp::with(&UNCOUNTED);
    app.fail(HOME, "nobody", 9);
    for seconds in [15, 30, 60, 120, 240, 480, 900, 900] {
        app.fail(HOME, "nobody", 1);
        waits(&app.login("nobody", "wrong"), seconds);
        app.pass_seconds(seconds - 1);
        waits(&app.login("nobody", "wrong"), 1);
        app.pass_seconds(1);
    }
    app.pass_seconds(86_400);
    app.fail(HOME, "nobody", 10);
}

#[test]
fn nobody_can_tell_by_the_limit_whether_a_name_is_known() {
    let faces = |login: &str| {
        let app = TestApp::with(&UNCOUNTED);
        app.user("ada");
        app.register("waiting", "waiting@example.com").assert_ok();
        (0..14).map(|_| app.login_from("198.51.100.1", login, "wrong").observable()).collect::<Vec<_>>()
    };
    let expected = faces("nobody");
    for login in ["ada", "ada@example.com", "waiting", "no@where.com"] {
        assert_eq!(faces(login), expected, "{login}");
    }
}

#[test]
fn spellings_of_one_name_share_a_counter() {
    let app = TestApp::new();
    for login in ["ada", "ADA", " Ada ", "ａｄａ", "Ada"] {
        app.fail(HOME, login, 2);
    }
    waits(&app.login("ada", "wrong"), 15);
}

#[test]
fn a_success_forgets_the_failures_before_it() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    for _ in 0..3 {
        app.fail(HOME, "ada", 9);
        app.login("ada", PASSWORD).assert_ok();
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM attempts"), 0);
}

#[test]
fn a_disabled_account_and_one_that_waits_forget_nothing() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.platform.tell("UPDATE users SET disabled_at = 1");
    app.register("waiting", "waiting@example.com").assert_ok();
    for (login, word) in [("ada", "account_disabled"), ("waiting", "account_not_activated")] {
        for _ in 0..10 {
            app.login(login, PASSWORD).assert_error(403, word);
        }
        waits(&app.login(login, PASSWORD), 15);
    }
}

#[test]
fn strangers_cannot_keep_the_owner_out_of_a_network_the_account_knows() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    for round in 0..3 {
        app.fail("198.51.100.1", "ada", if round == 0 { 10 } else { 1 });
        assert_eq!(app.login_from("198.51.100.9", "ada", PASSWORD).status, 429);
        app.login_from(HOME, "ada", PASSWORD).assert_ok();
        // The owner's success does not reset the strangers' counters.
        assert_eq!(app.login_from("198.51.100.1", "ada", "wrong").status, 429);
        app.pass_seconds(60);
    }
    app.fail(HOME, "ada", 10);
    assert_eq!(app.login_from(HOME, "ada", PASSWORD).status, 429);
}

#[test]
fn an_owner_far_from_home_comes_in_by_way_of_the_mailbox() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.fail("198.51.100.1", "ada", 10);
    let hotel = "192.0.2.5";
    assert_eq!(app.login_from(hotel, "ada", PASSWORD).status, 429);
    app.post_from(hotel, "/api/auth/local/recover", &json!({ "email": "ada@example.com" })).assert_ok();
    let reset = json!({ "token": app.last_link_token(), "password": NEW_PASSWORD });
    app.post_from(hotel, "/api/auth/local/recover/reset", &reset).assert_ok();
    app.login_from(hotel, "ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn who_takes_a_stolen_account_back_takes_the_thiefs_network_from_it() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let (thief, hotel) = ("198.51.100.1", "192.0.2.5");
    let stolen = Tokens::of(&app.login_from(thief, "ada", PASSWORD).assert_ok());
    app.post_as(
        &stolen.access,
        "/api/auth/email",
        &json!({ "email": "x@thief.example", "current_password": PASSWORD }),
    );
    app.post_from(thief, "/api/auth/email/confirm", &json!({ "token": app.last_link_token() })).assert_ok();
    let undo = json!({ "token": app.last_link_token(), "password": NEW_PASSWORD });
    app.post_from(hotel, "/api/auth/email/undo", &undo).assert_ok();
    app.fail("198.51.100.9", "ada", 10);
    app.login_from(hotel, "ada", NEW_PASSWORD).assert_ok();
    assert_eq!(app.login_from(thief, "ada", "wrong").status, 429);
}

#[test]
fn a_network_is_known_for_a_month_after_the_last_session_from_there() {
    for who in ["ada", "ada@example.com"] {
        let app = TestApp::with(&UNCOUNTED);
        app.user("ada");
        app.login("ada", PASSWORD).assert_ok();
        // The session may last for 30 days.
        app.pass_seconds(60 * 86_400 - 1);
        app.fail("198.51.100.1", who, 10);
        app.cron();
        app.login(who, PASSWORD).assert_ok();
        app.pass_seconds(60 * 86_400);
        app.fail("198.51.100.1", who, 10);
        assert_eq!(app.login(who, PASSWORD).status, 429, "{who}");
    }
}

#[test]
fn a_shorter_session_does_not_make_a_network_forgotten_sooner() {
    let mut app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.login("ada", PASSWORD).assert_ok();
    app.redeploy(&[UNCOUNTED[0], UNCOUNTED[1], ("AUTH_SESSION_LIFETIME", "3600")]);
    app.login("ada", PASSWORD).assert_ok();
    app.pass_seconds(59 * 86_400);
    app.fail("198.51.100.1", "ada", 10);
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn the_network_all_workers_share_is_nobodys_home() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let workers = "2a06:98c0:3600::103";
    app.login_from(workers, "ada", PASSWORD).assert_ok();
    app.fail("198.51.100.1", "ada", 10);
    assert_eq!(app.login_from(workers, "ada", PASSWORD).status, 429);
}

#[test]
fn a_recovery_opens_the_network_it_is_done_from_whoever_else_has_failed_there() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    app.fail(HOME, "ada", 10);
    app.fail(HOME, "ada@example.com", 10);
    guess_codes_from(&app, HOME, 10);
    app.pass_seconds(3600);
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    app.login("ada", NEW_PASSWORD).assert_ok();
    app.login("ada@example.com", NEW_PASSWORD).assert_ok();
    let code = app.code_for("ada@example.com");
    app.code_from(HOME, &code).assert_ok();
}

#[test]
fn a_recovery_takes_every_other_network_from_the_account() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    let thief = "198.51.100.1";
    app.login_from(thief, "ada", PASSWORD).assert_ok();
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    app.fail("198.51.100.9", "ada", 10);
    assert_eq!(app.login_from(thief, "ada", NEW_PASSWORD).status, 429);
    app.login_from(HOME, "ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_stolen_session_cannot_use_up_the_owners_codes() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let stolen = app.signed_in("ada");
    for guess in 0..10 {
        if guess % 3 == 0 {
            app.pass_seconds(61);
            app.code_for("ada@example.com");
        }
        let body = json!({ "code": "000000" });
        app.post_as(&stolen.access, "/api/auth/reauthenticate", &body).assert_error(401, "invalid_code");
    }
    app.pass_seconds(61);
    let code = app.code_for("ada@example.com");
    waits(&app.post_as(&stolen.access, "/api/auth/reauthenticate", &json!({ "code": code })), 86_400 - 61);
    app.code_from(HOME, &code).assert_ok();
}

#[test]
fn strangers_cannot_use_up_the_emails_the_owner_may_ask_for() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    let ask_from_afar =
        || app.post_from("198.51.100.1", "/api/auth/otp/request", &json!({ "email": "ada@example.com" }));
    let sent = app.emails().len();
    for _ in 0..20 {
        ask_from_afar().assert_ok();
        app.pass_seconds(61);
    }
    assert_eq!(app.emails().len(), sent + 5);
    let code = app.code_for("ada@example.com");
    assert_eq!(app.emails().len(), sent + 6);
    // One more request from afar creates no code, so it voids none.
    app.pass_seconds(61);
    ask_from_afar().assert_ok();
    app.code_from(HOME, &code).assert_ok();
}

#[test]
fn addresses_of_one_64_are_one_network_and_one_client() {
    let app = TestApp::new();
    app.user("ada");
    app.login_from("2001:db8:0:1::1", "ada", PASSWORD).assert_ok();
    app.fail("198.51.100.1", "ada", 10);
    app.login_from("2001:db8:0:1:ffff::2", "ada", PASSWORD).assert_ok();
    assert_eq!(app.login_from("2001:db8:0:2::1", "ada", PASSWORD).status, 429);

    for host in 0..58 {
        let address = format!("2001:db8:0:1::{host:x}");
        app.post_from(&address, "/api/auth/local/login", &json!({ "login": "ada" }))
            .assert_error(400, "invalid_request");
    }
    waits(&app.login_from("2001:db8:0:1:abcd::", "somebody", "x"), 60);
}

#[test]
fn a_stolen_session_may_guess_the_password_ten_times() {
    let app = TestApp::new();
    let stolen = app.signed_in("ada");
    let other = app.sign_in("ada");
    for attempt in 0..10 {
        let reply = if attempt % 2 == 0 {
            app.reauthenticate(&stolen.access, "wrong")
        } else {
            app.change_password(&stolen.access, "wrong", NEW_PASSWORD)
        };
        reply.assert_error(401, "invalid_credentials");
    }
    waits(&app.reauthenticate(&stolen.access, PASSWORD), 15);
    waits(&app.change_password(&stolen.access, PASSWORD, NEW_PASSWORD), 15);
    app.reauthenticate(&other.access, PASSWORD).assert_ok();
    app.pass_seconds(15);
    app.reauthenticate(&stolen.access, PASSWORD).assert_ok();
    for _ in 0..9 {
        app.reauthenticate(&stolen.access, "wrong").assert_error(401, "invalid_credentials");
    }
    app.change_password(&stolen.access, PASSWORD, NEW_PASSWORD).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM attempts"), 0);
}

/// Guesses wrongly from an unknown network, code after code.
fn guess_codes(app: &TestApp, times: u32) {
    guess_codes_from(app, "198.51.100.1", times);
}

fn guess_codes_from(app: &TestApp, address: &str, times: u32) {
    for guess in 0..times {
        if guess % 3 == 0 {
            app.pass_seconds(60);
            app.request_code("ada@example.com").assert_ok();
        }
        app.code_from(address, "000000").assert_error(401, "invalid_code");
    }
}

#[test]
fn ten_wrong_codes_a_day_whatever_number_of_codes_is_asked_for() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    guess_codes(&app, 10);
    app.pass_seconds(60);
    let code = app.code_for("ada@example.com");
    let before = app.platform.dump();
    waits(&app.code_from("198.51.100.1", &code), 86_400 - 60);
    waits(&app.code_from("192.0.2.5", "000000"), 86_400 - 60);
    assert_eq!(app.platform.dump(), before);
    // The owner is at home, and the code still has tries.
    app.code_from(HOME, &code).assert_ok();
    app.pass_seconds(86_400);
    guess_codes(&app, 10);
}

#[test]
fn a_code_tried_too_often_does_not_cost_a_day() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    app.code_for("ada@example.com");
    for _ in 0..3 {
        app.code_from("198.51.100.1", "000000").assert_error(401, "invalid_code");
    }
    for _ in 0..50 {
        app.code_from("198.51.100.1", "000000").assert_error(429, "too_many_attempts");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT failures FROM attempts"), 3);
}

#[test]
fn wrong_codes_for_an_unknown_address_are_counted_alike() {
    let faces = |email: &str| {
        let app = TestApp::with(&UNCOUNTED_WITH_CODES);
        app.user("ada");
        let ask = |path: &str, body: &Value| app.post_from("198.51.100.1", path, body).observable();
        let mut faces = Vec::new();
        for guess in 0..13 {
            if guess % 3 == 0 {
                app.pass_seconds(60);
                faces.push(ask("/api/auth/otp/request", &json!({ "email": email })));
            }
            faces.push(ask("/api/auth/otp/verify", &json!({ "email": email, "code": "000000" })));
        }
        faces
    };
    assert_eq!(faces("ada@example.com"), faces("nobody@example.com"));
}

#[test]
fn after_a_hundred_wrong_codes_strangers_wait_a_month_and_the_owner_does_not() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    for _ in 0..10 {
        guess_codes(&app, 10);
        app.pass_seconds(86_400);
    }
    let month = 30 * 86_400 - 86_400;
    app.login("ada", PASSWORD).assert_ok();
    let code = app.code_for("ada@example.com");
    waits(&app.code_from("198.51.100.1", &code), month);
    app.code_from(HOME, &code).assert_ok();
    app.pass_seconds(month);
    let code = app.code_for("ada@example.com");
    app.code_from("198.51.100.1", &code).assert_ok();
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM attempts WHERE failures > 0"), 0);
}

#[test]
fn one_address_is_heard_so_often_and_another_is_not_kept_waiting() {
    for (path, body, limit, window) in [
        ("/api/auth/local/login", json!({ "login": "x" }), 60, 60),
        ("/api/auth/local/register", json!({ "login": "x" }), 20, 60),
        ("/api/auth/token/refresh", json!({ "refresh_token": "x" }), 300, 10),
        ("/account/recover", json!({}), 60, 60),
    ] {
        let app = TestApp::new();
        let ask = |address: &str| app.post_from(address, path, &body);
        for _ in 0..limit {
            assert_ne!(ask(HOME).status, 429, "{path}");
        }
        let over = ask(HOME);
        assert_eq!((over.status.as_u16(), over.header("retry-after")), (429, window.to_string().as_str()), "{path}");
        assert_ne!(ask("203.0.113.8").status, 429, "{path}");
        app.pass_seconds(window);
        assert_ne!(ask(HOME).status, 429, "{path}");
    }
}

#[test]
fn every_route_where_something_could_be_guessed_or_flooded_is_counted() {
    let free = [
        "/health",
        "/.well-known/jwks.json",
        "/openapi.json",
        "/api/auth/me",
        "/api/manage/v1/UserProfile",
        "/api/auth/verify",
        "/api/auth/sessions",
        "/api/auth/factors",
        "/api/auth/providers",
        "/api/auth/providers/00000000-0000-0000-0000-000000000000/tokens",
        "/api/auth/passkey/options",
        "/.well-known/webauthn",
        "/api/auth/logout",
        "/api/auth/logout/all",
        "/account/signout",
        "/account/keys/delete",
        "/account/sessions/others",
        "/api/auth/applications",
        "/api/auth/applications/remove",
        "/account/apps/remove",
        "/.well-known/oauth-authorization-server",
        "/fpc/api/auth/tokenlogout",
        "/.well-known/openid-configuration",
        "/oauth/introspect",
        "/oauth/userinfo",
        "/oauth/logout",
        "/dev/mail",
        "/assets/page.css",
    ];
    for (method, path) in ROUTES {
        let app = TestApp::with(&[CODES]);
        let ask = || app.request(method.clone(), path, &[], "").status;
        for _ in 0..300 {
            ask();
        }
        // A signed-in user may receive a ticket there, and a provider is asked.
        let hands_out =
            ["/account/export/file", "/account/signin"].contains(path) || path.starts_with("/account/with/");
        let looks = *method == Method::GET && path.starts_with("/account") && !hands_out;
        let ends = *method == Method::DELETE && !["/api/auth/me", "/api/auth/totp"].contains(path)
            || ["/disable", "/end"].iter().any(|act| path.ends_with(act));
        let counted = !looks && !ends && (!free.contains(path) || *method == Method::DELETE);
        assert_eq!(ask() == 429, counted, "{method} {path}");
    }
}

#[test]
fn a_gateway_and_a_backend_may_ask_for_everybody() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    for _ in 0..400 {
        app.verify(&tokens.access).assert_ok();
        app.me(&tokens.access).assert_ok();
    }
}

#[test]
fn what_cannot_be_counted_is_not_let_through() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { limiter: true, ..Failure::default() });
    app.login("ada", PASSWORD).assert_error(503, "unavailable");
    let ready = app.get("/health/ready");
    assert_eq!((ready.status.as_u16(), ready.json()["checks"]["limits"].as_str()), (503, Some("does not answer")));
    app.me(&tokens.access).assert_ok();
}

#[test]
fn addresses_go_uncounted_in_development_only() {
    let last = |settings: &[(&str, &str)]| {
        let app = TestApp::with(settings);
        let ask = |_| app.post("/api/auth/local/login", &json!({ "login": "ada" })).status.as_u16();
        (0..61).map(ask).last().unwrap()
    };
    assert_eq!(last(&UNCOUNTED), 400);
    assert_eq!(last(&[("AUTH_LIMITS_ADDRESS", "off")]), 429);
    assert_eq!(last(&[]), 429);
    assert!(
        TestApp::with(&[("AUTH_LIMITS_ADDRESS", "no")]).get("/health/ready").text().contains("AUTH_LIMITS_ADDRESS")
    );
}

#[test]
fn the_bindings_count_as_the_policy_says() {
    let config = include_str!("../../wrangler.toml");
    for (class, binding) in [
        (RateLimitClass::Guess, "LIMIT_GUESSES"),
        (RateLimitClass::Email, "LIMIT_LETTERS"),
        (RateLimitClass::Traffic, "LIMIT_TRAFFIC"),
    ] {
        let (_, rest) = config.split_once(&format!("name = \"{binding}\"")).unwrap();
        let numbers = format!("{{ limit = {}, period = {} }}", class.limit(), class.window().as_secs());
        assert!(rest.lines().take(3).any(|line| line == format!("simple = {numbers}")), "{binding}: {numbers}");
    }
}

#[test]
fn a_sign_in_from_a_new_network_is_told_to_the_owner_once() {
    let app = TestApp::new();
    app.user("ada");
    app.login("ada", PASSWORD).assert_ok();
    assert_eq!(app.kinds(), ["activation"]);
    app.fail("192.0.2.5", "ada", 1);
    assert_eq!(app.kinds(), ["activation"]);
    app.login_from("192.0.2.5", "ada", PASSWORD).assert_ok();
    app.login_from("192.0.2.5", "ada", PASSWORD).assert_ok();
    assert_eq!(app.kinds(), ["activation", "new_place"]);
    let email = app.emails().pop().unwrap();
    assert_eq!(email["to"], json!(["ada@example.com"]));
    assert!(email["text"].as_str().unwrap().contains("from 192.0.2.5 (Unknown device)"), "{email}");
}

#[test]
fn a_sign_in_by_code_from_a_new_network_is_told_as_well() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    app.code_from("192.0.2.5", &app.code_for("ada@example.com")).assert_ok();
    assert_eq!(app.kinds(), ["activation", "code", "new_place"]);
}

#[test]
fn an_account_nobody_has_used_for_long_is_told_of_whoever_comes() {
    let app = TestApp::new();
    app.user("ada");
    app.pass_seconds(31 * 86_400);
    app.cron();
    app.login_from("192.0.2.5", "ada", PASSWORD).assert_ok();
    assert_eq!(app.kinds().last().unwrap(), "new_place");
}

#[test]
fn a_network_that_is_known_no_longer_is_new() {
    let app = TestApp::new();
    app.user("ada");
    app.pass_seconds(30 * 86_400);
    app.login("ada", PASSWORD).assert_ok();
    assert_eq!(app.kinds().last().unwrap(), "new_place");
}

#[test]
fn a_try_that_could_not_be_compared_leaves_no_wait_behind() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.user("ada");
    guess_codes(&app, 9);
    app.pass_seconds(60);
    app.platform.kv_lag.set(Duration::from_secs(30));
    let code = app.code_for("ada@example.com");
    app.code_from("198.51.100.1", &code).assert_error(503, "unavailable");
    app.pass_seconds(61);
    app.code_from("198.51.100.1", &code).assert_ok();
}

#[test]
fn the_wait_that_is_told_is_the_one_of_where_one_is() {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.fail("198.51.100.1", "ada", 10);
    app.pass_seconds(15);
    app.fail("198.51.100.1", "ada", 1);
    app.fail(HOME, "ada", 10);
    waits(&app.login_from("198.51.100.1", "ada", "wrong"), 30);
    waits(&app.login("ada", "wrong"), 15);
}

#[test]
fn a_proof_that_comes_too_late_forgets_no_failures() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.before_batch(1, "UPDATE sessions SET ended_at = 1, end_reason = 'ended'");
    app.reauthenticate(&tokens.access, PASSWORD).assert_error(401, "token_revoked");
    assert_eq!(app.platform.ask::<i64>("SELECT failures FROM attempts"), 1);
    let app = TestApp::new();
    app.user("ada");
    app.platform.before_batch(1, "UPDATE users SET auth_version = auth_version + 1");
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
    assert_eq!(app.platform.ask::<i64>("SELECT failures FROM attempts"), 1);
}

#[test]
fn a_change_of_address_forgets_the_failures_before_it() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.change_email_with(&tokens.access, "new@example.com", "wrong").assert_error(401, "invalid_credentials");
    app.change_email(&tokens.access, "new@example.com").assert_ok();
    assert_eq!(app.platform.count("attempts"), 0);
}
