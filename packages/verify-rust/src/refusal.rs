//! What a request without a good token is answered (RFC 6750 §3, RFC 9470 §3).

use std::fmt;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use serde_json::json;

/// A refusal of a request: 401, 403, or 503 if Gatehouse cannot be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    status: StatusCode,
    /// Of the challenge, in their order.
    parameters: Vec<(&'static str, String)>,
}

impl Refusal {
    /// RFC 6750 §3.1: a request that has no token is told no error.
    pub(crate) const fn missing() -> Self {
        Self { status: StatusCode::UNAUTHORIZED, parameters: vec![] }
    }

    pub(crate) fn invalid(description: &str) -> Self {
        Self::because(StatusCode::UNAUTHORIZED, "invalid_token", description)
    }

    /// The keys or the revocation cannot be asked for: no token passes, and none is called invalid.
    pub(crate) const fn unavailable() -> Self {
        Self { status: StatusCode::SERVICE_UNAVAILABLE, parameters: vec![] }
    }

    pub(crate) fn because(status: StatusCode, error: &str, description: &str) -> Self {
        Self { status, parameters: vec![] }.with("error", error).with("error_description", description)
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.parameters.push((name, value.into()));
        self
    }

    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The value of `WWW-Authenticate`, unless Gatehouse cannot be asked: then the caller is not at fault.
    pub fn challenge(&self) -> Option<String> {
        let quoted = |(name, value): &(&str, String)| match *name {
            "max_age" => format!(", {name}={value}"),
            _ => format!(", {name}=\"{value}\""),
        };
        let parameters: String = self.parameters.iter().map(quoted).collect();
        (self.status != StatusCode::SERVICE_UNAVAILABLE).then(|| format!("Bearer realm=\"api\"{parameters}"))
    }

    pub fn into_response<B: From<String>>(self) -> Response<B> {
        let (header, value) = self.challenge().map_or((RETRY_AFTER, "5".to_owned()), |text| (WWW_AUTHENTICATE, text));
        let body = json!({ "error": self.error(), "error_description": self.to_string() }).to_string();
        let builder = Response::builder().status(self.status).header(header, value).header(CACHE_CONTROL, "no-store");
        // Only a scope or a role that no header can have makes it fail.
        builder.header(CONTENT_TYPE, "application/json").body(body.into()).unwrap_or_else(|_| {
            let mut response = Response::new(String::new().into());
            *response.status_mut() = self.status;
            response
        })
    }

    fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }

    fn error(&self) -> &str {
        let otherwise = if self.status == StatusCode::UNAUTHORIZED { "unauthorized" } else { "unavailable" };
        self.parameter("error").unwrap_or(otherwise)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let otherwise = match self.status {
            StatusCode::UNAUTHORIZED => "no access token",
            _ => "access tokens cannot be verified now",
        };
        formatter.write_str(self.parameter("error_description").unwrap_or(otherwise))
    }
}

impl std::error::Error for Refusal {}
