//! The FastReport Cloud API: the format of errors under `/api/manage`, as problem details (RFC 9457).

use std::borrow::Cow;

use serde::Serialize;

use crate::domain::error::Error;
use crate::web::http::response::{self, Response};
use crate::web::http::{error_response, error_text};

#[derive(Serialize)]
struct Problem<'a> {
    /// `about:blank`: the status identifies the problem (RFC 9457 §4.2.1).
    #[serde(rename = "type")]
    kind: &'a str,
    title: &'a str,
    status: u16,
    detail: Cow<'a, str>,
}

pub fn refuse(error: &Error) -> Response {
    let status = error_response::status(error);
    let title = status.canonical_reason().unwrap_or_default();
    let problem = Problem { kind: "about:blank", title, status: status.as_u16(), detail: detail(error) };
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    error_response::explain(response::with_body(status, "application/problem+json", body), error)
}

/// The message for developers, where it says more than the one for users.
fn detail(error: &Error) -> Cow<'static, str> {
    match error {
        Error::InvalidFields(complaints) => {
            let told = complaints.iter().map(|(field, complaint)| format!("{field}: {}", complaint.sentence()));
            told.collect::<Vec<_>>().join(" ").into()
        }
        // Only occurs when a key is created with a browser's cookie.
        Error::ReauthenticationRequired => {
            "A key made in a browser wants a proof that is not old. Open /account/confirm?r=/api/manage/v1/ApiKeys, then try again."
                .into()
        }
        other => error_text::for_programmers(other),
    }
}
