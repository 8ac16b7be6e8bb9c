//! Rows that clients without an account can cause: limited per block and overall; beyond that, nothing is written.

use gatehouse::domain::policy;
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, PASSWORD, Reply, TestApp};
use crate::browser::Browser;

/// Routes that send an email, each with its address field.
const ASKS: [&str; 4] =
    ["/api/auth/local/register", "/api/auth/local/activate/send", "/api/auth/local/recover", "/api/auth/otp/request"];

impl TestApp {
    fn ask_from(&self, address: &str, path: &str, email: &str) -> Reply {
        let body = json!({ "login": format!("of-{}", email.split('@').next().unwrap()), "email": email, "password": PASSWORD });
        self.post_from(address, path, &body)
    }

    fn guess(&self, address: &str, login: &str) -> Reply {
        self.post_from(address, "/api/auth/local/login", &json!({ "login": login, "password": "wrong" }))
    }

    /// As if this many had been requested worldwide within this hour.
    fn exhaust(&self, what: &str, all: u32) {
        self.platform
            .tell(&format!("UPDATE quotas SET spent = {all} WHERE id LIKE '{what} %' AND id NOT LIKE '% from %'"));
        assert_eq!(self.platform.ask::<i64>(&format!("SELECT count(*) FROM quotas WHERE spent = {all}")), 1);
    }

    fn all_rows(&self) -> i64 {
        self.platform.tables().iter().map(|table| self.platform.count(table)).sum()
    }
}

#[track_caller]
fn waits_for_the_hour(app: &TestApp, reply: &Reply) {
    reply.assert_error(429, "rate_limited");
    let now: i64 = 1_780_000_000 + i64::try_from(app.passed()).unwrap();
    assert_eq!(reply.header("retry-after"), (3600 - now % 3600).to_string());
}

impl TestApp {
    /// Seconds since the test began.
    fn passed(&self) -> u64 {
        use gatehouse::ports::Clock;
        u64::try_from(self.platform.now().seconds() - 1_780_000_000).unwrap()
    }
}

/// A provider gives a customer a /48: 65,536 networks, each allowed 20 a minute.
#[test]
fn a_block_may_ask_for_so_many_emails_an_hour_however_many_networks_it_has() {
    let app = TestApp::new();
    let from = |block: &str, turn: u32| {
        app.ask_from(
            &format!("2001:db8:{block}:{turn:x}::1"),
            "/api/auth/local/register",
            &format!("u{turn}@x{block}.com"),
        )
    };
    for turn in 0..policy::STRANGERS_EMAILS_OF_A_BLOCK {
        from("a", turn).assert_ok();
    }
    let (before, rows) = (app.platform.dump(), app.all_rows());
    waits_for_the_hour(&app, &from("a", 400));
    for path in ASKS.iter().take(3) {
        waits_for_the_hour(&app, &app.ask_from("2001:db8:a:ffff::1", path, "somebody@else.com"));
    }
    assert_eq!((app.platform.dump(), app.all_rows()), (before, rows), "nothing is written");
    from("b", 1).assert_ok();
    app.pass_seconds(3600);
    from("a", 401).assert_ok();
}

#[test]
fn everybody_together_may_ask_for_so_many_and_the_answer_tells_nobody_who_has_an_account() {
    for path in ASKS {
        let app = TestApp::with(&[CODES]);
        app.user("ada");
        app.exhaust("letters", policy::STRANGERS_EMAILS);
        let (before, kv) = (app.platform.dump(), app.platform.kv_calls.get());
        let known = app.ask_from("198.51.100.1", path, "ada@example.com");
        let unknown = app.ask_from("198.51.100.2", path, "nobody@example.com");
        assert_eq!((known.observable(), known.cost), (unknown.observable(), unknown.cost), "{path}");
        waits_for_the_hour(&app, &unknown);
        assert_eq!(
            (app.platform.dump(), app.platform.kv_calls.get()),
            (before, kv),
            "{path} writes nothing, to KV neither"
        );
        // Users with an account are still served.
        app.login("ada", PASSWORD).assert_ok();
    }
}

#[test]
fn kv_is_told_of_no_code_that_is_over_a_budget() {
    let app = TestApp::with(&[CODES]);
    let writes = || {
        let before = app.platform.kv_calls.get();
        app.request_code("nobody@example.com").assert_ok();
        app.platform.kv_calls.get() - before
    };
    assert_eq!([writes(), writes()], [1, 0], "a second request within the minute");
    for _ in 0..4 {
        app.pass_seconds(61);
        assert_eq!(writes(), 1);
    }
    app.pass_seconds(61);
    assert_eq!(writes(), 0, "the sixth within the hour");
}

#[test]
fn strangers_failures_have_a_ceiling_that_keeps_no_owner_out() {
    let app = TestApp::new();
    app.user("ada");
    app.guess("198.51.100.1", "nobody").assert_error(401, "invalid_credentials");
    app.exhaust("failures", policy::STRANGERS_FAILURES);
    let before = app.platform.dump();
    for login in ["nobody", "another", "ada"] {
        waits_for_the_hour(&app, &app.guess("198.51.100.2", login));
    }
    assert_eq!(app.platform.dump(), before);
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    app.login("ada", PASSWORD).assert_ok();
    app.pass_seconds(3600);
    app.guess("198.51.100.2", "nobody").assert_error(401, "invalid_credentials");
}

