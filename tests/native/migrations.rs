//! Tries to break every check, unique index and foreign key of the schema.

use crate::app::TestApp;

const USER: &str = "INSERT INTO users (id, login, email, email_folded, password_hash, role, auth_version, disabled_at,
    created_at, updated_at) VALUES ('00000000-0000-4000-8000-000000000001', 'ada', 'Ada@example.com',
    'ada@example.com', '$argon2id$x', 'user', 1, NULL, 5, 5)";
const SESSION: &str = "INSERT INTO sessions (id, user_id, generation, auth_version, role, factor, auth_time, created_at,
    rotated_at, access_expires_at, access_until, refresh_expires_at, expires_at, address, agent)
    VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-4000-8000-000000000001', 0, 1, 'user', 'pwd', 5, 5, 5, 6,
    6, 7, 8, '', '')";
const REGISTRATION: &str = "INSERT INTO registrations VALUES ('00000000-0000-0000-0000-000000000003', 'eve',
    'eve@example.com', 'eve@example.com', '$argon2id$x', '', 5, 6, NULL, NULL, '', NULL, NULL)";
const EMAIL: &str = "INSERT INTO outbox (id, kind, recipient, sealed, created_at, next_at, dead_after)
    VALUES ('00000000-0000-0000-0000-000000000004', 'activation', 'a@b.com', 'sealed', 5, 5, 6)";
const RECOVERY: &str = "INSERT INTO recoveries VALUES ('00000000-0000-0000-0000-000000000005',
    '00000000-0000-4000-8000-000000000001', 1, 5, 6, NULL, NULL)";
const EMAIL_CHANGE: &str = "INSERT INTO email_changes VALUES ('00000000-0000-0000-0000-000000000008',
    '00000000-0000-4000-8000-000000000001', 'new@example.com', 'new@example.com', 1, 5, 6, NULL, NULL)";
const EMAIL_UNDO: &str = "INSERT INTO email_undos VALUES ('00000000-0000-0000-0000-000000000009',
    '00000000-0000-4000-8000-000000000001', 1, 'old@example.com', 'old@example.com', 5, 6, NULL, NULL)";
const TOKEN: &str = "INSERT INTO tokens VALUES ('00000000-0000-0000-0000-00000000000b',
    '00000000-0000-4000-8000-000000000001', 'api_key', 'backup', NULL, 5, 6, NULL, NULL, NULL, NULL, 0)";
const TICKET: &str = "INSERT INTO tickets VALUES ('00000000-0000-0000-0000-00000000000c',
    '00000000-0000-0000-0000-000000000002', 5, 6, NULL)";
const AUTHORIZATION: &str = "INSERT INTO authorizations (id, kind, client, client_name, session_id, scope, offline, address,
    agent, place, created_at, expires_at, user_code, interval) VALUES ('00000000-0000-0000-0000-000000000012', 'device', 'tv-app',
    'TV', '00000000-0000-0000-0000-000000000002', '', 1, '', '', '', 5, 6, '00000000-0000-0000-0000-000000000013', 5000)";
const CONSENT: &str =
    "INSERT INTO consents VALUES ('00000000-0000-4000-8000-000000000001', 'shop', '', 'The shop', 'openid', 5)";
const DEPARTURE: &str = "INSERT INTO departures VALUES ('00000000-0000-4000-8000-00000000000a', 2, 5, 'x', 1)";
const CODE: &str = "INSERT INTO codes VALUES ('00000000-0000-0000-0000-000000000006',
    '00000000-0000-0000-0000-000000000007', 0, 5, 6, NULL, 0, 1, '', '[]', 0, NULL)";
const SUBMISSION: &str = "INSERT INTO submissions VALUES ('00000000-0000-0000-0000-00000000000d', NULL, 5)";
const ATTEMPT: &str = "INSERT INTO attempts VALUES ('00000000-0000-0000-0000-000000000008', 1, 5, 6, NULL, NULL)";
const QUOTA: &str = "INSERT INTO quotas VALUES ('letters', 1, 5, 'x')";
const NETWORK: &str = "INSERT INTO networks (user_id, network, known_until)
    VALUES ('00000000-0000-4000-8000-000000000001', '203.0.113.7', 5)";
