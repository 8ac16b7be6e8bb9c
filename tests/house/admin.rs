use std::time::Duration;

use http::Method;
use serde_json::json;

use crate::doors::DOORS;
use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Reply, Tokens, UNCOUNTED};
use crate::people::letter_to;
use crate::world::{Trouble, When};

impl House {
    /// Acts, outcomes, who and to whom, of what administrators did or were refused.
    pub fn administered(&self) -> Vec<String> {
        let database = self.world.database.borrow();
        let sql = "SELECT concat(act, ' ', outcome, ' ', u.login, ' ', t.login) FROM audit
                   LEFT JOIN users u ON u.id = user_id LEFT JOIN users t ON t.id = target_id
                   WHERE act IN ('disable_user', 'enable_user', 'promote', 'demote', 'end_user_session',
                                 'end_user_sessions', 'start_reset') ORDER BY audit.id";
        let mut query = database.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }

    fn administrators(&self) -> i64 {
        self.world.ask("SELECT count(*) FROM users WHERE role = 'admin' AND disabled_at IS NULL")
    }

    #[track_caller]
    pub fn has_no_way_in(&self, tokens: &Tokens) {
        self.me(&tokens.access).refused(401, "token_revoked");
        self.verify(&tokens.access).refused(401, "token_revoked");
        self.refresh(&tokens.refresh).refused(401, "invalid_refresh_token");
    }
}

fn admin_doors() -> impl Iterator<Item = (Method, &'static str)> {
    DOORS.iter().filter(|(_, path)| path.starts_with("/api/admin/")).cloned()
}

#[test]
fn who_does_not_administer_is_refused_at_every_door_and_on_the_record() {
    let house = House::new();
    let eve = house.signed_in("eve");
    for (method, path) in admin_doors() {
        house.with_bearer(method.clone(), path, &eve.access).refused(403, "forbidden");
        house.with_bearer(method.clone(), path, "nonsense").refused(401, "token_invalid");
        house.knock(method, path, &[], "").refused(401, "unauthorized");
    }
    let mut told = house.administered();
    told.sort();
    let acts =
        ["demote", "disable_user", "enable_user", "end_user_session", "end_user_sessions", "promote", "start_reset"];
    let expected: Vec<_> =
        acts.iter().filter(|act| **act != "demote").map(|act| format!("{act} forbidden eve ")).collect();
    assert_eq!(told, expected);
    house.give_role(&eve, "eve", "user").refused(403, "forbidden");
    assert_eq!(house.administered().pop().unwrap(), "demote forbidden eve ", "the log says what was wanted");
}

#[test]
fn the_role_is_the_one_d1_has_and_not_the_tokens() {
    let house = House::new();
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.world.tell("UPDATE users SET role = CASE login WHEN 'ada' THEN 'user' ELSE 'admin' END");
    house.with_bearer(Method::GET, "/api/admin/users", &ada.access).refused(403, "forbidden");
    house.administer(&ada, "bob", "disable").refused(403, "forbidden");
    house.administer(&bob, "ada", "disable").granted();
}

#[test]
fn acting_needs_a_proof_that_is_not_old_and_looking_does_not() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let ada = house.administrator("ada");
    house.user("bob");
    house.pass_seconds(901);
    for (method, path) in admin_doors() {
        let path = path.replace("00000000-0000-0000-0000-000000000000", &house.id_of("bob"));
        let reply = house.with_bearer(method.clone(), &path, &ada.access);
        match method {
            Method::GET => drop(reply.granted()),
            _ => reply.refused(403, "reauthentication_required"),
        }
    }
    house.reauthenticate(&ada.access, PASSWORD).granted();
    house.administer(&ada, "bob", "disable").granted();
}

#[test]
fn a_browser_is_not_made_to_administer_by_somebody_elses_page() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.user("bob");
    let path = format!("/api/admin/users/{}/disable", house.id_of("bob"));
    let from = |origin| {
        let request = House::request(Method::POST, &path).header("Cookie", format!("token={}", ada.access));
        house.send(request.header("Origin", origin).body(Vec::new()).unwrap())
    };
    from("https://evil.example").refused(403, "csrf_failed");
    assert_eq!(house.administered(), [""; 0]);
    from("https://auth.example.com").granted();
}

#[test]
fn a_disabled_user_is_out_everywhere_and_an_enabled_one_begins_anew() {
    let house = House::with(&[CODES]);
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.recover("bob@example.com").granted();
    let link = house.last_link_token();
    let code = house.code_for("bob@example.com");

    let reply = house.administer(&ada, "bob", "disable").granted();
    assert_eq!(reply.json(), json!({ "message": "User disabled successfully" }));
    house.has_no_way_in(&bob);
    house.login("bob", PASSWORD).refused(403, "account_disabled");
    let wrong = house.login("bob", "wrong").face();
    assert_eq!(wrong, house.login("nobody", "wrong").face());
    let (subject, text) = letter_to(&house, "bob@example.com");
    assert_eq!(subject, "Your Gatehouse account was disabled");
    assert!(text.contains("2026-05-28T20:26:40Z") && !text.contains("203.0.113.7"), "{text}");
    let shown = house.look(&ada, &format!("users/{}", house.id_of("bob")));
    assert_eq!((&shown["disabled_at"], &shown["sessions"]), (&json!("2026-05-28T20:26:40.123Z"), &json!(0)));

    house.administer(&ada, "bob", "enable").granted();
    assert_eq!(letter_to(&house, "bob@example.com").0, "Your Gatehouse account is open again");
    house.has_no_way_in(&bob);
    // What was on its way before opens nothing either.
    house.verify_code("bob@example.com", &code).refused(401, "invalid_code");
    house.reset(&link, NEW_PASSWORD).refused(400, "invalid_token");
    let again = house.sign_in("bob");
    house.verify(&again.access).granted();
    assert_eq!(house.administered(), ["disable_user ok ada bob", "enable_user ok ada bob"]);
}

