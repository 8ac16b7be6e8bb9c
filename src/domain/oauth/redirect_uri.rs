//! Redirect addresses of clients: compared byte for byte, because what is not parsed cannot be confused (RFC 9700 §4.1.3).

use crate::domain::base_url::{self, BaseUrl};
use crate::domain::policy;

/// How a browser reaches a redirect address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RedirectKind {
    /// A website.
    Https,
    /// A program on the user's own device (RFC 8252 §7.3).
    Loopback,
    /// An app that has registered a scheme (RFC 8252 §7.1).
    PrivateUse,
}

/// A registered redirect address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectUri {
    text: String,
    pub kind: RedirectKind,
}

/// Schemes that browsers treat themselves: as script, as a document, or as something else than an app.
const FOREIGN_SCHEMES: [&str; 15] = [
    "about",
    "blob",
    "chrome",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "intent",
    "javascript",
    "mailto",
    "vbscript",
    "view-source",
];

impl RedirectUri {
    /// `https`, `http` on loopback, or a scheme of an app's own: printable ASCII without a fragment, a user, a wildcard, a
    /// backslash or dot segments. `None` otherwise.
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= policy::REDIRECT_URI_MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#*\"<>^`{|}".contains(&byte));
        let (scheme, rest) = text.split_once(':').filter(|_| plain)?;
        let kind = match scheme {
            "https" | "http" => website(text)?,
            _ if is_private_use(scheme) && !rest.is_empty() && !rest.contains('@') => RedirectKind::PrivateUse,
            _ => return None,
        };
        (!has_dot_segments(text)).then(|| Self { text: text.to_owned(), kind })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a request means this address. The port of a loopback address is free, because the operating system chooses it
    /// when the program starts (RFC 8252 §7.3); that of `localhost` only for public clients, which is what such programs are.
    pub fn is_meant_by(&self, presented: &str, is_public: bool) -> bool {
        self.text == presented
            || self.kind == RedirectKind::Loopback
                && loopback(presented).is_some_and(|(host, rest)| {
                    loopback(&self.text) == Some((host, rest)) && (is_public || host != "localhost")
                })
    }

    /// Whether this service may send requests to it: only to a website. Not to its own machine, unless it `is_local` itself.
    pub fn is_reachable(&self, is_local: bool) -> bool {
        let is_elsewhere = || {
            let origin = origin(&self.text).and_then(|origin| origin.parse::<BaseUrl>().ok());
            origin.is_some_and(|origin| !base_url::is_loopback(origin.host()))
        };
        match self.kind {
            RedirectKind::Https => is_local || is_elsewhere(),
            RedirectKind::Loopback => is_local,
            RedirectKind::PrivateUse => false,
        }
    }

    /// What a `Content-Security-Policy` calls the destination (`form-action`): an origin, or a scheme.
    pub fn csp_source(presented: &str) -> Option<String> {
        let (scheme, rest) = presented.split_once(':')?;
        match (scheme, rest.strip_prefix("//")) {
            ("http" | "https", Some(rest)) => {
                let end = rest.find(['/', '?']).unwrap_or(rest.len());
                rest.get(..end).map(|authority| format!("{scheme}://{authority}"))
            }
            _ => Some(format!("{scheme}:")),
        }
    }

    /// The part that tells a user where they will be sent: a host, or the scheme of an app.
    pub fn destination(presented: &str) -> &str {
        let Some((scheme, rest)) = presented.split_once(':') else {
            return presented;
        };
        match (scheme, rest.strip_prefix("//")) {
            ("http" | "https", Some(rest)) => rest.split(['/', '?']).next().unwrap_or(rest),
            _ => scheme,
        }
    }
}

/// `scheme://host[:port]` at the start of an address.
fn origin(text: &str) -> Option<&str> {
    let authority = text.find("://")? + 3;
    let end = text.get(authority..)?.find(['/', '?']).map_or(text.len(), |end| authority + end);
    text.get(..end)
}

/// `scheme://host[:port]` in a browser's spelling, then a path or a query or nothing.
fn website(text: &str) -> Option<RedirectKind> {
    let origin = origin(text)?;
    let parsed: BaseUrl = origin.parse().ok()?;
    if parsed.as_str() != origin {
        return None;
    }
    match origin.split_once(':') {
        Some(("https", _)) => Some(RedirectKind::Https),
        _ => parsed.is_loopback().then_some(RedirectKind::Loopback),
    }
}

/// RFC 3986 §3.1, in lower case.
fn is_private_use(scheme: &str) -> bool {
    let mut bytes = scheme.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_lowercase())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
        && !FOREIGN_SCHEMES.contains(&scheme)
}

