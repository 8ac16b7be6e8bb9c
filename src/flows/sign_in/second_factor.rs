//! The second step of a sign-in, or of a renewed proof of identity. The first step has left an `mfa_token`, and nothing else: there
//! is no session until both factors are proved, in the one batch that begins it.

use serde_json::Value;

use crate::domain::accounts::login_name::Identifier;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::mfa_token::{Goal, MfaToken};
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::{TotpCode, TotpSecret};
use crate::domain::error::{Error, Fault};
use crate::domain::mail::message::Email;
use crate::domain::passkeys::assertion::Assertion;
use crate::domain::passkeys::challenge::Context;
use crate::domain::passkeys::response::AssertionResponse;
use crate::domain::passkeys::user_verification::UserVerification;
use crate::domain::policy;
use crate::domain::rate_limit::Guessable;
use crate::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::sign_in::assertions::{self, Proof};
use crate::flows::sign_in::first_factor::{Authenticated, Closing};
use crate::flows::sign_in::sessions::{self, Also};
use crate::ports::{Guard, Platform, Row, Statement};
use crate::store::outbox::OutboxEntry;
use crate::store::passkeys::{self, StoredKey};
use crate::store::spent::{self, SingleUse};
use crate::store::users::{self, Account};
use crate::store::{codes, conditions, identities, recovery_codes, signed_in, totp};

/// A second factor that a client presents.
pub enum SecondFactor {
    /// A code of an authenticator app.
    Totp(TotpCode),
    /// A saved code, in place of the factor that is lost.
    RecoveryCode(RecoveryCode),
    /// A passkey or a security key, whose challenge was issued for this step ([`key`]).
    Key(Assertion),
}

/// What a second factor has completed.
pub enum Completed {
    SignIn(Session),
    Reauthentication,
}

impl Completed {
    /// The session that a sign-in has begun.
    pub fn session(self) -> Result<Session, Error> {
        match self {
            Self::SignIn(session) => Ok(session),
            Self::Reauthentication => Err(Error::MfaTokenInvalid),
        }
    }
}

/// A second factor that is right.
pub struct Proved {
    pub methods: Vec<AuthMethod>,
    /// Holds until it is used up.
    pub guard: Guard,
    /// Uses it up.
    pub closings: Vec<Closing>,
    /// What its owner is told about it.
    pub notice: Option<OutboxEntry>,
}

/// The content of a genuine `mfa_token`; `MfaTokenInvalid` if it is not one, or has expired.
pub fn read<P>(ctx: &RequestContext<'_, P>, token: &str) -> Result<MfaToken, Error> {
    MfaToken::read(&ctx.settings.keys, ctx.now, token).ok_or(Error::MfaTokenInvalid)
}

/// The options that ask for one of the account's keys, with a challenge for this step only.
pub async fn key_options(ctx: &RequestContext<'_, impl Platform>, token: &MfaToken) -> Result<Value, Error> {
    assertions::relying_party(ctx)?;
    let keys = assertions::descriptors(&passkeys::list(ctx.platform, token.user).await?);
    if keys.is_empty() {
        return Err(Error::NotFound);
    }
    assertions::options(ctx, &of_step(token), UserVerification::Preferred, &keys)
}

/// The assertion of a key, judged as far as no stored key is needed.
pub fn key<P>(
    ctx: &RequestContext<'_, P>,
    token: &MfaToken,
    response: &AssertionResponse,
) -> Result<SecondFactor, Error> {
    match assertions::parse(ctx, response, &of_step(token)) {
        Err(Error::InvalidCredentials) => Err(Error::InvalidCode),
        assertion => assertion.map(SecondFactor::Key),
    }
}

const fn of_step(token: &MfaToken) -> Context<'_> {
    Context::SecondFactor { binding: token.id.bytes() }
}

/// Completes what the first factor began. A wrong factor leaves the token valid; of several right ones at once, one wins.
pub async fn verify(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    factor: &SecondFactor,
) -> Result<Completed, Error> {
    let entry = || entry(token);
    let attempt = rate_limit::attempt(ctx, Guessable::SecondFactor, &Identifier::Email(token.email.clone()))?;
    let (spent, rows) = rate_limit::spend(ctx, &attempt, load(token, factor)).await?;
    let row = rows.first();
    let proved = match row {
        Some(row) => compare(ctx, token, factor, row).await?,
        None => None,
    };
    let Some(proved) = proved else {
        return ctx.audit_failure(entry(), Error::InvalidCode).await;
    };
    let account = Account::read(row.unwrap_or(&Row::default()))?;
    if account.disabled {
        return ctx.audit_failure(entry(), Error::MfaTokenInvalid).await;
    }
    let again = Account { email: account.email.clone(), ..account };
    let authenticated = authenticated(ctx, token, account, spent, proved)?;
    match complete(ctx, token, authenticated, entry(), &|_, _| Ok(())).await? {
        Some(completed) => Ok(completed),
        None => lost(ctx, token, &again, factor).await,
    }
}

/// The entry of what the token began.
pub fn entry(token: &MfaToken) -> Entry {
    let entry = match token.goal {
        Goal::Api | Goal::Page => Entry::of(Act::SignIn),
        Goal::Reauthentication(session) => Entry::of(Act::Reauthenticate).in_session(session),
    };
    entry.by(Some(token.user)).with(token.methods)
}

/// Selects the account, with what the factor is compared with.
fn load(token: &MfaToken, factor: &SecondFactor) -> Statement {
    match factor {
        SecondFactor::Totp(_) => totp::find_with_account(token.user),
        SecondFactor::RecoveryCode(code) => recovery_codes::find_with_account(token.user, code.number()),
        SecondFactor::Key(assertion) => passkeys::find_with_account(token.user, &assertion.credential_id().spelled()),
    }
}

