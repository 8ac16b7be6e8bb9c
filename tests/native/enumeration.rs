//! What a stranger can measure of a response besides its text: bytes, hashes, statements, round trips (each of them milliseconds
//! in production) and background tasks. `npm test -- timing` measures the same with a clock.

use gatehouse::web::http::request::segments;
use http::Method;
use serde_json::{Value, json};

use crate::app::{PASSWORD, Reply, TestApp, UNCOUNTED_WITH_CODES};
use crate::browser::Browser;
use crate::routes::ROUTES;

/// One user of each class, with names of one length.
const KNOWN: [&str; 6] = ["person", "keeper", "barred", "waiter", "missed", "double"];
const STRANGER: &str = "nobody";

/// A test app with all of them.
fn peopled() -> TestApp {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    app.register("missed", &address("missed")).assert_ok();
    app.pass_seconds(2 * 86_400);
    app.register("waiter", &address("waiter")).assert_ok();
    for login in ["person", "keeper", "barred", "double"] {
        app.user(login);
    }
    app.platform.tell("UPDATE users SET role = 'admin' WHERE login = 'keeper'");
    app.platform.tell("UPDATE users SET disabled_at = 1 WHERE login = 'barred'");
    app.register("another", &address("double")).assert_ok();
    app
}

fn address(login: &str) -> String {
    format!("{login}@example.com")
}

/// A route, and the request that names a user. Page requests take their fields from the form of that page.
struct Question {
    at: &'static str,
    ask: fn(&TestApp, &'static str, &str) -> Reply,
}

const fn question(at: &'static str, ask: fn(&TestApp, &'static str, &str) -> Reply) -> Question {
    Question { at, ask }
}

/// Every route that takes a name or an address from a client that is not signed in.
const QUESTIONS: &[Question] = &[
    // The name is free: this route does report a taken one.
    question("/api/auth/local/register", |app, at, who| {
        app.post(at, &json!({ "login": "newone", "email": address(who), "password": PASSWORD }))
    }),
    question("/api/auth/local/login", |app, at, who| app.post(at, &json!({ "login": who, "password": "wrong" }))),
    question("/api/auth/local/login", |app, at, who| {
        app.post(at, &json!({ "login": address(who), "password": "wrong" }))
    }),
    question("/api/auth/local/activate/send", by_address),
    question("/api/auth/local/recover", by_address),
    question("/api/auth/otp/request", by_address),
    question("/api/auth/otp/request", |app, at, who| {
        app.request_code(&address(who)).assert_ok();
        by_address(app, at, who)
    }),
    question("/api/auth/otp/verify", |app, at, who| app.post(at, &json!({ "email": address(who), "code": "000000" }))),
    question("/api/auth/otp/verify", |app, at, who| {
        app.request_code(&address(who)).assert_ok();
        app.post(at, &json!({ "email": address(who), "code": "000000" }))
    }),
    question("/api/v1/auth/login", |app, at, who| {
        app.post(at, &json!({ "username": address(who), "password": "wrong" }))
    }),
    question("/fpc/api/auth/tokenlogin", |app, at, who| app.post(at, &json!({ "username": who, "password": "wrong" }))),
    question("/account/register", |app, at, who| {
        let fields = [("login", "newone"), ("email", &address(who)), ("password", PASSWORD)];
        fill_in(app, "/account/register", at, &fields)
    }),
    question("/account/register/passkey", |app, at, who| {
        fill_in(app, "/account/register", at, &[("login", "newone"), ("email", &address(who))])
    }),
    question("/account/signin", |app, at, who| {
        fill_in(app, "/account/signin", at, &[("login", who), ("password", "wrong")])
    }),
    question("/account/signin/code", |app, at, who| fill_in(app, "/account/signin", at, &[("login", &address(who))])),
    question("/account/signin/verify", |app, at, who| {
        let mut browser = Browser::new(app);
        let page = browser.get("/account/signin");
        let asked = browser.submit(&page, "/account/signin/code", &[("login", &address(who))]);
        browser.submit(&asked, at, &[("code", "000000")])
    }),
    question("/account/activate/send", |app, at, who| {
        fill_in(app, "/account/activate", at, &[("email", &address(who))])
    }),
    question("/account/recover/send", |app, at, who| fill_in(app, "/account/recover", at, &[("email", &address(who))])),
];

