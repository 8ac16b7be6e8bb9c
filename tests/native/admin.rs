use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::platform::{Failure, FailureTiming};
use crate::routes::ROUTES;
use crate::second_factors::suspended;
use crate::user_actions::email_to;

impl TestApp {
    /// Action, outcome, actor and target of each admin action, successful or refused.
    pub fn administered(&self) -> Vec<String> {
        let database = self.platform.database.borrow();
        let sql = "SELECT concat(act, ' ', outcome, ' ', u.login, ' ', t.login) FROM audit
                   LEFT JOIN users u ON u.id = user_id LEFT JOIN users t ON t.id = target_id
                   WHERE act LIKE '%_client%' AND act NOT LIKE 'view%' AND act NOT LIKE 'list%' OR act IN ('disable_user', 'enable_user', 'promote', 'demote', 'end_user_session',
                                 'end_user_sessions', 'start_reset', 'reset_factors') ORDER BY audit.id";
        let mut query = database.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn administrators(&self) -> i64 {
        self.platform.ask("SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL")
    }

    #[track_caller]
    pub fn has_no_way_in(&self, tokens: &Tokens) {
        self.me(&tokens.access).assert_error(401, "token_revoked");
        self.verify(&tokens.access).assert_error(401, "token_revoked");
        self.refresh(&tokens.refresh).assert_error(401, "invalid_refresh_token");
    }
}

fn admin_routes() -> impl Iterator<Item = (Method, &'static str)> {
    ROUTES.iter().filter(|(_, path)| path.starts_with("/api/admin/")).cloned()
}

#[test]
fn who_does_not_administer_is_refused_on_every_route_and_on_the_record() {
    let app = TestApp::new();
    let eve = app.signed_in("eve");
    for (method, path) in admin_routes() {
        app.with_bearer(method.clone(), path, &eve.access).assert_error(403, "forbidden");
        app.with_bearer(method.clone(), path, "nonsense").assert_error(401, "token_invalid");
        app.request(method, path, &[], "").assert_error(401, "unauthorized");
    }
    let mut told = app.administered();
    told.sort();
    let acts = [
        "change_client",
        "create_client",
        "delete_client",
        "demote",
        "disable_client",
        "disable_user",
        "enable_client",
        "enable_user",
        "end_client_secret",
        "end_user_session",
        "end_user_sessions",
        "promote",
        "reset_factors",
        "rotate_client_secret",
        "start_reset",
    ];
    let expected: Vec<_> =
        acts.iter().filter(|act| **act != "demote").map(|act| format!("{act} forbidden eve ")).collect();
    assert_eq!(told, expected);
    app.give_role(&eve, "eve", "user").assert_error(403, "forbidden");
    assert_eq!(app.administered().pop().unwrap(), "demote forbidden eve ", "the log says what was wanted");
}

#[test]
fn the_role_is_the_one_d1_has_and_not_the_tokens() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.platform.tell("UPDATE users SET role = CASE login WHEN 'ada' THEN 'user' ELSE 'admin' END");
    app.with_bearer(Method::GET, "/api/admin/users", &ada.access).assert_error(403, "forbidden");
    app.administer(&ada, "bob", "disable").assert_error(403, "forbidden");
    app.administer(&bob, "ada", "disable").assert_ok();
}

#[test]
fn acting_needs_a_proof_that_is_not_old_and_looking_does_not() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let ada = app.administrator("ada");
    app.user("bob");
    app.has_client("shop", "op = 'x'");
    app.pass_seconds(901);
    for (method, path) in admin_routes() {
        let whose = if path.contains("/clients/") { "shop".to_owned() } else { app.id_of("bob") };
        let path = path.replace("00000000-0000-0000-0000-000000000000", &whose);
        let reply = app.with_bearer(method.clone(), &path, &ada.access);
        match method {
            Method::GET => drop(reply.assert_ok()),
            _ => reply.assert_error(403, "reauthentication_required"),
        }
    }
    app.reauthenticate(&ada.access, PASSWORD).assert_ok();
    app.administer(&ada, "bob", "disable").assert_ok();
}

