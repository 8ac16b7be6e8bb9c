//! The test app: settings, a platform, and helpers that send requests to its routes.

use std::mem::take;
use std::time::Duration;

use gatehouse::domain::env_reader::Problem;
use gatehouse::domain::settings::settings::{ResponseStyle, Settings};
use gatehouse::flows::background;
use gatehouse::flows::context::{ClientInfo, Isolate, RequestContext};
use gatehouse::flows::cron;
use gatehouse::flows::isolate_cache::IsolateCache;
use gatehouse::web;
use http::{HeaderMap, Method, StatusCode};
use pollster::block_on;
use serde_json::{Value, json};

use crate::browser::hidden;
use crate::document;
use crate::platform::TestPlatform;

pub const KEY: &str = "0123456789abcdefghijklmnopqrstuv";
pub const OTHER_KEY: &str = "zyxwvutsrqponmlkjihgfedcba987654";
pub const PASSWORD: &str = "correct horse battery";
pub const NEW_PASSWORD: &str = "a new password entirely";
pub const ORIGIN: &str = "https://auth.example.com";

/// The content type of a JSON body.
pub const JSON: (&str, &str) = ("Content-Type", "application/json");

/// Enables the routes for one-time codes.
pub const CODES: (&str, &str) = ("AUTH_OTP_ENABLED", "true");

/// Disables the limits by IP address, for tests that send more requests than any client would.
pub const UNCOUNTED: [(&str, &str); 2] = [("ENVIRONMENT", "development"), ("AUTH_LIMITS_ADDRESS", "off")];

/// Both.
pub const UNCOUNTED_WITH_CODES: [(&str, &str); 3] = [UNCOUNTED[0], UNCOUNTED[1], CODES];

pub struct TestApp {
    pub platform: TestPlatform,
    pub settings: Result<Settings, Vec<Problem>>,
    pub cache: IsolateCache,
    /// The settings, besides the defaults.
    changes: Vec<(String, String)>,
}

/// A response, read as far as a client would read it.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// How often D1 and KV were called before the response, and how many background tasks it left.
    pub cost: [usize; 3],
    /// How many password hashes and SQL statements it took.
    pub work: [usize; 2],
    /// How many of the D1 calls were batches.
    pub batches: usize,
    /// How many of them went to a replica.
    pub replica_reads: usize,
}

impl Reply {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {}", self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// `data.error`.
    pub fn error(&self) -> String {
        self.json()["data"]["error"].as_str().unwrap_or_else(|| panic!("no error in {}", self.text())).to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Everything a client can tell two responses apart by, except the request id, the names of pages and
    /// challenges.
    pub fn observable(&self) -> (StatusCode, Vec<(String, String)>, String) {
        let mut headers: Vec<_> = self
            .headers
            .iter()
            .filter(|(name, _)| *name != "x-request-id")
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        headers.sort();
        let pages = hidden(&self.text()).into_iter().filter(|(name, _)| name == "page").map(|(_, value)| value);
        (self.status, headers, pages.chain(self.challenges()).fold(self.text(), |text, drawn| text.replace(&drawn, "")))
    }

    /// The challenges of passkeys on a page.
    fn challenges(&self) -> Vec<String> {
        let text = self.text();
        let parts = text.split("&quot;challenge&quot;:&quot;").skip(1);
        parts.map(|part| part.split("&quot;").next().unwrap().to_owned()).collect()
    }

    #[track_caller]
    pub fn assert_error(&self, status: u16, error: &str) {
        assert_eq!((self.status.as_u16(), self.error().as_str()), (status, error), "{}", self.text());
    }

    #[track_caller]
    pub fn assert_ok(self) -> Self {
        assert_eq!(self.status, 200, "{}", self.text());
        self
    }
}

/// The tokens from a sign-in.
#[derive(Clone, Debug)]
pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    pub fn of(reply: &Reply) -> Self {
        let body = reply.json();
        let text = |key: &str| body[key].as_str().unwrap_or_else(|| panic!("no {key} in {body}")).to_owned();
        Self { access: text("token"), refresh: text("refresh_token") }
    }
}

const SETTINGS: [(&str, &str); 6] = [
    ("APP_KEY", KEY),
    ("APP_BASE_URL", ORIGIN),
    ("AUTH_ENABLE_REFRESH_TOKEN", "true"),
    ("MAIL_PROVIDER", "resend"),
    ("MAIL_API_KEY", "re_test"),
    ("MAIL_FROM", "Gatehouse <no-reply@example.com>"),
];

impl TestApp {
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// With some variables changed; an empty value unsets one.
    pub fn with(changes: &[(&str, &str)]) -> Self {
        let changes = owned(changes);
        Self { platform: TestPlatform::new(), settings: settings(&changes), cache: IsolateCache::default(), changes }
    }

    /// Redeploys the same test app with other variables.
    pub fn redeploy(&mut self, changes: &[(&str, &str)]) {
        self.changes = owned(changes);
        self.settings = settings(&self.changes);
        self.cache = IsolateCache::default();
    }

    /// Runs this in another isolate, which shares none of this one's memory.
    pub fn elsewhere<T>(&mut self, act: impl FnOnce(&Self) -> T) -> T {
        let here = take(&mut self.cache);
        let done = act(self);
        self.cache = here;
        done
    }

