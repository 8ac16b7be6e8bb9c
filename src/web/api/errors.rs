//! The native API, which follows FastSchema: the format of errors under `/api/auth`.

use serde::Serialize;

use crate::domain::error::{Error, Weakness};
use crate::web::http::error_response;
use crate::web::http::response::{self, Response};

/// `{"code": "401", "message": "Unauthorized", "data": {"error": "invalid_credentials"}}`.
#[derive(Serialize)]
struct Body<'a> {
    code: &'a str,
    message: &'a str,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    error: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reasons: Option<Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mfa_token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    methods: Option<&'a [&'static str]>,
}

pub fn refuse(error: &Error) -> Response {
    let status = error_response::status(error);
    let retry_after = error.retry_after();
    let reasons = if let Error::WeakPassword(found) = error { Some(words(found)) } else { None };
    let field = match error {
        Error::InvalidRequest(field) => *field,
        Error::UnreachableAddress => Some("email"),
        _ => None,
    };
    let (mfa_token, methods) = match error {
        Error::SecondFactorRequired(Some(step)) => (Some(step.mfa_token.as_str()), Some(step.methods.as_slice())),
        Error::EnrolmentRequired(token) => (token.as_deref(), None),
        _ => (None, None),
    };
    let body = Body {
        code: status.as_str(),
        message: status.canonical_reason().unwrap_or_default(),
        data: Data { error: error.code(), field, reasons, retry_after, mfa_token, methods },
    };
    error_response::explain(response::json(status, &body), error)
}

fn words(weaknesses: &[Weakness]) -> Vec<&'static str> {
    weaknesses.iter().map(|weakness| weakness.word()).collect()
}