#[test]
fn a_browser_is_not_made_to_administer_by_somebody_elses_page() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let path = format!("/api/admin/users/{}/disable", app.id_of("bob"));
    let from = |origin| {
        let request = TestApp::builder(Method::POST, &path).header("Cookie", format!("token={}", ada.access));
        app.send(request.header("Origin", origin).body(Vec::new()).unwrap())
    };
    from("https://evil.example").assert_error(403, "csrf_failed");
    assert_eq!(app.administered(), [""; 0]);
    from("https://auth.example.com").assert_ok();
}

#[test]
fn a_disabled_user_is_out_everywhere_and_an_enabled_one_begins_anew() {
    let app = TestApp::with(&[CODES]);
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.recover("bob@example.com").assert_ok();
    let link = app.last_link_token();
    let code = app.code_for("bob@example.com");

    let reply = app.administer(&ada, "bob", "disable").assert_ok();
    assert_eq!(reply.json(), json!({ "message": "User disabled successfully" }));
    app.has_no_way_in(&bob);
    app.login("bob", PASSWORD).assert_error(403, "account_disabled");
    let wrong = app.login("bob", "wrong").observable();
    assert_eq!(wrong, app.login("nobody", "wrong").observable());
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "Your Gatehouse account was disabled");
    assert!(text.contains("2026-05-28T20:26:40Z") && !text.contains("203.0.113.7"), "{text}");
    let shown = app.look(&ada, &format!("users/{}", app.id_of("bob")));
    assert_eq!((&shown["disabled_at"], &shown["sessions"]), (&json!("2026-05-28T20:26:40.123Z"), &json!(0)));

    app.administer(&ada, "bob", "enable").assert_ok();
    assert_eq!(email_to(&app, "bob@example.com").0, "Your Gatehouse account was enabled");
    app.has_no_way_in(&bob);
    // Tokens issued before no longer work either.
    app.verify_code("bob@example.com", &code).assert_error(401, "invalid_code");
    app.reset(&link, NEW_PASSWORD).assert_error(400, "invalid_token");
    let again = app.sign_in("bob");
    app.verify(&again.access).assert_ok();
    assert_eq!(app.administered(), ["disable_user ok ada bob", "enable_user ok ada bob"]);
}

#[test]
fn where_kv_lags_a_disabled_user_is_out_at_once_where_d1_is_asked_and_at_the_gateway_after_the_delay() {
    let mut app = TestApp::new();
    app.platform.kv_lag.set(Duration::from_secs(60));
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.elsewhere(|app| app.administer(&ada, "bob", "disable")).assert_ok();
    app.me(&bob.access).assert_error(401, "token_revoked");
    app.refresh(&bob.refresh).assert_error(401, "invalid_refresh_token");
    app.verify(&bob.access).assert_ok();
    app.pass_seconds(61);
    app.verify(&bob.access).assert_error(401, "token_revoked");
}

#[test]
fn a_mark_that_kv_did_not_take_is_repeated_by_cron() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    app.administer(&ada, "bob", "disable").assert_ok();
    app.platform.trouble.set(Failure::default());
    app.verify(&bob.access).assert_ok();
    app.cron();
    app.verify(&bob.access).assert_error(401, "token_revoked");
}

#[test]
fn what_is_so_already_is_not_done_again() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let bob = app.signed_in("bob");
    app.administer(&ada, "bob", "enable").assert_ok();
    app.give_role(&ada, "bob", "user").assert_ok();
    app.me(&bob.access).assert_ok();
    app.administer(&ada, "bob", "disable").assert_ok();
    let emails = app.emails().len();
    app.administer(&ada, "bob", "disable").assert_ok();
    // Another administrator was quicker, between this one's read and the action.
    app.administer(&ada, "bob", "enable").assert_ok();
    app.platform.before_batch(0, "UPDATE users SET disabled_at = 5 WHERE login = 'bob'");
    app.administer(&ada, "bob", "disable").assert_ok();
    assert_eq!(app.emails().len(), emails + 1);
    assert_eq!(app.administered(), ["disable_user ok ada bob", "enable_user ok ada bob"]);
    assert_eq!(app.platform.ask::<i64>("SELECT auth_version FROM users WHERE login = 'bob'"), 3);
}

