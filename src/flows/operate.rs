//! What runs without anybody asking: errands after an answer, cron, and the look into the mirror.

use std::time::Duration;

use crate::domain::accounts::email_address;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::provider;
use crate::domain::policy;
use crate::domain::rate_limit::Lane;
use crate::domain::sessions::session::Session;
use crate::domain::settings::settings::{Envelope, Settings};
use crate::domain::tokens::api_token::Token;
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::ports::{Platform, RateLimiter};
use crate::store::outbox::{self, Parked};
use crate::store::{
    attempts, audit, codes, deleted_users, email_changes, email_undos, networks, quotas, recoveries, registrations,
    schema, sessions, size, submissions, tickets, tokens, users,
};

/// Runs what requests have left behind. Failures are logged; cron finds what remains.
pub async fn run(on: &impl Platform, settings: &Settings, errands: Vec<Errand>) {
    for errand in errands {
        let done = match errand {
            Errand::Deliver(letter) => mail::deliver(on, settings, letter).await,
            Errand::SettleMark(session) => on.batch(vec![sessions::settle_mark(session)]).await.map(|_| ()),
            Errand::SettleTokenMarks(ended) => on.batch(vec![tokens::settle_marks(&ended)]).await.map(|_| ()),
            Errand::NoteUse(token) => note_use(on, token).await,
            Errand::Prolong(session) => prolong(on, settings, session).await,
            Errand::SettleUserMark(user, version) => on.batch(revocation::settle_user(user, version)).await.map(|_| ()),
        };
        on.failure("errand", done);
    }
}

async fn note_use(on: &impl Platform, token: Id<Token>) -> Result<(), Fault> {
    let now = on.now();
    on.batch(vec![tokens::note_use(token, now - policy::LAST_USED_STEP, now)]).await.map(|_| ())
}

async fn prolong(on: &impl Platform, settings: &Settings, session: Id<Session>) -> Result<(), Fault> {
    let now = on.now();
    let lifetimes = &settings.browser_lifetimes;
    let idle = lifetimes.expiries_from(now).refresh;
    on.batch(vec![sessions::prolong(session, idle, now - lifetimes.note_step(), now)]).await.map(|_| ())
}

/// Every minute: repeats the marks that are missing, sends the letters that are due, sweeps, in bounded steps, and looks whether
/// there is room left.
pub async fn tick(on: &impl Platform, settings: &Settings) {
    on.failure("cron: marks", revocation::repair(on, settings, on.now()).await);
    on.failure("cron: mail", mail::deliver_due(on, settings).await);
    on.failure("cron: sweep", sweep(on, settings).await);
    on.failure("cron: addresses", refold(on).await);
    on.failure("cron: size", look_at_size(on).await);
}

/// Has accounts found by the present form of their addresses, which SQL could not give them when they were migrated. Where
/// two have one mailbox, under two spellings of its domain, the one in the present form keeps it.
async fn refold(on: &impl Platform) -> Result<(), Fault> {
    let former = users::to_refold(on, policy::CRON_STEP).await?;
    let refolded = former.iter().map(|(address, folded)| users::refold(folded, &email_address::fold(address)));
    if former.is_empty() { Ok(()) } else { on.batch(refolded.collect()).await.map(|_| ()) }
}

/// Says, every minute, that the database will be full: days before it is.
async fn look_at_size(on: &impl Platform) -> Result<(), Fault> {
    let size = size::size(on).await?;
    if size >= policy::DATABASE_NEARLY_FULL {
        on.error(&format!("the database has {size} of the {} bytes that D1 gives it", policy::DATABASE_LIMIT));
    }
    Ok(())
}