/// Host and rest of `http://LOOPBACK[:PORT]rest`.
fn loopback(text: &str) -> Option<(&str, &str)> {
    let rest = text.strip_prefix("http://")?;
    let host = ["localhost", "127.0.0.1", "[::1]"].into_iter().find(|host| rest.starts_with(host))?;
    let rest = rest.get(host.len()..)?;
    let rest = match rest.strip_prefix(':') {
        Some(port) => {
            let digits = port.bytes().take_while(u8::is_ascii_digit).count();
            let (number, rest) = port.split_at_checked(digits)?;
            number.parse::<u16>().is_ok().then_some(rest)?
        }
        None => rest,
    };
    (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((host, rest))
}

/// `.` and `..` as segments of the path, encoded or not: browsers resolve them (WHATWG URL, "single-dot" and "double-dot" URL
/// path segment).
fn has_dot_segments(text: &str) -> bool {
    let path = text.split('?').next().unwrap_or(text).to_ascii_lowercase().replace("%2e", ".");
    path.split(['/', ';']).any(|segment| segment == "." || segment == "..")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(text: &str) -> Option<RedirectKind> {
        RedirectUri::parse(text).map(|uri| uri.kind)
    }

    #[test]
    fn websites_loopback_and_apps_can_be_registered() {
        for (text, expected) in [
            ("https://app.example.com/in?x=1", RedirectKind::Https),
            ("https://app.example.com", RedirectKind::Https),
            ("https://app.example.com:8443/", RedirectKind::Https),
            ("http://127.0.0.1/cb", RedirectKind::Loopback),
            ("http://[::1]:4000/cb", RedirectKind::Loopback),
            ("http://localhost:3000/cb", RedirectKind::Loopback),
            ("com.example.app:/oauth", RedirectKind::PrivateUse),
            ("cursor://anysphere.cursor-mcp/callback", RedirectKind::PrivateUse),
        ] {
            assert_eq!(kind(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn nothing_that_browsers_read_differently_can_be_registered() {
        for wrong in [
            "",
            "app",
            "/cb",
            "//app.example.com/",
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "vbscript:x",
            "file:///etc/passwd",
            "blob:https://app.example.com/1",
            "http://app.example.com/cb",
            "http://localhost.evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://[::1].evil.example/cb",
            "https://a@app.example.com/",
            "https://app.example.com@evil.example/",
            "https://app.example.com/#x",
            "https://app.example.com/*",
            "https://*.example.com/",
            "https://app.example.com/\\evil",
            "https://APP.example.com/",
            "https://app.example.com:443/",
            "https://app.example.com/a/../b",
            "https://app.example.com/a/%2e%2E/b",
            "https://app.example.com/a/..;/b",
            "https://app.example.com/./b",
            "https://app.example.com/é",
            "https://",
            "https:app.example.com",
            "https:/app.example.com",
            "com.example.app:",
            "1app:/cb",
            "app :/cb",
            "app:a@b",
            "https://app.example.com/ x",
            "https://app.example.com/\t",
        ] {
            assert_eq!(kind(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn only_the_port_of_a_loopback_address_is_free() {
        let means = |registered: &str, presented: &str, public| {
            RedirectUri::parse(registered).unwrap().is_meant_by(presented, public)
        };
        assert!(means("http://127.0.0.1/cb", "http://127.0.0.1:51234/cb", false));
        assert!(means("http://[::1]:1/cb?x", "http://[::1]:2/cb?x", false));
        assert!(means("http://localhost/cb", "http://localhost:51234/cb", true));
        assert!(!means("http://localhost/cb", "http://localhost:51234/cb", false));
        assert!(means("https://app.example.com/cb", "https://app.example.com/cb", false));
        for other in [
            "http://127.0.0.1:51234/cb/",
            "http://127.0.0.1:51234/cb?x",
            "http://127.0.0.1:51234/CB",
            "http://localhost:51234/cb",
            "http://127.0.0.1.evil.example/cb",
            "http://127.0.0.1:51234@evil.example/cb",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:/cb",
            "https://127.0.0.1:51234/cb",
            "http://127.0.0.1evil/cb",
            "http://127.0.0.1:51234/cb#x",
            "http://127.0.0.1\\@evil.example/cb",
            "http://0x7f000001/cb",
            "http://127.1/cb",
            "http://127.0.0.1:51234/x/../cb",
        ] {
            assert!(!means("http://127.0.0.1/cb", other, true), "{other}");
        }
        for other in [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?",
            "https://app.example.com:443/cb",
            "https://app.example.com:8443/cb",
            "https://APP.example.com/cb",
            "https://app.example.com/./cb",
            "https://app.example.com/%63b",
            "https://app.example.com/cb#",
            "https://x@app.example.com/cb",
        ] {
            assert!(!means("https://app.example.com/cb", other, true), "{other}");
        }
    }

    #[test]
    fn a_destination_is_named_for_users_and_for_browsers() {
        for (uri, source, destination) in [
            ("https://app.example.com:8443/cb?x", "https://app.example.com:8443", "app.example.com:8443"),
            ("http://127.0.0.1:4000/cb", "http://127.0.0.1:4000", "127.0.0.1:4000"),
            ("cursor://anysphere/cb", "cursor:", "cursor"),
            ("com.example.app:/cb", "com.example.app:", "com.example.app"),
        ] {
            assert_eq!(RedirectUri::csp_source(uri).as_deref(), Some(source));
            assert_eq!(RedirectUri::destination(uri), destination);
        }
    }
}
