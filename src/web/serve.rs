//! One request in, one answer out.

use http::Method;

use crate::domain::env_reader::Problem;
use crate::domain::error::{Error, Fault};
use crate::domain::settings::settings::Settings;
use crate::flows::context::{Errand, Visit};
use crate::flows::rate_limit;
use crate::ports::Platform;
use crate::web::compat::fastschema::envelope;
use crate::web::http::bookmark;
use crate::web::http::gateway;
use crate::web::http::health;
use crate::web::http::origin;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::device_cookie;
use crate::web::router::{self, Door};

/// A response, and what is to be done once it has gone out (`flows::operate::run`).
pub struct Answer {
    pub response: Response,
    pub errands: Vec<Errand>,
}

/// Answers anything, and never panics. With settings that cannot be used only `/health` is well: the rest is 503, and
/// `/health/ready` says why.
pub async fn serve(on: &impl Platform, settings: Result<&Settings, &[Problem]>, request: Request) -> Answer {
    let request_id =
        on.bytes::<8>().map_or_else(|_| "none".to_owned(), |id| format!("{:016x}", u64::from_be_bytes(id)));
    let request = gateway::readdress(request);
    let segments = request::segments(request.uri().path());
    let (result, errands) = match (router::find(request.method(), &segments), settings) {
        (Err(Error::MethodNotAllowed(allow)), _) if request.method() == Method::OPTIONS => {
            (Ok(origin::options(allow)), Vec::new())
        }
        (Err(error), _) => (Err(error), Vec::new()),
        (Ok(door), Err(problems)) => (without_settings(door, problems), Vec::new()),
        (Ok(door), Ok(settings)) => {
            let visitor = request::visitor(&request);
            let mut visit = Visit::new(on, settings, on.now(), visitor, request_id.clone());
            let result = enter(door, &mut visit, &request).await;
            (result, visit.into_errands())
        }
    };
    let mut response = result.unwrap_or_else(|error| {
        if let Error::Unavailable(fault) = &error {
            on.error(&format!("request {request_id}: {fault}"));
        }
        router::refuse(&request, &segments, &error, settings.ok())
    });
    if let Ok(settings) = settings {
        on.failure("bookmark", bookmark::give(on, settings, &mut response));
        origin::permit(&mut response, settings, request.headers());
    }
    if request.method() == Method::HEAD {
        response.body_mut().clear();
    }
    Answer { response: response::finish(response, &request_id), errands }
}

/// Through a door and back, in the envelope the settings ask for, unless its address has come too often.
async fn enter(door: Door, visit: &mut Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    if let Some(lane) = router::lane(door) {
        rate_limit::by_address(visit, lane).await?;
    }
    if router::knows_browsers(door) {
        visit.visitor.device = Some(device_cookie::of(visit, request)?);
    }
    if router::may_be_late(door) {
        visit.freshness = bookmark::freshness(visit.settings, request.headers());
    }
    let request = envelope::open(visit.settings, door, request)?;
    let response = router::enter(door, visit, &request).await?;
    Ok(envelope::seal(visit.settings, door, &request, response))
}

fn without_settings(door: Door, problems: &[Problem]) -> Result<Response, Error> {
    match door {
        Door::Health => Ok(health::alive()),
        Door::Ready => Ok(health::misconfigured(problems)),
        _ => {
            let named: Vec<_> = problems.iter().map(Problem::to_string).collect();
            Err(Fault::new("settings", named.join("; ")).into())
        }
    }
}
