//! `docs/openapi.json` describes the existing routes, with examples. `TestApp::send` checks that every response matches it.

use std::collections::BTreeSet;

use gatehouse::domain::policy;
use gatehouse::domain::settings::settings::ResponseStyle;
use gatehouse::web::http::request;
use gatehouse::web::router;
use gatehouse::web::router::Route;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::app::{TestApp, UNCOUNTED_WITH_CODES};

/// Every route is there, and none counts.
const ALL_ROUTES: [(&str, &str); 4] =
    [UNCOUNTED_WITH_CODES[0], UNCOUNTED_WITH_CODES[1], UNCOUNTED_WITH_CODES[2], ("AUTH_OPEN_REGISTRATION", "true")];
use crate::document::{self, TEXT, fits, members, operations, part, resolved};
use crate::routes::{GUARDED, ROUTES};

const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// A documented path as `ROUTES` spells it.
fn spelled(path: &str) -> String {
    let named = |segment: &&str| !segment.starts_with('{');
    let segments = request::segments(path).into_iter();
    segments.map(|segment| format!("/{}", Some(segment).filter(named).unwrap_or(NIL))).collect()
}

#[test]
fn every_route_is_documented_and_nothing_else() {
    // Programs do not call pages, except the one that applications redirect users to.
    let pages = ["/account", "/admin", "/assets/", "/dev/", "/oauth/consent"];
    let is_page = |path: &str| pages.iter().any(|start| path.starts_with(start));
    let routes = ROUTES.iter().filter(|route| !is_page(route.1) || route.1 == "/account/signin");
    let routes: BTreeSet<_> = routes.map(|(method, path)| format!("{method} {path}")).collect();
    let documented = operations().into_iter().map(|(method, path, _)| format!("{method} {}", spelled(path)));
    assert_eq!(documented.collect::<BTreeSet<_>>(), routes);
}

#[test]
fn operations_are_called_as_the_router_calls_its_routes() {
    for (method, path, operation) in operations() {
        let route = router::find(&method, &request::segments(path)).unwrap();
        let id = operation["operationId"].as_str().unwrap();
        assert!(format!("{route:?}").eq_ignore_ascii_case(id), "{route:?} is called {id}");
    }
}

#[test]
fn what_is_documented_as_open_needs_no_credential() {
    for (method, path, operation) in operations() {
        let open = operation["security"].as_array().is_some_and(Vec::is_empty);
        assert_ne!(open, GUARDED.contains(&spelled(path).as_str()), "{method} {path}");
    }
}

#[test]
fn who_may_have_to_wait_is_told_so_and_nobody_else() {
    for (method, path, operation) in operations() {
        let route = router::find(&method, &request::segments(path)).unwrap();
        let counted = router::rate_limit_class(route).is_some() || route == Route::Ready;
        assert_eq!(operation["responses"].get("429").is_some(), counted, "{method} {path}");
    }
}

