//! The private-token API: fields of a request for a private token, and how the list is queried.

use serde_json::{Value, json};

use crate::app::{ORIGIN, TestApp};
use crate::machine_clients::PRIVATE_TOKENS;

/// The response to a request for a token, without the token.
fn answer(app: &TestApp, access: &str, request: &Value) -> (u16, Value) {
    let reply = app.create_private(access, request);
    (reply.status.as_u16(), reply.json())
}

fn with_time(value: impl Into<Value>) -> Value {
    json!({ "name": "x", "expiration_time": value.into() })
}

const WRONG_TIME: &str = "Datetime has wrong format. Use one of these formats instead: \
                          YYYY-MM-DDThh:mm[:ss[.uuuuuu]][+HH:MM|-HH:MM|Z].";

/// So that the creation rate limit does not apply.
const MADE_LONG_AGO: &str = "UPDATE tokens SET created_at = created_at - 3600000";

#[test]
fn whatever_is_wrong_with_a_request_for_a_private_token_is_said_of_every_field_at_once() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let good = "2027-01-01T00:00:00Z";
    let of_name = |value: Value| json!({ "name": value, "expiration_time": good });
    let (required, blank) = ("This field is required.", "This field may not be blank.");
    let (no_null, no_string) = ("This field may not be null.", "Not a valid string.");
    let long = "Ensure this field has no more than 300 characters.";
    for (request, complaints) in [
        (json!({}), json!({ "name": [required], "expiration_time": [required] })),
        (json!({ "expiration_time": good }), json!({ "name": [required] })),
        (of_name(Value::Null), json!({ "name": [no_null] })),
        (of_name(json!("")), json!({ "name": [blank] })),
        (of_name(json!(" \t ")), json!({ "name": [blank] })),
        (of_name(json!(true)), json!({ "name": [no_string] })),
        (of_name(json!(["x"])), json!({ "name": [no_string] })),
        (of_name(json!({})), json!({ "name": [no_string] })),
        (of_name(json!("é".repeat(301))), json!({ "name": [long] })),
        (of_name(json!("a\0b")), json!({ "name": ["Null characters are not allowed."] })),
        (json!({ "name": "x" }), json!({ "expiration_time": [required] })),
        (with_time(Value::Null), json!({ "expiration_time": [no_null] })),
        (with_time(true), json!({ "expiration_time": [WRONG_TIME] })),
        (with_time(1_900_000_000), json!({ "expiration_time": [WRONG_TIME] })),
        (with_time(json!([good])), json!({ "expiration_time": [WRONG_TIME] })),
        (with_time("2026-05-28T20:26:40.123Z"), json!({ "expiration_time": ["Ensure this moment is in the future."] })),
        (with_time("2026-05-28T20:26:40.999Z"), json!({ "expiration_time": ["Ensure this moment is in the future."] })),
        (with_time("1970-01-01T00:00"), json!({ "expiration_time": ["Ensure this moment is in the future."] })),
        (
            with_time("2031-05-27T20:26:40.124Z"),
            json!({ "expiration_time": ["Ensure this moment is not so far in the future."] }),
        ),
        (
            json!({ "name": null, "expiration_time": "9999-12-31T23:59:59Z" }),
            json!({ "name": [no_null], "expiration_time": ["Ensure this moment is not so far in the future."] }),
        ),
        (json!({ "name": 1.5e300, "expiration_time": "soon" }), json!({ "expiration_time": [WRONG_TIME] })),
    ] {
        assert_eq!(answer(&app, &access, &request), (400, complaints), "{request}");
    }
    assert_eq!(app.platform.count("tokens"), 0);
    for request in [
        of_name(json!("é".repeat(300))),
        of_name(json!(7)),
        with_time("2026-05-28T20:26:41Z"),
        with_time("2031-05-27T20:26:40.123Z"),
    ] {
        assert_eq!(answer(&app, &access, &request).0, 201, "{request}");
    }
}

#[test]
fn a_moment_is_spelled_in_every_way_django_rest_framework_reads() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    let reads = |spelled: &str, expected: &str| {
        app.platform.tell(MADE_LONG_AGO);
        let (status, body) = answer(&app, &access, &with_time(spelled));
        assert_eq!((status, &body["expiration_time"]), (201, &json!(expected)), "{spelled}");
    };
    let offsets = [
        ("", 0),
        ("Z", 0),
        ("z", 0),
        (" Z", 0),
        ("+00:00", 0),
        ("-00:00", 0),
        ("+02:00", 2),
        ("+0200", 2),
        ("+02", 2),
        ("-02:00", -2),
        ("-0200", -2),
        ("-02", -2),
        (" +02:00", 2),
    ];
    for (time, whole) in [
        ("03:04", "03:04:00"),
        ("3:4", "03:04:00"),
        ("03:04:05", "03:04:05"),
        ("03:04:05.6", "03:04:05.600"),
        ("03:04:05,678", "03:04:05.678"),
        ("03:04:05.678901", "03:04:05.678"),
        ("03:04:05.678901234", "03:04:05.678"),
    ] {
        for (offset, hours) in offsets {
            let expected = whole.replacen("03", &format!("{:02}", 3 - hours), 1);
            for separator in ["T", "t", " "] {
                reads(&format!("2027-01-02{separator}{time}{offset}"), &format!("2027-01-02T{expected}Z"));
            }
        }
    }
    for date in ["2027-01-02", "2027-1-2"] {
        reads(date, "2027-01-02T00:00:00Z");
    }
    reads("2027-01-02T00:30+05:45", "2027-01-01T18:45:00Z");
}