/// Each typed name would have its own counter and log entry.
#[test]
fn a_block_may_fail_so_often_an_hour_whatever_it_types() {
    let app = TestApp::new();
    let fail = |turn: u32| app.guess(&format!("2001:db8:a:{turn:x}::1"), &format!("name{turn}")).status;
    app.platform.tell(&format!(
        "CREATE TRIGGER faster AFTER INSERT ON quotas BEGIN UPDATE quotas SET spent = {}; END",
        policy::STRANGERS_FAILURES_OF_A_BLOCK - 10
    ));
    fail(0);
    app.platform.tell("DROP TRIGGER faster");
    let answers: Vec<_> = (1..10).map(|turn| fail(turn).as_u16()).collect();
    // Each costs a counter and an entry.
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5, "{answers:?}");
    assert_eq!(answers.last(), Some(&429));
    assert!(app.platform.count("attempts") <= 6 && app.platform.count("audit") <= 6);
}

#[test]
fn a_refusal_beyond_the_ceiling_is_the_same_and_leaves_no_row() {
    let app = TestApp::with(&[CODES]);
    app.register("ada", "ada@example.com").assert_ok();
    let dead = app.last_link_token();
    app.activate(&dead).assert_ok();
    app.activate(&dead).assert_error(400, "invalid_token");
    app.exhaust("failures", policy::STRANGERS_FAILURES);
    app.pass_seconds(60);
    let before = app.platform.dump();
    app.activate(&dead).assert_error(400, "invalid_token");
    app.verify_code("nobody@example.com", "123456").assert_error(401, "invalid_code");
    app.register("ada", "other@example.com").assert_error(409, "login_taken");
    assert_eq!(app.platform.dump(), before);
}

#[test]
fn what_strangers_do_shares_a_row_a_minute_for_each_network() {
    let app = TestApp::with(&[CODES]);
    for turn in 0..4 {
        let email = format!("u{turn}@example.com");
        for path in ASKS {
            // One network, under any of its addresses.
            app.ask_from(&format!("2001:db8:1:2::{turn}"), path, &email).assert_ok();
        }
    }
    assert_eq!(app.platform.count("audit"), 4);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE count = 4 AND identifier IS NULL"), 4);
    app.ask_from("2001:db8:1:3::1", ASKS[2], "u1@example.com").assert_ok();
    app.ask_from("2001:db8:1:3::1", ASKS[2], "u1@example.com").assert_ok();
    let told = "SELECT count(*) FROM audit WHERE count = 2 AND identifier IS NOT NULL";
    assert_eq!(app.platform.ask::<i64>(told), 1, "who was meant, where it is the same for all");
}

#[test]
fn of_the_registrations_of_one_address_and_network_five_wait() {
    let app = TestApp::new();
    let register = |address: &str, number: u32| {
        app.pass_seconds(1);
        let body = json!({ "login": format!("u{number}"), "email": "ada@example.com", "password": PASSWORD });
        app.post_from(address, "/api/auth/local/register", &body).assert_ok();
    };
    register("198.51.100.1", 99);
    (0..8).for_each(|number| register("203.0.113.7", number));
    let waiting: String =
        app.platform.ask("SELECT group_concat(login) FROM (SELECT login FROM registrations ORDER BY login)");
    assert_eq!(waiting, "u3,u4,u5,u6,u7,u99");
}

#[test]
fn the_sign_in_page_hands_out_so_many_tickets_and_one_entry_a_minute() {
    let app = TestApp::with(&[("AUTH_REDIRECT_URIS", "https://app.example.com/callback")]);
    app.user("ada");
    let mut browser = Browser::of(&app, "ada");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let path = format!(
        "/account/signin?r=https://app.example.com/callback&code_challenge={challenge}&code_challenge_method=S256"
    );
    for _ in 0..5 {
        assert_eq!(browser.get(&path).status, 303);
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count FROM audit WHERE act = 'issue_ticket'"), 5);
    let answers = (0..300).map(|_| browser.get(&path).status.as_u16());
    assert_eq!(answers.filter(|status| *status == 429).count(), 6, "with the pages of the sign-in before");
}

#[test]
fn a_database_that_will_be_full_is_told_of_before_it_is() {
    let app = TestApp::new();
    let ready = || app.get("/health/ready").json()["checks"]["database"].clone();
    app.platform.size.set(policy::DATABASE_NEARLY_FULL - 1);
    app.cron();
    assert_eq!((ready(), app.platform.log.borrow().len()), (json!("ok"), 0));
    app.platform.size.set(policy::DATABASE_NEARLY_FULL);
    app.cron();
    assert_eq!(ready(), json!("ok; it is nearly full"));
    assert!(app.platform.log.borrow()[0].contains("8000000000 of the 10000000000 bytes"), "{:?}", app.platform.log);
}

#[test]
fn counters_of_strangers_are_swept_when_their_hour_is_over() {
    let app = TestApp::new();
    app.ask_from("198.51.100.1", ASKS[2], "nobody@example.com").assert_ok();
    app.guess("198.51.100.1", "nobody");
    assert_eq!(app.platform.count("quotas"), 4);
    app.cron();
    assert_eq!(app.platform.count("quotas"), 4);
    app.pass_seconds(3600);
    app.cron();
    assert_eq!(app.platform.count("quotas"), 0);
}

#[test]
fn in_development_nobody_is_counted_where_addresses_are_not() {
    let app = TestApp::with(&crate::app::UNCOUNTED_WITH_CODES);
    app.user("ada");
    for path in ASKS {
        let reply = app.ask_from("198.51.100.1", path, "u@example.com");
        assert_eq!(reply.status, 200, "{path}");
    }
    app.guess("198.51.100.1", "nobody");
    assert_eq!(app.platform.count("quotas"), 0);
    let _: Value = app.request(Method::GET, "/health/ready", &[], "").json();
}
