use http::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, Tokens};

impl TestApp {
    /// The login names on a page, and where the next page begins.
    fn names(&self, admin: &Tokens, query: &str) -> (Vec<String>, Option<String>) {
        let page = self.look(admin, &format!("users?{query}"));
        let users = page["users"].as_array().unwrap();
        let names = users.iter().map(|user| user["login"].as_str().unwrap().to_owned()).collect();
        (names, page["next"].as_str().map(str::to_owned))
    }
}

#[test]
fn a_list_of_many_comes_in_pages_and_nobody_is_missed_or_shown_twice() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.platform.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
         INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
         SELECT printf('00000000-0000-4000-8000-%012d', i), printf('user%03d', i), printf('u%d@example.com', i),
                printf('u%d@example.com', i), '$argon2id$x', 'user', 1, i, i FROM n",
    );
    let (first, cursor) = app.names(&ada, "");
    assert_eq!((first.len(), first[0].as_str(), first[99].as_str()), (100, "ada", "user099"));
    // One user is added and one deleted, before and after the cursor.
    app.user("bob");
    app.platform.tell("DELETE FROM users WHERE login IN ('user050', 'user150')");
    let (second, cursor) = app.names(&ada, &format!("cursor={}", cursor.unwrap()));
    assert_eq!((second.len(), second[0].as_str(), second[99].as_str()), (100, "user100", "user200"));
    let (third, cursor) = app.names(&ada, &format!("cursor={}", cursor.unwrap()));
    assert_eq!((third.len(), third[49].as_str(), cursor), (50, "user250", None));
}

#[test]
fn people_are_found_by_how_their_name_or_address_begins() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.register("lovelace", "Ada.L@example.com").assert_ok();
    app.activate(&app.last_link_token()).assert_ok();
    for login in ["bob", "a_b", "adam"] {
        app.user(login);
    }
    let found = |query: &str| app.names(&ada, query).0;
    // Ordered by the matching value: `ada`, `ada.l@example.com`, `adam`.
    assert_eq!(found("q=ada"), ["ada", "lovelace", "adam"]);
    assert_eq!(found("q=ADA"), found("q=ada"));
    assert_eq!(found("q=ada%40"), ["ada"]);
    assert_eq!(found("q=ada.l%40EXAMPLE"), ["lovelace"]);
    assert_eq!(found("q=ada&cursor=ada"), ["lovelace", "adam"]);
    assert_eq!(found("q="), ["a_b", "ada", "adam", "bob", "lovelace"]);
    for nothing in ["q=%25", "q=_", "q=da", "q=%27%20OR%201--", "q=ada%00"] {
        assert_eq!(found(nothing), [""; 0], "{nothing}");
    }
    let long = format!("/api/admin/users?q={}", "a".repeat(255));
    app.with_bearer(Method::GET, &long, &ada.access).assert_error(400, "invalid_request");
}

#[test]
fn who_is_found_by_name_and_by_address_is_shown_once_whichever_comes_first() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    // Half of them sort by address before the names, the others after all names.
    app.platform.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 250)
         INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
         SELECT printf('00000000-0000-4000-8000-%012d', i), printf('um%03d', i), mail, mail, '$argon2id$x', 'user', 1, i, i
         FROM (SELECT i, printf(iif(i % 2, 'ua%d@example.com', 'uz%d@example.com'), i) AS mail FROM n)",
    );
    let (mut shown, mut cursor) = (Vec::new(), Some(String::new()));
    while let Some(at) = cursor {
        let (names, next) = app.names(&ada, &format!("q=u&cursor={at}"));
        assert!(names.len() <= 100, "{}", names.len());
        shown.extend(names);
        cursor = next;
    }
    shown.sort();
    assert_eq!(shown, (1..=250).map(|number| format!("um{number:03}")).collect::<Vec<_>>());
}

#[test]
fn an_administrator_sees_a_user_and_their_sessions_and_no_secret() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let bob = |app: &TestApp| app.look(&ada, &format!("users/{}", app.id_of("bob")));
    assert_eq!((&bob(&app)["sessions"], &bob(&app)["last_seen_at"]), (&json!(0), &Value::Null));
    app.login("bob", PASSWORD).assert_ok();
    app.pass_seconds(60);
    let second = app.sign_in("bob");
    let expected = json!({
        "id": app.id_of("bob"), "login": "bob", "email": "bob@example.com", "role": "user", "disabled_at": null,
        "created_at": "2026-05-28T20:26:40.123Z", "updated_at": "2026-05-28T20:26:40.123Z",
        "factors": { "password": true, "passkey": false, "totp": false, "security_key": false, "identities": 0, "recovery_codes": null },
        "sessions": 2, "last_seen_at": "2026-05-28T20:27:40.123Z",
    });
    assert_eq!(bob(&app), expected);
    app.logout(&second.access).assert_ok();
    assert_eq!((&bob(&app)["sessions"], &bob(&app)["last_seen_at"]), (&json!(1), &expected["last_seen_at"]));
    let listed = app.look(&ada, &format!("users/{}/sessions", app.id_of("bob")));
    let listed = listed["sessions"].as_array().unwrap();
    assert_eq!((listed.len(), &listed[0]["current"], &listed[0]["address"]), (1, &json!(false), &json!("203.0.113.7")));
    for nobody in ["00000000-0000-4000-8000-000000000000", "bob"] {
        let path = format!("/api/admin/users/{nobody}");
        app.with_bearer(Method::GET, &path, &ada.access).assert_error(404, "not_found");
    }
}

#[test]
fn an_export_shows_what_was_done_to_one_and_not_where_the_administrator_was() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    app.end_sessions_of(&ada, "bob");
    let bob = app.sign_in("bob");
    let text = app.export(&bob.access).assert_ok().json();
    let entries = text["audit"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["act"] == "end_user_sessions").unwrap();
    assert_eq!((&entry["address"], &entry["session_id"]), (&Value::Null, &Value::Null));
    assert!(!text.to_string().contains(&app.id_of("ada")));
    // An action on oneself is one entry.
    app.end_sessions_of(&ada, "ada");
    let ada = app.sign_in("ada");
    let own = app.export(&ada.access).assert_ok().json();
    let acts = own["audit"].as_array().unwrap().iter().filter(|entry| entry["act"] == "end_user_sessions").count();
    assert_eq!(acts, 2);
}
