//! The life of an email: sealed into the outbox together with the event it reports, claimed, sent, and retried or given up.

use http::header::RETRY_AFTER;

use crate::domain::accounts::email_address;
use crate::domain::crypto::keyring::Purpose;
use crate::domain::crypto::seal;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::log::LogLine;
use crate::domain::mail::activation_link::ActivationLink;
use crate::domain::mail::message::Email;
use crate::domain::mail::message_templates::EmailSpec;
use crate::domain::mail::outgoing::OutgoingMail;
use crate::domain::mail::provider::{DeliveryOutcome, Provider, REFUSES_US};
use crate::domain::mail::rendered::RenderedEmail;
use crate::domain::mail::sealed::Sealed;
use crate::domain::policy;
use crate::domain::settings::settings::Settings;
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::token_summary::TokenSummary;
use crate::flows::context::RequestContext;
use crate::ports::{Bounds, Database, Platform};
use crate::store::outbox::{self, Claimed, OutboxEntry};
use crate::store::registrations::{self, Known};
use crate::words::language::Language;

/// Seals an email for the outbox, worth sending until `dead_after`. It can be opened for this recipient only: an attacker who
/// can write to the database cannot redirect a link by changing a row's address. Its language is the one the recipient's
/// account has chosen by the time of sending, or else that of the requester.
pub fn prepare(
    ctx: &RequestContext<'_, impl Platform>,
    message: &Email,
    folded: &str,
    dead_after: Timestamp,
) -> Result<OutboxEntry, Fault> {
    prepare_in(ctx, None, message, folded, dead_after)
}

/// The same for an address that has no account when the email is sent, because it is not yet or no longer the address of a user
/// who may have chosen a language.
pub fn prepare_in(
    ctx: &RequestContext<'_, impl Platform>,
    chosen: Option<Language>,
    message: &Email,
    folded: &str,
    dead_after: Timestamp,
) -> Result<OutboxEntry, Fault> {
    let id = ctx.id()?;
    let EmailSpec { kind, budget, .. } = *message.spec();
    let sealed = Sealed::new(message, chosen.unwrap_or(ctx.client.language));
    let plain = serde_json::to_vec(&sealed).map_err(|e| Fault::new("email", e))?;
    let sealed =
        seal::seal(&ctx.settings.keys, Purpose::Email, &context(id, kind, folded), ctx.platform.bytes()?, &plain)?;
    let network = ctx.client.network().as_str().to_owned();
    Ok(OutboxEntry { id, kind, budget, mailbox: folded.to_owned(), network, sealed, dead_after })
}

/// The notice of a new password; the same for a change and for a reset. `keys` still act for the account.
pub fn prepare_password_changed(
    ctx: &RequestContext<'_, impl Platform>,
    email: &str,
    chosen: Option<Language>,
    keys: Vec<TokenSummary>,
) -> Result<OutboxEntry, Fault> {
    let changed_at = ctx.now.whole_seconds().to_string();
    let message = Email::PasswordChanged { address: ctx.client.describe_origin(), changed_at, keys };
    prepare_in(ctx, chosen, &message, &email_address::fold(email), ctx.now + policy::NOTICE_LIFETIME)
}

/// The notice of a sign-in from a network that the account does not know.
pub fn prepare_new_place(ctx: &RequestContext<'_, impl Platform>, email: &str) -> Result<OutboxEntry, Fault> {
    let (address, agent) = (ctx.client.describe_origin(), ctx.client.agent.clone());
    let message = Email::NewPlace { address, agent, signed_in_at: ctx.now.whole_seconds().to_string() };
    prepare(ctx, &message, &email_address::fold(email), ctx.now + policy::NOTICE_LIFETIME)
}

/// Opens an email and renders it as it will be read.
async fn open(
    platform: &impl Database,
    settings: &Settings,
    claimed: &Claimed,
    now: Timestamp,
) -> Result<RenderedEmail, Fault> {
    let context = context(claimed.id, &claimed.kind, &email_address::fold(&claimed.recipient));
    let plain = seal::open(&settings.keys, Purpose::Email, &context, &claimed.sealed)?;
    let sealed = Sealed::read(&plain).map_err(|e| Fault::new("email", e))?;
    if !claimed.withheld {
        return sealed.render(&settings.email_source(), claimed.language);
    }
    let links = if claimed.kind == "activation" { waiting(platform, &claimed.mailbox, now).await? } else { Vec::new() };
    let instead = |message: Email| match links.is_empty() {
        true => Email::Withheld { what: message.spec().withheld },
        false => Email::Activation { links },
    };
    sealed.instead(instead).render(&settings.email_source(), claimed.language)
}

/// The links of the registrations pending for an address, the newest of each network first: the client that registered most
/// often must not push the others out.
async fn waiting(platform: &impl Database, folded: &str, now: Timestamp) -> Result<Vec<ActivationLink>, Fault> {
    let waiting = registrations::waiting(platform, folded, now, policy::LINKS_IN_AN_EMAIL).await?;
    Ok(waiting.iter().map(Known::link).collect())
}

fn context(id: Id<Email>, kind: &str, folded: &str) -> String {
    format!("{id}\n{kind}\n{folded}")
}

