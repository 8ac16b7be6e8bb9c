use serde_json::{Value, json};

use crate::house::{CODES, House, PASSWORD};

fn rows<'a>(document: &'a Value, part: &str) -> &'a Vec<Value> {
    document[part].as_array().unwrap_or_else(|| panic!("no {part} in {document}"))
}

#[test]
fn a_user_takes_away_all_that_is_kept_about_them() {
    let house = House::with(&[CODES]);
    house.signed_in("bob");
    let first = house.signed_in("ada");
    house.login("ada", "wrong").refused(401, "invalid_credentials");
    house.change_email(&first.access, "ada@new.example").granted();
    house.confirm_email(&house.last_link_token()).granted();
    house.recover("ada@new.example").granted();
    house.request_code("ada@new.example").granted();
    house.register("somebody", "ada@new.example").granted();
    house.logout(&first.access).granted();
    let second = house.sign_in("ada");

    let reply = house.export(&second.access).granted();
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
    let kinds: Vec<_> = rows(&document, "letters").iter().map(|letter| letter["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"recovery") && kinds.contains(&"account_exists"), "{kinds:?}");
    let acts: Vec<_> = rows(&document, "audit").iter().map(|entry| entry["act"].as_str().unwrap()).collect();
    assert!(acts.contains(&"activate") && acts.contains(&"change_email") && acts.contains(&"sign_out"), "{acts:?}");
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'export'"), 1);
}

#[test]
fn an_export_holds_nothing_of_others_and_no_secret() {
    let house = House::new();
    house.signed_in("bob");
    let tokens = house.signed_in("ada");
    house.recover("ada@example.com").granted();
    let link = house.last_link_token();
    // A stranger's wish for ada's address: its name and whereabouts are the stranger's.
    house.register("stranger", "ada@example.com").granted();
    let text = house.export(&tokens.access).granted().text();
    let bob: String = house.world.ask("SELECT id FROM users WHERE login = 'bob'");
    let hash: String = house.world.ask("SELECT password_hash FROM users WHERE login = 'ada'");
    for foreign in ["bob", "stranger", "argon2", &bob, &hash, &link, &tokens.refresh, &tokens.access, "sealed", "op\""]
    {
        assert!(!text.contains(foreign), "{foreign} is in {text}");
    }
}

#[test]
fn an_export_is_bounded_and_says_where_it_is_cut() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    house.world.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1200)
         INSERT INTO audit (at, act, outcome, user_id, address, agent, request_id)
         SELECT i, 'sign_in', 'ok', (SELECT id FROM users), '', '', '' FROM n",
    );
    let document = house.export(&tokens.access).granted().json();
    assert_eq!(document["cut"], json!(["audit"]));
    assert_eq!(rows(&document, "audit").len(), 1000);
    assert_eq!(rows(&document, "audit")[0]["at"], "2026-05-28T20:26:40.123Z", "the newest come first");
    house.world.tell("DELETE FROM audit WHERE at < 200");
    let before = house.world.ask::<i64>("SELECT count(*) FROM audit WHERE user_id IS NOT NULL");
    house.world.tell(&format!("DELETE FROM audit WHERE at < {}", 200 + before - 1000));
    let document = house.export(&tokens.access).granted().json();
    assert_eq!((rows(&document, "audit").len(), &document["cut"]), (1000, &json!([])));
}

#[test]
fn an_export_needs_a_proof_that_is_not_old() {
    let house = House::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let tokens = house.signed_in("ada");
    house.pass_seconds(901);
    house.export(&tokens.access).refused(403, "reauthentication_required");
    house.reauthenticate(&tokens.access, PASSWORD).granted();
    house.export(&tokens.access).granted();
}

#[test]
fn an_export_is_one_look() {
    let house = House::new();
    let tokens = house.signed_in("ada");
    let calls = house.world.database_calls.get();
    house.export(&tokens.access).granted();
    // Who asks, and one batch.
    assert_eq!(house.world.database_calls.get() - calls, 2);
}
