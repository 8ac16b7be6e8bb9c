//! Where the house stands on the web: what links and tokens begin with.

use std::fmt;
use std::str::FromStr;

/// `scheme://host[:port]` without a path: what links and tokens begin with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    loopback: bool,
}

impl BaseUrl {
    /// Where `npm start` listens when it is told nothing else.
    pub fn local() -> Self {
        Self { origin: "http://127.0.0.1:8787".into(), loopback: true }
    }

    pub fn as_str(&self) -> &str {
        &self.origin
    }

    pub const fn is_loopback(&self) -> bool {
        self.loopback
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)
    }
}

impl FromStr for BaseUrl {
    type Err = String;

    /// `https` everywhere, `http` on loopback only: links carry tokens.
    fn from_str(text: &str) -> Result<Self, String> {
        let Address { origin, path, loopback } = Address::parse(text)?;
        if path.is_empty() {
            Ok(Self { origin, loopback })
        } else {
            Err("must be an origin alone, without a path".into())
        }
    }
}

/// An address tokens and keys may be sent to.
pub struct Address {
    /// `scheme://host[:port]`.
    origin: String,
    /// Without a slash at its end.
    path: String,
    loopback: bool,
}

impl Address {
    /// `https`, or `http` on a loopback host; no user, query or fragment.
    pub fn parse(text: &str) -> Result<Self, String> {
        let uri: http::Uri = text.parse().map_err(|_| "is not a URL")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("is not an absolute URL".into());
        };
        if uri.query().is_some() || text.contains('#') || authority.as_str().contains('@') {
            return Err("must have no user, query or fragment".into());
        }
        if authority.as_str() != authority.host() && authority.port_u16().is_none_or(|port| port == 0) {
            return Err("has a port that is none".into());
        }
        let loopback = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
        if !(scheme == "https" || scheme == "http" && loopback) {
            return Err("must be https (http is for a loopback host)".into());
        }
        let path = uri.path().trim_end_matches('/').to_owned();
        Ok(Self { origin: format!("{scheme}://{authority}").to_lowercase(), path, loopback })
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
        ];
        for text in wrong {
            assert!(text.parse::<BaseUrl>().is_err(), "{text}");
        }
        assert_eq!("https://Auth.Example.com/".parse::<BaseUrl>().unwrap().as_str(), "https://auth.example.com");
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
