//! What runs without anybody asking: background_tasks after an answer, cron, and the look into the mirror.

use std::time::Duration;

use crate::domain::accounts::email_address;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::provider;
use crate::domain::policy;
use crate::domain::rate_limit::RateLimitClass;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::{ResponseStyle, Settings};
use crate::domain::tokens::api_token::ApiToken;
use crate::flows::authentication::revocation;
use crate::flows::context::{BackgroundTask, Isolate, RequestContext};
use crate::flows::mail;
use crate::ports::{Platform, RateLimiter};
use crate::store::outbox::{self, Parked};
use crate::store::{
    attempts, audit, codes, deleted_users, email_changes, email_undos, networks, quotas, recoveries, registrations,
    schema, sessions, size, submissions, tickets, tokens, users,
};

/// Runs what requests have left behind. Failures are logged; cron finds what remains.
pub async fn run(platform: &impl Platform, settings: &Settings, background_tasks: Vec<BackgroundTask>) {
    for task in background_tasks {
        let done = match task {
            BackgroundTask::Deliver(letter) => mail::deliver(platform, settings, letter).await,
            BackgroundTask::SettleMark(session) => {
                platform.batch(vec![sessions::settle_mark(session)]).await.map(|_| ())
            }
            BackgroundTask::SettleTokenMarks(ended) => {
                platform.batch(vec![tokens::settle_marks(&ended)]).await.map(|_| ())
            }
            BackgroundTask::NoteUse(token) => note_use(platform, token).await,
            BackgroundTask::Prolong(session) => prolong(platform, settings, session).await,
            BackgroundTask::SettleUserMark(user, version) => {
                platform.batch(revocation::settle_user(user, version)).await.map(|_| ())
            }
        };
        platform.failure("task", done);
    }
}

async fn note_use(platform: &impl Platform, token: Id<ApiToken>) -> Result<(), Fault> {
    let now = platform.now();
    platform.batch(vec![tokens::note_use(token, now - policy::LAST_USED_STEP, now)]).await.map(|_| ())
}

async fn prolong(platform: &impl Platform, settings: &Settings, session: Id<Session>) -> Result<(), Fault> {
    let now = platform.now();
    let lifetimes = &settings.sessions.browser_lifetimes;
    let idle = lifetimes.expiries_from(now).refresh;
    platform.batch(vec![sessions::prolong(session, idle, now - lifetimes.note_step(), now)]).await.map(|_| ())
}

/// Every minute: repeats the marks that are missing, sends the letters that are due, sweeps, in bounded steps, and looks whether
/// there is room left.
pub async fn tick(Isolate { platform, settings, cache }: Isolate<'_, impl Platform>) {
    platform.failure("cron: marks", revocation::repair(platform, cache, platform.now()).await);
    platform.failure("cron: mail", mail::deliver_due(platform, settings).await);
    platform.failure("cron: sweep", sweep(platform, settings).await);
    platform.failure("cron: addresses", refold(platform).await);
    platform.failure("cron: size", look_at_size(platform).await);
}

/// Has accounts found by the present form of their addresses, which SQL could not give them when they were migrated. Where
/// two have one mailbox, under two spellings of its domain, the one in the present form keeps it.
async fn refold(platform: &impl Platform) -> Result<(), Fault> {
    let former = users::to_refold(platform, policy::CRON_STEP).await?;
    let refolded = former.iter().map(|(address, folded)| users::refold(folded, &email_address::fold(address)));
    if former.is_empty() { Ok(()) } else { platform.batch(refolded.collect()).await.map(|_| ()) }
}

/// Says, every minute, that the database will be full: days before it is.
async fn look_at_size(platform: &impl Platform) -> Result<(), Fault> {
    let size = size::size(platform).await?;
    if size >= policy::DATABASE_NEARLY_FULL {
        platform.error(&format!("the database has {size} of the {} bytes that D1 gives it", policy::DATABASE_LIMIT));
    }
    Ok(())
}

/// Removes what nobody needs any more, a little of each.
async fn sweep(platform: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    let (now, step) = (platform.now(), policy::SWEEP_STEP);
    let expired_kept = match settings.response_style {
        ResponseStyle::Plain => Duration::ZERO,
        ResponseStyle::FastSchema => policy::EXPIRED_REGISTRATION_KEPT,
    };
    let swept = vec![
        registrations::sweep(now - expired_kept, step),
        recoveries::sweep(now, step),
        codes::sweep(now - policy::MAIL_BUDGET_WINDOW, step),
        attempts::sweep(now, step),
        quotas::sweep(now, step),
        networks::sweep(now, step),
        email_changes::sweep(now, step),
        email_undos::sweep(now, step),
        deleted_users::sweep(now, step),
        sessions::sweep(now - policy::ENDED_SESSION_KEPT, step),
        tokens::sweep_ended(now - policy::ENDED_TOKEN_KEPT, step),
        tokens::sweep_expired(now, step),
        tickets::sweep(now, step),
        submissions::sweep(now, step),
        outbox::sweep(now - policy::LETTER_KEPT, step),
        audit::sweep(now - settings.operation.audit_retention, step),
    ];
    platform.batch(swept).await.map(|_| ())
}

