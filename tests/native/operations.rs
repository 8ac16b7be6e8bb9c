//! `docs/operate/OPERATIONS.md`: its statements run on the current schema and do what the page says.

use std::time::Duration;

use gatehouse::domain::policy;
use gatehouse::ports::KeyValue;
use http::Method;
use pollster::block_on;
use serde_json::json;

use crate::app::{KEY, NEW_PASSWORD, OTHER_KEY, PASSWORD, TestApp, Tokens};
use crate::credentials::{Carrier, CredentialKind, Credentials};
use crate::jwt_forging::part;

const PAGE: &str = include_str!("../../docs/operate/OPERATIONS.md");

/// The statements in a text, in order.
fn statements(text: &'static str) -> Vec<&'static str> {
    text.split("```sql\n").skip(1).map(|block| block.split("\n```").next().unwrap()).collect()
}

/// Those in a part of the page.
fn under(heading: &str) -> Vec<&'static str> {
    let (_, part) = PAGE.split_once(heading).unwrap_or_else(|| panic!("there is no part {heading}"));
    statements(part.split("\n## ").next().unwrap().split("\n### ").next().unwrap())
}

impl TestApp {
    /// Each row as `column value` words.
    pub fn operate(&self, sql: &str) -> Vec<String> {
        let database = self.platform.database.borrow();
        let mut prepared = database.prepare(sql).unwrap_or_else(|e| panic!("{e}: {sql}"));
        let names: Vec<_> = prepared.column_names().map(str::to_owned).collect();
        let mut rows = prepared.query([]).unwrap();
        let mut found = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            let value = |place| row.get::<_, rusqlite::types::Value>(place).unwrap();
            found.push(names.iter().enumerate().map(|(place, name)| format!("{name} {:?} ", value(place))).collect());
        }
        found
    }

    /// Saves the state of the database.
    pub fn bookmark(&self) {
        self.platform.tell("ATTACH ':memory:' AS point");
        for table in self.platform.tables() {
            self.platform.tell(&format!("CREATE TABLE point.{table} AS SELECT * FROM main.{table}"));
        }
    }

    /// Restores that state, as Time Travel does: KV and isolates are not told.
    pub fn restore(&self) {
        self.platform.tell("PRAGMA foreign_keys = OFF");
        for table in self.platform.tables() {
            // A trigger writes to `passwords` when `users` is filled.
            self.platform.tell(&format!(
                "DELETE FROM main.{table}; INSERT OR REPLACE INTO main.{table} SELECT * FROM point.{table}"
            ));
        }
        self.platform.tell("PRAGMA foreign_keys = ON");
    }
}

#[test]
fn every_statement_of_the_page_runs() {
    let credentials = Credentials::new();
    let all = statements(PAGE);
    assert!(all.len() > 10);
    for statement in all {
        credentials.app.operate(statement);
    }
    assert_eq!(credentials.app.platform.count("users"), 0, "the last one deletes");
}

/// With KV marks from after the restore point, a restored service would refuse its own tokens at the gateway.
#[test]
fn a_restored_service_answers_again_and_says_what_it_cannot_know() {
    let app = TestApp::new();
    let kept = app.signed_in("ada");
    app.bookmark();
    app.pass_seconds(60);
    let future = Tokens::of(&app.refresh(&kept.refresh).assert_ok());
    let private = app.private(&future.access, "n");
    app.change_password(&future.access, PASSWORD, NEW_PASSWORD).assert_ok();
    app.restore();
    app.pass_seconds(60);

    app.refresh(&future.refresh).assert_error(401, "invalid_refresh_token");
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM sessions WHERE ended_at IS NULL"), 1, "it is no theft");
    let stuck = app.sign_in("ada").access;
    app.me(&stuck).assert_ok();
    app.verify(&stuck).assert_error(401, "token_revoked");

    let [raise, end_sessions, end_tokens, keep_back] = under("## Restoring D1")[..] else { unreachable!() };
    app.operate(raise);
    let free = app.sign_in("ada");
    app.verify(&free.access).assert_ok();

    app.me(&private.data).assert_error(401, "token_revoked");
    app.verify(&private.data).assert_ok();
    let jti = part(&private.data, 1)["jti"].as_str().unwrap().to_owned();
    block_on(app.platform.put(&format!("revoked:{jti}"), "1", Duration::from_secs(3600))).unwrap();
    app.platform.pass(policy::RECALL);
    app.verify(&private.data).assert_error(401, "token_revoked");

    for statement in [end_sessions, end_tokens, keep_back] {
        app.operate(statement);
    }
    app.me(&free.access).assert_error(401, "token_revoked");
    app.refresh(&free.refresh).assert_error(401, "invalid_refresh_token");
    app.cron();
    app.verify(&free.access).assert_error(401, "token_revoked");
    app.verify(&app.sign_in("ada").access).assert_ok();
    assert_eq!(app.get("/health/ready").status, 200, "what was kept back is no outage");
}

#[test]
fn who_still_holds_what_the_old_key_made_can_be_asked() {
    let credentials = Credentials::new();
    let [holders, _] = under("## Changing `APP_KEY`")[..] else { unreachable!() };
    let swap = "unixepoch('2026-05-01 12:00:00')";
    assert!(holders.contains(swap));
    let at = |second: i64| holders.replace(swap, &second.to_string()).replace("unixepoch() * 1000", "1780000000123");
    let found = credentials.app.operate(&at(1_780_000_001));
    assert_eq!(found.len(), 4, "{found:#?}");
    for (kind, never) in [("api_key", false), ("private", false), ("portal", true), ("portal_key", false)] {
        let row = found.iter().find(|row| row.contains(&format!("kind Text(\"{kind}\")"))).unwrap();
        assert!(row.contains("tokens Integer(1)") && row.contains("never") == never, "{row}");
    }
    assert!(credentials.app.operate(&at(1_780_000_000)).is_empty(), "what was made after the swap is of no interest");
}

#[test]
fn after_a_leak_the_rows_of_the_dead_can_be_ended() {
    let mut credentials = Credentials::with(&[("APP_KEY", KEY)]);
    credentials.redeploy(&[("APP_KEY", OTHER_KEY)]);
    let app = &credentials.app;
    let portal = json!({ "username": "ada", "password": PASSWORD });
    assert_eq!(app.portal_login(&portal).status, 403, "its place is taken");
    under("### After a leak").iter().for_each(|sql| drop(app.operate(sql)));
    for table in ["sessions", "tokens"] {
        assert_eq!(app.platform.ask::<i64>(&format!("SELECT count(*) FROM {table} WHERE ended_at IS NULL")), 0);
    }
    assert_eq!(app.portal_login(&portal).status, 200);
    assert_eq!(credentials.try_at(&Method::GET, "/api/auth/me", Carrier::Basic, CredentialKind::ApiKey).status, 401);
}

#[test]
fn an_account_that_is_deleted_by_hand_leaves_nothing_that_works() {
    let app = TestApp::new();
    let admin = app.administrator("root");
    let ada = app.signed_in("ada");
    let private = app.private(&ada.access, "n");
    app.administer(&admin, "ada", "disable").assert_ok();
    let [told, outbox, registrations, user] = under("## Deleting data")[..] else { unreachable!() };
    assert_eq!(app.operate(told), ["mark_pending Integer(0) "]);
    for statement in [outbox, registrations, user] {
        app.operate(statement);
    }
    for token in [&ada.access, &private.data] {
        app.me(token).assert_error(401, "token_revoked");
        app.verify(token).assert_error(401, "token_revoked");
    }
    assert!(!app.platform.dump().contains("ada@example.com"));
}
