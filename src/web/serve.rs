//! Handles one request.

use http::Method;
use http::header::ACCESS_CONTROL_REQUEST_METHOD;

use crate::domain::env_reader::Problem;
use crate::domain::error::{Error, Fault};
use crate::domain::log::{Level, LogLine};
use crate::domain::settings::settings::Settings;
use crate::flows::context::{BackgroundTask, Isolate, RequestContext};
use crate::flows::isolate_cache::IsolateCache;
use crate::flows::rate_limit;
use crate::ports::Platform;
use crate::web::compat::fastschema::envelope;
use crate::web::error_format;
use crate::web::http::bookmark;
use crate::web::http::gateway;
use crate::web::http::health;
use crate::web::http::origin;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::device_cookie;
use crate::web::router::{self, Route};

/// A response, and the tasks to run after it is sent (`flows::background::run`).
pub struct Answer {
    pub response: Response,
    pub background_tasks: Vec<BackgroundTask>,
}

/// Responds to every request, and never panics. With invalid settings only `/health` succeeds: all other routes respond with
/// 503, and `/health/ready` says why.
pub async fn serve(
    platform: &impl Platform,
    settings: Result<&Settings, &[Problem]>,
    cache: &IsolateCache,
    request: Request,
) -> Answer {
    let started = platform.now();
    let request_id =
        platform.bytes::<8>().map_or_else(|_| "none".to_owned(), |id| format!("{:016x}", u64::from_be_bytes(id)));
    let request = gateway::readdress(request);
    let segments = request::segments(request.uri().path());
    let found = router::find(request.method(), &segments);
    let route = found.as_ref().ok().copied();
    let (result, background_tasks) = match (found, settings) {
        (Err(Error::MethodNotAllowed(allow)), _) if request.method() == Method::OPTIONS => {
            (Ok(origin::options(allow)), Vec::new())
        }
        (Err(error), _) => (Err(error), Vec::new()),
        (Ok(route), Err(problems)) => (without_settings(route, problems), Vec::new()),
        (Ok(route), Ok(settings)) => {
            let visitor = request::visitor(&request);
            let mut ctx = RequestContext::new(Isolate { platform, settings, cache }, visitor, request_id.clone());
            let result = dispatch(route, &mut ctx, &request).await;
            (result, ctx.into_background_tasks())
        }
    };
    let fault = match &result {
        Err(Error::Unavailable(fault)) => Some(fault.to_string()),
        _ => None,
    };
    let mut response = result.unwrap_or_else(|error| error_format::refuse(&request, &segments, &error, settings.ok()));
    let level = if fault.is_some() { Level::Error } else { Level::Info };
    if settings.map_or(Level::Error, |settings| settings.operation.log_level) >= level {
        let answered = LogLine { level, error: fault, ..line(&request, route, &response) };
        let ms = u64::try_from(platform.now().since(started).as_millis()).ok();
        let operations = Some(platform.operations());
        platform.write(&LogLine { request_id: Some(&request_id), ms, operations, ..answered });
    }
    if let Ok(settings) = settings {
        platform.failure("bookmark", bookmark::give(platform, settings, &mut response));
        if allows_any_origin(&request, &segments) {
            origin::permit_any(&mut response);
        } else {
            origin::permit(&mut response, settings, request.headers());
        }
    }
    if request.method() == Method::HEAD {
        response.body_mut().clear();
    }
    Answer { response: response::finish(response, &request_id), background_tasks }
}

/// Whether the route of a request, or of the request that a preflight announces, is for scripts of any origin.
fn allows_any_origin(request: &Request, segments: &[&str]) -> bool {
    let announced = request.headers().get(ACCESS_CONTROL_REQUEST_METHOD);
    let announced = announced.and_then(|method| Method::from_bytes(method.as_bytes()).ok());
    let method = announced.filter(|_| *request.method() == Method::OPTIONS);
    let route = router::find(method.as_ref().unwrap_or_else(|| request.method()), segments);
    route.is_ok_and(router::allows_any_origin)
}

/// What the log says of a request and its response.
fn line<'a>(request: &'a Request, route: Option<Route>, response: &Response) -> LogLine<'a> {
    LogLine {
        method: Some(request.method().as_str()),
        route: route.map(router::pattern),
        status: Some(response.status().as_u16()),
        ..LogLine::default()
    }
}

/// Checks the rate limit, runs the handler, and translates request and response for the configured envelope.
async fn dispatch(
    route: Route,
    ctx: &mut RequestContext<'_, impl Platform>,
    request: &Request,
) -> Result<Response, Error> {
    if let Some(class) = router::rate_limit_class(route) {
        rate_limit::by_address(ctx, class).await?;
    }
    if router::identifies_device(route) {
        ctx.client.device = Some(device_cookie::of(ctx, request)?);
    }
    if router::allows_replica(route) {
        ctx.freshness = bookmark::freshness(ctx.settings, request.headers());
    }
    let request = envelope::translate_request(ctx.settings, request)?;
    let response = router::dispatch(route, ctx, &request).await?;
    Ok(envelope::wrap_response(ctx.settings, &request, response))
}

fn without_settings(route: Route, problems: &[Problem]) -> Result<Response, Error> {
    match route {
        Route::Health => Ok(health::alive()),
        Route::Ready => Ok(health::misconfigured(problems)),
        _ => {
            let named: Vec<_> = problems.iter().map(Problem::to_string).collect();
            Err(Fault::new("settings", named.join("; ")).into())
        }
    }
}