#[test]
fn where_kv_lags_a_disabled_user_is_out_at_once_where_d1_is_asked_and_at_the_gateway_after_the_delay() {
    let mut house = House::new();
    house.world.kv_lag.set(Duration::from_secs(60));
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.elsewhere(|house| house.administer(&ada, "bob", "disable")).granted();
    house.me(&bob.access).refused(401, "token_revoked");
    house.refresh(&bob.refresh).refused(401, "invalid_refresh_token");
    house.verify(&bob.access).granted();
    house.pass_seconds(61);
    house.verify(&bob.access).refused(401, "token_revoked");
}

#[test]
fn a_mark_that_kv_did_not_take_is_repeated_by_cron() {
    let house = House::new();
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    house.administer(&ada, "bob", "disable").granted();
    house.world.trouble.set(Trouble::default());
    house.verify(&bob.access).granted();
    house.cron();
    house.verify(&bob.access).refused(401, "token_revoked");
}

#[test]
fn what_is_so_already_is_not_done_again() {
    let house = House::new();
    let ada = house.administrator("ada");
    let bob = house.signed_in("bob");
    house.administer(&ada, "bob", "enable").granted();
    house.give_role(&ada, "bob", "user").granted();
    house.me(&bob.access).granted();
    house.administer(&ada, "bob", "disable").granted();
    let letters = house.letters().len();
    house.administer(&ada, "bob", "disable").granted();
    // Another administrator was quicker, between this one's look and the act.
    house.administer(&ada, "bob", "enable").granted();
    house.world.before_batch(0, "UPDATE users SET disabled_at = 5 WHERE login = 'bob'");
    house.administer(&ada, "bob", "disable").granted();
    assert_eq!(house.letters().len(), letters + 1);
    assert_eq!(house.administered(), ["disable_user ok ada bob", "enable_user ok ada bob"]);
    assert_eq!(house.world.ask::<i64>("SELECT auth_version FROM users WHERE login = 'bob'"), 3);
}

#[test]
fn a_new_role_holds_from_the_next_sign_in_on() {
    let house = House::new();
    let ada = house.administrator("ada");
    let before = house.signed_in("bob");
    assert_eq!(
        house.give_role(&ada, "bob", "admin").granted().json(),
        json!({ "message": "Role changed successfully" })
    );
    house.has_no_way_in(&before);
    let (subject, text) = letter_to(&house, "bob@example.com");
    assert_eq!(subject, "Your Gatehouse account has another role now");
    assert!(text.contains("the role admin at 2026-05-28T20:26:40Z"), "{text}");
    let bob = house.sign_in("bob");
    assert_eq!(house.verify(&bob.access).granted().header("x-auth-role"), "admin");
    house.give_role(&bob, "ada", "user").granted();
    house.has_no_way_in(&ada);
    let ada = house.sign_in("ada");
    assert_eq!(house.verify(&ada.access).granted().header("x-auth-role"), "user");
    house.with_bearer(Method::GET, "/api/admin/users", &ada.access).refused(403, "forbidden");
    assert_eq!(house.administered(), ["promote ok ada bob", "demote ok bob ada"]);
}

#[test]
fn there_are_two_roles_and_a_third_cannot_be_given() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.user("bob");
    for role in ["root", "guest", "Admin", "", "admin'--"] {
        house.give_role(&ada, "bob", role).refused(400, "invalid_request");
    }
    let path = format!("/api/admin/users/{}/role", house.id_of("bob"));
    for body in [json!({}), json!({ "role": 1 }), json!({ "role": ["admin"] })] {
        house.post_as(&ada.access, &path, &body).refused(400, "invalid_request");
    }
    assert_eq!(house.administrators(), 1);
}

#[test]
fn the_last_administrator_can_neither_resign_nor_shut_themselves_out() {
    let house = House::new();
    let ada = house.administrator("ada");
    house.administrator("gone");
    house.administer(&ada, "gone", "disable").granted();
    house.give_role(&ada, "ada", "user").refused(409, "last_admin");
    house.administer(&ada, "ada", "disable").refused(409, "last_admin");
    house.me(&ada.access).granted();
    assert_eq!(house.administered()[1..], ["demote last_admin ada ada", "disable_user last_admin ada ada"]);
    // Who is not the last may.
    house.administer(&ada, "gone", "enable").granted();
    house.give_role(&ada, "ada", "user").granted();
    house.has_no_way_in(&ada);
    assert_eq!(house.administrators(), 1);
}

