//! The events of the runtime: requests, and cron every minute.

use std::sync::OnceLock;

use worker::js_sys::Reflect;
use worker::web_sys::{Request, Response};
use worker::{Context, Delay, Env, ScheduleContext, ScheduledEvent, event};

use crate::cloudflare::platform::Cloudflare;
use crate::cloudflare::wire;
use crate::domain::env_reader::Problem;
use crate::domain::log::LogLine;
use crate::domain::policy;
use crate::domain::settings::settings::Settings;
use crate::flows::background;
use crate::flows::context::Isolate;
use crate::flows::cron;
use crate::flows::isolate_cache::IsolateCache;
use crate::ports::Log;
use crate::web;

/// Parsed at the first event of an isolate. An isolate keeps one set of variables: a change starts new isolates.
static SETTINGS: OnceLock<Result<Settings, Vec<Problem>>> = OnceLock::new();

/// The cache of the isolate between requests.
fn cache() -> &'static IsolateCache {
    static CACHE: OnceLock<IsolateCache> = OnceLock::new();
    CACHE.get_or_init(IsolateCache::default)
}

fn settings(env: &Env, platform: &Cloudflare) -> &'static Result<Settings, Vec<Problem>> {
    SETTINGS.get_or_init(|| {
        let parsed = Settings::parse(&|name| variable(env, name));
        for problem in parsed.as_ref().err().into_iter().flatten() {
            platform.write(&LogLine::fault("settings", problem));
        }
        parsed
    })
}

/// A variable's text. In TOML `true` and `900` are not strings, and are converted to text; any other type is passed on for the
/// parser to refuse, because treating it as absent would be a guess.
fn variable(env: &Env, name: &str) -> Option<String> {
    let value = Reflect::get(env, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())?;
    let flag = || value.as_bool().map(|flag| flag.to_string());
    let number = || value.as_f64().map(|number| number.to_string());
    Some(value.as_string().or_else(flag).or_else(number).unwrap_or_else(|| "\u{0}".to_owned()))
}

#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    let platform = Cloudflare::bound_to(env.clone());
    let settings = settings(&env, &platform);
    let platform = platform.keep_bookmarks(settings.as_ref().is_ok_and(|settings| settings.operation.read_replicas));
    let request = wire::inbound(&request).await?;
    let answer = web::serve(&platform, settings.as_ref().map_err(Vec::as_slice), cache(), request).await;
    if let (Ok(settings), false) = (settings, answer.background_tasks.is_empty()) {
        context.wait_until(async move {
            Delay::from(policy::BACKGROUND_PAUSE).await;
            background::run(&platform, settings, answer.background_tasks).await;
        });
    }
    wire::outbound(answer.response)
}

#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let platform = Cloudflare::bound_to(env.clone());
    if let Ok(settings) = settings(&env, &platform) {
        cron::tick(Isolate { platform: &platform, settings, cache: cache() }).await;
    }
}
