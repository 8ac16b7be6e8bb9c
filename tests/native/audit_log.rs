use http::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, TestApp, Tokens};
use crate::browser::Browser;

fn ask(app: &TestApp, admin: &Tokens, query: &str) -> Value {
    app.with_bearer(Method::GET, &format!("/api/admin/audit?{query}"), &admin.access).assert_ok().json()
}

/// Action and outcome of every entry of a page, except the reader's own.
fn told(app: &TestApp, admin: &Tokens, query: &str) -> Vec<String> {
    let page = ask(app, admin, query);
    let text = |entry: &Value, name: &str| entry[name].as_str().unwrap().to_owned();
    let entries = page["entries"].as_array().unwrap();
    let told = entries.iter().map(|entry| format!("{} {}", text(entry, "act"), text(entry, "outcome")));
    told.filter(|entry| !entry.starts_with("view_log ")).collect()
}

#[test]
fn an_entry_says_who_did_what_to_whom_from_where_and_when() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let reply = app.administer(&ada, "bob", "disable").assert_ok();
    let session: String = app.platform.ask("SELECT id FROM sessions");
    let expected = json!({
        "id": 5, "at": "2026-05-28T20:26:40.123Z", "act": "disable_user", "outcome": "ok",
        "user": app.id_of("ada"), "target": app.id_of("bob"), "session": session, "token": null, "by_token": null, "factor": null,
        "identifier": null, "client": null, "address": "203.0.113.7", "agent": "test/1.0",
        "request_id": reply.header("x-request-id"), "count": 1,
    });
    assert_eq!(ask(&app, &ada, "")["entries"][0], expected);
}

#[test]
fn entries_are_found_by_each_condition_and_by_all_of_them() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    app.login("bob", "wrong").assert_error(401, "invalid_credentials");
    app.pass_seconds(100);
    let sign_in = json!({ "login": "bob", "password": PASSWORD });
    app.post_from("198.51.100.9", "/api/auth/local/login", &sign_in).assert_ok();
    app.end_sessions_of(&ada, "bob");

    let bob = app.id_of("bob");
    assert_eq!(
        told(&app, &ada, &format!("user={bob}")),
        ["end_user_sessions ok", "sign_in ok", "sign_in invalid_credentials", "activate ok"]
    );
    assert_eq!(told(&app, &ada, "outcome=invalid_credentials"), ["sign_in invalid_credentials"]);
    assert_eq!(told(&app, &ada, "address=198.51.100.9"), ["sign_in ok"]);
    assert_eq!(told(&app, &ada, "act=end_user_sessions"), ["end_user_sessions ok"]);
    assert_eq!(told(&app, &ada, "from=2026-05-28T20:28:20.123Z"), ["end_user_sessions ok", "sign_in ok"]);
    assert_eq!(told(&app, &ada, "from=2026-05-28T20:28:20.124Z"), [""; 0]);
    let before = told(&app, &ada, "until=2026-05-28T20:28:20.123Z");
    assert_eq!((before.len(), before[0].as_str()), (5, "sign_in invalid_credentials"));
    assert_eq!(told(&app, &ada, "until=2026-05-28T22:28:20.123%2B02:00"), before);
    let all = format!("user={bob}&act=sign_in&outcome=ok&address=198.51.100.9&from=2026-05-28T20:28:00Z");
    assert_eq!(told(&app, &ada, &all), ["sign_in ok"]);
    assert_eq!(told(&app, &ada, &format!("{all}&act=&until=2026-05-28T20:28:00Z")), [""; 0]);
}

#[test]
fn a_condition_that_cannot_be_read_is_named_and_not_left_out() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    for (field, value) in [
        ("user", "bob"),
        ("user", "' OR 1=1 --"),
        ("from", "yesterday"),
        ("until", "2026-05-28"),
        ("cursor", "1"),
        ("cursor", "1-x"),
        ("cursor", "--"),
        ("cursor", "99999999999999999999-1"),
    ] {
        let query: String = form_urlencoded::Serializer::new(String::new()).append_pair(field, value).finish();
        let reply = app.with_bearer(Method::GET, &format!("/api/admin/audit?{query}"), &ada.access);
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], field, "{value}");
    }
    assert_eq!(told(&app, &ada, "act=%27%20OR%201%3D1%20--"), [""; 0]);
}

