//! Resource identifiers (RFC 8707 §2): the APIs that access tokens are for.

use std::fmt;

use crate::domain::base_url::BaseUrl;
use crate::domain::policy;

/// An absolute `https` URL without a fragment, or `http` on loopback. Compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource(String);

impl Resource {
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.len() <= policy::RESOURCE_MAX_BYTES
            && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\\#*\"<>^`{|}".contains(&byte));
        let authority = text.find("://").filter(|_| plain)? + 3;
        let end = text.get(authority..)?.find(['/', '?']).map_or(text.len(), |end| authority + end);
        let origin = text.get(..end)?;
        let parsed: BaseUrl = origin.parse().ok()?;
        (parsed.as_str() == origin).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_an_absolute_url_in_its_only_spelling() {
        for text in [
            "https://mcp.example.com",
            "https://mcp.example.com/",
            "https://api.example.com/v1?x=1",
            "http://localhost:9000/mcp",
        ] {
            assert_eq!(Resource::parse(text).unwrap().as_str(), text);
        }
        for wrong in [
            "",
            "mcp",
            "urn:x",
            "http://mcp.example.com",
            "https://MCP.example.com",
            "https://a@b.example",
            "https://b.example/#x",
            "https://b.example:443",
        ] {
            assert_eq!(Resource::parse(wrong), None, "{wrong}");
        }
    }
}
