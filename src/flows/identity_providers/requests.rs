//! Requests to providers. A redirect is an answer like any other, and not followed.

use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http::request::Builder;
use serde_json::{Map, Value};

use crate::domain::error::{Fault, ProviderProblem};
use crate::domain::policy;
use crate::ports::{Bounds, Outbound};

const JSON: &str = "application/json";

pub async fn get(platform: &impl Outbound, url: &str, bearer: Option<&str>) -> Result<Vec<u8>, ProviderProblem> {
    let mut request = http::Request::get(url).header(ACCEPT, JSON);
    if let Some(token) = bearer {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    let (status, body) = send(platform, request, Vec::new()).await?;
    if status.is_success() { Ok(body) } else { Err(refused(status)) }
}

/// A form for the token endpoint. Its errors have a body too, and GitHub's even the status 200.
pub async fn post_form(
    platform: &impl Outbound,
    url: &str,
    authorization: Option<String>,
    form: &[(&str, &str)],
) -> Result<Vec<u8>, ProviderProblem> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
    let mut request =
        http::Request::post(url).header(ACCEPT, JSON).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let (status, body) = send(platform, request, body.into_bytes()).await?;
    if status.is_success() { Ok(body) } else { Err(refused(status)) }
}

/// The members of an answer.
pub fn members(body: &[u8]) -> Result<Map<String, Value>, ProviderProblem> {
    serde_json::from_slice(body).map_err(|_| ProviderProblem::unacceptable("the answer has another shape"))
}

/// A provider that has trouble of its own is out of reach; one that refuses us is configured wrongly, here or there.
fn refused(status: http::StatusCode) -> ProviderProblem {
    let fault = Fault::new("identity provider", format!("answered with {status}"));
    if status.is_server_error() || status == http::StatusCode::TOO_MANY_REQUESTS {
        ProviderProblem::Unreachable(fault)
    } else {
        ProviderProblem::Unacceptable(fault)
    }
}

async fn send(
    platform: &impl Outbound,
    request: Builder,
    body: Vec<u8>,
) -> Result<(http::StatusCode, Vec<u8>), ProviderProblem> {
    let request = request.header(USER_AGENT, policy::USER_AGENT).body(body);
    let request = request.map_err(|error| ProviderProblem::Unacceptable(Fault::new("identity provider", error)))?;
    let bounds = Bounds { timeout: policy::PROVIDER_TIMEOUT, body_limit: policy::PROVIDER_ANSWER_LIMIT };
    let answer = platform.fetch(request, bounds).await.map_err(ProviderProblem::Unreachable)?;
    let status = answer.status();
    answer.into_body().map(|body| (status, body)).map_err(ProviderProblem::Unreachable)
}
