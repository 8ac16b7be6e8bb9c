//! A browser, as far as pages need one.

use http::Method;
use serde_json::Value;

use crate::house::{House, ORIGIN, PASSWORD, Reply};

/// A browser: it keeps cookies and says where it comes from.
pub struct Browser<'h> {
    house: &'h House,
    cookies: Vec<(String, String)>,
}

impl<'h> Browser<'h> {
    pub fn new(house: &'h House) -> Self {
        Self { house, cookies: Vec::new() }
    }

    pub fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = House::request(method, path);
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header("Cookie", cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let reply = self.house.send(request.body(body.as_bytes().to_vec()).unwrap());
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

    pub fn get(&mut self, path: &str) -> Reply {
        self.send(Method::GET, path, &[("Sec-Fetch-Dest", "document"), ("Sec-Fetch-Site", "none")], "")
    }

    /// Fills in the first form of a page and presses a button that leads to `action`.
    pub fn submit(&mut self, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Reply {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in hidden(&page.text()) {
            body.append_pair(&name, &value);
        }
        body.extend_pairs(fields);
        let headers = [
            ("Content-Type", "application/x-www-form-urlencoded"),
            ("Origin", ORIGIN),
            ("Sec-Fetch-Site", "same-origin"),
            ("Sec-Fetch-Dest", "document"),
        ];
        self.send(Method::POST, action, &headers, &body.finish())
    }

    pub fn sign_in(&mut self, login: &str, r: &str) -> Reply {
        let page = self
            .get(&format!("/account/signin?r={}", form_urlencoded::byte_serialize(r.as_bytes()).collect::<String>()));
        page_is_fine(&page);
        self.submit(&page, "/account/signin", &[("login", login), ("password", PASSWORD)])
    }
}

fn page_is_fine(page: &Reply) {
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(!page.text().contains("<script") && !page.header("content-security-policy").contains("unsafe"));
}

/// Names and values of hidden fields.
fn hidden(page: &str) -> Vec<(String, String)> {
    let fields = page.split("<input ").skip(1).filter(|field| field.starts_with(r#"type="hidden""#));
    let attribute = |field: &str, name: &str| {
        let (_, rest) = field.split_once(&format!(r#"{name}=""#)).unwrap();
        rest.split('"').next().unwrap().replace("&amp;", "&")
    };
    fields.map(|field| (attribute(field, "name"), attribute(field, "value"))).collect()
}

impl House {
    /// What a script of an application does with the ticket its page was given.
    pub fn exchange_at(&self, origin: &str, body: &Value) -> Reply {
        let request = Self::request(Method::POST, "/api/auth/exchange").header("Origin", origin);
        let request = request.header("Content-Type", "application/json");
        self.send(request.body(body.to_string().into_bytes()).unwrap())
    }
}
