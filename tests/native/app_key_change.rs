//! A change of `APP_KEY`: authenticator apps survive it if cron had its time, and recovery codes in any case.

use gatehouse::domain::policy;

use crate::app::{KEY, OTHER_KEY, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::second_factors::{SAVED, suspended};

/// Both keys, the second one current.
const STEP_2: [(&str, &str); 2] = [("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)];
const STEP_3: [(&str, &str); 1] = [("APP_KEY", OTHER_KEY)];

/// Ada, whose app was added under the old key.
fn with_app() -> TestApp {
    let app = TestApp::with(&UNCOUNTED);
    app.user("ada");
    app.give_second_factor("ada");
    app
}

fn by_app(app: &TestApp) -> Reply {
    app.pass_seconds(30);
    app.verify_second_factor(&suspended(&app.login("ada", PASSWORD)), &app.shown_code())
}

fn names(app: &TestApp) -> String {
    app.platform.ask("SELECT group_concat(DISTINCT app_key) FROM totp")
}

fn sealed(app: &TestApp) -> String {
    app.platform.ask("SELECT sealed FROM totp")
}

#[test]
fn an_app_works_before_during_and_after_a_planned_change() {
    let mut app = with_app();
    by_app(&app).assert_ok();
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    by_app(&app).assert_ok();
    let (former, old) = (names(&app), sealed(&app));
    app.cron();
    assert_ne!((names(&app), sealed(&app)), (former, old));
    assert_eq!(names(&app), app.settings().keys.key_name());
    by_app(&app).assert_ok();
    app.redeploy(&[&STEP_3[..], &UNCOUNTED].concat());
    by_app(&app).assert_ok();
}

#[test]
fn what_is_under_the_current_key_is_left_alone() {
    let mut app = with_app();
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    app.cron();
    let once = sealed(&app);
    app.cron();
    assert_eq!(sealed(&app), once);
    app.redeploy(&UNCOUNTED);
    let calls = app.platform.database_calls.get();
    app.cron();
    let without = app.platform.database_calls.get() - calls;
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    let calls = app.platform.database_calls.get();
    app.cron();
    assert_eq!(app.platform.database_calls.get() - calls, without + 1, "one look, and only while a key is listed");
}

#[test]
fn a_code_that_was_used_before_the_change_is_not_accepted_again_after_it() {
    let mut app = with_app();
    by_app(&app).assert_ok();
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    app.cron();
    let token = suspended(&app.login("ada", PASSWORD));
    app.verify_second_factor(&token, &app.shown_code()).assert_error(401, "invalid_code");
}

/// Rows that cannot be decrypted come first in every order; cron reports them and goes on with the others.
#[test]
fn one_secret_that_cannot_be_read_keeps_no_other_waiting() {
    let mut app = with_app();
    for login in ["bob", "carol"] {
        app.user(login);
        app.give_second_factor(login);
    }
    let swapped = "UPDATE totp SET sealed = (SELECT sealed FROM totp t WHERE t.user_id <> totp.user_id LIMIT 1)
                   WHERE user_id = (SELECT min(user_id) FROM totp)";
    app.platform.tell(swapped);
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    app.cron();
    let current = app.settings().keys.key_name();
    let renewed = format!("SELECT count(*) FROM totp WHERE app_key = '{current}'");
    assert_eq!(app.platform.ask::<i64>(&renewed), 2);
}

#[test]
fn a_run_takes_a_bounded_bite_and_the_next_goes_on() {
    let mut app = with_app();
    let more = policy::RESEAL_STEP + 20;
    let id = app.id_of("ada");
    app.platform.tell(&format!(
        "CREATE TEMP TABLE crowd AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {more})
           SELECT printf('00000000-0000-4000-8000-%012d', i) AS id, 'u' || i AS name FROM n;
         INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at)
           SELECT id, name, name || '@x', name || '@x', '$argon2id$x', 'user', 1, 1, 1 FROM crowd;
         DROP TABLE crowd"
    ));
    let keys = &app.settings().keys;
    let secrets: Vec<_> = (1..=more)
        .map(|i| {
            let user = format!("00000000-0000-4000-8000-{i:012}");
            let secret = gatehouse::domain::credentials::totp::TotpSecret::from_bytes([1; 20]);
            let sealed = secret.seal(keys, user.parse().unwrap(), [7; 24]).unwrap();
            format!("('{user}', '{sealed}', '{}', 0, 1, 'x')", keys.key_name())
        })
        .collect();
    app.platform.tell(&format!("DELETE FROM totp WHERE user_id = '{id}'"));
    app.platform.tell(&format!(
        "INSERT INTO totp (user_id, sealed, app_key, last_step, created_at, op) VALUES {}",
        secrets.join(", ")
    ));
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    let current = app.settings().keys.key_name();
    for left in [20, 0] {
        app.cron();
        let old = format!("SELECT count(*) FROM totp WHERE app_key <> '{current}'");
        assert_eq!(app.platform.ask::<i64>(&old), left);
    }
}

/// A leaked key is dropped at once, and with it go the secrets. A saved code needs no key, so its owner is not locked out.
#[test]
fn recovery_codes_survive_a_key_that_was_dropped_at_once_and_apps_do_not() {
    let mut app = with_app();
    app.redeploy(&[&STEP_3[..], &UNCOUNTED].concat());
    app.cron();
    assert_ne!(names(&app), app.settings().keys.key_name(), "what nobody can read stays as it is");
    // It is the operator who errs, not who types the code.
    by_app(&app).assert_error(503, "unavailable");
    let token = suspended(&app.login("ada", PASSWORD));
    app.use_recovery_code(&token, SAVED).assert_ok();
    // The key has come back.
    app.redeploy(&[&STEP_2[..], &UNCOUNTED].concat());
    by_app(&app).assert_ok();
}