const ENTRY: &str = "INSERT INTO audit (at, act, outcome, address, agent, request_id, bucket)
    VALUES (5, 'sign_in', 'ok', '', '', '', 'one')";
const PASSKEY: &str =
    "INSERT INTO passkeys VALUES ('00000000-0000-4000-8000-000000000001', 'AQID', 'passkey', 'auth.example',
    'pQECAyYg', 0, 1, 1, 'internal hybrid', '00000000-0000-0000-0000-000000000000', 'Phone', 5, NULL, 'x')";
const IDENTITY: &str =
    "INSERT INTO identities VALUES ('https://id.example', '1', '00000000-0000-4000-8000-000000000001', 'oidc', NULL, 5,
    NULL, 'sealed', 'x')";
const TOTP: &str = "INSERT INTO totp VALUES ('00000000-0000-4000-8000-000000000001', 'sealed', 'key', 7, 5, NULL, 'x')";
const RECOVERY_CODE: &str =
    "INSERT INTO recovery_codes VALUES ('00000000-0000-4000-8000-000000000001', 0, '$argon2id$x', 5, NULL,
    'x')";
const SPENT: &str = "INSERT INTO spent VALUES ('00000000-0000-0000-0000-000000000010', 'x', 6)";
const FACTOR_UNDO: &str = "INSERT INTO factor_undos VALUES ('00000000-0000-0000-0000-000000000011',
    '00000000-0000-4000-8000-000000000001', 5, 6, NULL, NULL)";

pub const CLIENT: &str = "INSERT INTO clients (id, name, auth_method, secret_number, redirect_uris, post_logout_redirect_uris, grants,
    scopes, resource, resource_scopes, resource_open, first_party, requires_pkce, id_token_claims, created_at, updated_at, op)
    VALUES ('shop', 'Shop', 'client_secret_basic', 1, '[\"https://shop.example.com/callback\"]', '[]',
    'authorization_code refresh_token', 'openid email', 'https://api.example.com', '', 0, 0, 1, 0, 5, 5, 'x')";
const LOGOUT_NOTICE: &str = "INSERT INTO logout_notices (id, user_id, client, created_at, next_at)
    VALUES ('00000000-0000-0000-0000-000000000002', '00000000-0000-4000-8000-000000000001', 'shop', 5, 5)";

/// One of each table.
const ROWS: &[&str] = &[
    USER,
    SESSION,
    REGISTRATION,
    RECOVERY,
    EMAIL_CHANGE,
    EMAIL_UNDO,
    PASSKEY,
    IDENTITY,
    TOTP,
    RECOVERY_CODE,
    SPENT,
    FACTOR_UNDO,
    TOKEN,
    TICKET,
    AUTHORIZATION,
    CONSENT,
    DEPARTURE,
    CODE,
    ATTEMPT,
    QUOTA,
    NETWORK,
    SUBMISSION,
    EMAIL,
    ENTRY,
    CLIENT,
    LOGOUT_NOTICE,
];

fn filled() -> TestApp {
    let app = TestApp::new();
    for row in ROWS {
        app.platform.tell(row);
    }
    app
}

#[test]
fn every_table_has_a_row_to_be_broken() {
    let app = filled();
    for table in app.platform.tables() {
        assert_eq!(app.platform.count(&table), 1, "{table}");
    }
}

fn refuses(app: &TestApp, sql: &str) {
    let outcome = app.platform.database.borrow().execute_batch(sql);
    assert!(outcome.is_err(), "accepted: {sql}");
}

