//! The events of the runtime: a request, and the minute.

use std::sync::OnceLock;

use http::{HeaderName, HeaderValue, Uri};
use worker::js_sys::Reflect;
use worker::{
    Context, Delay, Env, Headers, Request, Response, ResponseBuilder, ScheduleContext, ScheduledEvent, event,
};

use crate::cloudflare::body;
use crate::cloudflare::platform::Cloudflare;
use crate::domain::place::Place;
use crate::domain::policy;
use crate::domain::settings::Settings;
use crate::domain::variables::Problem;
use crate::flows::operate;
use crate::ports::Log;
use crate::web;

/// Parsed at the first event of an isolate. An isolate lives with one set of variables: changing them makes new ones.
static SETTINGS: OnceLock<Result<Settings, Vec<Problem>>> = OnceLock::new();

fn settings(env: &Env, on: &Cloudflare) -> &'static Result<Settings, Vec<Problem>> {
    SETTINGS.get_or_init(|| {
        let parsed = Settings::parse(&|name| variable(env, name));
        for problem in parsed.as_ref().err().into_iter().flatten() {
            on.error(&format!("setting {problem}"));
        }
        parsed
    })
}

/// A variable's text. In TOML `true` and `900` are no strings, and mean what they say; anything else is handed on to be
/// refused by whoever parses it, because taking it for absent would be guessing.
fn variable(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())?;
    let flag = || value.as_bool().map(|flag| flag.to_string());
    let number = || value.as_f64().map(|number| number.to_string());
    Some(value.as_string().or_else(flag).or_else(number).unwrap_or_else(|| "\u{0}".to_owned()))
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let on = Cloudflare::bound_to(&env);
    let settings = settings(&env, &on);
    let answer = web::serve(&on, settings.as_ref().map_err(Vec::as_slice), inbound(request).await?).await;
    if let (Ok(settings), false) = (settings, answer.errands.is_empty()) {
        context.wait_until(async move {
            Delay::from(policy::ERRAND_PAUSE).await;
            operate::run(&on, settings, answer.errands).await;
        });
    }
    outbound(answer.response)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let on = Cloudflare::bound_to(&env);
    if let Ok(settings) = settings(&env, &on) {
        operate::tick(&on, settings).await;
    }
}

/// The runtime's request as the doors read it. Nothing a client sends can fail here: a URL or header that cannot be
/// represented becomes one that is refused later, in the words of its route.
async fn inbound(mut request: Request) -> worker::Result<web::request::Request> {
    let url = request.inner().url();
    let mut inbound = http::Request::new(body_of(&mut request).await?);
    inbound.extensions_mut().insert(place(&request));
    *inbound.method_mut() = request.inner().method().parse().unwrap_or_default();
    *inbound.uri_mut() = url.parse().unwrap_or_else(|_| Uri::from_static("/unreadable"));
    for (name, value) in request.headers() {
        if let Ok(name) = HeaderName::try_from(name) {
            let value = HeaderValue::try_from(value).unwrap_or(HeaderValue::from_static("?"));
            inbound.headers_mut().append(name, value);
        }
    }
    Ok(inbound)
}

/// Where Cloudflare places the caller; nowhere, where it does not say. Read by reflection, because the bindings' own
/// getters panic on what they do not expect.
fn place(request: &Request) -> Place {
    let cf = Reflect::get(request.inner(), &"cf".into()).unwrap_or_default();
    let text = |name: &str| Reflect::get(&cf, &name.into()).ok().and_then(|value| value.as_string());
    Place::new(text("country").as_deref(), text("region").as_deref(), text("city").as_deref())
}

async fn body_of(request: &mut Request) -> worker::Result<Vec<u8>> {
    if request.inner().body().is_none() {
        return Ok(Vec::new());
    }
    body::read(request.stream()?, policy::BODY_LIMIT).await
}

fn outbound(response: web::response::Response) -> worker::Result<Response> {
    let (parts, body) = response.into_parts();
    let headers = Headers::new();
    for (name, value) in &parts.headers {
        headers.append(name.as_str(), value.to_str().unwrap_or_default())?;
    }
    let response = ResponseBuilder::new().with_status(parts.status.as_u16()).with_headers(headers);
    Ok(if body.is_empty() { response.empty() } else { response.fixed(body) })
}