#[test]
fn a_moment_is_spelled_in_no_other_way() {
    let app = TestApp::new();
    let access = app.signed_in("ada").access;
    for wrong in [
        "",
        " ",
        "now",
        "2027",
        "20270102T030405Z",
        "2027-01-02T",
        "2027-01-02T03",
        "2027-01-02T03Z",
        "2027-01-02T0304",
        "2027-01-02T 03:04",
        " 2027-01-02T03:04:05Z",
        "2027-01-02T03:04:05Z ",
        "2027-01-02T03:04:05\n",
        "2027-01-02T03:04:05ZZ",
        "2027-01-02T03:04:05Z+01:00",
        "2027-01-02T03:04:05.Z",
        "2027-01-02T03:04.5Z",
        "2027-01-02T03:04:Z",
        "2027-01-02T03:04:05+1:00",
        "2027-01-02T03:04:05+010",
        "2027-01-02T03:04:05+01000",
        "2027-01-02T03:04:05+01:0",
        "2027-01-02T03:04:05+01:00Z",
        "2027-01-02Z",
        "2027-01-02+02:00",
        "2027-01-02T03:04:05.1234567890123",
        "2027-001-02T03:04",
        "2027-01-02T03:04:05+24:00",
        "2027-01-02T03:04:05+01:60",
        "2027-01-02T03:04:05\u{2212}01:00",
        "2027-01-02T03:04:05UTC",
        "2027-01-02T03:04:05[Europe/Paris]",
        "2027-13-01T00:00",
        "2027-02-29T00:00",
        "2027-00-10T00:00",
        "2027-01-02T24:00",
        "2027-01-02T03:60",
        "2027-01-02T03:04:61",
        "12027-01-02T03:04",
        "+2027-01-02T03:04",
        "-2027-01-02T03:04",
        "2027-W01-1T03:04",
        "2027-002T03:04",
        "２０２７-01-02T03:04",
        "٢٠٢٧-01-02T03:04",
        "2027-01-02T03:04:05é",
        "T03:04",
        "TTTTT",
        "ZZZ",
    ] {
        let expected = (400, json!({ "expiration_time": [WRONG_TIME] }));
        assert_eq!(answer(&app, &access, &with_time(wrong)), expected, "{wrong:?}");
    }
}

/// Ada with tokens of these names and years, and Eve with one.
fn listed(tokens: &[(&str, u16)]) -> (TestApp, String) {
    let app = TestApp::new();
    app.private(&app.signed_in("eve").access, "eve's");
    let access = app.signed_in("ada").access;
    for (name, year) in tokens {
        app.platform.tell(MADE_LONG_AGO);
        let request = json!({ "name": name, "expiration_time": format!("{year}-01-01T00:00:00Z") });
        assert_eq!(app.create_private(&access, &request).status, 201);
    }
    (app, access)
}

#[test]
fn a_list_is_in_order_of_creation_or_as_it_is_asked_for() {
    let (app, access) = listed(&[("b", 2028), ("a", 2029), ("b", 2027), ("C", 2028)]);
    let names = |query: &str| app.private_names(&access, query).join("");
    let years = |query: &str| {
        let list = app.private_tokens(&access, query).assert_ok().json();
        let year = |one: &Value| one["expiration_time"].as_str().unwrap()[..4].to_owned();
        list["results"].as_array().unwrap().iter().map(year).collect::<Vec<_>>()
    };
    for query in ["", "?ordering=", "?ordering=created", "?ordering=--name", "?ordering=name;drop", "?ordering=%00,"] {
        assert_eq!(names(query), "babC", "{query}");
    }
    // Equal values stay in order of creation, in either direction.
    assert_eq!((names("?ordering=name"), years("?ordering=name")[2..].join(" ")), ("Cabb".into(), "2028 2027".into()));
    assert_eq!(
        (names("?ordering=-name"), years("?ordering=-name")[..2].join(" ")),
        ("bbaC".into(), "2028 2027".into())
    );
    assert_eq!(
        (names("?ordering=expiration_time"), names("?ordering=-expiration_time")),
        ("bbCa".into(), "abCb".into())
    );
    // Ids are random, so ordering by id means by creation.
    assert_eq!((names("?ordering=id"), names("?ordering=-id")), ("babC".into(), "Cbab".into()));
    // Unknown terms are ignored; known ones apply in their order.
    for query in ["?ordering=name,created", "?ordering=created,%20name", "?ordering=,name,-name"] {
        assert_eq!(names(query), "Cabb", "{query}");
    }
    assert_eq!(years("?ordering=name,expiration_time")[2..].join(" "), "2027 2028");
    assert_eq!(names("?ordering=expiration_time,-name"), "bbCa");
    assert_eq!(years("?ordering=-name,-id")[..2].join(" "), "2027 2028");
}

