//! Somebody signs in with a code sent by mail. KV holds what the code is, D1 counts and consumes: KV cannot.

use crate::domain::accounts::email_address::{self, Email};
use crate::domain::accounts::login_name::Identifier;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::{Code, Subject};
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Letter;
use crate::domain::policy;
use crate::domain::rate_limit::{Guessable, Strangers};
use crate::domain::sessions::session::{Factor, Lifetimes, Session};
use crate::domain::settings::email_otp::CodeSettings;
use crate::flows;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::sign_in::sessions::SignIn;
use crate::ports::{Guard, Platform};
use crate::store::attempts::Attempt;
use crate::store::codes::{NewCode, Try};
use crate::store::outbox::Posting;
use crate::store::users::SignedIn;
use crate::store::{attempts, codes, outbox, users};

/// Sends a code to the owner of the account with this address. An address without an account gets the same row and the
/// same value in KV; only the letter is not posted, and only the mailbox's owner could notice.
///
/// The code is written down and counted before KV is told of it: what is over a budget costs no write there. And it can be tried
/// only once KV has it: so no miss is cached and no older value met.
pub async fn request(visit: &Visit<'_, impl Platform>, settings: CodeSettings, email: &Email) -> Result<(), Error> {
    let (now, folded, keys) = (visit.now, email.folded(), &visit.settings.keys);
    let (id, subject) = (visit.id()?, Subject::new(keys, folded));
    let code = draw(visit, settings.length)?;
    let expires_at = now + settings.lifetime;
    let works_until = expires_at.whole_seconds().to_string();
    let letter = Letter::Code { code: code.digits().to_owned(), address: visit.visitor.whence(), works_until };
    let posting = mail::prepare(visit, &letter, folded, expires_at)?;
    let (network, of_account) = (visit.visitor.network(), Identifier::Email(folded.to_owned()));
    let askers = rate_limit::asks_from(visit, folded);
    let (subject_of, network_of, askers_of) = (&subject, network.as_str(), askers.as_str());
    let new = |at_known_place| NewCode {
        id,
        subject: subject_of,
        at_known_place,
        network: network_of,
        askers: askers_of,
        expires_at,
    };
    if !write_down(visit, &posting, &[new(true), new(false)], rate_limit::is_at_home(visit, &of_account), folded)
        .await?
    {
        return Ok(());
    }

    let ttl = (settings.lifetime + policy::CLOCK_SKEW).max(policy::KV_TTL_MIN);
    if let Err(fault) = visit.on.put(&key(id), &code.seal(keys, id, &subject), ttl).await {
        visit.on.batch(vec![codes::drop_unready(id)]).await?;
        return Err(fault.into());
    }
    let findable = vec![
        codes::make_ready(id, &subject, now),
        codes::void_older(id, &subject, now),
        codes::drop_unready(id),
        outbox::post_to_owner(&posting, codes::is_ready(id).and(users::is_enabled()), now),
    ];
    visit.on.batch(findable).await?;
    visit.later(Errand::Deliver(posting.id));
    Ok(())
}

