//! The version before `migrations/0018_credentials.sql` works on the schema after it, while both may run. Its statements are here
//! as it had them, with their values in place.

use std::collections::BTreeSet;

use gatehouse::domain::credentials::password::{NO_PASSWORD, Password};
use gatehouse::domain::credentials::phc::Argon2id;
use gatehouse::domain::secret::Secret;
use rusqlite::Connection;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::platform::migration_files;

struct Here;

impl Argon2id for Here {}

/// Whether the previous version accepts a password. It fails on a hash that it cannot read.
fn it_accepts(app: &TestApp, login: &str, password: &str) -> bool {
    let sql =
        format!("SELECT id, email, password_hash, role, auth_version, disabled_at FROM users WHERE login = '{login}'");
    let hash: String = app.platform.database.borrow().query_row(&sql, [], |row| row.get("password_hash")).unwrap();
    Password::candidate(&Secret::new(password)).unwrap().verify(&Here, &hash).unwrap()
}

fn hash_of(password: &str) -> String {
    Password::candidate(&Secret::new(password)).unwrap().hash(&Here, [7; 16]).unwrap()
}

/// Its change of version, with a new password if there is a hash.
fn it_bumps(app: &TestApp, login: &str, hash: Option<&str>) {
    let hash = hash.map_or("NULL".to_owned(), |hash| format!("'{hash}'"));
    app.platform.tell(&format!(
        "UPDATE users SET password_hash = COALESCE({hash}, password_hash), auth_version = auth_version + 1, op = 'x',
           updated_at = MAX(5, updated_at), mark_pending = 1, mark_except = NULL, mark_until = 5 WHERE login = '{login}'"
    ));
}

#[test]
fn it_signs_in_whoever_registers_or_changes_the_password_here() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    assert!(it_accepts(&app, "ada", PASSWORD));
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    assert!(it_accepts(&app, "ada", NEW_PASSWORD) && !it_accepts(&app, "ada", PASSWORD));
}

#[test]
fn who_registers_or_changes_the_password_there_signs_in_here() {
    let app = TestApp::new();
    app.user("ada");
    app.register("bob", "bob@example.com").assert_ok();
    app.platform.tell(
        "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
         SELECT '00000000-0000-4000-8000-000000000001', login, email, email_folded, password_hash, 'user', 1, 5, 5
         FROM registrations WHERE login = 'bob';
         UPDATE registrations SET used_at = 5, op = 'x', password_hash = NULL",
    );
    app.login("bob", PASSWORD).assert_ok();
    it_bumps(&app, "bob", Some(&hash_of(NEW_PASSWORD)));
    app.login("bob", NEW_PASSWORD).assert_ok();
    app.login("bob", PASSWORD).assert_error(401, "invalid_credentials");
    it_bumps(&app, "bob", None);
    app.login("bob", NEW_PASSWORD).assert_ok();
    // Its renewal of a hash whose parameters have become weak.
    let (old, new) = (hash_of(NEW_PASSWORD), hash_of(PASSWORD));
    app.platform
        .tell(&format!("UPDATE users SET password_hash = '{new}' WHERE login = 'bob' AND password_hash = '{old}'"));
    app.login("bob", PASSWORD).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn an_account_without_a_password_has_none_in_either_and_gets_one_in_either() {
    let app = TestApp::new();
    app.user("ada");
    app.user("bob");
    app.platform.tell("DELETE FROM passwords");
    it_bumps(&app, "ada", None);
    for login in ["ada", "bob"] {
        assert!(!it_accepts(&app, login, PASSWORD), "refused, and no hash that cannot be read");
        app.login(login, PASSWORD).assert_error(401, "invalid_credentials");
    }
    it_bumps(&app, "bob", Some(&hash_of(PASSWORD)));
    app.login("bob", PASSWORD).assert_ok();
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    assert!(it_accepts(&app, "ada", NEW_PASSWORD));
    app.login("ada", NEW_PASSWORD).assert_ok();
}

#[test]
fn a_hash_that_it_cannot_read_is_no_password_to_it() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell("UPDATE passwords SET hash = '$2b$10$of.another.kind'");
    assert!(!it_accepts(&app, "ada", PASSWORD));
    assert_eq!(app.platform.ask::<String>("SELECT hash FROM passwords"), "$2b$10$of.another.kind");
}

#[test]
fn who_is_deleted_there_leaves_no_password() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell("DELETE FROM users WHERE login = 'ada'");
    assert_eq!(app.platform.count("passwords"), 0);
}

