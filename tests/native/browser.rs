//! A browser, as far as pages need one.

use gatehouse::domain::devices::device::csrf_token;
use gatehouse::domain::devices::location::{Location, LocationReader};
use http::Method;
use serde_json::{Value, json};

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp};

/// A verifier and its challenge (RFC 7636, appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The URL an application sends a browser to for sign-in.
pub fn way_for(app: &str) -> String {
    let r: String = form_urlencoded::byte_serialize(app.as_bytes()).collect();
    format!("/account/signin?r={r}&code_challenge={CHALLENGE}&code_challenge_method=S256")
}

/// The ticket in a response that redirects a browser to an application.
#[track_caller]
pub fn ticket(landed: &Reply) -> String {
    assert_eq!(landed.status, 303, "{}", landed.text());
    let (_, code) = landed.header("location").split_once("code=").expect("it carries no ticket");
    code.split('&').next().unwrap().to_owned()
}

/// A browser: it keeps cookies and sends `Origin` and the `Sec-Fetch` headers.
#[derive(Clone)]
pub struct Browser<'h> {
    app: &'h TestApp,
    address: &'static str,
    place: LocationReader,
    cookies: Vec<(String, String)>,
}

impl<'h> Browser<'h> {
    pub fn new(app: &'h TestApp) -> Self {
        Self { app, address: "203.0.113.7", place: LocationReader::default(), cookies: Vec::new() }
    }

    /// Continues from another network.
    pub fn travel(&mut self, address: &'static str) {
        self.address = address;
    }

    /// Sets the location the runtime reports from now on.
    pub fn be_placed(&mut self, place: Location) {
        self.place = LocationReader::new(move || place.clone());
    }

    /// A browser that continues with another one's cookies.
    pub fn with(app: &'h TestApp, cookies: &str) -> Self {
        let cookies = cookies.split("; ").map(|cookie| cookie.split_once('=').unwrap());
        let cookies = cookies.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { cookies, ..Self::new(app) }
    }

    pub fn cookies(&self) -> String {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        cookies.join("; ")
    }