#[test]
fn a_new_role_holds_from_the_next_sign_in_on() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let before = app.signed_in("bob");
    assert_eq!(
        app.give_role(&ada, "bob", "admin").assert_ok().json(),
        json!({ "message": "Role changed successfully" })
    );
    app.has_no_way_in(&before);
    let (subject, text) = email_to(&app, "bob@example.com");
    assert_eq!(subject, "The role of your Gatehouse account was changed");
    assert!(text.contains("to administrator at 2026-05-28T20:26:40Z"), "{text}");
    let bob = app.sign_in("bob");
    assert_eq!(app.verify(&bob.access).assert_ok().header("x-auth-role"), "admin");
    app.give_role(&bob, "ada", "user").assert_ok();
    app.has_no_way_in(&ada);
    let ada = app.sign_in("ada");
    assert_eq!(app.verify(&ada.access).assert_ok().header("x-auth-role"), "user");
    app.with_bearer(Method::GET, "/api/admin/users", &ada.access).assert_error(403, "forbidden");
    assert_eq!(app.administered(), ["promote ok ada bob", "demote ok bob ada"]);
}

#[test]
fn there_are_two_roles_and_a_third_cannot_be_given() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    for role in ["root", "guest", "Admin", "", "admin'--"] {
        app.give_role(&ada, "bob", role).assert_error(400, "invalid_request");
    }
    let path = format!("/api/admin/users/{}/role", app.id_of("bob"));
    for body in [json!({}), json!({ "role": 1 }), json!({ "role": ["admin"] })] {
        app.post_as(&ada.access, &path, &body).assert_error(400, "invalid_request");
    }
    assert_eq!(app.administrators(), 1);
}

#[test]
fn the_last_administrator_can_neither_resign_nor_shut_themselves_out() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.administrator("gone");
    app.administer(&ada, "gone", "disable").assert_ok();
    app.give_role(&ada, "ada", "user").assert_error(409, "last_admin");
    app.administer(&ada, "ada", "disable").assert_error(409, "last_admin");
    app.me(&ada.access).assert_ok();
    assert_eq!(app.administered()[1..], ["demote last_admin ada ada", "disable_user last_admin ada ada"]);
    // The last administrator cannot be demoted.
    app.administer(&ada, "gone", "enable").assert_ok();
    app.give_role(&ada, "ada", "user").assert_ok();
    app.has_no_way_in(&ada);
    assert_eq!(app.administrators(), 1);
}

#[test]
fn of_two_administrators_who_end_each_other_or_themselves_at_once_one_stays() {
    let demoted = "UPDATE users SET role = 'user' WHERE login = 'bob'";
    let disabled = "UPDATE users SET disabled_at = 5 WHERE login = 'bob'";
    for other in [demoted, disabled] {
        for act in ["disable", "role"] {
            let app = TestApp::new();
            let (ada, _) = (app.administrator("ada"), app.administrator("bob"));
            // Bob resigns between Ada's read and her action.
            app.platform.before_batch(0, other);
            let reply = match act {
                "role" => app.give_role(&ada, "ada", "user"),
                _ => app.administer(&ada, "ada", "disable"),
            };
            reply.assert_error(409, "last_admin");
            assert_eq!(app.administrators(), 1, "{act} after {other}");
        }
    }
}

