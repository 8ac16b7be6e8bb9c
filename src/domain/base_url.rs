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
        let uri: http::Uri = text.parse().map_err(|_| "is not a URL")?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
            return Err("is not an absolute URL".into());
        };
        if !matches!(uri.path(), "" | "/") || uri.query().is_some() || authority.as_str().contains('@') {
            return Err("must be an origin alone: scheme, host and port".into());
        }
        let loopback = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
        match scheme {
            "https" => {}
            "http" if loopback => {}
            _ => return Err("must be https (http is for a loopback host)".into()),
        }
        Ok(Self { origin: format!("{scheme}://{authority}").to_lowercase(), loopback })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_an_origin_alone() {
        let wrong =
            ["auth.example.com", "/x", "https://a.com/path", "https://a.com?x", "https://u@a.com", "ftp://a", ""];
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
