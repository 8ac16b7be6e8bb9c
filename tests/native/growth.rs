//! The database work for one request, with few users and with many.

use gatehouse::domain::policy;
use http::Method;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp, Tokens, UNCOUNTED_WITH_CODES};
use crate::browser::Browser;

/// The extra work allowed with many users: a full page takes a few more steps.
const TOLERANCE: f64 = 1.15;

/// Users with a year of accumulated rows up to now; KV has been told nothing.
fn crowd(app: &TestApp, people: u32) {
    let key = app.settings().keys.key_name();
    app.platform.tell(&format!(
        "CREATE TEMP TABLE crowd AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})
           SELECT i, printf('00000000-0000-4000-8000-%012d', i) AS id, printf('u%06d', i) AS name,
                  1780000000123 - (i * 7919) % 80000000 AS at FROM n;
         INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, created_at, updated_at,
             mark_pending, mark_until)
           SELECT id, name, name || '@example.com', name || '@example.com', '$argon2id$x', 'user', 1, at, at, 1,
             2000000000000 - i FROM crowd;
         INSERT INTO departures (id, version, access_until, op) SELECT id, 2, 2000000000000 - i, id FROM crowd;
         INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at,
             access_expires_at, access_until, refresh_expires_at, expires_at, ended_at, end_reason, mark_pending,
             address, agent)
           SELECT id, id, 0, 1, 'user', 'pwd', at, at, at, at, 2000000000000 - i, at, 2000000000000, at, 'ended', 1, '', '' FROM crowd;
         INSERT INTO totp (user_id, sealed, app_key, last_step, created_at, op)
           SELECT id, 'sealed', '{key}', 1, at, '' FROM crowd;
         INSERT INTO passkeys (user_id, id, kind, rp_id, public_key, sign_count, backup_eligible, backed_up, transports, aaguid,
             name, created_at, op)
           SELECT id, 'AQID', 'passkey', 'x', 'x', 0, 0, 0, '', id, 'x', at, '' FROM crowd;
         INSERT INTO identities (issuer, subject, user_id, provider, created_at, op)
           SELECT 'https://id.example', id, id, 'oidc', at, '' FROM crowd;
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at, ended_at, end_reason)
           SELECT id, id, 'private', 1, 2000000000000, 2, 'ended' FROM crowd;
         INSERT INTO outbox (id, kind, recipient, mailbox, created_at, next_at, dead_after, dead_at, refused)
           SELECT id, 'code', name || '@example.com', name || '@example.com', at, at, at + 1, at, 1 FROM crowd;
         INSERT INTO audit (at, act, outcome, user_id, address, agent, request_id)
           SELECT at - value, 'sign_in', 'ok', crowd.id, '', '', '' FROM crowd JOIN json_each('[1,2,3,4,5,6,7,8,9,10]');
         INSERT INTO audit (at, act, outcome, user_id, address, agent, request_id)
           SELECT at, 'refresh', 'ok', '00000000-0000-4000-8000-000000000001', '', '', '' FROM crowd;
         DROP TABLE crowd"
    ));
}