/// Writes the code down as one of a known place or of another, if there is room for it, and the wish for it in any case. Where
/// there is none for now, its owner is owed a letter that says so. Whether it was written.
async fn write_down(
    visit: &Visit<'_, impl Platform>,
    posting: &Posting,
    [at_home, elsewhere]: &[NewCode<'_>; 2],
    known: Guard,
    folded: &str,
) -> Result<bool, Error> {
    let (now, quota) = (visit.now, visit.quota(Strangers::Letters)?);
    let entry = Entry::of(Act::RequestCode).about(visit.pseudonym(folded));
    let over = |new: &NewCode<'_>, whose: Guard| whose.and(codes::is_over_budget(new, now));
    let owed = over(at_home, known.clone()).or(over(elsewhere, known.clone().negate()));
    let owed = owed.and(codes::is_recent(at_home.subject, now).negate()).and(users::is_enabled());
    let batch = [
        quota.spend(Guard::always()),
        codes::insert(at_home, quota.is_spent().and(known.clone()), now),
        codes::insert(elsewhere, quota.is_spent().and(known.negate()), now),
        outbox::withhold_from_owner(
            posting,
            quota.is_spent().and(owed).and(codes::is_written(at_home.id).negate()),
            now,
        ),
        visit.entry(&entry, quota.is_spent()),
    ];
    let [counted, written, written_elsewhere, ..] = visit.each(batch).await?;
    if !quota.admits(&counted) {
        return Err(visit.over_quota());
    }
    Ok(!written.is_empty() || !written_elsewhere.is_empty())
}

fn key(id: Id<Code>) -> String {
    format!("code:{id}")
}

fn draw(visit: &Visit<'_, impl Platform>, length: u32) -> Result<Code, Fault> {
    for _ in 0..policy::CODE_DRAWS {
        if let Some(code) = Code::draw(length, visit.on.bytes()?) {
            return Ok(code);
        }
    }
    Err(Fault::new("entropy", "drew nothing but numbers out of range"))
}

/// Begins a session for who typed the code: of many at once, one.
pub async fn sign_in(
    visit: &Visit<'_, impl Platform>,
    settings: CodeSettings,
    email: &Email,
    typed: &Code,
    lifetimes: &Lifetimes,
) -> Result<Session, Error> {
    let identifier = visit.pseudonym(email.folded());
    let entry = || Entry::of(Act::SignIn).with(Factor::Otp).about(identifier.clone());
    let attempt = rate_limit::attempt(visit, Guessable::Code, &Identifier::Email(email.folded().to_owned()))?;
    let (proved, spent) = prove(visit, settings, email.folded(), typed, &attempt, entry).await?;
    let account = users::account_by_email(visit.on, email.folded()).await?;
    if let Some(account) = account.filter(|account| !account.disabled) {
        let (guard, entry) = (codes::open(proved), entry());
        let proof = SignIn { account: &account, factor: Factor::Otp, spent, guard, entry, lifetimes };
        let closing = codes::close(proved, visit.now);
        if let Some(session) = flows::sign_in::sessions::begin(visit, proof, Some(closing)).await? {
            return Ok(session);
        }
    }
    visit.refuse(entry(), Error::InvalidCode).await
}

/// Renews the session's `auth_time` with a code sent to its user's address.
pub async fn reauthenticate(
    visit: &Visit<'_, impl Platform>,
    settings: CodeSettings,
    who: &SignedIn,
    typed: &Code,
) -> Result<(), Error> {
    let entry = || Entry::of(Act::Reauthenticate).in_session(who.session).with(Factor::Otp);
    let attempt = rate_limit::attempt_in_session(visit, Guessable::Code, who);
    let (proved, spent) = prove(visit, settings, &email_address::fold(&who.user.email), typed, &attempt, entry).await?;
    let (open, closing) = (codes::open(proved), codes::close(proved, visit.now));
    let renewed = flows::sign_in::sessions::renew_proof(visit, who, Factor::Otp, spent, open, Some(closing)).await?;
    if renewed { Ok(()) } else { visit.refuse(entry(), Error::InvalidCode).await }
}

/// The row of the code that was typed; a refusal is on the record, as `entry`, but for one that asks to wait.
async fn prove(
    visit: &Visit<'_, impl Platform>,
    settings: CodeSettings,
    folded: &str,
    typed: &Code,
    attempt: &Attempt,
    entry: impl Fn() -> Entry,
) -> Result<(Id<Code>, Spent), Error> {
    match compare(visit, settings, folded, typed, attempt).await {
        Err(error @ (Error::InvalidCode | Error::TooManyAttempts(_) | Error::TokenRevoked)) => {
            visit.refuse(entry(), error).await
        }
        proved => proved,
    }
}

/// Compares what was typed with the living code. A try is spent first, the code's and the address's; where KV has
/// nothing to compare with yet, both are given back.
async fn compare(
    visit: &Visit<'_, impl Platform>,
    settings: CodeSettings,
    folded: &str,
    typed: &Code,
    attempt: &Attempt,
) -> Result<(Id<Code>, Spent), Error> {
    let subject = Subject::new(&visit.settings.keys, folded);
    let (now, max, form) = (visit.now, settings.max_attempts, attempt.form);
    let from = rate_limit::asks_from(visit, folded);
    let batch = [
        codes::spend_try(&subject, &from, form, attempts::open(attempt, now), now),
        attempts::spend(attempt, codes::has_been_tried(&subject, &from, max, now), now),
        attempts::opening(attempt, now),
    ];
    let [tried, spent, opening] = visit.each(batch).await?;
    let Some(tried) = tried.first().map(Try::read).transpose()? else {
        return Err(rate_limit::refusal(visit, attempt, &opening).await?.unwrap_or(Error::InvalidCode));
    };
    let Some(spent) = Spent::read(attempt, &spent)? else {
        // Nothing helps but another code, and that can be had after the pause.
        return Err(Error::TooManyAttempts((tried.created_at + policy::CODE_PAUSE).seconds_from(now)));
    };
    let found = visit.on.get_many(&[key(tried.id)]).await;
    let Ok(Some(seal)) = found.map(|found| found.into_iter().next().flatten()) else {
        visit
            .on
            .batch(vec![codes::give_back(tried.id, &from, form), attempts::give_back(spent.counter, form, now)])
            .await?;
        return Err(Fault::new("KV", "does not have the code yet").into());
    };
    if typed.opens(&visit.settings.keys, tried.id, &subject, &seal) {
        Ok((tried.id, spent))
    } else {
        Err(Error::InvalidCode)
    }
}
