use serde_json::{Value, json};

use crate::app::{CODES, PASSWORD, TestApp};

fn rows<'a>(document: &'a Value, part: &str) -> &'a Vec<Value> {
    document[part].as_array().unwrap_or_else(|| panic!("no {part} in {document}"))
}

#[test]
fn a_user_takes_away_all_that_is_kept_about_them() {
    let app = TestApp::with(&[CODES]);
    app.signed_in("bob");
    let first = app.signed_in("ada");
    app.login("ada", "wrong").assert_error(401, "invalid_credentials");
    app.change_email(&first.access, "ada@new.example").assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.recover("ada@new.example").assert_ok();
    app.request_code("ada@new.example").assert_ok();
    app.register("somebody", "ada@new.example").assert_ok();
    app.logout(&first.access).assert_ok();
    let second = app.sign_in("ada");

    let reply = app.export(&second.access).assert_ok();
    assert_eq!(reply.header("content-disposition"), r#"attachment; filename="account.json""#);
    assert_eq!(reply.header("cache-control"), "no-store");
    let document = reply.json();
    assert_eq!(document["exported_at"], "2026-05-28T20:26:40.123Z");
    assert_eq!(document["cut"], json!([]));
    assert_eq!(document["user"]["login"], "ada");
    assert_eq!(document["user"]["email"], "ada@new.example");
    let ended = rows(&document, "sessions").iter().filter(|session| session["end_reason"] == "signed_out").count();
    assert_eq!((rows(&document, "sessions").len(), ended), (2, 1));
    assert_eq!(rows(&document, "sessions")[0]["created_at"], "2026-05-28T20:26:40.123Z");
    assert_eq!(document["networks"], json!([{ "network": "203.0.113.7", "known_until_at": "2026-07-27T20:26:40Z" }]));
    let times = json!([{
        "created_at": "2026-05-28T20:26:40.123Z", "expires_at": "2026-05-28T21:26:40.123Z", "used_at": null
    }]);
    assert_eq!(document["recoveries"], times);
    assert_eq!(rows(&document, "registrations").len(), 1);
    assert_eq!(rows(&document, "codes").len(), 1);
    assert_eq!(rows(&document, "email_changes")[0]["email"], "ada@new.example");
    assert_eq!(rows(&document, "former_emails")[0]["email"], "ada@example.com");
    let kinds: Vec<_> = rows(&document, "letters").iter().map(|email| email["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"recovery") && kinds.contains(&"account_exists"), "{kinds:?}");
    let acts: Vec<_> = rows(&document, "audit").iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert!(acts.contains(&"activate") && acts.contains(&"change_email") && acts.contains(&"sign_out"), "{acts:?}");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'export'"), 1);
}

#[test]
fn an_export_holds_nothing_of_others_and_no_secret() {
    let app = TestApp::new();
    app.signed_in("bob");
    let tokens = app.signed_in("ada");
    app.recover("ada@example.com").assert_ok();
    let link = app.last_link_token();
    // A stranger's request to move to Ada's address: its name and location belong to the stranger.
    app.register("stranger", "ada@example.com").assert_ok();
    let text = app.export(&tokens.access).assert_ok().text();
    let bob: String = app.platform.ask("SELECT id FROM users WHERE login = 'bob'");
    let hash: String =
        app.platform.ask("SELECT hash FROM passwords WHERE user_id = (SELECT id FROM users WHERE login = 'ada')");
    for foreign in ["bob", "stranger", "argon2", &bob, &hash, &link, &tokens.refresh, &tokens.access, "sealed", "op\""]
    {
        assert!(!text.contains(foreign), "{foreign} is in {text}");
    }
}

#[test]
fn an_export_is_bounded_and_says_where_it_is_cut() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    app.platform.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO audit (at, act, outcome, user_id, address, agent, request_id)
         SELECT i, 'sign_in', 'ok', (SELECT id FROM users), '', '', '' FROM n",
    );
    let document = app.export(&tokens.access).assert_ok().json();
    assert_eq!(document["cut"], json!(["audit"]));
    assert_eq!(rows(&document, "audit").len(), 1000);
    assert_eq!(rows(&document, "audit")[0]["at"], "2026-05-28T20:26:40.123Z", "the newest come first");
    app.platform.tell("DELETE FROM audit WHERE at < 200");
    let before = app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE user_id IS NOT NULL");
    app.platform.tell(&format!("DELETE FROM audit WHERE at < {}", 200 + before - 1000));
    let document = app.export(&tokens.access).assert_ok().json();
    assert_eq!((rows(&document, "audit").len(), &document["cut"]), (1000, &json!([])));
}

#[test]
fn an_export_needs_a_proof_that_is_not_old() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = app.signed_in("ada");
    app.pass_seconds(901);
    app.export(&tokens.access).assert_error(403, "reauthentication_required");
    app.reauthenticate(&tokens.access, PASSWORD).assert_ok();
    app.export(&tokens.access).assert_ok();
}

#[test]
fn an_export_is_one_look() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    let calls = app.platform.database_calls.get();
    app.export(&tokens.access).assert_ok();
    // The session, and one batch.
    assert_eq!(app.platform.database_calls.get() - calls, 2);
}