#[test]
fn of_two_administrators_who_end_each_other_or_themselves_at_once_one_stays() {
    let demoted = "UPDATE users SET role = 'user' WHERE login = 'bob'";
    let disabled = "UPDATE users SET disabled_at = 5 WHERE login = 'bob'";
    for other in [demoted, disabled] {
        for act in ["disable", "role"] {
            let house = House::new();
            let (ada, _) = (house.administrator("ada"), house.administrator("bob"));
            // Bob resigns between Ada's look and her act.
            house.world.before_batch(0, other);
            let reply = match act {
                "role" => house.give_role(&ada, "ada", "user"),
                _ => house.administer(&ada, "ada", "disable"),
            };
            reply.refused(409, "last_admin");
            assert_eq!(house.administrators(), 1, "{act} after {other}");
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
        let house = House::new();
        let (ada, bob) = (house.administrator("ada"), house.signed_in("bob"));
        let session: String =
            house.world.ask("SELECT sessions.id FROM sessions JOIN users ON users.id = user_id WHERE login = 'bob'");
        let key = house.private(&bob.access, "backup");
        let path = |what: &str, id: &str| format!("/api/admin/users/{}/{what}/{id}", house.id_of("bob"));
        let acts: [&dyn Fn() -> Reply; 6] = [
            &|| house.administer(&ada, "bob", "disable"),
            &|| house.give_role(&ada, "bob", "admin"),
            &|| house.administer(&ada, "bob", "reset"),
            &|| house.end_sessions_of(&ada, "bob"),
            &|| house.with_bearer(Method::DELETE, &path("sessions", &session), &ada.access),
            &|| house.with_bearer(Method::DELETE, &path("tokens", &key.id), &ada.access),
        ];
        for act in acts {
            house.world.before_batch(0, meanwhile);
            let reply = act();
            if meanwhile.contains("role") {
                assert!(reply.status == 403 || reply.status == 404, "{}", reply.text());
            } else {
                reply.refused(401, "token_revoked");
            }
            house.me(&bob.access).granted();
            house.me(&key.data).granted();
            house.world.tell(
                "UPDATE users SET role = 'admin', disabled_at = NULL WHERE login = 'ada';
                              UPDATE sessions SET ended_at = NULL, end_reason = NULL",
            );
        }
        assert_eq!(house.world.ask::<i64>("SELECT sum(auth_version) FROM users"), 2);
        house.login("bob", PASSWORD).granted();
    }
}

#[test]
fn an_administrator_ends_one_session_or_all_and_of_one_user_only() {
    let house = House::new();
    let ada = house.administrator("ada");
    let carol = house.signed_in("carol");
    let first = house.signed_in("bob");
    let second = house.sign_in("bob");
    let bobs = format!("users/{}/sessions", house.id_of("bob"));
    let end = |who: &str, session: &str| {
        let path = format!("/api/admin/users/{}/sessions/{session}", house.id_of(who));
        house.with_bearer(Method::DELETE, &path, &ada.access)
    };
    let of_first = house.verify(&first.access).granted().header("x-auth-session").to_owned();
    end("carol", &of_first).refused(404, "not_found");
    end("bob", "not-an-id").refused(404, "not_found");
    assert_eq!(end("bob", &of_first).status, 204);
    end("bob", &of_first).refused(404, "not_found");
    house.has_no_way_in(&first);
    house.me(&second.access).granted();
    assert_eq!(house.look(&ada, &bobs)["sessions"].as_array().unwrap().len(), 1);

    let third = house.sign_in("bob");
    assert_eq!(house.end_sessions_of(&ada, "bob").status, 204);
    house.has_no_way_in(&second);
    house.has_no_way_in(&third);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM sessions WHERE end_reason = 'by_admin'"), 3);
    house.verify(&carol.access).granted();
    house.login("bob", PASSWORD).granted();
    let told = house.administered();
    assert_eq!(told[0], "end_user_session not_found ada carol");
    assert_eq!(told[1..3], ["end_user_session ok ada bob", "end_user_session not_found ada bob"]);
    assert_eq!(told[3..], ["end_user_sessions ok ada bob"]);
    let nobody = "/api/admin/users/00000000-0000-4000-8000-000000000000/sessions";
    house.with_bearer(Method::DELETE, nobody, &ada.access).refused(404, "not_found");
}

#[test]
fn an_act_whose_answer_was_lost_is_an_act() {
    let house = House::with(&UNCOUNTED);
    let ada = house.administrator("ada");
    house.user("bob");
    for (act, done) in [
        ("disable", "disable_user ok ada bob"),
        ("enable", "enable_user ok ada bob"),
        ("reset", "start_reset ok ada bob"),
    ] {
        house.world.trouble.set(Trouble { database: Some((2, When::After)), ..Trouble::default() });
        house.administer(&ada, "bob", act).granted();
        assert_eq!(house.world.trouble.get().database, None);
        assert_eq!(house.administered().pop().unwrap(), done);
    }
    assert_eq!(house.administered().len(), 3);
}