    /// The context of a request without a route.
    pub fn context(&self) -> RequestContext<'_, TestPlatform> {
        RequestContext::new(self.isolate(), ClientInfo::default(), "test".into())
    }

    fn isolate(&self) -> Isolate<'_, TestPlatform> {
        Isolate { platform: &self.platform, settings: self.settings(), cache: &self.cache }
    }

    pub fn settings(&self) -> &Settings {
        self.settings.as_ref().ok().unwrap()
    }

    /// Serves a request and runs its background tasks, as the runtime does. Every response must be documented.
    #[track_caller]
    pub fn send(&self, request: http::Request<Vec<u8>>) -> Reply {
        let settings = self.settings.as_ref().map_err(Vec::as_slice);
        let (method, asked) = (request.method().clone(), request.uri().path().to_owned());
        // Gateway requests are answered by one route, whatever the path.
        let path = if request.headers().contains_key("x-gatehouse-verify") { "/api/auth/verify" } else { &asked };
        let (database, kv) = (self.platform.database_calls.get(), self.platform.kv_calls.get());
        let replica = self.platform.replica_calls.get();
        let (hashes, statements) = (self.platform.hashes.get(), self.platform.statements.get());
        let batches = self.platform.batches.get();
        self.platform.bookmark.take();
        let answer = block_on(web::serve(&self.platform, settings, &self.cache, request));
        let (database, kv) = (self.platform.database_calls.get() - database, self.platform.kv_calls.get() - kv);
        let cost = [database, kv, answer.background_tasks.len()];
        let work = [self.platform.hashes.get() - hashes, self.platform.statements.get() - statements];
        let batches = self.platform.batches.get() - batches;
        let replica_reads = self.platform.replica_calls.get() - replica;
        if let Ok(settings) = settings {
            block_on(background::run(&self.platform, settings, answer.background_tasks));
        }
        let (parts, body) = answer.response.into_parts();
        let reply = Reply { status: parts.status, headers: parts.headers, body, cost, work, batches, replica_reads };
        document::promises(
            &method,
            path,
            settings.map_or(ResponseStyle::Plain, |settings| settings.response_style),
            &reply,
        );
        reply
    }

    pub fn builder(method: Method, path: &str) -> http::request::Builder {
        http::Request::builder()
            .method(method)
            .uri(format!("{ORIGIN}{path}"))
            .header("CF-Connecting-IP", "203.0.113.7")
            .header("User-Agent", "test/1.0")
    }

    /// Sends a request with these headers and this body to a route.
    #[track_caller]
    pub fn request(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let with = |request: http::request::Builder, (name, value): &(&str, &str)| request.header(*name, *value);
        let request = headers.iter().fold(Self::builder(method, path), with);
        self.send(request.body(body.as_bytes().to_vec()).unwrap())
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Reply {
        self.request(Method::POST, path, &[JSON], &body.to_string())
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        self.request(Method::GET, path, &[], "")
    }

    /// The page `/dev/mail` as a browser on this machine sees it.
    pub fn local_mailbox(&self) -> Reply {
        let request = http::Request::get("http://127.0.0.1:8787/dev/mail").body(Vec::new());
        self.send(request.unwrap())
    }

    #[track_caller]
    pub fn with_bearer(&self, method: Method, path: &str, token: &str) -> Reply {
        self.request(method, path, &[("Authorization", &format!("Bearer {token}"))], "")
    }

    pub fn me(&self, token: &str) -> Reply {
        self.with_bearer(Method::GET, "/api/auth/me", token)
    }

    pub fn verify(&self, token: &str) -> Reply {
        self.with_bearer(Method::GET, "/api/auth/verify", token)
    }

    pub fn logout(&self, token: &str) -> Reply {
        self.with_bearer(Method::POST, "/api/auth/logout", token)
    }

    pub fn register(&self, login: &str, email: &str) -> Reply {
        self.post("/api/auth/local/register", &json!({ "login": login, "email": email, "password": PASSWORD }))
    }

    pub fn activate(&self, token: &str) -> Reply {
        self.post("/api/auth/local/activate", &json!({ "token": token }))
    }

    pub fn login(&self, login: &str, password: &str) -> Reply {
        self.post("/api/auth/local/login", &json!({ "login": login, "password": password }))
    }

    pub fn refresh(&self, token: &str) -> Reply {
        self.post("/api/auth/token/refresh", &json!({ "refresh_token": token }))
    }

    /// A user with an account, made through the routes.
    pub fn user(&self, login: &str) {
        self.register(login, &format!("{login}@example.com")).assert_ok();
        self.activate(&self.last_link_token()).assert_ok();
    }

    /// A signed-in user.
    pub fn signed_in(&self, login: &str) -> Tokens {
        self.user(login);
        Tokens::of(&self.login(login, PASSWORD).assert_ok())
    }

    /// The request bodies the provider received.
    pub fn emails(&self) -> Vec<Value> {
        self.platform.sent.borrow().iter().map(|request| serde_json::from_slice(request.body()).unwrap()).collect()
    }

    /// The token of the link in the last email.
    pub fn last_link_token(&self) -> String {
        let email = self.emails().pop().expect("no email was sent");
        let text = email["text"].as_str().unwrap();
        let (_, rest) = text.split_once("token=").unwrap_or_else(|| panic!("no link in {text}"));
        rest.split_whitespace().next().unwrap().to_owned()
    }

    pub fn cron(&self) {
        block_on(cron::tick(self.isolate()));
    }

    pub fn pass_seconds(&self, seconds: u64) {
        self.platform.pass(Duration::from_secs(seconds));
    }
}

fn owned(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    changes.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn settings(changes: &[(String, String)]) -> Result<Settings, Vec<Problem>> {
    let lookup = |name: &str| {
        let mut all = changes.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(SETTINGS);
        all.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    };
    Settings::parse(&lookup)
}
