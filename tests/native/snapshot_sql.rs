//! The SQL that is composed from parts, as the scenarios of `faults.rs` send it (`snapshots/sql/`).

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use http::Method;

use crate::app::{CODES, TestApp};
use crate::credentials::APP;
use crate::faults::{Scenario, administrates_bob, all};
use crate::snapshot;

/// A search of the log by everything it can be searched by.
const SEARCH: Scenario = Scenario {
    name: "search the log",
    prepare: administrates_bob,
    act: |app, token| {
        let bob = app.id_of("bob");
        let query =
            format!("user={bob}&act=sign_in&outcome=ok&address=x&from=2026-05-28T20:28:00Z&until=2026-05-29T20:28:00Z");
        app.with_bearer(Method::GET, &format!("/api/admin/audit?{query}"), token).assert_ok()
    },
    well: 200,
    whole: "SELECT TRUE",
};

/// With the lines of its parts, and a line for each condition.
fn formatted(sql: &str) -> String {
    let lines: Vec<_> = sql.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("\n  ").replace(") AND (", ")\n  AND (").replace(") OR (", ")\n  OR (")
}

/// The table that a statement changes, or else the first that it reads.
fn table(sql: &str) -> Option<&str> {
    let words: Vec<_> =
        sql.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    let after = |what: &'static [&str]| words.windows(2).filter(|pair| what.contains(&pair[0])).map(|pair| pair[1]);
    let is_table = |word: &&str| word.starts_with(|c: char| c.is_ascii_lowercase()) && *word != "json_each";
    after(if words[0] == "SELECT" { &["FROM", "JOIN"] } else { &["INTO", "UPDATE", "FROM"] }).find(is_table)
}

/// The composed statements of a scenario.
fn composed(scenario: &Scenario) -> Vec<String> {
    let app = TestApp::with(&[CODES, ("AUTH_REDIRECT_URIS", APP)]);
    let token = (scenario.prepare)(&app);
    *app.platform.recorded.borrow_mut() = Some(Vec::new());
    (scenario.act)(&app, &token);
    let all = app.platform.recorded.take().unwrap().into_iter();
    all.filter(|one| matches!(one.sql, Cow::Owned(_))).map(|one| one.sql.into_owned()).collect()
}

/// One file a table. Each statement is there once, under the first scenario that sends it.
#[test]
fn composed_sql_is_what_was_reviewed() {
    let mut seen = BTreeSet::new();
    let mut tables = BTreeMap::<_, String>::new();
    for scenario in all().chain([&SEARCH]) {
        for sql in composed(scenario) {
            // One that proves nothing asks no table.
            let Some(table) = table(&sql).map(str::to_owned) else { continue };
            if seen.insert(sql.clone()) {
                *tables.entry(table).or_default() += &format!("-- {}\n{}\n\n", scenario.name, formatted(&sql));
            }
        }
    }
    snapshot::assert_folder("sql", &tables);
}