#[test]
fn every_check_refuses_what_it_is_there_for() {
    let app = filled();
    // On its own, so that no foreign key fails before the check does.
    let alone = TestApp::new();
    alone.platform.tell(USER);
    refuses(&alone, "UPDATE users SET id = 'short'");
    for (table, changes) in [
        (
            "users",
            vec![
                "login = ''",
                "login = 'a@b'",
                "login = printf('%065d', 1)",
                "email = 'nowhere'",
                "email_folded = '@x'",
                "password_hash = 'in clear'",
                "role = 'root'",
                "role = 'guest'",
                "auth_version = 0",
                "updated_at = 4",
                "login = NULL",
                "email = NULL",
                "password_hash = NULL",
                "role = NULL",
                "auth_version = NULL",
                "created_at = NULL",
                "updated_at = NULL",
                "mark_pending = 2",
                "mark_pending = 1",
                "mark_except = 'x'",
                "created_at = 'x'",
                "disabled_at = 'x'",
            ],
        ),
        (
            "registrations",
            vec![
                "id = ''",
                "login = ''",
                "login = 'a@b'",
                "login = printf('%065d', 1)",
                "email = 'x'",
                "email_folded = 'x'",
                "password_hash = 'in clear'",
                "password_hash = NULL",
                "address = NULL",
                "expires_at = 5",
                "op = 'won without using'",
                "decline_op = 'declined without a time'",
                "created_at = NULL",
            ],
        ),
        (
            "passwords",
            vec!["user_id = '00000000-0000-4000-8000-00000000dead'", "hash = 'in clear'", "hash = '$'", "hash = NULL"],
        ),
        (
            "passkeys",
            vec![
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "id = ''",
                "id = printf('%01365d', 1)",
                "kind = ''",
                "rp_id = ''",
                "public_key = ''",
                "sign_count = -1",
                "backup_eligible = 2, backed_up = 0",
                "backed_up = 2",
                "backup_eligible = 0",
                "transports = NULL",
                "aaguid = 'short'",
                "name = ''",
                "created_at = NULL",
                "op = NULL",
            ],
        ),
        (
            "totp",
            vec![
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "sealed = ''",
                "app_key = ''",
                "last_step = NULL",
                "created_at = NULL",
                "op = NULL",
            ],
        ),
        (
            "recovery_codes",
            vec![
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "number = -1",
                "number = 10",
                "hash = '3-K7QF-9M2X-4DZA-T0WB'",
                "hash = '$'",
                "created_at = NULL",
                "op = NULL",
            ],
        ),
        ("spent", vec!["id = ''", "op = NULL", "expires_at = NULL"]),
        (
            "factor_undos",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "created_at = NULL",
                "expires_at = 5",
                "op = 'x'",
            ],
        ),
        ("quotas", vec!["spent = 0", "expires_at = NULL", "op = NULL"]),
        (
            "sessions",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "generation = -1",
                "generation = 4294967296",
                "auth_version = 0",
                "role = 'root'",
                "rotated_at = 4",
                "access_until = 5",
                "refresh_expires_at = 9",
                "ended_at = 5",
                "end_reason = 'signed_out'",
                "op = 'x'",
                "mark_pending = 2",
                "address = NULL",
                "agent = NULL",
                "place = NULL",
                "device = ''",
                "root = ''",
                "offline = 2",
            ],
        ),
        (
            "outbox",
            vec![
                "id = ''",
                "recipient = 'x'",
                "withheld = 2",
                "sealed = NULL",
                "sent_at = 5",
                "dead_at = 5",
                "attempts = -1",
                "refused = 1",
                "dead_after = 5",
                "kind = NULL",
                "sealed = NULL, sent_at = 5, dead_at = 5",
            ],
        ),
        (
            "codes",
            vec![
                "id = ''",
                "subject = ''",
                "tries = -1",
                "tries_elsewhere = -1",
                "asked_from = NULL",
                "known_network = 2",
                "expires_at = 5",
                "created_at = NULL",
            ],
        ),
        ("submissions", vec!["id = ''", "expires_at = NULL"]),
        ("attempts", vec!["id = ''", "failures = -1", "open_at = 6", "open_at = NULL"]),
        ("networks", vec!["user_id = '00000000-0000-4000-8000-00000000dead'", "network = NULL", "known_until = NULL"]),
        (
            "recoveries",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "auth_version = 0",
                "expires_at = 5",
                "op = 'x'",
                "created_at = NULL",
            ],
        ),
        (
            "email_changes",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "email = 'nowhere'",
                "email_folded = '@x'",
                "auth_version = 0",
                "expires_at = 5",
                "op = 'x'",
                "created_at = NULL",
            ],
        ),
        (
            "email_undos",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "number = 0",
                "email = 'nowhere'",
                "email_folded = '@x'",
                "expires_at = 5",
                "op = 'x'",
                "created_at = NULL",
            ],
        ),
        (
            "tokens",
            vec![
                "id = ''",
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "kind = ''",
                "made_by = '00000000-0000-0000-0000-00000000dead'",
                "created_at = NULL",
                "expires_at = 5",
                "ended_at = 6",
                "end_reason = 'ended'",
                "op = 'x'",
                "mark_pending = 1",
                "mark_pending = 2",
            ],
        ),
        (
            "tickets",
            vec![
                "id = ''",
                "session_id = '00000000-0000-0000-0000-00000000dead'",
                "created_at = NULL",
                "expires_at = 5",
            ],
        ),
        (
            "authorizations",
            vec![
                "id = ''",
                "kind = ''",
                "client = NULL",
                "session_id = '00000000-0000-0000-0000-00000000dead'",
                "scope = NULL",
                "offline = 2",
                "address = NULL",
                "agent = NULL",
                "place = NULL",
                "created_at = NULL",
                "expires_at = 5",
                "user_code = 'WDJBMJHT'",
                "approved_at = 5, session_id = NULL",
                "approved_at = 5, denied_at = 5",
                "interval = 0",
                "request = printf('%08193d', 1)",
            ],
        ),
        (
            "consents",
            vec![
                "user_id = '00000000-0000-4000-8000-00000000dead'",
                "client = ''",
                "audience = NULL",
                "client_name = NULL",
                "scope = NULL",
                "created_at = NULL",
            ],
        ),
        (
            "clients",
            vec![
                "id = 'ab'",
                "id = printf('%065d', 1)",
                "name = ''",
                "auth_method = ''",
                "secret_number = -1",
                "secret_number = NULL",
                "redirect_uris = '{}'",
                "redirect_uris = 'https://shop.example.com/callback'",
                "post_logout_redirect_uris = '\"\"'",
                "post_logout_redirect_uris = NULL",
                "grants = NULL",
                "scopes = NULL",
                "resource_scopes = NULL",
                "resource_open = 2",
                "resource = NULL, resource_open = 1",
                "first_party = 2",
                "requires_pkce = 2",
                "id_token_claims = 2",
                "created_at = NULL",
                "updated_at = NULL",
                "op = NULL",
            ],
        ),
        (
            "logout_notices",
            vec![
                "id = ''",
                "user_id = NULL",
                "client = NULL",
                "created_at = NULL",
                "next_at = NULL",
                "attempts = -1",
                "attempts = NULL",
                "sent_at = 5, dead_at = 5",
            ],
        ),
        ("departures", vec!["id = ''", "version = 1", "access_until = NULL", "op = NULL", "mark_pending = 2"]),
        (
            "audit",
            vec![
                "user_id = 'x'",
                "target_id = 'x'",
                "session_id = 'x'",
                "token_id = 'x'",
                "by_token_id = 'x'",
                "count = 0",
                "act = NULL",
                "request_id = NULL",
            ],
        ),
    ] {
        for change in changes {
            refuses(&app, &format!("UPDATE {table} SET {change}"));
        }
    }
}

