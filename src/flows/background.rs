//! Background tasks, run after the response.

use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::Settings;
use crate::domain::tokens::api_token::ApiToken;
use crate::flows::authentication::revocation;
use crate::flows::context::BackgroundTask;
use crate::flows::mail;
use crate::flows::oauth::logout_notices;
use crate::ports::Platform;
use crate::store::{sessions, tokens};

/// Runs the tasks that requests have deferred. Failures are logged; cron finds what remains.
pub async fn run(platform: &impl Platform, settings: &Settings, background_tasks: Vec<BackgroundTask>) {
    for task in background_tasks {
        let done = match task {
            BackgroundTask::Deliver(message) => mail::deliver(platform, settings, message).await,
            BackgroundTask::SettleMark(session) => {
                platform.batch(vec![sessions::settle_mark(session)]).await.map(|_| ())
            }
            BackgroundTask::SettleTokenMarks(ended) => {
                platform.batch(vec![tokens::settle_marks(&ended)]).await.map(|_| ())
            }
            BackgroundTask::NoteUse(token) => note_use(platform, token).await,
            BackgroundTask::NotifyClient(session) => logout_notices::deliver(platform, settings, session).await,
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