#[test]
fn who_stopped_administering_meanwhile_does_nothing_any_more() {
    for meanwhile in [
        "UPDATE users SET role = 'user' WHERE login = 'ada'",
        "UPDATE users SET disabled_at = 5 WHERE login = 'ada'",
        "UPDATE sessions SET ended_at = 5, end_reason = 'ended'
         WHERE user_id = (SELECT id FROM users WHERE login = 'ada')",
    ] {
        let app = TestApp::new();
        let (ada, bob) = (app.administrator("ada"), app.signed_in("bob"));
        let session: String =
            app.platform.ask("SELECT sessions.id FROM sessions JOIN users ON users.id = user_id WHERE login = 'bob'");
        let key = app.private(&bob.access, "backup");
        let path = |what: &str, id: &str| format!("/api/admin/users/{}/{what}/{id}", app.id_of("bob"));
        app.give_second_factor("bob");
        let acts: [&dyn Fn() -> Reply; 7] = [
            &|| app.administer(&ada, "bob", "disable"),
            &|| app.give_role(&ada, "bob", "admin"),
            &|| app.administer(&ada, "bob", "reset"),
            &|| app.administer(&ada, "bob", "factors/reset"),
            &|| app.end_sessions_of(&ada, "bob"),
            &|| app.with_bearer(Method::DELETE, &path("sessions", &session), &ada.access),
            &|| app.with_bearer(Method::DELETE, &path("tokens", &key.id), &ada.access),
        ];
        for act in acts {
            app.platform.before_batch(0, meanwhile);
            let reply = act();
            if meanwhile.contains("role") {
                assert!(reply.status == 403 || reply.status == 404, "{}", reply.text());
            } else {
                reply.assert_error(401, "token_revoked");
            }
            app.me(&bob.access).assert_ok();
            app.me(&key.data).assert_ok();
            app.platform.tell(
                "UPDATE users SET role = 'admin', disabled_at = NULL WHERE login = 'ada';
                              UPDATE sessions SET ended_at = NULL, end_reason = NULL",
            );
        }
        assert_eq!(app.platform.ask::<i64>("SELECT sum(auth_version) FROM users"), 2);
        suspended(&app.login("bob", PASSWORD));
    }
}

#[test]
fn an_administrator_ends_one_session_or_all_and_of_one_user_only() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let carol = app.signed_in("carol");
    let first = app.signed_in("bob");
    let second = app.sign_in("bob");
    let bobs = format!("users/{}/sessions", app.id_of("bob"));
    let end = |who: &str, session: &str| {
        let path = format!("/api/admin/users/{}/sessions/{session}", app.id_of(who));
        app.with_bearer(Method::DELETE, &path, &ada.access)
    };
    let of_first = app.verify(&first.access).assert_ok().header("x-auth-session").to_owned();
    end("carol", &of_first).assert_error(404, "not_found");
    end("bob", "not-an-id").assert_error(404, "not_found");
    assert_eq!(end("bob", &of_first).status, 204);
    end("bob", &of_first).assert_error(404, "not_found");
    app.has_no_way_in(&first);
    app.me(&second.access).assert_ok();
    assert_eq!(app.look(&ada, &bobs)["sessions"].as_array().unwrap().len(), 1);

    let third = app.sign_in("bob");
    assert_eq!(app.end_sessions_of(&ada, "bob").status, 204);
    app.has_no_way_in(&second);
    app.has_no_way_in(&third);
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE end_reason = 'by_admin'"), 3);
    app.verify(&carol.access).assert_ok();
    app.login("bob", PASSWORD).assert_ok();
    let told = app.administered();
    assert_eq!(told[0], "end_user_session not_found ada carol");
    assert_eq!(told[1..3], ["end_user_session ok ada bob", "end_user_session not_found ada bob"]);
    assert_eq!(told[3..], ["end_user_sessions ok ada bob"]);
    let nobody = "/api/admin/users/00000000-0000-4000-8000-000000000000/sessions";
    app.with_bearer(Method::DELETE, nobody, &ada.access).assert_error(404, "not_found");
}

#[test]
fn an_act_whose_answer_was_lost_is_an_act() {
    let app = TestApp::with(&UNCOUNTED);
    let ada = app.administrator("ada");
    app.user("bob");
    app.give_second_factor("bob");
    for (act, done) in [
        ("disable", "disable_user ok ada bob"),
        ("enable", "enable_user ok ada bob"),
        ("reset", "start_reset ok ada bob"),
        ("factors/reset", "reset_factors ok ada bob"),
    ] {
        app.platform.trouble.set(Failure { database: Some((2, FailureTiming::After)), ..Failure::default() });
        app.administer(&ada, "bob", act).assert_ok();
        assert_eq!(app.platform.trouble.get().database, None);
        assert_eq!(app.administered().pop().unwrap(), done);
    }
    assert_eq!(app.administered().len(), 4);
}