#[test]
fn what_must_be_unique_is() {
    let app = filled();
    for row in ROWS {
        refuses(&app, row);
    }
    // A user's changes have distinct numbers.
    refuses(&app, &EMAIL_UNDO.replace("000009'", "00000e'"));
    app.platform.tell(&EMAIL_UNDO.replace("000009'", "00000e'").replace("1, 'old", "2, 'old"));
    // A user code has one device, and an authorization one session.
    refuses(&app, &AUTHORIZATION.replace("000012'", "000014'"));
    app.platform.tell(&AUTHORIZATION.replace("000012'", "000014'").replace("000013'", "000015'"));
    app.platform.tell("UPDATE sessions SET authorization = '00000000-0000-0000-0000-000000000012'");
    app.platform.tell(&SESSION.replace("000002', '", "000016', '"));
    refuses(&app, "UPDATE sessions SET authorization = '00000000-0000-0000-0000-000000000012'");
    // Two clients are not the same API.
    refuses(&app, &CLIENT.replace("'shop'", "'other'"));
    app.platform.tell(&CLIENT.replace("'shop'", "'other'").replace("'https://api.example.com'", "NULL"));
    let other = USER.replace("000001'", "00000f'");
    refuses(&app, &other.replace("'ada'", "'bob'").replace("Ada@", "ADA@"));
    refuses(&app, &other.replace("da@example", "nn@example"));
    app.platform.tell(&other.replace("'ada'", "'bob'").replace("da@example", "nn@example"));
}