/// Every reference in a part of the document.
fn references(value: &'static Value) -> Vec<&'static Value> {
    match value {
        Value::Object(members) if members.contains_key("$ref") => vec![value],
        Value::Object(members) => members.values().flat_map(references).collect(),
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let all = references(part(""));
    assert!(all.len() > 100, "{} references", all.len());
    for reference in all {
        resolved(reference);
    }
}

/// The examples of a body, each of which must fit its schema.
fn examples(content: &'static Value) -> usize {
    let mut found = 0;
    for content in members(content).values() {
        let named = content["examples"].as_object().into_iter().flatten();
        for example in content.get("example").into_iter().chain(named.map(|(_, one)| &resolved(one)["value"])) {
            fits(&content["schema"], example).unwrap_or_else(|problem| panic!("{problem}: {example}"));
            found += 1;
        }
    }
    found
}

#[test]
fn every_body_has_an_example_that_fits_its_schema() {
    for (method, path, operation) in operations() {
        let bodies = operation.get("requestBody").into_iter().chain(members(&operation["responses"]).values());
        for body in bodies.map(resolved).filter(|body| body.get("content").is_some()) {
            assert!(examples(&body["content"]) > 0, "{method} {path} has a body without an example");
        }
    }
}

#[test]
fn an_example_of_an_error_is_named_by_its_word() {
    for (name, example) in members(part("/components/examples")) {
        assert_eq!(example["value"]["data"]["error"], **name);
    }
}

#[test]
fn every_route_that_reads_a_body_says_how_large_and_of_what_type_it_may_be() {
    let app = TestApp::with(&ALL_ROUTES);
    let admin = app.administrator("ada").access;
    for (method, path, operation) in operations() {
        let Some(content) = operation["requestBody"]["content"].as_object() else {
            continue;
        };
        let answered = |media_type: &str, bytes: usize| {
            let request = TestApp::builder(method.clone(), &spelled(path)).header("Content-Type", media_type);
            let request = request.header("Authorization", format!("Bearer {admin}"));
            app.send(request.body(vec![b' '; bytes]).unwrap()).status.as_u16()
        };
        assert_eq!(answered("text/plain", 1), 415, "{path}");
        for media_type in content.keys() {
            assert_eq!(answered(media_type, policy::BODY_LIMIT + 1), 413, "{path}");
            // A form without its CSRF token comes from another site, whatever it contains.
            let sealed = content[media_type]["schema"]["properties"].get("seal").is_some();
            let refused = match path {
                _ if sealed => 403,
                // Its token may be in the header, and this one is none of a client.
                "/oauth/userinfo" => 401,
                // A client authenticates itself first: the token of an administrator is nothing to it.
                "/oauth/par" | "/oauth/device_authorization" => 401,
                // Nothing in it is required.
                "/oauth/logout" => 303,
                _ => 400,
            };
            assert_eq!(answered(media_type, policy::BODY_LIMIT), refused, "{path}");
        }
    }
}

#[test]
fn every_route_that_reads_a_body_says_that_it_decodes_none() {
    let app = TestApp::with(&ALL_ROUTES);
    let admin = app.administrator("ada").access;
    let bearer = ("Authorization", format!("Bearer {admin}"));
    for (method, path, operation) in operations() {
        let Some(content) = operation["requestBody"]["content"].as_object() else {
            continue;
        };
        let media_type = content.keys().next().unwrap();
        let send = |coding: &str| {
            let headers = [("Content-Type", media_type.as_str()), ("Content-Encoding", coding), (bearer.0, &bearer.1)];
            app.request(method.clone(), &spelled(path), &headers, " ")
        };
        for coding in ["gzip", "identity, br", "x"] {
            let reply = send(coding);
            assert_eq!((reply.status.as_u16(), reply.header("accept-encoding")), (415, "identity"), "{path} {coding}");
        }
        assert_ne!(send("Identity").status, 415, "{path}");
    }
}

#[test]
fn anybody_can_read_the_document() {
    let reply = TestApp::new().get("/openapi.json").assert_ok();
    assert_eq!(reply.json(), serde_json::from_str::<Value>(TEXT).unwrap());
    assert!(!reply.text().contains('\n'), "it is not minified");
    assert_eq!(reply.header("content-type"), "application/json");
    assert_eq!(reply.header("cache-control"), "public, max-age=300");
    assert_eq!(reply.json()["info"]["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn an_answer_that_says_too_much_or_too_little_does_not_fit() {
    let validity = part("/components/schemas/Validity");
    let judged = |text: &str| fits(validity, &serde_json::from_str(text).unwrap());
    assert_eq!(judged(r#"{"valid": true}"#), Ok(()));
    assert!(judged(r#"{"valid": true, "login": "ada"}"#).unwrap_err().contains("login is not documented"));
    assert!(judged("{}").unwrap_err().contains("valid is missing"));
    for wrong in [r#"{"valid": null}"#, r#"{"valid": "true"}"#, "[]", "null"] {
        judged(wrong).unwrap_err();
    }
    assert!(fits(part("/components/schemas/Health"), &json!({ "status": "ok", "checks": { "kv": null } })).is_err());
    assert!(fits(part("/components/schemas/Time"), &"2024-07-01".into()).is_err());
    assert!(fits(part("/components/schemas/Id"), &"550E8400".into()).is_err());
}

#[test]
#[should_panic(expected = "404 is not documented")]
fn an_answer_nobody_was_told_of_fails_the_test_that_gets_it() {
    let mut reply = TestApp::new().get("/health");
    reply.status = StatusCode::NOT_FOUND;
    document::promises(&Method::GET, "/health", ResponseStyle::Plain, &reply);
}
