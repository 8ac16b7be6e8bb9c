//! Malformed bytes in paths, queries, headers and bodies of every route, and in rows. Nothing may panic, no such request may
//! cause a 5xx, and every response is in the format of its path.

use http::Method;
use serde_json::json;

use crate::app::{PASSWORD, Reply, TestApp, UNCOUNTED, UNCOUNTED_WITH_CODES};
use crate::routes::ROUTES;

/// SplitMix64, so that a failure can be repeated.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        ((mixed ^ (mixed >> 27)) % below as u64) as usize
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.roll(most)).map(|_| self.roll(256) as u8).collect()
    }
}

/// A client error is a 4xx in the path's own format.
fn check(path: &str, reply: &Reply) {
    let status = reply.status.as_u16();
    assert!((200..500).contains(&status), "{path}: {status} {}", reply.text());
    if status >= 400 {
        assert!(speaks(path, reply), "{path}: {}", reply.text());
    }
}

/// Whether a refusal is in the format of its path.
fn speaks(path: &str, reply: &Reply) -> bool {
    let status = reply.status.as_u16();
    match path.split('/').collect::<Vec<_>>().as_slice() {
        ["", "account" | "dev", ..] | ["", "oauth", "authorize" | "consent" | "logout", ..] => {
            reply.header("content-type").starts_with("text/html")
        }
        ["", "api", "manage", ..] => {
            reply.header("content-type") == "application/problem+json" && reply.json()["status"] == status
        }
        ["", "api", "v1", ..] | ["", "fpc", ..] => {
            let body = reply.json();
            let fields = || body.as_object().unwrap().values().all(|told| told.is_array());
            body["detail"].is_string() || (status == 400 && fields())
        }
        ["", "oauth", ..] => reply.json()["error"].is_string(),
        ["", "api", "auth" | "admin", ..] => {
            let body = reply.json();
            body["code"] == reply.status.as_str() && body["data"]["error"].is_string()
        }
        _ => true,
    }
}

#[test]
fn random_bytes_in_every_body() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let mut dice = Dice(1);
    let types = [
        "application/json",
        "application/x-www-form-urlencoded",
        "application/json; charset=\"",
        "",
        "/",
        "multipart/form-data",
    ];
    for (method, path) in ROUTES.iter().filter(|(_, path)| *path != "/health/ready") {
        for _ in 0..200 {
            let body = dice.bytes(400);
            let request = TestApp::builder(method.clone(), path).header("Content-Type", types[dice.roll(types.len())]);
            check(path, &app.send(request.body(body).unwrap()));
        }
    }
}

#[test]
fn json_that_is_almost_what_is_wanted() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let token = "gha_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let values = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1e308),
        json!([]),
        json!({}),
        json!(""),
        json!(" "),
        json!("\u{0}"),
        json!("\u{feff}"),
        json!("\u{202e}abc"),
        json!("💥"),
        json!("a".repeat(5000)),
        json!("é".repeat(600)),
        json!("' OR 1=1 --"),
        json!("%"),
        json!("${7*7}"),
        json!("<script>"),
        json!("a@b.com\r\nBcc: x@y.com"),
        json!(token),
        json!("ﬃ".repeat(100)),
        json!("\u{fdfa}".repeat(80)),
    ];
    let usual = json!({
        "login": "ada", "email": "not an address", "password": "x", "confirm_password": "x", "token": "t",
        "refresh_token": "r", "code": "c", "current_password": "x", "new_password": "y",
    });
    let access = app.signed_in("ada").access;
    // Signing out would close the routes that require a session.
    let routes = ROUTES.iter().filter(|(method, path)| {
        *method == Method::POST && path.starts_with("/api") && !path.starts_with("/api/auth/logout")
    });
    for (_, path) in routes {
        for field in usual.as_object().unwrap().keys() {
            for value in &values {
                let mut body = usual.clone();
                body[field] = value.clone();
                check(path, &app.post_as(&access, path, &body));
            }
        }
    }
    app.me(&access).assert_ok();
    assert!(!app.platform.dump().contains('\0'), "SQL cannot write one, so no export could be restored");
    let deep = format!("{{\"login\":{}", "[".repeat(8000));
    let request = TestApp::builder(Method::POST, "/api/auth/local/login").header("Content-Type", "application/json");
    app.send(request.body(deep.into_bytes()).unwrap()).assert_error(400, "invalid_request");
}

#[test]
fn random_bytes_in_every_header_we_read() {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let mut dice = Dice(2);
    let names =
        ["authorization", "content-type", "cf-connecting-ip", "user-agent", "cookie", "origin", "host", "accept"];
    for (method, path) in ROUTES.iter().filter(|(_, path)| *path != "/health/ready") {
        for _ in 0..100 {
            let mut request = http::Request::builder().method(method.clone()).uri(*path);
            for name in names {
                if let Ok(value) = http::HeaderValue::from_bytes(&dice.bytes(120)) {
                    request = request.header(name, value);
                }
            }
            let scheme = ["Bearer ", "bearer\t", "Basic ", "Token ", ""][dice.roll(5)];
            let text: String = dice.bytes(80).iter().map(|byte| char::from(b'!' + byte % 90)).collect();
            request = request.header("authorization", format!("{scheme}{text}"));
            check(path, &app.send(request.body(Vec::new()).unwrap()));
        }
    }
}

