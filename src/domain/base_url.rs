//! The service's own URL: the prefix of links and the issuer of tokens.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// `scheme://host[:port]` without a path: the prefix of links and the issuer of tokens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    loopback: bool,
}

impl BaseUrl {
    /// The address that `npm start` listens on by default.
    pub fn local() -> Self {
        Self { origin: "http://localhost:8787".into(), loopback: true }
    }

    pub fn as_str(&self) -> &str {
        &self.origin
    }

    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }

    /// In lower case and without the port; an IPv6 address in brackets.
    pub fn host(&self) -> &str {
        let authority = self.origin.split_once("://").map_or("", |(_, authority)| authority);
        match authority.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
            _ => authority,
        }
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl FromStr for BaseUrl {
    type Err = String;

    /// `https` everywhere, `http` on loopback only, because links carry tokens. The error is a message for the operator.
    fn from_str(text: &str) -> Result<Self, String> {
        let Address { origin, path, loopback } = Address::parse(text)?;
        if path.is_empty() {
            Ok(Self { origin, loopback })
        } else {
            Err("must be an origin alone, without a path".into())
        }
    }
}

/// Whether a host, as a URL spells it, is this machine.
pub fn is_loopback(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "[::1]")
}

/// The parts of a URL as browsers spell them. Browsers compare origins byte for byte and omit a default port, so any other
/// spelling would never match.
pub struct Parts {
    /// In lower case.
    pub scheme: String,
    /// In lower case, an IPv6 address in brackets.
    pub host: String,
    /// `:` and the number; empty for the scheme's default port.
    port: String,
    /// Without a trailing slash.
    pub path: String,
}

impl Parts {
    /// Parses a URL without user, query or fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: http::Uri = text.parse().map_err(|_| "is not a URL")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("is not an absolute URL".into());
        };
        if uri.query().is_some() || text.contains('#') || authority.as_str().contains('@') {
            return Err("must have no user, query or fragment".into());
        }
        let port = authority.port_u16();
        if authority.as_str() != authority.host() && port.is_none_or(|port| port == 0) {
            return Err("has a port that is none".into());
        }
        let scheme = scheme.to_lowercase();
        let port = port.filter(|port| !matches!((scheme.as_str(), port), ("https", 443) | ("http", 80)));
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let host = host(authority.host()).ok_or("has a host that is none (an international one goes as xn--)")?;
        Ok(Self { scheme, host, port, path: uri.path().trim_end_matches('/').to_owned() })
    }

    pub fn origin(&self) -> String {
        let Self { scheme, host, port, path: _ } = self;
        format!("{scheme}://{host}{port}")
    }

    /// Whether the host is this machine for every resolver.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.host)
    }
}

/// A host name or an address; no `*`, no percent-encoding, and no number that a browser would read as an address.
fn host(text: &str) -> Option<String> {
    let host = text.to_lowercase();
    if let Some(address) = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        return address.parse::<Ipv6Addr>().ok().map(|address| format!("[{address}]"));
    }
    let is_label =
        |label: &str| !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    let is_number = host.rsplit('.').next().is_some_and(|last| last.bytes().all(|byte| byte.is_ascii_digit()));
    let sound = if is_number { host.parse::<Ipv4Addr>().is_ok() } else { host.split('.').all(is_label) };
    sound.then_some(host)
}

/// A URL that tokens and keys may be sent to.
pub struct Address {
    /// `scheme://host[:port]`.
    origin: String,
    /// Without a trailing slash.
    path: String,
    loopback: bool,
}

impl Address {
    /// `https`, or `http` on a loopback host; no user, query or fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts = Parts::parse(text)?;
        let loopback = parts.is_loopback();
        if !(parts.scheme == "https" || parts.scheme == "http" && loopback) {
            return Err("must be https (http is for a loopback host)".into());
        }
        Ok(Self { origin: parts.origin(), path: parts.path, loopback })
    }

    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin_alone() {
        let wrong = [
            "auth.example.com",
            "/x",
            "https://a.com/path",
            "https://a.com?x",
            "https://u@a.com",
            "ftp://a",
            "",
            "https://a.com#x",
            "https://a.com:",
            "https://a.com:0",
            "https://a.com:99999",
            "https://a.com:x",
            "https://*.a.com",
            "https://a..com",
            "https://a%2ecom",
            "https://löwe.de",
            "https://127.1",
            "https://[::g]",
        ];
        for text in wrong {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn an_origin_is_spelled_as_browsers_spell_it() {
        for (text, origin) in [
            ("https://Auth.Example.com/", "https://auth.example.com"),
            ("HTTPS://auth.example.com", "https://auth.example.com"),
            ("https://auth.example.com:443", "https://auth.example.com"),
            ("https://auth.example.com:0443/", "https://auth.example.com"),
            ("https://auth.example.com:80", "https://auth.example.com:80"),
            ("http://localhost:80", "http://localhost"),
            ("http://localhost:443", "http://localhost:443"),
            ("http://[0:0:0:0:0:0:0:1]:8787", "http://[::1]:8787"),
            ("https://192.0.2.7:8443", "https://192.0.2.7:8443"),
            ("https://xn--lwe-sna.de", "https://xn--lwe-sna.de"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().as_str(), origin, "{text}");
        }
    }

    #[test]
    fn a_host_has_no_port() {
        for (text, host) in [
            ("https://Auth.Example.com", "auth.example.com"),
            ("https://auth.example.com:8443", "auth.example.com"),
            ("http://localhost:8787", "localhost"),
            ("https://192.0.2.7:8443", "192.0.2.7"),
            ("http://[::1]", "[::1]"),
            ("http://[::1]:8787", "[::1]"),
        ] {
            assert_eq!(text.parse::<BaseUrl>().unwrap().host(), host, "{text}");
        }
    }

    #[test]
    fn links_carry_tokens_so_http_stays_at_home() {
        assert!("http://auth.example.com".parse::<BaseUrl>().is_err());
        assert!("http://127.0.0.1.evil.example".parse::<BaseUrl>().is_err());
        for local in ["http://127.0.0.1:9000", "http://localhost:8787", "http://[::1]:8787"] {
            assert!(local.parse::<BaseUrl>().unwrap().is_loopback(), "{local}");
        }
        assert!(!"https://auth.example.com".parse::<BaseUrl>().unwrap().is_loopback());
    }
}