async fn compare(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    factor: &SecondFactor,
    row: &Row,
) -> Result<Option<Proved>, Fault> {
    let (user, now) = (token.user, ctx.now);
    match factor {
        SecondFactor::Totp(code) => {
            let secret = TotpSecret::open(&ctx.settings.keys, user, &totp::read_sealed(row)?)?;
            Ok(secret.matching_step(code, now).map(|step| Proved {
                methods: vec![AuthMethod::Otp],
                guard: totp::is_fresh(user, step),
                closings: vec![Box::new(move |won| totp::advance(user, step, won, now))],
                notice: None,
            }))
        }
        SecondFactor::RecoveryCode(code) => {
            let (hash, number) = (recovery_codes::read_hash(row)?, code.number());
            let is_right = code.verify(ctx.platform, hash.as_deref(), ctx.platform.bytes()?)?;
            let Some(hash) = hash.filter(|_| is_right) else {
                return Ok(None);
            };
            Ok(Some(Proved {
                methods: Vec::new(),
                guard: recovery_codes::is_unused(user, number, &hash),
                closings: vec![Box::new(move |won| recovery_codes::close(user, number, &hash, won, now))],
                notice: Some(recovery_code_used(ctx, token, recovery_codes::read_unused(row)?)?),
            }))
        }
        SecondFactor::Key(assertion) => {
            let verified =
                assertions::verify(ctx, assertion, user, &StoredKey::read(row)?, UserVerification::Preferred).await?;
            Ok(verified.map(|verified| {
                let Proof { methods, guard, closing } = Proof::of(ctx, user, assertion, verified);
                Proved { methods, guard, closings: vec![closing], notice: None }
            }))
        }
    }
}

/// The email about a used recovery code, of which there were `unused` before.
fn recovery_code_used(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    unused: u32,
) -> Result<OutboxEntry, Fault> {
    let (address, used_at) = (ctx.client.describe_origin(), ctx.now.whole_seconds().to_string());
    let message = Email::RecoveryCodeUsed { address, used_at, left: unused.saturating_sub(1) };
    mail::prepare(ctx, &message, &token.email, ctx.now + policy::NOTICE_LIFETIME)
}

/// Both factors together: they are used up with the token in one batch. The account must be as it was when the first was proved:
/// a new password, the undo of a factor, or the end of the connection that was the first, ends what was begun before.
pub fn authenticated(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    account: Account,
    spent: Spent,
    proved: Proved,
) -> Result<Authenticated, Fault> {
    let (op, now, once) = (ctx.operation()?, ctx.now, SingleUse::new(token.id, token.expires_at()));
    let account = Account { auth_version: token.auth_version, ..account };
    let guard = spent::is_unspent(once).and(first_holds(token)).and(proved.guard);
    let mut closings = proved.closings;
    if let Some(code) = token.code {
        closings.push(Box::new(move |_| codes::close(code, now)));
    }
    let methods = proved.methods.into_iter().fold(token.methods, AuthMethods::with);
    let methods = methods.with(AuthMethod::Mfa);
    Ok(Authenticated {
        account,
        methods,
        spent: Some(spent),
        once: Some((once, op)),
        upstream_auth_time: None,
        guard,
        closings,
        notice: proved.notice,
    })
}

/// Holds while the first factor would be accepted again.
fn first_holds(token: &MfaToken) -> Guard {
    let account = users::stands(token.user, token.auth_version);
    let code = token.code.map_or_else(Guard::always, codes::open);
    let belongs = |(issuer, subject): &(String, String)| identities::belongs_to(issuer, subject, token.user);
    account.and(code).and(token.identity.as_ref().map_or_else(Guard::always, belongs))
}

/// Begins the session, or renews the proof of one. `also` adds what follows in the same batch, given the session; `None` if the
/// proof no longer holds.
pub async fn complete<P: Platform>(
    ctx: &RequestContext<'_, P>,
    token: &MfaToken,
    authenticated: Authenticated,
    entry: Entry,
    also: Also<'_, P>,
) -> Result<Option<Completed>, Error> {
    let Goal::Reauthentication(session) = token.goal else {
        let lifetimes = ctx.settings.sessions.lifetimes_of(token.goal);
        let begun = sessions::begin_and(ctx, authenticated, entry, lifetimes, also).await?;
        return Ok(begun.map(|(_, session)| Completed::SignIn(session)));
    };
    let signed_in = signed_in::by_live_session(ctx.platform, session, Some(token.user), ctx.now).await?;
    let signed_in = signed_in.ok_or(Error::TokenRevoked)?;
    let renewed = sessions::renew_proof_and(ctx, &signed_in, authenticated, also).await?;
    Ok(renewed.then_some(Completed::Reauthentication))
}

/// Refuses a second factor that was right when it was compared: the token no longer works, the factor has been used already, or the
/// counter of its key was outrun.
async fn lost<T>(
    ctx: &RequestContext<'_, impl Platform>,
    token: &MfaToken,
    account: &Account,
    factor: &SecondFactor,
) -> Result<T, Error> {
    let once = SingleUse::new(token.id, token.expires_at());
    let works = spent::is_unspent(once).and(first_holds(token));
    if !conditions::holds(ctx.platform, works).await? {
        return ctx.audit_failure(entry(token), Error::MfaTokenInvalid).await;
    }
    match factor {
        SecondFactor::Key(assertion) if assertions::is_outrun(ctx, token.user, assertion).await? => {
            assertions::refuse_outrun(ctx, account, entry(token), Error::InvalidCode).await
        }
        _ => ctx.audit_failure(entry(token), Error::InvalidCode).await,
    }
}
