use http::Method;
use rusqlite::Connection;

use crate::app::TestApp;
use crate::platform::{Failure, FailureTiming, migration_files};
use crate::routes::ROUTES;

#[test]
fn without_a_sound_key_nothing_but_health_is_served() {
    for (key, why) in [("", "is not set"), ("short", "has 5 bytes"), (&"a".repeat(64), "repeats itself")] {
        let app = TestApp::with(&[("APP_KEY", key)]);
        for (method, path) in ROUTES.iter().cloned() {
            if matches!(path, "/health" | "/health/ready") {
                continue;
            }
            let reply = app.request(method, path, &[], "");
            assert_eq!((reply.status.as_u16(), reply.header("retry-after")), (503, "5"), "{path}");
        }
        assert_eq!(app.get("/health").status, 200);
        let ready = app.get("/health/ready");
        assert_eq!(ready.status, 503);
        assert!(ready.json()["checks"]["APP_KEY"].as_str().unwrap().contains(why), "{}", ready.text());
        assert!(app.platform.log.borrow().iter().any(|line| line.contains("APP_KEY")));
        assert_eq!(app.platform.database_calls.get(), 0);
    }
}

#[test]
fn a_key_with_a_character_nobody_sees_is_refused_by_name() {
    let key = "0123456789abcdef0123456789abcdef";
    let pastes =
        [format!("\u{feff}{key}"), format!("{key}\u{200b}"), format!("{key}\u{2060}{key}"), format!("{key}\n{key}")];
    for pasted in &pastes {
        for variable in ["APP_KEY", "APP_KEY_PREVIOUS"] {
            let ready = TestApp::with(&[(variable, pasted)]).get("/health/ready");
            let told = ready.json()["checks"][variable].as_str().unwrap_or_default().to_owned();
            assert!(ready.status == 503 && told.contains("cannot be seen"), "{pasted:?}: {}", ready.text());
        }
    }
    // A trailing line break is not part of a key, and never was.
    TestApp::with(&[("APP_KEY", &format!(" {key}\r\n"))]).login("a", "b").assert_error(401, "invalid_credentials");
}

#[test]
fn a_variable_that_begins_with_a_byte_order_mark_is_refused_by_name() {
    for (variable, value) in
        [("APP_BASE_URL", "https://a.com"), ("AUTH_AUDIENCE", "orders"), ("MAIL_DOMAIN", "mg.a.com")]
    {
        let changes = [(variable, format!("\u{feff}{value}")), ("MAIL_PROVIDER", "mailgun".to_owned())];
        let app = TestApp::with(&changes.each_ref().map(|(name, value)| (*name, value.as_str())));
        assert!(app.get("/health/ready").json()["checks"][variable].is_string(), "{variable}");
    }
}

#[test]
fn without_a_base_url_production_serves_nothing() {
    let app = TestApp::with(&[("APP_BASE_URL", "")]);
    app.login("a", "b").assert_error(503, "unavailable");
    assert!(app.get("/health/ready").text().contains("APP_BASE_URL"));
    let app = TestApp::with(&[("APP_BASE_URL", ""), ("ENVIRONMENT", "development")]);
    app.login("a", "b").assert_error(401, "invalid_credentials");
}

#[test]
fn readiness_names_the_part_that_is_out() {
    let app = TestApp::new();
    assert_eq!(app.get("/health/ready").status, 200);
    for (trouble, part) in [
        (Failure { database: Some((0, FailureTiming::Before)), ..Failure::default() }, "database"),
        (Failure { kv: Some(FailureTiming::Before), ..Failure::default() }, "kv"),
    ] {
        app.platform.trouble.set(trouble);
        let reply = app.get("/health/ready");
        app.platform.trouble.set(Failure::default());
        assert_eq!(reply.status, 503);
        for (name, told) in reply.json()["checks"].as_object().unwrap() {
            assert_eq!(told == "ok", name != part, "{}", reply.text());
        }
        assert!(!reply.text().contains("made to fail"), "details are for the log");
    }
    let cheap = app.platform.database_calls.get();
    app.request(Method::GET, "/health", &[], "");
    assert_eq!(app.platform.database_calls.get(), cheap);
}

#[test]
fn readiness_names_the_migrations_that_are_missing() {
    let app = TestApp::new();
    assert_eq!(app.get("/health/ready").json()["checks"]["database"], "ok");
    app.platform.database.replace(Connection::open_in_memory().unwrap());
    let files = migration_files();
    let names: Vec<_> = files.iter().map(|file| file.file_stem().unwrap().to_str().unwrap()).collect();
    for (applied, file) in files.iter().enumerate() {
        let reply = app.get("/health/ready");
        assert_eq!(reply.status, 503);
        let told = reply.json()["checks"]["database"].as_str().unwrap().to_owned();
        let missing = names[applied..].join(", ");
        let command = "npx wrangler d1 migrations apply DB --remote";
        assert_eq!(told, format!("these migrations are missing: {missing}; apply them with {command}"));
        assert!(app.platform.log.borrow().iter().any(|line| line.contains(&told)), "{told}");
        app.platform.tell(&std::fs::read_to_string(file).unwrap());
    }
    assert_eq!(app.get("/health/ready").json()["checks"]["database"], "ok");
}

#[test]
fn readiness_tells_of_passkeys_that_a_changed_rp_id_has_made_useless() {
    let mut app = TestApp::new();
    let told = |app: &TestApp| {
        let reply = app.get("/health/ready");
        (reply.status.as_u16(), reply.json()["checks"]["passkeys"].as_str().unwrap().to_owned())
    };
    app.user_with_passkey("ada", 1);
    assert_eq!(told(&app), (200, "ok".to_owned()));
    let calls = app.platform.database_calls.get();
    told(&app);
    assert_eq!(app.platform.database_calls.get() - calls, 2);
    app.redeploy(&[("AUTH_PASSKEY_RP_ID", "example.com")]);
    let noted = "ok; some belong to another AUTH_PASSKEY_RP_ID, and cannot be used";
    assert_eq!(told(&app), (200, noted.to_owned()), "an outage would lock out everybody else too");
    app.redeploy(&[("AUTH_PASSKEYS", "off")]);
    assert_eq!(told(&app), (200, "ok".to_owned()));
}