/// Tries to send one email: claims it, sends it, records the outcome. Of several concurrent attempts one sends. Without a
/// provider emails stay in the outbox.
pub async fn deliver(platform: &impl Platform, settings: &Settings, id: Id<Email>) -> Result<(), Fault> {
    let Some(provider) = &settings.mail.provider else {
        return Ok(());
    };
    let now = platform.now();
    let Some(message) = outbox::claim(platform, id, now, now + policy::MAIL_LEASE).await? else {
        return Ok(());
    };
    let outcome = if message.dead_after > now {
        attempt(platform, settings, provider, &message).await
    } else {
        Outcome::later("what it carries no longer works".to_owned())
    };
    let now = platform.now();
    let report = match (outcome.receipt, next_attempt(&message, outcome.not_before, now)) {
        (DeliveryOutcome::Accepted, _) => outbox::sent(&message, now),
        (DeliveryOutcome::Later | DeliveryOutcome::Unauthorized, Some(next_at)) => {
            let waits = format!("{id} ({}) waits until {next_at}: {}", message.kind, outcome.error);
            platform.write(&LogLine::fault("email", waits));
            outbox::postponed(&message, next_at, &outcome.error)
        }
        (receipt, _) => {
            let parked = format!("{id} ({}) is parked: {}", message.kind, outcome.error);
            platform.write(&LogLine::fault("email", parked));
            outbox::parked(&message, now, receipt == DeliveryOutcome::Refused, &outcome.error)
        }
    };
    platform.batch(vec![report]).await.map(|_| ())
}

/// The outcome of an attempt.
struct Outcome {
    receipt: DeliveryOutcome,
    error: String,
    /// The provider asks for no further request before this time.
    not_before: Option<Timestamp>,
}

impl Outcome {
    const fn later(error: String) -> Self {
        Self { receipt: DeliveryOutcome::Later, error, not_before: None }
    }
}

/// One attempt; a network or internal fault is a reason to retry later.
async fn attempt(platform: &impl Platform, settings: &Settings, provider: &Provider, message: &Claimed) -> Outcome {
    let sent = async {
        let content = open(platform, settings, message, platform.now()).await?;
        let to = email_address::routed(&message.recipient);
        let request = provider.request(&OutgoingMail { id: message.id, to: &to, content: &content })?;
        let bounds = Bounds { timeout: policy::MAIL_TIMEOUT, body_limit: policy::MAIL_ANSWER_LIMIT };
        // A truncated or oversized body is ignored; the status is enough.
        platform.fetch(request, bounds).await.map(|answer| answer.map(Result::unwrap_or_default))
    };
    match sent.await {
        Ok(answer) => {
            let receipt = provider.receipt(&answer);
            let answered = format!("the provider answered {}", answer.status().as_u16());
            let refused = receipt == DeliveryOutcome::Unauthorized;
            let error = if refused { format!("{REFUSES_US}: {answered}") } else { answered };
            let retry_after = answer.headers().get(RETRY_AFTER).and_then(|text| text.to_str().ok());
            let not_before = retry_after.and_then(|text| Timestamp::parse_retry_after(text, platform.now()));
            Outcome { receipt, error, not_before }
        }
        Err(fault) => Outcome::later(fault.to_string()),
    }
}

/// When to retry; `None` if the email is then no longer worth sending. A longer pause that the provider asks for is kept, up to
/// `dead_after`: its operator may lift it before then.
fn next_attempt(message: &Claimed, not_before: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let made = usize::try_from(message.attempt).unwrap_or(usize::MAX);
    let waits = &policy::MAIL_BACKOFF;
    let next_at = now + *waits.get(made.saturating_sub(1)).or(waits.last())?;
    let asked = not_before.map_or(next_at, |not_before| not_before.min(message.dead_after));
    (next_at < message.dead_after).then(|| next_at.max(asked))
}

/// Cron: sends the emails that are due. A failure is logged and does not hold up the others.
pub async fn deliver_due(platform: &impl Platform, settings: &Settings) -> Result<(), Fault> {
    if settings.mail.provider.is_none() {
        return Ok(());
    }
    for due in outbox::due(platform, platform.now(), policy::CRON_STEP).await? {
        let done = match due {
            Ok(id) => deliver(platform, settings, id).await,
            Err(fault) => Err(fault),
        };
        platform.failure("email", done);
    }
    Ok(())
}

/// The newest emails of the local mailbox, for `/dev/mail`. `NotFound` outside local development.
pub async fn read_local(ctx: &RequestContext<'_, impl Platform>) -> Result<Vec<(Claimed, RenderedEmail)>, Error> {
    if !ctx.settings.shows_emails() {
        return Err(Error::NotFound);
    }
    let emails = outbox::newest(ctx.platform, policy::DEV_MAILBOX_SIZE).await?;
    let mut readable = Vec::new();
    for message in emails {
        // An email sealed under a key that is gone cannot be read; the others can.
        if let Ok(content) = open(ctx.platform, ctx.settings, &message, ctx.now).await {
            readable.push((message, content));
        }
    }
    Ok(readable)
}
