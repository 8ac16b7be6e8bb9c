//! The version before `migrations/0018_credentials.sql` works on the schema after it, while both may run: its statements are
//! here as it had them.

use gatehouse::domain::credentials::password::{Argon2id, Password};
use gatehouse::domain::secret::Secret;
use rusqlite::Connection;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::platform::migration_files;

struct Here;

impl Argon2id for Here {}

/// What the previous version compares with a password.
fn hash_it_reads(app: &TestApp, login: &str) -> String {
    app.platform.ask(&format!("SELECT password_hash FROM users WHERE login = '{login}'"))
}

fn it_signs_in(app: &TestApp, login: &str, password: &str) -> bool {
    Password::candidate(&Secret::new(password)).unwrap().verify(&Here, &hash_it_reads(app, login)).unwrap()
}

fn hash_of(password: &str) -> String {
    Password::candidate(&Secret::new(password)).unwrap().hash(&Here, [7; 16]).unwrap()
}

#[test]
fn it_signs_in_whoever_registers_or_changes_the_password_here() {
    let app = TestApp::new();
    let tokens = app.signed_in("ada");
    assert!(it_signs_in(&app, "ada", PASSWORD));
    app.change_password(&tokens.access, PASSWORD, NEW_PASSWORD).assert_ok();
    assert!(it_signs_in(&app, "ada", NEW_PASSWORD) && !it_signs_in(&app, "ada", PASSWORD));
}

#[test]
fn who_registers_or_changes_the_password_there_signs_in_here() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell(&format!(
        "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
         SELECT '00000000-0000-4000-8000-000000000001', 'bob', 'bob@example.com', 'bob@example.com', '{}', 'user', 1, 1, 1",
        hash_of(PASSWORD)
    ));
    app.login("bob", PASSWORD).assert_ok();
    app.platform.tell(&format!(
        "UPDATE users SET password_hash = COALESCE('{}', password_hash), auth_version = auth_version + 1 WHERE login = 'bob'",
        hash_of(NEW_PASSWORD)
    ));
    app.login("bob", NEW_PASSWORD).assert_ok();
    app.login("bob", PASSWORD).assert_error(401, "invalid_credentials");
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn an_account_without_a_password_has_none_in_either_and_gets_one_in_either() {
    let app = TestApp::new();
    app.user("ada");
    app.user("bob");
    app.platform.tell("DELETE FROM passwords");
    assert!(!it_signs_in(&app, "ada", PASSWORD), "refused, and not a hash that cannot be read");
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");

    // The same account with a password again: set there, and here.
    app.platform.tell(&format!("UPDATE users SET password_hash = '{}' WHERE login = 'bob'", hash_of(PASSWORD)));
    app.login("bob", PASSWORD).assert_ok();
    app.recover("ada@example.com").assert_ok();
    app.reset(&app.last_link_token(), NEW_PASSWORD).assert_ok();
    assert!(it_signs_in(&app, "ada", NEW_PASSWORD));
    app.login("ada", NEW_PASSWORD).assert_ok();
}

/// A database as the previous version left it, with the migration applied on top.
fn migrated_with_rows(rows: &str) -> Connection {
    let database = Connection::open_in_memory().unwrap();
    for file in migration_files() {
        if file.ends_with("0018_credentials.sql") {
            database.execute_batch(rows).unwrap();
            database.execute_batch("PRAGMA foreign_keys = ON").unwrap();
        }
        database.execute_batch(&std::fs::read_to_string(file).unwrap()).unwrap();
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