    pub fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = TestApp::builder(method, path).extension(self.place.clone());
        request.headers_mut().unwrap().insert("cf-connecting-ip", self.address.parse().unwrap());
        if !self.cookies.is_empty() {
            request = request.header("Cookie", self.cookies());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = self.app.send(request.body(body.as_bytes().to_vec()).unwrap());
        for cookie in reply.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            for part in ["Path=/", "Secure", "HttpOnly", "SameSite=Lax"] {
                assert!(cookie.split("; ").any(|said| said == part), "{cookie}");
            }
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            assert!(name.starts_with("__Host-"), "{cookie}");
            self.cookies.retain(|(known, _)| known != name);
            if !cookie.ends_with("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        reply
    }

    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn keep(&mut self, name: &str, value: &str) {
        self.cookies.push((name.to_owned(), value.to_owned()));
    }

    /// A browser with a signed-in user.
    pub fn of(app: &'h TestApp, login: &str) -> Self {
        let mut browser = Self::new(app);
        assert_eq!(browser.sign_in(login, "/account").status, 303);
        browser
    }

    /// A browser that got a session without viewing any page of it.
    pub fn with_session(app: &'h TestApp, token: &str) -> Self {
        Self::with(app, &format!("__Host-session={token}"))
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none")], "")
    }

    /// Fills in the form of a page that posts to `action`, or has a button that does, and submits it.
    #[track_caller]
    pub fn submit(&mut self, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Reply {
        self.post(action, &filled_in(page, action, fields))
    }

    /// Presses a button of a page viewed before, or sends data that no form would. Does not load the page again, so it costs no
    /// database read.
    pub fn press(&mut self, action: &str, fields: &[(&str, &str)]) -> Reply {
        const NONCE: &str = "__Host-form";
        if self.cookie(NONCE).is_none() {
            self.keep(NONCE, "of a page of ours");
        }
        let seal = csrf_token(&self.app.settings().keys, self.cookie(NONCE).unwrap());
        self.post(action, &[&owned(&[("seal", &seal)])[..], &owned(fields)].concat())
    }

    /// Sends a form built by the test.
    pub fn post(&mut self, action: &str, fields: &[(String, String)]) -> Reply {
        self.post_with(&[], action, fields)
    }

    /// The same with extra headers.
    pub fn post_with(&mut self, more: &[(&str, &str)], action: &str, fields: &[(String, String)]) -> Reply {
        let own = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", ORIGIN),
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Dest", "document"),
        ];
        let headers = [&own, more].concat();
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send(Method::POST, action, &headers, &body)
    }

    /// The redirect target of a response, which must be a page of ours.
    #[track_caller]
    pub fn follow(&mut self, reply: &Reply) -> Reply {
        assert_eq!(reply.status, 303, "{}", reply.text());
        let path = reply.header("location").strip_prefix(ORIGIN).expect("it leads elsewhere").to_owned();
        self.get(&path)
    }

    pub fn sign_in(&mut self, login: &str, r: &str) -> Reply {
        let page = self
            .get(&format!("/account/signin?r={}", form_urlencoded::byte_serialize(r.as_bytes()).collect::<String>()));
        page_is_fine(&page);
        self.submit(&page, "/account/signin", &[("login", login), ("password", PASSWORD)])
    }

    /// Signs in on the way to an application: its ticket.
    #[track_caller]
    pub fn sign_in_for(&mut self, login: &str, app: &str) -> String {
        let page = self.get(&way_for(app));
        page_is_fine(&page);
        ticket(&self.submit(&page, "/account/signin", &[("login", login), ("password", PASSWORD)]))
    }

    pub fn sign_out(&mut self) -> Reply {
        let page = self.get("/account");
        self.submit(&page, "/account/signout", &[])
    }
}

fn page_is_fine(page: &Reply) {
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    assert_eq!(text.matches("<script").count(), text.matches(r#"<script defer src="/assets/"#).count(), "{text}");
    assert!(!page.header("content-security-policy").contains("unsafe"));
}

/// The fields a page's form posts to `action`, or those of its button that does.
#[track_caller]
pub fn filled_in(page: &Reply, action: &str, fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let text = page.text();
    let leads_there = |form: &&str| form.contains(&format!(r#"action="{action}""#));
    let form = text.split("<form ").skip(1).map(|form| form.split("</form>").next().unwrap()).find(leads_there);
    let form = form.unwrap_or_else(|| panic!("no form leads to {action}: {text}"));
    [&hidden(form)[..], &owned(fields)].concat()
}

pub fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The options for an authenticator in a page's form that posts to `action`.
#[track_caller]
pub fn passkey_options(page: &Reply, action: &str) -> Value {
    let text = page.text();
    let form = text.split("<form ").skip(1).find(|form| form.contains(&format!(r#"action="{action}""#)));
    let form = form.unwrap_or_else(|| panic!("no form leads to {action}: {text}"));
    serde_json::from_str::<Value>(&attribute(form, "data-options")).unwrap()["publicKey"].clone()
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!(r#"{name}=""#)).unwrap();
    let written = rest.split('"').next().unwrap();
    let read = [("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&")];
    read.iter().fold(written.to_owned(), |text, (entity, meant)| text.replace(entity, meant))
}

/// Names and values of hidden fields.
pub fn hidden(page: &str) -> Vec<(String, String)> {
    let fields = page.split("<input ").skip(1).filter(|field| field.starts_with(r#"type="hidden""#));
    fields.map(|field| (attribute(field, "name"), attribute(field, "value"))).collect()
}

impl TestApp {
    /// Trades a ticket for tokens, as an application does.
    #[track_caller]
    pub fn exchange(&self, code: &str) -> Reply {
        self.post("/api/auth/exchange", &json!({ "code": code, "code_verifier": VERIFIER }))
    }
}
