//! The readiness check: whether each part that a request may need is available.

use crate::domain::error::Fault;
use crate::domain::mail::provider;
use crate::domain::policy;
use crate::domain::rate_limit::RateLimitClass;
use crate::domain::settings::settings::Settings;
use crate::flows::context::RequestContext;
use crate::ports::{Platform, RateLimiter};
use crate::store::outbox::{self, Parked};
use crate::store::{passkeys, schema, size};

/// The state of a part of the service.
#[derive(Debug, PartialEq, Eq)]
pub enum State {
    Well,
    /// Requests are not affected, but the operator should know.
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
    pub passkeys: State,
}

/// Checks every part once. Details go to the log; clients only learn which part fails.
pub async fn readiness(ctx: &RequestContext<'_, impl Platform>) -> Readiness {
    let (database, Found { post, foreign_keys }) = database(ctx).await;
    let database = if let State::Well = database { room_left(ctx).await } else { database };
    let kv = ctx.platform.get_many(&["health".to_owned()]).await;
    let limits = limits(ctx.platform).await;
    let mail = mail_state(ctx.settings, post);
    let passkeys = if foreign_keys { State::Noted(FOREIGN_KEYS.into()) } else { State::Well };
    Readiness { database, kv: answer_state(ctx, kv), limits: answer_state(ctx, limits), mail, passkeys }
}

/// Their owners are locked out or lack a factor, and would be so all the longer if the service were out.
const FOREIGN_KEYS: &str = "some belong to another AUTH_PASSKEY_RP_ID, and cannot be used";

/// What the database says about itself and others.
#[derive(Default)]
struct Found {
    post: Post,
    /// Some passkeys were made for another RP ID than the configured one.
    foreign_keys: bool,
}

/// The state of email delivery.
#[derive(Default)]
struct Post {
    parked: Parked,
    /// The provider rejects our key, our sender or our account.
    refuses_us: bool,
}

/// The state of the database, of email delivery and of passkeys, in one round trip. A missing migration may make the other queries fail:
/// then the schema is queried alone.
async fn database(ctx: &RequestContext<'_, impl Platform>) -> (State, Found) {
    let since = ctx.now - policy::PARKED_EMAILS_WINDOW;
    let parked = outbox::parked_since(since);
    let refuses_us = outbox::refuses_us(provider::REFUSES_US, policy::EMAILS_JUDGED);
    // Without passkeys, no key is of use, and that is intended.
    let rp_id = ctx.settings.passkeys.as_ref().map(|passkeys| passkeys.relying_party.id.as_str());
    let foreign = passkeys::of_another_rp(rp_id, policy::PASSKEYS_JUDGED);
    let looks = async {
        let [traces, parked, refuses_us, foreign] =
            ctx.batch_array([schema::traces(), parked, refuses_us, foreign]).await?;
        let post = Post { parked: Parked::read(&parked)?, refuses_us: !refuses_us.is_empty() };
        Ok::<_, Fault>((schema::missing(&traces)?, Found { post, foreign_keys: !foreign.is_empty() }))
    };
    match looks.await {
        Ok((missing, found)) => (schema_state(ctx, &missing), found),
        Err(fault) => {
            let traces = ctx.platform.rows(schema::traces()).await;
            let state = match traces.and_then(|traces| schema::missing(&traces)) {
                Ok(missing) if !missing.is_empty() => schema_state(ctx, &missing),
                Ok(_) | Err(_) => out(ctx, &fault),
            };
            (state, Found::default())
        }
    }
}

/// The state of the schema: which migrations this version needs and the database lacks.
fn schema_state(ctx: &RequestContext<'_, impl Platform>, missing: &[&str]) -> State {
    if missing.is_empty() {
        return State::Well;
    }
    let command = "npx wrangler d1 migrations apply DB --remote";
    let reason = format!("these migrations are missing: {}; apply them with {command}", missing.join(", "));
    ctx.log(&Fault::new("database", &reason));
    State::Out(reason)
}

/// Whether each rate-limit class can be counted; the key used belongs to no client.
async fn limits(platform: &impl RateLimiter) -> Result<(), Fault> {
    for class in RateLimitClass::ALL {
        platform.admits(class, "health").await?;
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

/// Emails that could not be delivered are an outage. Emails that the provider refused are not: any stranger can cause a refusal
/// by registering an address that does not exist.
fn mail_state(settings: &Settings, Post { parked, refuses_us }: Post) -> State {
    // The endpoint is public: the number of emails is only in the log and in the table.
    match (&settings.mail.provider, parked) {
        (None, _) if !settings.shows_emails() => State::Out("MAIL_PROVIDER=outbox sends nothing: choose one".into()),
        (Some(_), _) if refuses_us => State::Out(provider::REFUSES_US.into()),
        (_, Parked { undelivered: false, refused: false }) => State::Well,
        (_, Parked { undelivered: false, .. }) => State::Noted("some emails were refused".into()),
        (_, Parked { .. }) => State::Out("some emails were not delivered".into()),
    }
}