/// Removes what nobody needs any more, a little of each.
async fn sweep(on: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    let (now, step) = (on.now(), policy::SWEEP_STEP);
    let expired_kept = match settings.envelope {
        Envelope::Plain => Duration::ZERO,
        Envelope::FastSchema => policy::EXPIRED_REGISTRATION_KEPT,
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
        audit::sweep(now - settings.audit_retention, step),
    ];
    on.batch(swept).await.map(|_| ())
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
pub async fn readiness(visit: &Visit<'_, impl Platform>) -> Readiness {
    let (database, post) = database(visit).await;
    let database = if let State::Well = database { room(visit).await } else { database };
    let kv = visit.on.get_many(&["health".to_owned()]).await;
    let limits = limits(visit.on).await;
    let mail = mail_state(visit.settings, post);
    Readiness { database, kv: answer_state(visit, kv), limits: answer_state(visit, limits), mail }
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
async fn database(visit: &Visit<'_, impl Platform>) -> (State, Post) {
    let since = visit.now - policy::PARKED_LETTERS_WINDOW;
    let parked = outbox::parked_since(since);
    let refuses_us = outbox::refuses_us(provider::REFUSES_US, policy::LETTERS_JUDGED);
    let looks = async {
        let found = visit.on.batch(vec![schema::traces(), parked, refuses_us]).await?;
        let [traces, parked, refuses_us] = found.as_slice() else {
            return Err(Fault::new("database", "a batch has other answers than questions"));
        };
        let post = Post { parked: Parked::read(parked)?, refuses_us: !refuses_us.is_empty() };
        Ok((schema::missing(traces)?, post))
    };
    match looks.await {
        Ok((missing, post)) => (schema_state(visit, &missing), post),
        Err(fault) => {
            let traces = visit.on.rows(schema::traces()).await;
            let state = match traces.and_then(|traces| schema::missing(&traces)) {
                Ok(missing) if !missing.is_empty() => schema_state(visit, &missing),
                Ok(_) | Err(_) => out(visit, &fault),
            };
            (state, Post::default())
        }
    }
}

/// What this version of the code needs and the database has not.
fn schema_state(visit: &Visit<'_, impl Platform>, missing: &[&str]) -> State {
    if missing.is_empty() {
        return State::Well;
    }
    let command = "npx wrangler d1 migrations apply DB --remote";
    let reason = format!("these migrations are missing: {}; apply them with {command}", missing.join(", "));
    visit.log(&Fault::new("database", &reason));
    State::Out(reason)
}

/// Whether each lane can be counted; the counts are nobody's.
async fn limits(on: &impl RateLimiter) -> Result<(), Fault> {
    for lane in Lane::ALL {
        on.admits(lane, "health").await?;
    }
    Ok(())
}

/// Whether the database has room left.
async fn room(visit: &Visit<'_, impl Platform>) -> State {
    match size::size(visit.on).await {
        Ok(size) if size >= policy::DATABASE_NEARLY_FULL => State::Noted("it is nearly full".into()),
        size => answer_state(visit, size),
    }
}

fn answer_state<T>(visit: &Visit<'_, impl Platform>, answer: Result<T, Fault>) -> State {
    answer.map_or_else(|fault| out(visit, &fault), |_| State::Well)
}

fn out(visit: &Visit<'_, impl Platform>, fault: &Fault) -> State {
    visit.log(fault);
    State::Out("does not answer".into())
}

/// Letters nobody could deliver are an outage. Letters the provider refused are not: any stranger can have one refused
/// by registering an address that does not exist.
fn mail_state(settings: &Settings, Post { parked, refuses_us }: Post) -> State {
    // Whoever asks may be anybody: how many there were is in the log and in the table.
    match (&settings.mail_provider, parked) {
        (None, _) if !settings.shows_letters() => State::Out("MAIL_PROVIDER=outbox sends nothing: choose one".into()),
        (Some(_), _) if refuses_us => State::Out(provider::REFUSES_US.into()),
        (_, Parked { undelivered: false, refused: false }) => State::Well,
        (_, Parked { undelivered: false, .. }) => State::Noted("some emails were refused".into()),
        (_, Parked { .. }) => State::Out("some emails were not delivered".into()),
    }
}
