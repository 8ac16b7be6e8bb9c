//! Sign-in with a code sent by email. KV holds the code's digest; D1 counts tries and consumes the code, because KV cannot.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::accounts::login_name::Identifier;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::{EmailOtp, Subject};
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::{Guessable, Strangers};
use crate::domain::sessions::auth_methods::AuthMethod;
use crate::domain::sessions::session::Session;
use crate::domain::settings::email_otp::EmailOtpSettings;
use crate::flows;
use crate::flows::context::{BackgroundTask, RequestContext};
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::sign_in::first_factor::{Due, FirstFactor, Proof};
use crate::ports::{Guard, Platform};
use crate::store::attempts::Attempt;
use crate::store::codes::{NewCode, Try};
use crate::store::outbox::OutboxEntry;
use crate::store::signed_in::SignedIn;
use crate::store::{attempts, codes, outbox, users};

/// Sends a code to the owner of the account with this address. An address without an account gets the same row and the same
/// value in KV; only the email is not enqueued, which only the mailbox's owner could notice.
///
/// The code is stored and counted in D1 before it is written to KV, so a request over its budget costs no KV write. The code
/// can only be tried once KV has it, so that no miss is cached and no older value is read.
pub async fn request(
    ctx: &RequestContext<'_, impl Platform>,
    settings: EmailOtpSettings,
    email: &EmailAddress,
) -> Result<(), Error> {
    let (now, folded, keys) = (ctx.now, email.folded(), &ctx.settings.keys);
    let (id, subject) = (ctx.id()?, Subject::new(keys, folded));
    let code = draw(ctx, settings.length)?;
    let expires_at = now + settings.lifetime;
    let works_until = expires_at.whole_seconds().to_string();
    let message = Email::Code { code: code.digits().to_owned(), address: ctx.client.describe_origin(), works_until };
    let queued = mail::prepare(ctx, &message, folded, expires_at)?;
    let (network, of_account) = (ctx.client.network(), Identifier::Email(folded.to_owned()));
    let askers = rate_limit::asks_from(ctx, folded);
    let (subject_of, network_of, askers_of) = (&subject, network.as_str(), askers.as_str());
    let new = |at_known_place| NewCode {
        id,
        subject: subject_of,
        at_known_place,
        network: network_of,
        askers: askers_of,
        expires_at,
    };
    if !write_down(ctx, &queued, &[new(true), new(false)], rate_limit::is_known_client(ctx, &of_account), folded)
        .await?
    {
        return Ok(());
    }

    let ttl = (settings.lifetime + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN);
    if let Err(fault) = ctx.platform.put(&key(id), &code.digest(keys, id, &subject), ttl).await {
        ctx.platform.batch(vec![codes::drop_unready(id)]).await?;
        return Err(fault.into());
    }
    let findable = vec![
        codes::make_ready(id, &subject, now),
        codes::void_older(id, &subject, now),
        codes::drop_unready(id),
        outbox::enqueue_to_owner(&queued, codes::is_ready(id).and(users::is_enabled()), now),
    ];
    ctx.platform.batch(findable).await?;
    ctx.defer(BackgroundTask::Deliver(queued.id));
    Ok(())
}