type Ask = (&'static str, fn(&TestApp, &Tokens));

fn look(app: &TestApp, who: &Tokens, path: &str) {
    app.with_bearer(Method::GET, path, &who.access).assert_ok();
}

/// The most frequent requests of users, programs and administrators, and cron. The requester is an administrator.
const ASKS: &[Ask] = &[
    ("sign-in", |app, _| drop(app.login("ada", PASSWORD).assert_ok())),
    ("sign-in of nobody", |app, _| app.login("nobody", PASSWORD).assert_error(401, "invalid_credentials")),
    ("refresh", |app, who| drop(app.refresh(&who.refresh).assert_ok())),
    ("me", |app, who| look(app, who, "/api/auth/me")),
    ("sessions", |app, who| look(app, who, "/api/auth/sessions")),
    ("export", |app, who| drop(app.export(&who.access).assert_ok())),
    ("register", |app, _| drop(app.register("bob", "bob@example.com").assert_ok())),
    ("recover", |app, _| drop(app.recover("ada@example.com").assert_ok())),
    ("code", |app, _| drop(app.request_code("ada@example.com").assert_ok())),
    ("API keys", |app, who| look(app, who, "/api/manage/v1/ApiKeys")),
    ("private tokens", |app, who| look(app, who, "/api/v1/auth/private_tokens")),
    ("users", |app, who| look(app, who, "/api/admin/users")),
    ("users behind", |app, who| look(app, who, "/api/admin/users?cursor=u000100")),
    ("users that begin so", |app, who| look(app, who, "/api/admin/users?q=u")),
    ("user", |app, who| look(app, who, "/api/admin/users/00000000-0000-4000-8000-000000000001")),
    ("log", |app, who| look(app, who, "/api/admin/audit")),
    ("log of a user", |app, who| look(app, who, "/api/admin/audit?user=00000000-0000-4000-8000-000000000001")),
    ("log of an act", |app, who| look(app, who, "/api/admin/audit?act=promote")),
    ("log of an outcome", |app, who| look(app, who, "/api/admin/audit?outcome=last_admin")),
    ("log of an address", |app, who| look(app, who, "/api/admin/audit?address=192.0.2.1")),
    ("ready", |app, _| drop(app.get("/health/ready").assert_ok())),
    ("account page", |app, _| drop(Browser::of(app, "ada").get("/account"))),
    ("password", |app, who| drop(app.change_password(&who.access, PASSWORD, NEW_PASSWORD).assert_ok())),
    ("cron", |app, _| app.cron()),
];

/// The cost of each in a test app with this many additional users: its name, and the database steps.
fn costs(people: u32) -> Vec<(&'static str, i32)> {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let ada = app.administrator("ada");
    crowd(&app, people);
    let cost = |(name, ask): &Ask| {
        app.platform.database_steps.take();
        ask(&app, &ada);
        (*name, app.platform.database_steps.take())
    };
    ASKS.iter().map(cost).collect()
}

/// Expired rows of everything that cron removes.
fn neglect(app: &TestApp, rows: u32) {
    app.platform.tell(&format!(
        "CREATE TEMP TABLE old AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows})
           SELECT i, printf('00000000-0000-0000-0000-%012d', i) AS id, (SELECT id FROM users) AS user,
             (SELECT id FROM sessions) AS session FROM n;
         INSERT INTO registrations (id, login, email, email_folded, address, created_at, expires_at, used_at)
           SELECT id, 'x', 'x@y', 'x@y', '', 1, 2, 2 FROM old;
         INSERT INTO recoveries (id, user_id, auth_version, created_at, expires_at) SELECT id, user, 1, 1, 2 FROM old;
         INSERT INTO codes (id, subject, created_at, expires_at) SELECT id, id, 1, 2 FROM old;
         INSERT INTO attempts (id, failures, open_at, expires_at) SELECT id, 1, 1, 2 FROM old;
         INSERT INTO quotas (id, spent, expires_at, op) SELECT id, 1, 2, '' FROM old;
         INSERT INTO networks (user_id, network, known_until) SELECT user, id, 2 FROM old;
         INSERT INTO email_changes (id, user_id, email, email_folded, auth_version, created_at, expires_at)
           SELECT id, user, 'x@y', 'x@y', 1, 1, 2 FROM old;
         INSERT INTO email_undos (id, user_id, number, email, email_folded, created_at, expires_at)
           SELECT id, user, i, 'x@y', 'x@y', 1, 2 FROM old;
         INSERT INTO factor_undos (id, user_id, created_at, expires_at) SELECT id, user, 1, 2 FROM old;
         INSERT INTO spent (id, op, expires_at) SELECT id, '', 2 FROM old;
         INSERT INTO departures (id, version, access_until, op) SELECT id, 2, 2, '' FROM old;
         INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at,
             access_expires_at, access_until, refresh_expires_at, expires_at, address, agent)
           SELECT id, user, 0, 1, 'user', 'pwd', 1, 1, 1, 1, 1, 1, 2, '', '' FROM old;
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at, ended_at, end_reason)
           SELECT id, user, 'private', 1, 2, 2, 'ended' FROM old;
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
           SELECT printf('%036d', i), user, 'portal', 1, 2 FROM old;
         INSERT INTO submissions (id, expires_at) SELECT id, 2 FROM old;
         INSERT INTO authorizations (id, kind, session_id, scope, offline, address, agent, place, created_at, expires_at)
           SELECT id, 'ticket', session, '', 0, '', '', '', 1, 2 FROM old;
         INSERT INTO tickets (id, session_id, created_at, expires_at) SELECT id, session, 1, 2 FROM old;
         INSERT INTO outbox (id, kind, recipient, created_at, next_at, dead_after, sent_at)
           SELECT id, 'code', 'x@y', 1, 1, 2, 1 FROM old;
         INSERT INTO logout_notices (id, user_id, client, created_at, next_at, sent_at) SELECT id, user, 'x', 1, 1, 1 FROM old;
         INSERT INTO audit (at, act, outcome, address, agent, request_id) SELECT 1, 'sign_in', 'ok', '', '', '' FROM old;
         DROP TABLE old"
    ));
}

#[test]
fn a_run_of_cron_removes_as_much_of_a_little_as_of_a_lot_and_takes_as_long() {
    let run = |rows| {
        let app = TestApp::new();
        app.signed_in("ada");
        neglect(&app, rows);
        let tables = app.platform.tables();
        let count = || tables.iter().map(|table| app.platform.count(table)).collect::<Vec<_>>();
        let before = count();
        app.platform.database_steps.take();
        app.cron();
        let removed: Vec<_> = before.iter().zip(count()).map(|(before, after)| before - after).collect();
        (tables.into_iter().zip(removed).collect::<Vec<_>>(), app.platform.database_steps.take())
    };
    let ((removed, little), (as_much, much)) = (run(policy::SWEEP_STEP), run(3 * policy::SWEEP_STEP));
    for (table, rows) in &removed {
        let sweeps = match table.as_str() {
            "users" | "passwords" | "passkeys" | "identities" | "totp" | "recovery_codes" | "consents" | "clients" => 0,
            "tokens" => 2,
            _ => 1,
        };
        assert_eq!(*rows, sweeps * i64::from(policy::SWEEP_STEP), "{table}");
    }
    assert_eq!(removed, as_much);
    assert!(f64::from(much) <= f64::from(little) * TOLERANCE, "{little} steps for a little, {much} for a lot");
}

#[test]
fn what_many_people_have_left_behind_makes_no_request_longer() {
    for ((name, few), (_, many)) in costs(300).into_iter().zip(costs(3000)) {
        assert!(f64::from(many) <= f64::from(few) * TOLERANCE, "{name}: {few} steps among few, {many} among many");
    }
}
