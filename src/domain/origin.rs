//! Origins whose scripts may call, as browsers name them in `Origin`.

use crate::domain::base_url::Parts;

/// Compared with the header byte for byte, so it is spelled as browsers spell it (RFC 6454 §6.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// Schemes that no origin of a page has: browsers send `null` for some of them, and load no pages from the others.
const WITHOUT_ORIGIN: [&str; 8] = ["about", "blob", "data", "file", "ftp", "javascript", "ws", "wss"];

impl Origin {
    /// Parses a comma-separated list. The error is the first problem, with the number of its entry.
    pub fn parse_list(list: &str) -> Result<Vec<Self>, String> {
        let parse = |(place, text): (usize, &str)| {
            Self::parse(text.trim()).map_err(|reason| format!("{reason} (entry {})", place + 1))
        };
        list.split(',').enumerate().map(parse).collect()
    }

    /// `https`, `http` on this machine, or the scheme of an app with its own pages (`capacitor://localhost`).
    fn parse(text: &str) -> Result<Self, String> {
        match text.split_once("://") {
            None if text == "*" => Err("must name each origin: with * any page could act for who is signed in".into()),
            None if text == "null" => Err("cannot list null: sandboxed pages of anybody have that origin".into()),
            None => Err("must list origins: a scheme, :// and a host".into()),
            Some((scheme, host)) => match scheme.to_ascii_lowercase().as_str() {
                "http" | "https" => Self::of_site(text),
                scheme => Self::of_app(scheme, host),
            },
        }
    }

    fn of_site(text: &str) -> Result<Self, String> {
        let parts = Parts::parse(text)?;
        // Names below localhost are this machine as well (RFC 6761 §6.3); some apps are served there.
        let is_local = parts.is_loopback() || parts.host.ends_with(".localhost");
        if parts.scheme == "http" && !is_local {
            return Err("must be https (http is for a loopback host)".into());
        }
        if parts.path.is_empty() { Ok(Self(parts.origin())) } else { Err(ALONE.into()) }
    }

    /// The app's developers choose its host, and browsers leave it as it is.
    fn of_app(scheme: &str, host: &str) -> Result<Self, String> {
        let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
        if !is_scheme || WITHOUT_ORIGIN.contains(&scheme) {
            return Err("has a scheme that no page's origin has".into());
        }
        let host = host.strip_suffix('/').unwrap_or(host);
        let is_host = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
        let sound = !host.is_empty() && host.bytes().all(is_host);
        if sound { Ok(Self(format!("{scheme}://{host}"))) } else { Err(ALONE.into()) }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const ALONE: &str = "must list origins alone: no path, no user, no *";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_listed_as_browsers_will_send_it() {
        for (text, origin) in [
            ("https://App.Example.com:443/", "https://app.example.com"),
            ("http://localhost:80", "http://localhost"),
            ("http://tauri.localhost", "http://tauri.localhost"),
            ("capacitor://localhost", "capacitor://localhost"),
            ("Ionic://localhost/", "ionic://localhost"),
            ("tauri://localhost", "tauri://localhost"),
            ("app://bundle:3000", "app://bundle:3000"),
            ("safari-web-extension://4BF3F2B4-9C1D", "safari-web-extension://4BF3F2B4-9C1D"),
        ] {
            assert_eq!(Origin::parse(text).unwrap().as_str(), origin, "{text}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        for text in [
            "",
            "*",
            "null",
            "app.example.com",
            "//app.example.com",
            "https://app.example.com/path",
            "https://*.example.com",
            "https://user@app.example.com",
            "https://app.example.com?x",
            "http://app.example.com",
            "http://localhost.example.com",
            "file://",
            "data://x",
            "wss://app.example.com",
            "javascript://x",
            "capacitor://",
            "capacitor://*",
            "capacitor://localhost/path",
            "capacitor://user@localhost",
            "1app://localhost",
            "*://localhost",
        ] {
            assert!(Origin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn of_a_list_the_wrong_entry_is_named() {
        assert!(Origin::parse_list("https://a.com, *, null").unwrap_err().ends_with("(entry 2)"));
        assert!(Origin::parse_list("https://a.com,").is_err());
    }
}