/// Stores the code as one from a known or an unknown place, if the budget has room for it, and writes the audit entry in any
/// case. Over budget, the owner gets an email that says so. Returns whether the code was stored.
async fn write_down(
    ctx: &RequestContext<'_, impl Platform>,
    queued: &OutboxEntry,
    [at_home, elsewhere]: &[NewCode<'_>; 2],
    known: Guard,
    folded: &str,
) -> Result<bool, Error> {
    let (now, quota) = (ctx.now, ctx.quota(Strangers::Emails)?);
    let entry = Entry::of(Act::RequestCode).about(ctx.pseudonym(folded));
    let over = |new: &NewCode<'_>, guard: Guard| guard.and(codes::is_over_budget(new, now));
    let owed = over(at_home, known.clone()).or(over(elsewhere, known.clone().negate()));
    let owed = owed.and(codes::is_recent(at_home.subject, now).negate()).and(users::is_enabled());
    let batch = [
        quota.spend(Guard::always()),
        codes::insert(at_home, quota.is_spent().and(known.clone()), now),
        codes::insert(elsewhere, quota.is_spent().and(known.negate()), now),
        outbox::withhold_from_owner(
            queued,
            quota.is_spent().and(owed).and(codes::is_written(at_home.id).negate()),
            now,
        ),
        ctx.entry(&entry, quota.is_spent()),
    ];
    let [counted, written, written_elsewhere, ..] = ctx.batch_array(batch).await?;
    if !quota.admits(&counted) {
        return Err(ctx.over_quota());
    }
    Ok(!written.is_empty() || !written_elsewhere.is_empty())
}

fn key(id: Id<EmailOtp>) -> String {
    format!("code:{id}")
}

fn draw(ctx: &RequestContext<'_, impl Platform>, length: u32) -> Result<EmailOtp, Fault> {
    for _ in 0..policy::CODE_DRAWS {
        if let Some(code) = EmailOtp::draw(length, ctx.platform.bytes()?) {
            return Ok(code);
        }
    }
    Err(Fault::new("entropy", "drew nothing but numbers out of range"))
}

/// Begins a session for a correct code: of several concurrent requests, one wins.
pub async fn sign_in(
    ctx: &RequestContext<'_, impl Platform>,
    settings: EmailOtpSettings,
    email: &EmailAddress,
    typed: &EmailOtp,
    goal: Goal,
) -> Result<Session, Error> {
    let identifier = ctx.pseudonym(email.folded());
    let entry = || Entry::of(Act::SignIn).with(AuthMethod::Otp).about(identifier.clone());
    let attempt = rate_limit::attempt(ctx, Guessable::Code, &Identifier::Email(email.folded().to_owned()))?;
    let (proved, spent) = prove(ctx, settings, email.folded(), typed, &attempt, entry).await?;
    let account = users::account_by_email(ctx.platform, email.folded()).await?;
    if let Some(account) = account.filter(|account| !account.disabled) {
        let first = FirstFactor { account, proof: Proof::Code(proved), spent: Some(spent) };
        let authenticated = match first.due(ctx).await? {
            Due::Nothing(authenticated) => authenticated,
            Due::SecondFactor(suspended) => return suspended.refuse(ctx, Some(goal), entry()).await,
        };
        if let Some((_, session)) =
            flows::sign_in::sessions::begin(ctx, authenticated, entry(), ctx.settings.sessions.lifetimes_of(goal))
                .await?
        {
            return Ok(session);
        }
    }
    ctx.audit_failure(entry(), Error::InvalidCode).await
}

/// Renews the session's `auth_time` with a code sent to its user's address.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    settings: EmailOtpSettings,
    signed_in: &SignedIn,
    typed: &EmailOtp,
) -> Result<(), Error> {
    let entry = || Entry::of(Act::Reauthenticate).in_session(signed_in.session).with(AuthMethod::Otp);
    let attempt = rate_limit::attempt_in_session(ctx, Guessable::Code, signed_in);
    let (proved, spent) =
        prove(ctx, settings, &email_address::fold(&signed_in.user.email), typed, &attempt, entry).await?;
    let first = FirstFactor { account: signed_in.account(), proof: Proof::Code(proved), spent: Some(spent) };
    flows::sign_in::sessions::reauthenticate(ctx, signed_in, first, Error::InvalidCode).await
}

/// The row of the code, if the typed one is correct. A refusal is audited as `entry`, except one that asks the client to wait.
async fn prove(
    ctx: &RequestContext<'_, impl Platform>,
    settings: EmailOtpSettings,
    folded: &str,
    typed: &EmailOtp,
    attempt: &Attempt,
    entry: impl Fn() -> Entry,
) -> Result<(Id<EmailOtp>, Spent), Error> {
    match compare(ctx, settings, folded, typed, attempt).await {
        Err(error @ (Error::InvalidCode | Error::TooManyAttempts(_) | Error::TokenRevoked)) => {
            ctx.audit_failure(entry(), error).await
        }
        proved => proved,
    }
}

/// Compares the typed code with the pending one. A try is spent first, on the code and on the address; both are given back if
/// KV does not have the code yet.
async fn compare(
    ctx: &RequestContext<'_, impl Platform>,
    settings: EmailOtpSettings,
    folded: &str,
    typed: &EmailOtp,
    attempt: &Attempt,
) -> Result<(Id<EmailOtp>, Spent), Error> {
    let subject = Subject::new(&ctx.settings.keys, folded);
    let (now, max, form) = (ctx.now, settings.max_attempts, attempt.form);
    let from = rate_limit::asks_from(ctx, folded);
    let batch = [
        codes::spend_try(&subject, &from, form, attempts::open(attempt, now), now),
        attempts::spend(attempt, codes::has_been_tried(&subject, &from, max, now), now),
        attempts::opening(attempt, now),
    ];
    let [tried, spent, opening] = ctx.batch_array(batch).await?;
    let Some(tried) = tried.first().map(Try::read).transpose()? else {
        return Err(rate_limit::refusal(ctx, attempt, &opening).await?.unwrap_or(Error::InvalidCode));
    };
    let Some(spent) = Spent::read(attempt, &spent)? else {
        // Only another code helps, and one can be requested after the pause.
        return Err(Error::TooManyAttempts((tried.created_at + policy::CODE_PAUSE).seconds_from(now)));
    };
    let found = ctx.platform.get_many(&[key(tried.id)]).await;
    let Ok(Some(seal)) = found.map(|found| found.into_iter().next().flatten()) else {
        ctx.platform
            .batch(vec![
                codes::give_back(tried.id, &from, form),
                attempts::give_back(spent.counter, form, Guard::always(), now),
            ])
            .await?;
        return Err(Fault::new("KV", "does not have the code yet").into());
    };
    if typed.matches(&ctx.settings.keys, tried.id, &subject, &seal) {
        Ok((tried.id, spent))
    } else {
        Err(Error::InvalidCode)
    }
}
