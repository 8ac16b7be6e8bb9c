//! The metadata document of a client (draft-ietf-oauth-client-id-metadata-document §4): the members that count are read, and
//! all others ignored.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::domain::oauth::document_url::DocumentUrl;
use crate::domain::oauth::redirect_uri::RedirectUri;
use crate::domain::oauth::self_description::{SelfDescription, shown_name};
use crate::domain::policy;

/// Why a document cannot be used, for the developer of the client.
pub type NotDocument = &'static str;

/// The members that only a client with a secret has. Nobody can keep one in a public document.
const SECRETS: [&str; 2] = ["client_secret", "client_secret_expires_at"];

/// What a client that knows several methods calls them (RFC 8414 §2 has the name).
const METHODS: &str = "token_endpoint_auth_methods_supported";

/// Reads a document that was fetched from this URL.
pub fn read(url: &DocumentUrl, body: &[u8]) -> Result<SelfDescription, NotDocument> {
    let document: Map<String, Value> = serde_json::from_slice(body).map_err(|_| "The document is no JSON object.")?;
    if document.get("client_id").and_then(Value::as_str) != Some(url.as_str()) {
        return Err("client_id is not the document's own URL.");
    }
    if SECRETS.iter().any(|secret| document.contains_key(*secret)) {
        return Err("A document must not contain a client secret.");
    }
    if !is_public(&document) {
        return Err("token_endpoint_auth_method is not none.");
    }
    let redirect_uris = redirect_uris(document.get("redirect_uris"), policy::REDIRECT_URIS_MAX)
        .ok_or("redirect_uris is missing, too long, or has an address that is not allowed.")?;
    let name = shown_name(document.get("client_name").and_then(Value::as_str), url.host());
    Ok(SelfDescription { name, redirect_uris })
}

/// Whether the client can do without authenticating itself: it names no other method, or lists `none` beside the one it prefers.
fn is_public(document: &Map<String, Value>) -> bool {
    let is_none = |method: &Value| method.as_str() == Some("none");
    document.get("token_endpoint_auth_method").is_none_or(is_none)
        || document.get(METHODS).and_then(Value::as_array).is_some_and(|methods| methods.iter().any(is_none))
}

/// The addresses of a list, if each is allowed and there are neither none nor more than this.
pub fn redirect_uris(list: Option<&Value>, limit: usize) -> Option<Vec<RedirectUri>> {
    let list = list?.as_array().filter(|list| (1..=limit).contains(&list.len()))?;
    list.iter().map(|uri| uri.as_str().and_then(RedirectUri::parse)).collect()
}

/// Whether a `Content-Type` is that of a document: `application/json`, or a type of its own with JSON's syntax (RFC 6839 §3.1).
pub fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let subtype = media_type.strip_prefix("application/");
    subtype.is_some_and(|subtype| subtype == "json" || subtype.ends_with("+json"))
}

