//! Where a browser goes after sign-in: to this service, or to an address the operator has listed. Nowhere else, ever.

use crate::domain::base_url::BaseUrl;
use crate::domain::policy;

/// An address of `AUTH_REDIRECT_URIS`, matched byte for byte (RFC 9700 §2.1). Matching the origin is not enough: another
/// owner's page on it would get the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedRedirect(String);

impl AllowedRedirect {
    /// https, or http on loopback for development, with a path; no fragment, no userinfo, no wildcard.
    pub fn parse(text: &str) -> Result<Self, String> {
        let is_whole = |(origin, rest): (&str, &str)| origin.parse::<BaseUrl>().is_ok() && rest.starts_with('/');
        if is_plain(text) && !text.contains(['#', '*']) && split(text).is_some_and(is_whole) {
            Ok(Self(text.to_owned()))
        } else {
            Err("must list whole https addresses with their paths: no bare origin, no * and no fragment".to_owned())
        }
    }
}

/// An allowed redirect target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RedirectTarget {
    /// A path of this service, with its query.
    Own(String),
    /// A listed address, reached with a ticket.
    Listed(String),
}

impl RedirectTarget {
    /// The target that `r` names; `None` if it is not allowed.
    pub fn read(own: &BaseUrl, listed: &[AllowedRedirect], text: &str) -> Option<Self> {
        if !is_plain(text) {
            return None;
        }
        if text.starts_with('/') {
            return own_path(text);
        }
        let (origin, rest) = split(text)?;
        if origin == own.as_str() {
            return own_path(if rest.is_empty() { "/" } else { rest });
        }
        listed.iter().any(|AllowedRedirect(uri)| uri == text).then(|| Self::Listed(text.to_owned()))
    }
}

/// The `scheme://authority` of an address, as a browser names it in `Origin`.
pub fn origin_of(address: &str) -> Option<&str> {
    split(address).map(|(origin, _)| origin)
}

/// Whether browsers read every byte as we do: they take `\` for `/` and skip tabs and line breaks, so these are refused.
fn is_plain(text: &str) -> bool {
    text.len() <= policy::RETURN_ADDRESS_LIMIT && text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

/// `//` at the beginning of a path would start another host.
fn own_path(path: &str) -> Option<RedirectTarget> {
    (path.starts_with('/') && !path.starts_with("//")).then(|| RedirectTarget::Own(path.to_owned()))
}

/// `scheme://authority` and the rest, which is empty or begins with `/`, `?` or `#`.
fn split(text: &str) -> Option<(&str, &str)> {
    let authority = text.find("://")? + 3;
    let end = text.get(authority..)?.find(['/', '?', '#']).map_or(text.len(), |end| authority + end);
    Some(text.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<RedirectTarget> {
        let own = "https://auth.example.com".parse().unwrap();
        let listed = ["https://app.example.com/in?x=1", "https://other.example.com/", "http://localhost:3000/cb"];
        let listed: Vec<_> = listed.into_iter().map(|text| AllowedRedirect::parse(text).unwrap()).collect();
        RedirectTarget::read(&own, &listed, text)
    }

    fn own(path: &str) -> Option<RedirectTarget> {
        Some(RedirectTarget::Own(path.to_owned()))
    }

    fn away(uri: &str) -> Option<RedirectTarget> {
        Some(RedirectTarget::Listed(uri.to_owned()))
    }

    #[test]
    fn paths_of_this_service_are_allowed() {
        assert_eq!(read("/api/manage/v1/ApiKeys"), own("/api/manage/v1/ApiKeys"));
        assert_eq!(read("https://auth.example.com/account?x=%20#y"), own("/account?x=%20#y"));
        assert_eq!(read("https://auth.example.com"), own("/"));
    }

    #[test]
    fn listed_addresses_are_open_as_they_are_listed() {
        for uri in ["https://app.example.com/in?x=1", "http://localhost:3000/cb", "https://other.example.com/"] {
            assert_eq!(read(uri), away(uri));
        }
    }

    #[test]
    fn nothing_else_is() {
        for wrong in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "https://auth.example.com//evil.example",
            "https://auth.example.com@evil.example",
            "https://auth.example.com:443/",
            "https://auth.example.com.evil.example/",
            "https://AUTH.example.com/",
            "http://auth.example.com/",
            "https:/evil.example",
            "javascript:alert(1)//://auth.example.com",
            "data:text/html,x",
            "https://user@app.example.com/in?x=1",
            "https://app.example.com/in",
            "https://app.example.com/in?x=1&y",
            "https://app.example.com/in?x=1#y",
            "https://other.example.com",
            "https://other.example.com/#y",
            "https://other.example.com/any/where?x",
            "https://other.example.com/?x",
            "http://localhost:3001/cb",
            "http://localhost:3000/cb/",
            "https://evil.example?https://auth.example.com/",
            "https://évil.example/",
            "/é",
            " /account",
            "/account\r\nSet-Cookie:x",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_a_return_address_cannot_be_listed() {
        for wrong in [
            "",
            "app",
            "*",
            "com.example.app:/callback",
            "http://app.example.com/in",
            "https://a@app.example.com/in",
            "https://app.example.com/#x",
            "https://app.example.com/é",
        ] {
            assert!(AllowedRedirect::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_address_that_stands_for_several_cannot_be_listed() {
        for wrong in [
            "https://app.example.com",
            "https://app.example.com?x=1",
            "https://app.example.com/*",
            "https://app.example.com/in?*",
            "https://*.example.com/in",
            "http://localhost:*/cb",
        ] {
            assert!(AllowedRedirect::parse(wrong).is_err(), "{wrong}");
        }
    }
}
