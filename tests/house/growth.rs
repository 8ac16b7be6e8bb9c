//! What the database has to do for a request, in a house of few people and in a house of many.

use gatehouse::domain::policy;
use http::Method;

use crate::browser::Browser;
use crate::house::{House, NEW_PASSWORD, PASSWORD, Tokens, UNCOUNTED_WITH_CODES};

/// So much more may be done for many: there are some steps more where a page is full.
const TOLERANCE: f64 = 1.15;

/// People with all that piles up behind them, for a year and until now; and KV has been told of nothing.
fn crowd(house: &House, people: u32) {
    house.world.tell(&format!(
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

type Ask = (&'static str, fn(&House, &Tokens));

fn look(house: &House, who: &Tokens, path: &str) {
    house.with_bearer(Method::GET, path, &who.access).granted();
}

/// What people, programs and administrators come for most, and cron. Whoever asks administers.
const ASKS: &[Ask] = &[
    ("sign-in", |house, _| drop(house.login("ada", PASSWORD).granted())),
    ("sign-in of nobody", |house, _| house.login("nobody", PASSWORD).refused(401, "invalid_credentials")),
    ("refresh", |house, who| drop(house.refresh(&who.refresh).granted())),
    ("me", |house, who| look(house, who, "/api/auth/me")),
    ("sessions", |house, who| look(house, who, "/api/auth/sessions")),
    ("export", |house, who| drop(house.export(&who.access).granted())),
    ("register", |house, _| drop(house.register("bob", "bob@example.com").granted())),
    ("recover", |house, _| drop(house.recover("ada@example.com").granted())),
    ("code", |house, _| drop(house.request_code("ada@example.com").granted())),
    ("API keys", |house, who| look(house, who, "/api/manage/v1/ApiKeys")),
    ("private tokens", |house, who| look(house, who, "/api/v1/auth/private_tokens")),
    ("users", |house, who| look(house, who, "/api/admin/users")),
    ("users behind", |house, who| look(house, who, "/api/admin/users?cursor=u000100")),
    ("users that begin so", |house, who| look(house, who, "/api/admin/users?q=u")),
    ("user", |house, who| look(house, who, "/api/admin/users/00000000-0000-4000-8000-000000000001")),
    ("log", |house, who| look(house, who, "/api/admin/audit")),
    ("log of a user", |house, who| look(house, who, "/api/admin/audit?user=00000000-0000-4000-8000-000000000001")),
    ("log of an act", |house, who| look(house, who, "/api/admin/audit?act=promote")),
    ("log of an outcome", |house, who| look(house, who, "/api/admin/audit?outcome=last_admin")),
    ("log of an address", |house, who| look(house, who, "/api/admin/audit?address=192.0.2.1")),
    ("ready", |house, _| drop(house.get("/health/ready").granted())),
    ("account page", |house, _| drop(Browser::of(house, "ada").get("/account"))),
    ("password", |house, who| drop(house.change_password(&who.access, PASSWORD, NEW_PASSWORD).granted())),
    ("cron", |house, _| house.cron()),
];

/// What each costs in a house of its own with so many people besides: its name, and the database's steps.
fn costs(people: u32) -> Vec<(&'static str, i32)> {
    let house = House::with(&UNCOUNTED_WITH_CODES);
    let ada = house.administrator("ada");
    crowd(&house, people);
    let cost = |(name, ask): &Ask| {
        house.world.database_steps.take();
        ask(&house, &ada);
        (*name, house.world.database_steps.take())
    };
    ASKS.iter().map(cost).collect()
}

/// Rows of everything that cron removes, whose time is long over.
fn neglect(house: &House, rows: u32) {
    house.world.tell(&format!(
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
         INSERT INTO departures (id, version, access_until, op) SELECT id, 2, 2, '' FROM old;
         INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at, rotated_at,
             access_expires_at, access_until, refresh_expires_at, expires_at, address, agent)
           SELECT id, user, 0, 1, 'user', 'pwd', 1, 1, 1, 1, 1, 1, 2, '', '' FROM old;
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at, ended_at, end_reason)
           SELECT id, user, 'private', 1, 2, 2, 'ended' FROM old;
         INSERT INTO tokens (id, user_id, kind, created_at, expires_at)
           SELECT printf('%036d', i), user, 'portal', 1, 2 FROM old;
         INSERT INTO submissions (id, expires_at) SELECT id, 2 FROM old;
         INSERT INTO tickets (id, session_id, created_at, expires_at) SELECT id, session, 1, 2 FROM old;
         INSERT INTO outbox (id, kind, recipient, created_at, next_at, dead_after, sent_at)
           SELECT id, 'code', 'x@y', 1, 1, 2, 1 FROM old;
         INSERT INTO audit (at, act, outcome, address, agent, request_id) SELECT 1, 'sign_in', 'ok', '', '', '' FROM old;
         DROP TABLE old"
    ));
}

#[test]
fn a_run_of_cron_removes_as_much_of_a_little_as_of_a_lot_and_takes_as_long() {
    let run = |rows| {
        let house = House::new();
        house.signed_in("ada");
        neglect(&house, rows);
        let tables = house.world.tables();
        let count = || tables.iter().map(|table| house.world.count(table)).collect::<Vec<_>>();
        let before = count();
        house.world.database_steps.take();
        house.cron();
        let removed: Vec<_> = before.iter().zip(count()).map(|(before, after)| before - after).collect();
        (tables.into_iter().zip(removed).collect::<Vec<_>>(), house.world.database_steps.take())
    };
    let ((removed, little), (as_much, much)) = (run(policy::SWEEP_STEP), run(3 * policy::SWEEP_STEP));
    for (table, rows) in &removed {
        let sweeps = match table.as_str() {
            "users" => 0,
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