#[test]
fn a_list_is_searched_by_words_that_are_all_in_the_name_and_nothing_in_them_has_a_meaning() {
    let long = "n".repeat(300);
    let names = ["Nightly Export", "100%", "a_b", "it's", "\"quoted\"", "back\\slash", "Ünïcode", &long];
    let (app, access) = listed(&names.map(|name| (name, 2028)));
    let found = |q: &str| {
        let query: String = form_urlencoded::byte_serialize(q.as_bytes()).collect();
        app.private_names(&access, &format!("?q={query}"))
    };
    assert_eq!(found("NIGHTLY"), ["Nightly Export"]);
    assert_eq!(found("export"), ["Nightly Export"]);
    for words in ["y e", "export nightly", "Export,Nightly", " nightly\t,, ", "nightly\0export"] {
        assert_eq!(found(words), ["Nightly Export"], "{words:?}");
    }
    for (q, name) in
        [("%", "100%"), ("_", "a_b"), ("'", "it's"), ("\"", "\"quoted\""), ("\\", "back\\slash"), ("ï", "Ünïcode")]
    {
        assert_eq!(found(q), [name]);
    }
    assert_eq!(found(&long), [long.as_str()]);
    for nothing in ["*", "eve", "' OR 1=1 --", "a%b", "nightly import", &format!("{long}n")] {
        assert_eq!(found(nothing), [""; 0], "{nothing}");
    }
    for none in ["", " ", ",", "\0"] {
        assert_eq!(found(none).len(), names.len());
    }
    assert_eq!(found(&"night ".repeat(1000)), ["Nightly Export"]);
    let list = app.private_tokens(&access, "?q=nothing-like-it").assert_ok().json();
    assert_eq!(list, json!({ "count": 0, "next": null, "previous": null, "results": [] }));
}

#[test]
fn a_list_has_pages_and_says_where_the_next_one_is() {
    let names: Vec<String> = (0..25).map(|number| format!("token & {number:02}")).collect();
    let (app, access) = listed(&names.iter().map(|name| (name.as_str(), 2028)).collect::<Vec<_>>());
    assert_eq!(app.private_names(&access, "").len(), 20);
    for (size, shown) in
        [("7", 7), ("100", 25), ("101", 25), ("99999999999", 20), ("0", 20), ("-1", 20), ("x", 20), ("", 20)]
    {
        assert_eq!(app.private_names(&access, &format!("?page_size={size}")).len(), shown, "{size}");
    }

    // Follows the links forth and back, keeping the original query.
    let first = "?q=TOKEN+%26&page_size=10&ordering=-name";
    let mut query = first.to_owned();
    let mut seen = Vec::new();
    let mut pages = Vec::new();
    loop {
        let page = app.private_tokens(&access, &query).assert_ok().json();
        seen.extend(app.private_names(&access, &query));
        assert_eq!(page["count"], 25);
        pages.push((query.clone(), page["previous"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        query = next.strip_prefix(&format!("{ORIGIN}{PRIVATE_TOKENS}")).unwrap().to_owned();
    }
    assert_eq!(seen, names.iter().rev().cloned().collect::<Vec<_>>());
    assert_eq!(pages.len(), 3);
    let whole = |query: &str| json!(format!("{ORIGIN}{PRIVATE_TOKENS}{query}"));
    assert_eq!(pages[0].1, Value::Null);
    assert_eq!(pages[1].1, whole(first), "the first page has no number");
    assert_eq!(pages[2].1, whole(&pages[1].0));
    let last = app.private_tokens(&access, &format!("{first}&page=last")).assert_ok().json();
    assert_eq!(last, app.private_tokens(&access, &pages[2].0).assert_ok().json());
    let without_slash = app.with_bearer(http::Method::GET, "/api/v1/auth/private_tokens?page=2", &access).json();
    assert_eq!(without_slash["previous"], format!("{ORIGIN}/api/v1/auth/private_tokens"));
}

#[test]
fn a_page_that_is_not_there_is_invalid() {
    let (app, access) = listed(&[("one", 2028)]);
    let invalid = json!({ "detail": "Invalid page." });
    for page in
        ["0", "2", "-1", "x", "1.0", "LAST", "first", "", "4294967295", "4294967296", "99999999999999999999", "%00"]
    {
        app.private_tokens(&access, &format!("?page={page}")).says(404, &invalid);
    }
    let nobodys = app.signed_in("new").access;
    for page in ["1", "last"] {
        assert_eq!(app.private_names(&access, &format!("?page={page}")), ["one"]);
        assert_eq!(app.private_names(&nobodys, &format!("?page={page}")), [""; 0], "an empty list has a first page");
    }
}