/// How a part of the house is.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Well,
    /// Nothing a request would notice, and worth knowing.
    Noted(String),
    Out(String),
}

/// The parts a request may need.
#[derive(Debug, PartialEq, Eq)]
pub struct Readiness {
    pub database: State,
    pub kv: State,
    pub limits: State,
    pub mail: State,
}

/// Asks every part once. Details go to the log; whoever asks from outside learns which part it is.
pub async fn readiness(ctx: &RequestContext<'_, impl Platform>) -> Readiness {
    let (database, post) = database(ctx).await;
    let database = if let State::Well = database { room_left(ctx).await } else { database };
    let kv = ctx.platform.get_many(&["health".to_owned()]).await;
    let limits = limits(ctx.platform).await;
    let mail = mail_state(ctx.settings, post);
    Readiness { database, kv: answer_state(ctx, kv), limits: answer_state(ctx, limits), mail }
}

/// How letters fare.
#[derive(Default)]
struct Post {
    parked: Parked,
    /// The provider will not have our key, our sender or our account.
    refuses_us: bool,
}

/// How the database is, and how letters fare, in one round trip. Where a migration is missing the rest may fail for want of it:
/// then the schema is asked for alone.
async fn database(ctx: &RequestContext<'_, impl Platform>) -> (State, Post) {
    let since = ctx.now - policy::PARKED_LETTERS_WINDOW;
    let parked = outbox::parked_since(since);
    let refuses_us = outbox::refuses_us(provider::REFUSES_US, policy::LETTERS_JUDGED);
    let looks = async {
        let found = ctx.platform.batch(vec![schema::traces(), parked, refuses_us]).await?;
        let [traces, parked, refuses_us] = found.as_slice() else {
            return Err(Fault::new("database", "a batch has other answers than questions"));
        };
        let post = Post { parked: Parked::read(parked)?, refuses_us: !refuses_us.is_empty() };
        Ok((schema::missing(traces)?, post))
    };
    match looks.await {
        Ok((missing, post)) => (schema_state(ctx, &missing), post),
        Err(fault) => {
            let traces = ctx.platform.rows(schema::traces()).await;
            let state = match traces.and_then(|traces| schema::missing(&traces)) {
                Ok(missing) if !missing.is_empty() => schema_state(ctx, &missing),
                Ok(_) | Err(_) => out(ctx, &fault),
            };
            (state, Post::default())
        }
    }
}

/// What this version of the code needs and the database has not.
fn schema_state(ctx: &RequestContext<'_, impl Platform>, missing: &[&str]) -> State {
    if missing.is_empty() {
        return State::Well;
    }
    let command = "npx wrangler d1 migrations apply DB --remote";
    let reason = format!("these migrations are missing: {}; apply them with {command}", missing.join(", "));
    ctx.log(&Fault::new("database", &reason));
    State::Out(reason)
}

/// Whether each lane can be counted; the counts are nobody's.
async fn limits(platform: &impl RateLimiter) -> Result<(), Fault> {
    for lane in RateLimitClass::ALL {
        platform.admits(lane, "health").await?;
    }
    Ok(())
}

/// Whether the database has room left.
async fn room_left(ctx: &RequestContext<'_, impl Platform>) -> State {
    match size::size(ctx.platform).await {
        Ok(size) if size >= policy::DATABASE_NEARLY_FULL => State::Noted("it is nearly full".into()),
        size => answer_state(ctx, size),
    }
}

fn answer_state<T>(ctx: &RequestContext<'_, impl Platform>, answer: Result<T, Fault>) -> State {
    answer.map_or_else(|fault| out(ctx, &fault), |_| State::Well)
}

fn out(ctx: &RequestContext<'_, impl Platform>, fault: &Fault) -> State {
    ctx.log(fault);
    State::Out("does not answer".into())
}

/// Letters nobody could deliver are an outage. Letters the provider refused are not: any stranger can have one refused
/// by registering an address that does not exist.
fn mail_state(settings: &Settings, Post { parked, refuses_us }: Post) -> State {
    // Whoever asks may be anybody: how many there were is in the log and in the table.
    match (&settings.mail.provider, parked) {
        (None, _) if !settings.shows_letters() => State::Out("MAIL_PROVIDER=outbox sends nothing: choose one".into()),
        (Some(_), _) if refuses_us => State::Out(provider::REFUSES_US.into()),
        (_, Parked { undelivered: false, refused: false }) => State::Well,
        (_, Parked { undelivered: false, .. }) => State::Noted("some emails were refused".into()),
        (_, Parked { .. }) => State::Out("some emails were not delivered".into()),
    }
}
