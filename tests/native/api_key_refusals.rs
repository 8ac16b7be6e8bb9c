//! API keys presented wrongly, refused, lost in transit or overtaken by other requests; and their log entries.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use http::Method;
use serde_json::{Value, json};

use crate::app::{KEY, ORIGIN, OTHER_KEY, PASSWORD, Reply, TestApp};
use crate::machine_clients::{API_KEYS, EXPIRED, basic, bearer, mask};
use crate::platform::{Failure, FailureTiming};

const FOREIGN: &str = "The credentials are invalid.";
const NOT_FOUND: &str = "Not found.";
const OURS: &str = "Something went wrong on our side. Try again in a moment.";

/// Every refusal carries a challenge as RFC 6750 defines it. `Basic` would open the browser's own dialog.
#[track_caller]
fn challenges(reply: &Reply) {
    assert!(reply.header("www-authenticate").starts_with(r#"Bearer realm="api""#), "{:?}", reply.headers);
    assert_eq!(reply.headers.get_all("www-authenticate").iter().count(), 1);
}

#[test]
fn a_key_has_one_spelling_and_one_way_in() {
    let app = TestApp::new();
    let key = app.make_key(&bearer(&app.signed_in("ada")));
    let pair = format!("apikey:{key}");
    let encoded = STANDARD.encode(&pair);
    let calls = app.platform.database_calls.get();
    for right in ["Basic", "basic", "BASIC"] {
        app.list_keys(&format!("{right} {encoded}")).assert_ok();
    }
    assert!(app.platform.database_calls.get() > calls);

    // Spare bits of the last character, of the key and of the base64 around it.
    let bent_key = format!("{}{}", &key[..51], if key.ends_with('y') { 'b' } else { 't' });
    let bent = format!("{}{}=", &encoded[..78], char::from(encoded.as_bytes()[78] + 1));
    let named = |name: &str, key: &str| format!("Basic {}", STANDARD.encode(format!("{name}:{key}")));
    let wrong = [
        named("ada", &key),
        named("", &key),
        named("APIKEY", &key),
        named("apikey ", &key),
        named("apikey", ""),
        named("apikey", &key.to_uppercase()),
        named("apikey", &bent_key),
        named("apikey", &key[..51]),
        named("apikey", &format!("{key}y")),
        named("apikey", &format!("{key}\n")),
        named("apikey", &format!("{key}\0")),
        named("apikey", &format!(":{key}")),
        named("apikey", &mask(&key)),
        named(&key, "apikey"),
        // FastReport's own example: valid on another server.
        named("apikey", "cc355oeu1z5d5wncayo33me6c1g5junqdqk4pkupid7t8ynjshey"),
        format!("Basic {}", STANDARD.encode(&key)),
        format!("Basic {}", STANDARD.encode("apikey")),
        format!("Basic {}", STANDARD.encode(b"apikey:\xff\xfe")),
        format!("Basic {}", STANDARD_NO_PAD.encode(&pair)),
        format!("Basic {bent}"),
        format!("Basic {encoded}="),
        format!("Basic {encoded} {encoded}"),
        format!("Basic {pair}"),
        format!("Basic {key}"),
        format!("Bearer {key}"),
        format!("Bearer {encoded}"),
        format!("Token {key}"),
        format!("ApiKey {key}"),
        format!("Basic{encoded}"),
        "Basic".to_owned(),
        "Basic ".to_owned(),
        key.clone(),
        String::new(),
    ];
    for authorization in wrong {
        let reply = app.list_keys(&authorization);
        reply.is_problem(401, FOREIGN);
        challenges(&reply);
        assert_eq!(reply.cost, [0, 0, 0], "{authorization}: refused before anything is asked");
    }
}

#[test]
fn a_key_of_another_deployment_is_none_here_and_a_rotated_one_is() {
    let mut app = TestApp::new();
    let old = app.make_key(&bearer(&app.signed_in("ada")));
    app.redeploy(&[("APP_KEY", OTHER_KEY)]);
    let reply = app.list_keys(&basic(&old));
    reply.is_problem(401, FOREIGN);
    assert_eq!(reply.cost, [0, 0, 0]);

    app.redeploy(&[("APP_KEY", OTHER_KEY), ("APP_KEY_PREVIOUS", KEY)]);
    let new = app.make_key(&basic(&old));
    // One row, two spellings: deleting by either one removes it.
    let ada = bearer(&app.sign_in("ada"));
    let respelled = app.listed_keys(&ada, "value")[0].as_str().unwrap().to_owned();
    assert_ne!(respelled, old);
    assert_eq!(app.alive(&[&old, &respelled, &new]), [true; 3]);
    app.delete_key(&ada, &old).done();
    assert_eq!(app.alive(&[&old, &respelled, &new]), [false; 3]);
}

#[test]
fn every_refusal_is_problem_details() {
    let app = TestApp::with(&[("AUTH_API_KEYS_PER_USER", "1")]);
    let ada = app.signed_in("ada");
    let cookie = format!("token={}", ada.access);
    app.make_key(&bearer(&ada));
    let ask = |method: Method, path: &str| app.request(method, path, &[], "");

    let reply = ask(Method::GET, API_KEYS);
    reply.is_problem(
        401,
        "No credentials were sent. Use Authorization: Basic for an API key, or Authorization: Bearer for a token.",
    );
    assert_eq!(reply.header("www-authenticate"), r#"Bearer realm="api""#);
    let reply = app.list_keys("Bearer x");
    reply.is_problem(401, FOREIGN);
    challenges(&reply);
    let twice = [("Authorization", bearer(&ada)), ("Authorization", bearer(&ada))];
    let twice = twice.each_ref().map(|(name, value)| (*name, value.as_str()));
    app.at_api_keys(Method::GET, &twice, "").is_problem(400, "Authorization is missing or invalid.");

    let body = json!({ "expired": EXPIRED }).to_string();
    for forged in [("Origin", "https://evil.example"), ("Sec-Fetch-Site", "same-site"), ("Referer", ORIGIN)] {
        let headers = [("Cookie", cookie.as_str()), ("Content-Type", "application/json"), forged];
        for method in [Method::POST, Method::DELETE] {
            app.at_api_keys(method, &headers, &body).is_problem(403, "You don't have permission to do this.");
        }
    }
    for path in ["/api/manage", "/api/manage/v1", "/api/manage/v1/apikeys", "/api/manage/v1/ApiKeys/x"] {
        ask(Method::GET, path).is_problem(404, NOT_FOUND);
    }
    for method in [Method::PUT, Method::PATCH] {
        let reply = ask(method, API_KEYS);
        reply.is_problem(405, "This action isn't supported here.");
        assert_eq!(reply.header("allow"), "GET, HEAD, POST, DELETE, OPTIONS");
    }
    app.platform.tell("ALTER TABLE tokens RENAME TO gone");
    for reply in [app.create_key(&bearer(&ada), &json!({ "expired": EXPIRED })), app.list_keys(&bearer(&ada))] {
        reply.is_problem(503, OURS);
        assert_eq!(reply.header("retry-after"), "5");
    }
    let shut = TestApp::with(&[("APP_KEY", "")]);
    shut.list_keys(&bearer(&ada)).is_problem(503, OURS);
}

#[test]
fn who_comes_too_often_waits_and_can_end_a_key_all_the_same() {
    let app = TestApp::new();
    let ada = bearer(&app.signed_in("ada"));
    let key = app.make_key(&ada);
    for _ in 0..299 {
        app.list_keys("Basic x").is_problem(401, FOREIGN);
    }
    for reply in [app.list_keys(&ada), app.create_key(&ada, &json!({ "expired": EXPIRED }))] {
        reply.is_problem(429, "Too many attempts. Try again in 10 seconds.");
        assert_eq!(reply.header("retry-after"), "10");
    }
    app.delete_key(&ada, &key).done();
    app.pass_seconds(10);
    assert_eq!(app.listed_keys(&ada, "value"), Vec::<Value>::new());
}

/// Log entries about tokens: action, outcome, actor, whether in a session, the token concerned and the token used. Tokens are
/// named in order of creation.
fn recorded(app: &TestApp, names: &[&str]) -> Vec<String> {
    let database = app.platform.database.borrow();
    let texts = |sql: &str| -> Vec<String> {
        let mut query = database.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    let ids = texts("SELECT id FROM tokens ORDER BY rowid");
    let lines = texts(
        "SELECT concat(act, ' ', outcome, ' ', login, IIF(session_id IS NULL, ' ', ' in a session '),
                       COALESCE(token_id, '-'), ' by ', COALESCE(by_token_id, '-'))
         FROM audit LEFT JOIN users ON users.id = user_id
         WHERE act IN ('create_token', 'end_token') ORDER BY audit.id",
    );
    let named = |line: String| ids.iter().zip(names).fold(line, |line, (id, name)| line.replace(id.as_str(), name));
    lines.into_iter().map(named).collect()
}

#[test]
fn the_log_says_who_made_and_ended_which_key_with_which() {
    let app = TestApp::with(&[("AUTH_API_KEYS_PER_USER", "2")]);
    let (ada, eve) = (bearer(&app.signed_in("ada")), bearer(&app.signed_in("eve")));
    let first = app.make_key(&ada);
    let second = app.make_key(&basic(&first));
    let request = json!({ "expired": EXPIRED });
    app.create_key(&basic(&second), &request)
        .is_problem(400, "You've reached the maximum number of keys. Delete one first.");
    app.delete_key(&eve, &first).is_problem(404, NOT_FOUND);
    app.pass_seconds(60);
    app.delete_key(&eve, &mask(&first)).is_problem(404, NOT_FOUND);
    app.delete_key(&basic(&first), &mask(&second)).done();
    app.delete_key(&ada, &second).is_problem(404, NOT_FOUND);
    app.delete_key(&ada, &first).done();
    let expected = [
        "create_token ok ada in a session first by -",
        "create_token ok ada second by first",
        "create_token too_many_keys ada - by second",
        "end_token not_found eve in a session first by -",
        "end_token not_found eve in a session - by -",
        "end_token ok ada second by first",
        "end_token not_found ada in a session second by -",
        "end_token ok ada in a session first by -",
    ];
    assert_eq!(recorded(&app, &["first", "second"]), expected);
    let complete = "address = '203.0.113.7' AND agent = 'test/1.0' AND length(request_id) = 16 AND user_id IS NOT NULL";
    let sql = format!("SELECT count(*) FROM audit WHERE act IN ('create_token', 'end_token') AND {complete}");
    assert_eq!(app.platform.ask::<i64>(&sql), 8);
}

#[test]
fn nothing_that_is_kept_opens_anything() {
    let app = TestApp::new();
    app.platform.provider_status.set(500);
    let ada = bearer(&app.signed_in("ada"));
    let first = app.make_key(&ada);
    let second = app.make_key(&basic(&first));
    app.list_keys(&basic(&format!("{}{}", &first[..51], 'z'))).is_problem(401, FOREIGN);
    app.delete_key(&ada, &second).done();
    app.platform.tell("ALTER TABLE networks RENAME TO gone");
    app.login("ada", PASSWORD);
    let kept = app.platform.dump() + &app.platform.log.borrow().join("\n");
    assert!(kept.contains("backup") && kept.contains("token_created"), "the dump shows something");
    for key in [&first, &second] {
        // From the 27th character on it is the MAC.
        for part in [key.as_str(), &key[26..], &STANDARD.encode(format!("apikey:{key}"))] {
            assert!(!kept.contains(part), "{part}");
        }
    }
}

#[test]
fn a_key_whose_answer_got_lost_is_told_all_the_same_and_one_that_was_not_made_is_not() {
    let request = json!({ "expired": EXPIRED });
    for (call, when, status, rows) in [
        (0, FailureTiming::Before, 503, 0),
        (0, FailureTiming::After, 503, 0),
        (1, FailureTiming::Before, 503, 0),
        (1, FailureTiming::After, 200, 1),
    ] {
        let app = TestApp::new();
        let ada = bearer(&app.signed_in("ada"));
        app.platform.trouble.set(Failure { database: Some((call, when)), ..Failure::default() });
        let reply = app.create_key(&ada, &request);
        assert_eq!(reply.status, status, "{call} {when:?}");
        assert_eq!(app.platform.count("tokens"), rows, "{call} {when:?}");
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM outbox WHERE kind = 'token_created'"), rows);
        assert_eq!(app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'create_token'"), rows);
        if status == 200 {
            app.me_with(&basic(reply.json()["value"].as_str().unwrap())).assert_ok();
        }
    }
}

#[test]
fn an_end_whose_answer_got_lost_is_told_once_and_takes_what_the_key_made_along() {
    for (value_of, last) in [((|key: &str| key.to_owned()) as fn(&str) -> String, 1), (mask, 2)] {
        for call in 0..=last {
            for when in [FailureTiming::Before, FailureTiming::After] {
                let app = TestApp::new();
                let ada = bearer(&app.signed_in("ada"));
                let first = app.make_key(&ada);
                let second = app.make_key(&basic(&first));
                app.platform.trouble.set(Failure { database: Some((call, when)), ..Failure::default() });
                let reply = app.delete_key(&ada, &value_of(&first));
                let ended = call == last && when == FailureTiming::After;
                assert_eq!(reply.status, if ended { 204 } else { 503 }, "{call} {when:?}");
                assert_eq!(app.alive(&[&first, &second]), [!ended; 2], "{call} {when:?}");
                let told = app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'end_token'");
                assert_eq!(told, i64::from(ended), "{call} {when:?}");
            }
        }
    }
}