#[test]
fn what_is_a_users_own_goes_with_them_and_entries_stay() {
    let app = filled();
    app.platform.tell("UPDATE audit SET user_id = '00000000-0000-4000-8000-000000000001'");
    app.platform.tell("DELETE FROM users");
    for table in [
        "passwords",
        "passkeys",
        "totp",
        "recovery_codes",
        "factor_undos",
        "sessions",
        "recoveries",
        "email_changes",
        "email_undos",
        "networks",
        "tokens",
        "tickets",
        "authorizations",
        "consents",
    ] {
        assert_eq!(app.platform.ask::<i64>(&format!("SELECT count(*) FROM {table}")), 0, "{table}");
    }
    assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit"), 1);
}

#[test]
fn the_states_that_are_allowed_are() {
    let app = filled();
    app.platform.tell("UPDATE sessions SET ended_at = 6, end_reason = 'signed_out', op = 'x', mark_pending = 1");
    // A language unknown to this version may be supported by the next.
    app.platform.tell("UPDATE users SET language = 'tlh'");
    app.platform.tell("UPDATE users SET op = 'x', mark_pending = 1, mark_until = 5, mark_except = id");
    app.platform.tell("UPDATE authorizations SET approved_at = 6, polled_at = 5, op = 'x'");
    app.platform.tell("UPDATE authorizations SET approved_at = NULL, denied_at = 6, session_id = NULL");
    // A kind unknown to this version may be one of the next.
    app.platform.tell("UPDATE authorizations SET kind = 'later', client = NULL, client_name = NULL, user_code = NULL");
    app.platform.tell("UPDATE recoveries SET used_at = 6, op = 'x'");
    app.platform.tell("UPDATE email_changes SET used_at = 6, op = 'x'");
    app.platform.tell("UPDATE email_undos SET used_at = 6, op = 'x'");
    app.platform.tell("UPDATE factor_undos SET used_at = 6, op = 'x'");
    app.platform.tell("UPDATE recovery_codes SET used_at = 6");
    app.platform.tell("UPDATE passkeys SET backup_eligible = 0, backed_up = 0, transports = '', last_used_at = 6");
    // A kind unknown to this version may be one of the next.
    app.platform.tell("UPDATE passkeys SET kind = 'later'");
    app.platform.tell("UPDATE registrations SET used_at = 6, op = 'x', password_hash = NULL");
    app.platform.tell("UPDATE outbox SET sent_at = 6, sealed = NULL");
    app.platform.tell("UPDATE outbox SET sent_at = NULL, dead_at = 6, refused = 1");
}

#[test]
fn a_name_with_a_nul_in_it_ends_there() {
    let app = filled();
    app.platform.tell("UPDATE tokens SET name = 'back' || char(0) || 'up'");
    let (_, repair) = include_str!("../../migrations/0017_names.sql").split_once("UPDATE tokens").unwrap();
    let repair = format!("UPDATE tokens{repair}");
    app.platform.tell(&repair);
    assert_eq!(app.platform.ask::<String>("SELECT name FROM tokens"), "back");
    app.platform.tell("UPDATE tokens SET name = 'zoë'");
    app.platform.tell(&repair);
    assert_eq!(app.platform.ask::<String>("SELECT name FROM tokens"), "zoë");
}