/// How long a document with this `Cache-Control` is used without being fetched again (RFC 9111 §5.2.2).
pub fn max_age(cache_control: Option<&str>) -> Duration {
    let directives = || cache_control.unwrap_or_default().split(',').map(str::trim);
    if directives()
        .any(|directive| directive.eq_ignore_ascii_case("no-store") || directive.eq_ignore_ascii_case("no-cache"))
    {
        return Duration::ZERO;
    }
    let age = directives().find_map(|directive| {
        let (name, seconds) = directive.split_once('=')?;
        let seconds = seconds.parse().ok().filter(|_| name.eq_ignore_ascii_case("max-age"))?;
        Some(policy::SECOND.saturating_mul(seconds))
    });
    age.unwrap_or(policy::CLIENT_DOCUMENT_RETRY).min(policy::CLIENT_DOCUMENT_MAX_AGE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const URL: &str = "https://client.example/oauth/client.json";

    fn read_json(document: &Value) -> Result<SelfDescription, NotDocument> {
        read(&DocumentUrl::parse(URL, "auth.example.com").unwrap(), document.to_string().as_bytes())
    }

    fn with(name: &str, value: Value) -> Value {
        let mut document = json!({ "client_id": URL, "redirect_uris": ["http://localhost/callback"] });
        document[name] = value;
        document
    }

    #[test]
    fn a_document_says_what_a_client_is_called_and_where_it_leads() {
        let described = read_json(&json!({
            "client_id": URL,
            "client_name": "Claude\u{202e} Code",
            "client_uri": "http://169.254.169.254/",
            "logo_uri": "http://127.0.0.1/logo",
            "jwks_uri": "file:///etc/passwd",
            "redirect_uris": ["http://localhost/callback", "http://127.0.0.1/callback"],
            "grant_types": ["authorization_code", "refresh_token", "client_credentials"],
            "scope": "role",
            "token_endpoint_auth_method": "none",
        }))
        .unwrap();
        assert_eq!(described.name, "Claude Code");
        assert_eq!(described.redirect_uris.len(), 2);
        assert_eq!(read_json(&with("x", json!(1))).unwrap().name, "client.example");
        for name in [json!(7), json!(null), json!("  ")] {
            assert_eq!(read_json(&with("client_name", name)).unwrap().name, "client.example");
        }
        let negotiates = with(METHODS, json!(["private_key_jwt", "none"]));
        assert!(read_json(&negotiates).is_ok());
        let mut prefers = negotiates;
        prefers["token_endpoint_auth_method"] = json!("private_key_jwt");
        assert!(read_json(&prefers).is_ok());
    }

    #[test]
    fn other_documents_are_refused() {
        let many = vec!["https://client.example/cb"; policy::REDIRECT_URIS_MAX + 1];
        for wrong in [
            json!([]),
            json!("x"),
            json!({}),
            with("client_id", json!("https://client.example/oauth/client.json?")),
            with("client_id", json!("https://client.example/oauth/other.json")),
            with("client_id", json!("https://CLIENT.example/oauth/client.json")),
            with("client_id", json!([URL])),
            with("client_secret", json!("x")),
            with("client_secret", json!(null)),
            with("client_secret_expires_at", json!(0)),
            with("token_endpoint_auth_method", json!("client_secret_basic")),
            with("token_endpoint_auth_method", json!("private_key_jwt")),
            with("token_endpoint_auth_method", json!(null)),
            with("redirect_uris", json!(null)),
            with("redirect_uris", json!("https://client.example/cb")),
            with("redirect_uris", json!([])),
            with("redirect_uris", json!([1])),
            with("redirect_uris", json!(["https://client.example/cb", "javascript:alert(1)"])),
            with("redirect_uris", json!(["http://client.example/cb"])),
            with("redirect_uris", json!(many)),
        ] {
            assert!(read_json(&wrong).is_err(), "{wrong}");
        }
        assert!(read(&DocumentUrl::parse(URL, "x").unwrap(), b"<html>").is_err());
        assert!(read(&DocumentUrl::parse(URL, "x").unwrap(), b"\xff").is_err());
    }

    #[test]
    fn the_type_of_a_document_is_json() {
        for json in ["application/json", "Application/JSON; charset=utf-8", "application/client-metadata+json"] {
            assert!(is_json(json), "{json}");
        }
        for other in
            ["", "text/html", "text/json", "application/jsonp", "application/xml", "json", "application/x;+json"]
        {
            assert!(!is_json(other), "{other}");
        }
    }

    #[test]
    fn a_document_is_kept_no_longer_than_it_says() {
        for (header, seconds) in [
            (None, 60),
            (Some("public"), 60),
            (Some("max-age=300"), 300),
            (Some("public, Max-Age=300"), 300),
            (Some("max-age=0"), 0),
            (Some("max-age=86400"), 3600),
            (Some("max-age=x"), 60),
            (Some("max-age=300, no-store"), 0),
            (Some("no-cache"), 0),
        ] {
            assert_eq!(max_age(header).as_secs(), seconds, "{header:?}");
        }
    }
}