#[test]
fn random_paths_and_queries() {
    let app = TestApp::with(&UNCOUNTED);
    let mut dice = Dice(3);
    let parts = [
        "api", "auth", "local", "login", "..", ".", "", "%00", "%2f", "%", "account", "activate", "dev", "mail", "é",
        "a b",
    ];
    for _ in 0..2000 {
        let mut path = String::new();
        for _ in 0..dice.roll(7) {
            path.push('/');
            path.push_str(parts[dice.roll(parts.len())]);
        }
        let query: String = dice.bytes(60).iter().map(|byte| char::from(b'!' + byte % 90)).collect();
        let uri = format!("{path}?token={query}&token=%ff%fe&{query}");
        if let Ok(request) = http::Request::get(uri).body(Vec::new()) {
            check(&path, &app.send(request));
        }
    }
}

#[test]
fn a_row_of_another_shape_is_a_fault_and_not_a_panic() {
    let breakages = [
        ("users", "role", "'root'"),
        ("passwords", "hash", "''"),
        ("users", "created_at", "'x'"),
        ("users", "login", "x'00ff'"),
        ("users", "id", "'not-an-id'"),
        ("users", "auth_version", "1.5"),
        ("users", "created_at", "9e18"),
        ("sessions", "generation", "-1"),
        ("sessions", "generation", "1e18"),
        ("sessions", "factor", "'magic'"),
        ("sessions", "rotated_at", "NULL"),
        ("sessions", "access_expires_at", "9e18"),
        ("sessions", "id", "''"),
        ("outbox", "sealed", "'%%%'"),
        ("outbox", "kind", "''"),
    ];
    for (table, column, value) in breakages {
        let app = TestApp::with(&UNCOUNTED);
        app.platform.provider_status.set(500);
        let tokens = app.signed_in("ada");
        // The same rows without types and checks, as only a faulty or malicious writer would leave them.
        app.platform.tell(&format!(
            "PRAGMA foreign_keys = OFF; CREATE TABLE bent AS SELECT * FROM {table}; UPDATE bent SET {column} = {value};
             ALTER TABLE {table} RENAME TO straight; ALTER TABLE bent RENAME TO {table};"
        ));
        app.pass_seconds(120);
        let replies = [
            app.me(&tokens.access),
            app.refresh(&tokens.refresh),
            app.login("ada", PASSWORD),
            app.logout(&tokens.access),
            app.local_mailbox(),
            app.get("/health/ready"),
        ];
        app.cron();
        for reply in replies {
            let ours = reply.status == 503 && !app.platform.log.borrow().is_empty();
            assert!(reply.status.as_u16() < 500 || ours, "{table}.{column} = {value}: {}", reply.text());
        }
    }
}

#[test]
fn whatever_is_no_credential_of_ours_is_refused_in_the_dialect_of_its_path() {
    let app = TestApp::with(&UNCOUNTED);
    let guarded = ["/api/auth/me", "/api/manage/v1/ApiKeys", "/api/v1/auth/private_tokens/", "/oauth/introspect"];
    let present = |path: &str, values: &[&str]| {
        let method = if path == "/oauth/introspect" { Method::POST } else { Method::GET };
        let mut request = TestApp::builder(method, path);
        for value in values {
            request = request.header("Authorization", http::HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        app.send(request.body(Vec::new()).unwrap())
    };
    for path in guarded {
        for foreign in [
            "Bearer café",
            "Token café",
            "Basic café",
            "café",
            "Digest a=\"b\", c=\"d\"",
            "Digest username=\"a, b\", uri=/, nc=1 ,qop = auth",
            "Signature keyId=\"k\",algorithm=\"x\"",
            "Bearer a,b=",
        ] {
            let reply = present(path, &[foreign]);
            assert_eq!(reply.status, 401, "{path} {foreign}");
            assert!(speaks(path, &reply) && !reply.header("www-authenticate").is_empty(), "{path} {foreign}");
        }
        // Two of them, separately or joined as the runtime joins them: ambiguous.
        for two in [
            &["Bearer a", "Bearer b"] as &[&str],
            &["Bearer a, Bearer b"],
            &["Digest a=\"b\", Bearer c=", "x"],
            &["Digest a=\"b\", Bearer c="],
            &["Bearer a,"],
        ] {
            let reply = present(path, two);
            assert_eq!(reply.status, 400, "{path} {two:?}");
            assert!(speaks(path, &reply), "{path} {two:?}");
        }
    }
    let logout = |scheme: &str| {
        let value = http::HeaderValue::from_bytes(scheme.as_bytes()).unwrap();
        let request = TestApp::builder(Method::POST, "/fpc/api/auth/tokenlogout/").header("Authorization", value);
        app.send(request.body(Vec::new()).unwrap())
    };
    logout("Token café").says(401, &json!({ "detail": "Invalid token." }));
    logout("Digest a=b, c=d").says(401, &json!({ "detail": "Authentication credentials were not provided." }));
}
