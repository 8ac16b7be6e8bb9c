//! `/health` and `/health/ready`: for load balancers, and for the person who has just deployed.

use std::collections::BTreeMap;

use http::StatusCode;
use http::header::{HeaderValue, RETRY_AFTER};
use serde::Serialize;

use crate::domain::env_reader::Problem;
use crate::domain::error::Error;
use crate::domain::policy;
use crate::domain::rate_limit::RateLimitClass;
use crate::flows::context::RequestContext;
use crate::flows::rate_limit;
use crate::flows::readiness::{self, Readiness, State};
use crate::ports::Platform;
use crate::web::http::response::{self, Response};

#[derive(Serialize)]
struct Health {
    status: &'static str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    checks: BTreeMap<&'static str, String>,
}

/// The Worker runs. Depends on nothing, not even on settings.
pub fn alive() -> Response {
    response::json(StatusCode::OK, &Health { status: "ok", checks: BTreeMap::new() })
}

/// Checks everything that a request may need.
pub async fn ready(ctx: &RequestContext<'_, impl Platform>) -> Result<Response, Error> {
    // If the rate limiter does not respond, the report below says so.
    if let Err(error @ Error::RateLimited(_)) = rate_limit::by_address(ctx, RateLimitClass::Traffic).await {
        return Err(error);
    }
    let Readiness { database, kv, limits, mail, passkeys } = readiness::readiness(ctx).await;
    let settings = ("settings", State::Well);
    Ok(report([
        settings,
        ("database", database),
        ("kv", kv),
        ("limits", limits),
        ("mail", mail),
        ("passkeys", passkeys),
    ]))
}

/// The names of the invalid variables, without their values.
pub fn misconfigured(problems: &[Problem]) -> Response {
    report(problems.iter().map(|problem| (problem.variable, State::Out(problem.reason.clone()))))
}

fn report(checks: impl IntoIterator<Item = (&'static str, State)>) -> Response {
    let mut ready = true;
    let mut told = BTreeMap::new();
    for (part, state) in checks {
        ready &= !matches!(state, State::Out(_));
        let words = match state {
            State::Well => "ok".to_owned(),
            State::Noted(note) => format!("ok; {note}"),
            State::Out(reason) => reason,
        };
        told.insert(part, words);
    }
    if ready {
        return response::json(StatusCode::OK, &Health { status: "ready", checks: told });
    }
    let mut response = response::json(StatusCode::SERVICE_UNAVAILABLE, &Health { status: "not ready", checks: told });
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(policy::RETRY_AFTER_FAULT));
    response
}
