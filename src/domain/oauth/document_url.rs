//! `client_id` of a client that describes itself: the `https` URL of its metadata document
//! (draft-ietf-oauth-client-id-metadata-document §3). Everything that could lead a request elsewhere than to a public website is
//! refused here, before any request.

use crate::domain::policy;

/// The URL of a document, in its only spelling. Compared byte for byte.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentUrl {
    text: String,
    /// Where the host ends in the text.
    host_end: usize,
}

const SCHEME: &str = "https://";

/// Names that are not of the public DNS: RFC 6761, RFC 6762 (`local`), RFC 7686 (`onion`), RFC 8375 (`home.arpa`), and ICANN's
/// `internal`. `example` is public, and nobody's.
const SPECIAL_DOMAINS: [&str; 7] = ["local", "localhost", "internal", "test", "invalid", "onion", "home.arpa"];

impl DocumentUrl {
    /// `https`, a host name of the public DNS, and a path: no port, user, query, fragment or dot segments. `own_host` is this
    /// service's, which must not ask itself.
    pub fn parse(text: &str, own_host: &str) -> Option<Self> {
        let rest = text.strip_prefix(SCHEME).filter(|_| text.len() <= policy::CLIENT_DOCUMENT_URL_MAX_BYTES)?;
        let (host, path) = rest.split_at_checked(rest.find('/')?)?;
        let fits = is_public(host) && host != own_host && is_path(path);
        fits.then(|| Self { text: text.to_owned(), host_end: SCHEME.len() + host.len() })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What tells users who the client is: only the holder of this name can publish the document.
    pub fn host(&self) -> &str {
        self.text.get(SCHEME.len()..self.host_end).unwrap_or_default()
    }
}

/// A name of at least two labels whose last is no number: every spelling of an IPv4 address ends in one (WHATWG URL, "ends in a
/// number checker").
fn is_public(host: &str) -> bool {
    let mut labels = host.rsplit('.');
    let top = labels.next().unwrap_or_default();
    let is_top = top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_lowercase()) || top.starts_with("xn--");
    let is_special =
        |domain: &str| host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    host.len() <= policy::HOST_NAME_MAX_BYTES
        && is_top
        && labels.next().is_some()
        && host.split('.').all(is_label)
        && !SPECIAL_DOMAINS.into_iter().any(is_special)
}

/// RFC 1123 §2.1, in lower case.
fn is_label(label: &str) -> bool {
    (1..=policy::HOST_LABEL_MAX_BYTES).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// `pchar` and `/` (RFC 3986 §3.3), at least one segment with a name, and no segment that a parser resolves.
fn is_path(path: &str) -> bool {
    let is_plain = path.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte));
    let is_encoded = path.split('%').skip(1).all(|rest| {
        let digits = rest.as_bytes().get(..2).unwrap_or_default();
        digits.len() == 2 && digits.iter().all(u8::is_ascii_hexdigit)
    });
    let read = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "/");
    let has_dots = read.split(['/', ';']).any(|segment| segment == "." || segment == "..");
    is_plain && is_encoded && !has_dots && path.bytes().any(|byte| byte != b'/')
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "auth.example.com";

    #[test]
    fn a_document_is_at_a_public_website() {
        for (text, host) in [
            ("https://client.example/oauth/metadata.json", "client.example"),
            ("https://claude.ai/oauth/claude-code-client-metadata", "claude.ai"),
            ("https://a-b.xn--lwe-sna.de/c%20d;v=1/~e@f:g", "a-b.xn--lwe-sna.de"),
            ("https://example.xn--p1ai/x", "example.xn--p1ai"),
            ("https://7.example.com/x.y..z/.well-known", "7.example.com"),
        ] {
            let url = DocumentUrl::parse(text, OWN).unwrap_or_else(|| panic!("{text}"));
            assert_eq!((url.as_str(), url.host()), (text, host));
        }
        let long = format!("https://client.example/{}", "a".repeat(policy::CLIENT_DOCUMENT_URL_MAX_BYTES - 23));
        assert!(DocumentUrl::parse(&long, OWN).is_some());
        assert_eq!(DocumentUrl::parse(&format!("{long}a"), OWN), None);
    }

    #[test]
    fn nothing_else_is_the_url_of_a_document() {
        for wrong in [
            "",
            "https://",
            "https:///x",
            "https:/client.example/x",
            "https:client.example/x",
            "//client.example/x",
            "http://client.example/x",
            "HTTPS://client.example/x",
            "ftp://client.example/x",
            "javascript:alert(1)",
            "https://client.example",
            "https://client.example/",
            "https://client.example//",
            "https://client.example?x",
            "https://client.example/x?y",
            "https://client.example/x?",
            "https://client.example/x#y",
            "https://client.example/x#",
            "https://client.example:443/x",
            "https://client.example:8443/x",
            "https://client.example:/x",
            "https://ada@client.example/x",
            "https://ada:secret@client.example/x",
            "https://client.example@evil.example/x",
            "https://client.example\\@evil.example/x",
            "https://client.example\\x",
            "https://client.example/./x",
            "https://client.example/../x",
            "https://client.example/x/..",
            "https://client.example/x/.",
            "https://client.example/%2e/x",
            "https://client.example/%2E%2e/x",
            "https://client.example/.%2e/x",
            "https://client.example/a%2f..%2fx",
            "https://client.example/a%5c..%5Cx",
            "https://client.example/a/..;/x",
            "https://client.example/\\x",
            "https://client.example/%",
            "https://client.example/%4",
            "https://client.example/%zz",
            "https://client.example/x y",
            "https://client.example/x\ty",
            "https://client.example/x\0",
            "https://client.example/\"x\"",
            "https://client.example/<x>",
            "https://client.example/é",
            "https://clïent.example/x",
            "https://CLIENT.example/x",
            "https://client.example./x",
            "https://.client.example/x",
            "https://client..example/x",
            "https://-client.example/x",
            "https://client-.example/x",
            "https://cli_ent.example/x",
            "https://cli%65nt.example/x",
            "https://*.client.example/x",
            "https://client/x",
            "https://localhost/x",
            "https://app.localhost/x",
            "https://router.local/x",
            "https://api.internal/x",
            "https://nas.home.arpa/x",
            "https://home.arpa/x",
            "https://client.test/x",
            "https://client.invalid/x",
            "https://client.onion/x",
            "https://127.0.0.1/x",
            "https://127.1/x",
            "https://2130706433/x",
            "https://0x7f000001/x",
            "https://0x7f.0.0.1/x",
            "https://0177.0.0.1/x",
            "https://017700000001/x",
            "https://10.0.0.0x1/x",
            "https://169.254.169.254/latest/meta-data",
            "https://192.0.2.7/x",
            "https://example.1/x",
            "https://[::1]/x",
            "https://[::ffff:127.0.0.1]/x",
            "https://[fd00::1]/x",
            "https://auth.example.com/x",
        ] {
            assert_eq!(DocumentUrl::parse(wrong, OWN), None, "{wrong}");
        }
        let label = "a".repeat(policy::HOST_LABEL_MAX_BYTES + 1);
        assert_eq!(DocumentUrl::parse(&format!("https://{label}.example/x"), OWN), None);
        let labels = "a.".repeat(policy::HOST_NAME_MAX_BYTES / 2);
        assert_eq!(DocumentUrl::parse(&format!("https://{labels}example/x"), OWN), None);
    }
}