fn by_address(app: &TestApp, at: &'static str, who: &str) -> Reply {
    app.post(at, &json!({ "email": address(who) }))
}

fn fill_in(app: &TestApp, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
    let mut browser = Browser::new(app);
    let page = browser.get(page);
    browser.submit(&page, action, fields)
}

/// A response as a stranger can measure it, with the values they sent removed.
#[derive(Debug, PartialEq)]
struct Felt {
    status: u16,
    /// With the length of each: a cookie's encrypted value differs from request to request.
    headers: Vec<(String, usize)>,
    bytes: usize,
    text: String,
    hashes: usize,
    statements: usize,
    round_trips: [usize; 2],
    tasks: usize,
}

fn felt(question: &Question, who: &str) -> Felt {
    let reply = (question.ask)(&peopled(), question.at, who);
    let (status, headers, text) = reply.observable();
    let ([d1, kv, tasks], [hashes, statements]) = (reply.cost, reply.work);
    Felt {
        status: status.as_u16(),
        headers: headers.into_iter().map(|(name, value)| (name, value.len())).collect(),
        bytes: reply.body.len(),
        text: text.replace(who, "THEM"),
        hashes,
        statements,
        round_trips: [d1, kv],
        tasks,
    }
}

#[test]
fn known_people_cost_what_strangers_do() {
    for question in QUESTIONS {
        let stranger = felt(question, STRANGER);
        assert!(stranger.statements > 0, "{}: {stranger:?}", question.at);
        for who in KNOWN {
            assert_eq!(felt(question, who), stranger, "{}: {who}", question.at);
        }
    }
}

/// Operations documented to take a login name or an address.
fn documented() -> Vec<String> {
    let document: Value = serde_json::from_str(include_str!("../../docs/openapi.json")).unwrap();
    let names = |operation: &Value| {
        let content = operation["requestBody"]["content"].as_object().cloned().unwrap_or_default();
        content.values().any(|body| {
            let mut schema = &body["schema"];
            if let Some(name) = schema["$ref"].as_str() {
                schema = &document["components"]["schemas"][name.rsplit('/').next().unwrap()];
            }
            ["login", "email", "username"].iter().any(|name| schema["properties"].get(name).is_some())
        })
    };
    let paths = document["paths"].as_object().unwrap().iter();
    paths.filter(|(_, item)| names(&item["post"])).map(|(path, _)| path.trim_end_matches('/').to_owned()).collect()
}

/// The paths of page forms that ask a stranger for one.
fn asked_for() -> Vec<String> {
    let app = TestApp::with(&UNCOUNTED_WITH_CODES);
    let pages = ROUTES.iter().filter(|(method, path)| method == Method::GET && segments(path)[0] == "account");
    let texts = pages.map(|(_, path)| Browser::new(&app).get(path).text());
    let forms: Vec<String> =
        texts.flat_map(|text| text.split("<form ").skip(1).map(str::to_owned).collect::<Vec<_>>()).collect();
    let ask = |form: &&String| [r#"name="login""#, r#"name="email""#].iter().any(|field| form.contains(field));
    forms.iter().filter(ask).flat_map(|form| leads_to(form)).collect()
}

/// The paths a form and its buttons post to.
fn leads_to(form: &str) -> Vec<String> {
    let (form, _) = form.split_once("</form>").unwrap();
    form.split(r#"action=""#).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

#[test]
fn every_route_that_takes_a_name_or_an_address_is_asked() {
    // One asks for a free name and reports taken ones; the other requires a signed-in user (account_pages.rs).
    let others = ["/api/auth/local/activate", "/api/auth/email"];
    let (documented, asked_for) = (documented(), asked_for());
    assert!(documented.len() > 8 && asked_for.len() > 4, "{documented:?} {asked_for:?}");
    for route in documented.iter().chain(&asked_for).filter(|route| !others.contains(&route.as_str())) {
        assert!(QUESTIONS.iter().any(|question| question.at == route), "{route} takes a name or an address");
    }
}