/// Everything that writes the column must mean the same by "no password".
#[test]
fn no_password_is_one_hash_wherever_it_is_written() {
    let migration = include_str!("../../migrations/0018_credentials.sql");
    let (_, from) = migration.split_once("password_hash <> '").unwrap();
    let (none, _) = from.split_once('\'').unwrap();
    assert!(none.ends_with(&"A".repeat(43)), "{none}");
    let script = include_str!("../../scripts/lib/admin-sql.mjs");
    assert_eq!([migration, script].map(|text| text.matches(none).count()), [5, 1]);
    assert_eq!([migration, script].map(|text| text.matches("$AAAAAAAA").count()), [10, 2]);
    assert_eq!(NO_PASSWORD, none);
}

/// D1 splits a migration into statements itself. It has taken these for several: triggers in capitals and on one line are safe.
#[test]
fn every_trigger_is_one_line_in_capitals() {
    for file in migration_files() {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains('\r') && !text.to_lowercase().contains("create trigger if"), "{}", file.display());
        let triggers: Vec<_> = text.lines().filter(|line| line.to_lowercase().contains("create trigger")).collect();
        for trigger in triggers {
            assert!(
                trigger.starts_with("CREATE TRIGGER ") && trigger.contains(" BEGIN ") && trigger.ends_with("; END;")
            );
            assert!(!trigger.contains("CASE"), "{trigger}");
        }
    }
}

/// Whatever a version before 0.3 sends therefore means what it did. It asks for no second factor; its deletion of an account
/// removes them (`migrations::what_is_a_users_own_goes_with_them_and_entries_stay`).
#[test]
fn second_factors_only_add_tables() {
    let database = Connection::open_in_memory().unwrap();
    let schema = || {
        let mut all = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?));
        all.query_map([], read).unwrap().collect::<Result<BTreeSet<_>, _>>().unwrap()
    };
    let mut before = BTreeSet::new();
    for file in migration_files() {
        if file.ends_with("0019_factors.sql") {
            before = schema();
        }
        database.execute_batch(&std::fs::read_to_string(&file).unwrap()).unwrap();
        if !before.is_empty() {
            break;
        }
    }
    assert!(!before.is_empty() && schema().is_superset(&before));
    assert_eq!(schema().iter().filter(|(name, _)| name.contains("totp")).count(), 2, "a table and its index");
}

/// A database as the previous version left it, with the migration applied on top, in one transaction.
fn migrated_with_rows(rows: &str) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for file in migration_files() {
        let sql = std::fs::read_to_string(&file).unwrap();
        if file.ends_with("0018_credentials.sql") {
            database.execute_batch(rows).unwrap();
            database.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        }
        database.execute_batch(&format!("BEGIN; {sql}; COMMIT")).unwrap();
    }
    database
}

#[test]
fn the_migration_takes_every_password_and_every_token_along() {
    let rows = "
        INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
        WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
        SELECT printf('00000000-0000-4000-8000-%012d', i), 'u' || i, i || '@x', i || '@x', '$argon2id$' || i, 'user', 1, 5, 5
        FROM n;
        INSERT INTO tokens (rowid, id, user_id, kind, name, made_by, created_at, expires_at, ended_at, end_reason)
        SELECT 1000 - CAST(substr(id, 33) AS INTEGER), id, id, 'api_key', 'key', NULL, 5, 6, 7, 'ended' FROM users;
        UPDATE tokens SET made_by = '00000000-0000-4000-8000-000000000001'
        WHERE id <> '00000000-0000-4000-8000-000000000001';
        CREATE TABLE tokens_before AS SELECT rowid AS place, * FROM tokens;";
    let database = migrated_with_rows(rows);
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM users JOIN passwords ON user_id = id WHERE hash = password_hash"), 50);
    assert_eq!(count("SELECT count(*) FROM (SELECT * FROM tokens_before EXCEPT SELECT rowid, * FROM tokens)"), 0);
    assert_eq!(count("SELECT count(*) FROM tokens"), 50);
    assert_eq!(count("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    // The table refers to itself, and the indexes are those it had.
    database.execute_batch("DELETE FROM tokens WHERE made_by IS NULL").unwrap();
    assert_eq!(count("SELECT count(*) FROM tokens WHERE made_by IS NULL"), 49);
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'tokens' AND type = 'index'"), 7);
}