#[test]
fn a_rare_entry_is_found_far_back_and_no_request_looks_through_all_that_is_newer() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.platform.tell(
        "DELETE FROM audit;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4500)
         INSERT INTO audit (id, at, act, outcome, address, agent, request_id)
         SELECT i, 1780000000000, iif(i IN (1, 2500), 'promote', 'refresh'), 'ok', '', '', '' FROM n",
    );
    let (mut found, mut cursors) = (Vec::<Vec<i64>>::new(), vec![String::new()]);
    while let Some(cursor) = cursors.last().filter(|_| cursors.len() < 9) {
        let page = ask(&app, &ada, &format!("act=promote&cursor={cursor}"));
        found.push(page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()).collect());
        match page["next"].as_str() {
            Some(next) => cursors.push(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(found, [vec![], vec![2500], vec![1]]);
    assert_eq!(cursors[1], "1780000000000-2501");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/admin/audit?act=promote").text();
    assert!(page.contains("No matching entries yet.") && page.contains("Next page"), "{page}");
    let page = browser.get("/admin/audit?act=demote&cursor=1780000000000-2").text();
    assert!(page.contains("No matching entries. Entries") && !page.contains("Next page"), "{page}");
}

#[test]
fn a_long_log_comes_in_pages_while_it_grows() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    // Three hundred entries in one millisecond: the time alone is not a position in the log.
    app.platform.tell(
        "DELETE FROM audit;
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
         INSERT INTO audit (id, at, act, outcome, address, agent, request_id)
         SELECT i, 1780000000000, 'refresh', 'ok', '', '', '' FROM n",
    );
    let mut seen = Vec::new();
    let mut cursor = String::new();
    for _ in 0..3 {
        let page = ask(&app, &ada, &format!("act=refresh&cursor={cursor}"));
        seen.extend(page["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_i64().unwrap()));
        app.login("ada", PASSWORD).assert_ok();
        cursor = page["next"].as_str().unwrap_or_default().to_owned();
    }
    assert_eq!(seen, (1..=300).rev().collect::<Vec<_>>());
    assert_eq!(cursor, "");
}

/// Action, outcome, actor, target and count of everything an administrator viewed or tried to view.
fn looks(app: &TestApp) -> Vec<String> {
    let database = app.platform.database.borrow();
    let sql = "SELECT concat(act, ' ', outcome, ' ', u.login, ' ', t.login, ' ', count) FROM audit
               LEFT JOIN users u ON u.id = user_id LEFT JOIN users t ON t.id = target_id
               WHERE act LIKE 'view_%' OR act = 'list_users' ORDER BY audit.id";
    let mut query = database.prepare(sql).unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn what_an_administrator_reads_is_on_the_record_in_one_row_a_minute() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    app.user("bob");
    let bob = app.id_of("bob");
    let read = |path: &str| app.with_bearer(Method::GET, path, &ada.access).assert_ok();
    for _ in 0..3 {
        read("/api/admin/users");
        read("/api/admin/users?q=bo");
        read(&format!("/api/admin/users/{bob}"));
        read(&format!("/api/admin/users/{bob}/sessions"));
        read(&format!("/api/admin/users/{bob}/tokens"));
        read(&format!("/api/admin/audit?user={bob}"));
    }
    let expected = [
        "list_users ok ada  6",
        "view_user ok ada bob 3",
        "view_user_sessions ok ada bob 3",
        "view_user_tokens ok ada bob 3",
        "view_log ok ada bob 3",
    ];
    assert_eq!(looks(&app), expected);
    app.pass_seconds(60);
    Browser::of(&app, "ada").get(&format!("/admin/users/{bob}")).assert_ok();
    assert_eq!(
        looks(&app)[5..],
        ["view_user ok ada bob 1", "view_user_sessions ok ada bob 1", "view_user_tokens ok ada bob 1"]
    );
}

#[test]
fn who_may_not_read_is_on_the_record_with_what_they_wanted() {
    let app = TestApp::new();
    let eve = app.signed_in("eve");
    for path in ["/api/admin/users", "/api/admin/audit"] {
        app.with_bearer(Method::GET, path, &eve.access).assert_error(403, "forbidden");
    }
    assert_eq!(Browser::of(&app, "eve").get("/admin").status, 403);
    assert_eq!(
        looks(&app),
        ["list_users forbidden eve  1", "view_log forbidden eve  1", "list_users forbidden eve  1"]
    );
}

/// Pages show nothing unless its audit entry can be written.
#[test]
fn what_cannot_be_put_on_the_record_is_not_read() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let calls = app.platform.database_calls.get();
    let read = |path: &str| app.with_bearer(Method::GET, path, &ada.access);
    read("/api/admin/users").assert_ok();
    assert_eq!(app.platform.database_calls.get(), calls + 2, "the entry costs no round trip");
    app.platform.tell("CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'full'); END");
    for path in ["/api/admin/users", "/api/admin/audit", "/api/admin/audit?act=sign_in"] {
        read(path).assert_error(503, "unavailable");
    }
}
