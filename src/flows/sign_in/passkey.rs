//! Sign-in with a passkey alone, and a renewed proof of identity with one. Two round trips: one reads the key with its account,
//! the other begins the session. No password is hashed.
//!
//! Only a key that was enrolled as a passkey signs in, and only if its device has verified its user: then it proves two factors at
//! once. Everything else that reaches the database gets one answer, for the same statements.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::passkeys::assertion::{Assertion, Verified};
use crate::domain::passkeys::challenge::Context;
use crate::domain::passkeys::response::AssertionResponse;
use crate::domain::passkeys::user_verification::UserVerification::Required;
use crate::domain::sessions::auth_methods::{AuthMethod, AuthMethods};
use crate::domain::sessions::second_factors::KeyKind;
use crate::domain::sessions::session::Session;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::assertions::{self, Proof};
use crate::flows::sign_in::first_factor::Authenticated;
use crate::flows::sign_in::sessions;
use crate::ports::{Platform, Row};
use crate::store::conditions;
use crate::store::passkeys::{self, Overview, StoredKey};
use crate::store::signed_in::SignedIn;
use crate::store::spent::{self, SingleUse};
use crate::store::users::Account;

/// The user of keys that don't say whose they are. Nobody has this id.
const NOBODY: Id<User> = Id::from_bytes([0; 16]);

/// The COSE key that an assertion of an unknown key is compared with: the generator of P-256. A match grants nothing.
const NO_KEY: [&[u8]; 4] = [
    b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20",
    b"\x6b\x17\xd1\xf2\xe1\x2c\x42\x47\xf8\xbc\xe6\xe5\x63\xa4\x40\xf2\x77\x03\x7d\x81\x2d\xeb\x33\xa0\xf4\xa1\x39\x45\xd8\x98\xc2\x96",
    b"\x22\x58\x20",
    b"\x4f\xe3\x42\xe2\xfe\x1a\x7f\x9b\x8e\xe7\xeb\x4a\x7c\x0f\x9e\x16\x2b\xce\x33\x57\x6b\x31\x5e\xce\xcb\xb6\x40\x68\x37\xbf\x51\xf5",
];

/// The options of a sign-in, for a browser that its cookie identifies; `browser` is empty for other clients. No I/O.
pub fn options(ctx: &RequestContext<'_, impl Platform>, browser: &[u8]) -> Result<Value, Error> {
    assertions::options(ctx, &Context::SignIn { browser }, Required, &[])
}

/// Begins a session for a right assertion: of several requests with it, one wins.
pub async fn sign_in(
    ctx: &RequestContext<'_, impl Platform>,
    response: &AssertionResponse,
    goal: Goal,
    browser: &[u8],
) -> Result<Session, Error> {
    let assertion = assertions::parse(ctx, response, &Context::SignIn { browser })?;
    let id = assertion.credential_id().spelled();
    let rows = ctx.platform.rows(passkeys::find_with_account(user_of(&assertion), &id)).await?;
    let account = rows.first().map(Account::read).transpose()?;
    let meant = account.as_ref().map(|account| account.id);
    let entry = || Entry::of(Act::SignIn).with(AuthMethod::Pop).about(ctx.pseudonym(&id)).by(meant);
    let verified = check(ctx, &assertion, rows.first()).await?;
    let (Some(account), Some(verified)) = (account.filter(|account| !account.disabled), verified) else {
        return ctx.audit_failure(entry(), Error::InvalidCredentials).await;
    };
    let again = Account { email: account.email.clone(), ..account };
    let authenticated = authenticated(ctx, account, &assertion, verified)?;
    let lifetimes = ctx.settings.sessions.lifetimes_of(goal);
    match sessions::begin(ctx, authenticated, Entry::of(Act::SignIn), lifetimes).await? {
        Some((_, session)) => Ok(session),
        None => lost(ctx, &again, &assertion, entry()).await,
    }
}

/// Whether no account has the key of an assertion, which is well-formed and whose challenge is genuine: then its authenticator may
/// forget it.
pub async fn is_unknown(
    ctx: &RequestContext<'_, impl Platform>,
    response: &AssertionResponse,
    browser: &[u8],
) -> Result<bool, Error> {
    let Ok(assertion) = assertions::parse(ctx, response, &Context::SignIn { browser }) else {
        return Ok(false);
    };
    let id = assertion.credential_id().spelled();
    // Without a handle the key could not be looked up, which says nothing about it.
    if assertion.user_handle().is_none() {
        return Ok(false);
    }
    Ok(ctx.platform.rows(passkeys::find(user_of(&assertion), &id)).await?.is_empty())
}

/// The options of a renewed proof in a session, whose user has these keys. `NotFound` without a passkey.
pub fn options_in_session(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    keys: &[Overview],
) -> Result<Value, Error> {
    let passkeys = assertions::descriptors(keys.iter().filter(|key| key.kind == KeyKind::Passkey));
    if passkeys.is_empty() {
        return Err(Error::NotFound);
    }
    assertions::options(ctx, &of_session(signed_in), Required, &passkeys)
}

/// Renews the session's `auth_time` with a passkey of its user, at the highest level there is.
pub async fn reauthenticate(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    response: &AssertionResponse,
) -> Result<(), Error> {
    let assertion = assertions::parse(ctx, response, &of_session(signed_in))?;
    let user = signed_in.user.id;
    let entry = || Entry::of(Act::Reauthenticate).in_session(signed_in.session).with(AuthMethod::Pop);
    let rows = ctx.platform.rows(passkeys::find_with_account(user, &assertion.credential_id().spelled())).await?;
    let account = rows.first().map(Account::read).transpose()?;
    let (Some(account), Some(verified)) = (account, check(ctx, &assertion, rows.first()).await?) else {
        return ctx.audit_failure(entry(), Error::InvalidCredentials).await;
    };
    let again = Account { email: account.email.clone(), ..account };
    let authenticated = authenticated(ctx, account, &assertion, verified)?;
    if sessions::renew_proof(ctx, signed_in, authenticated).await? {
        return Ok(());
    }
    lost(ctx, &again, &assertion, entry()).await
}

const fn of_session(signed_in: &SignedIn) -> Context<'_> {
    Context::SecondFactor { binding: signed_in.session.bytes() }
}

fn user_of(assertion: &Assertion) -> Id<User> {
    assertion.user_handle().unwrap_or(NOBODY)
}

/// Verifies an assertion against the row of its key, or an unknown one's against no key at all, which takes as long.
async fn check(
    ctx: &RequestContext<'_, impl Platform>,
    assertion: &Assertion,
    row: Option<&Row>,
) -> Result<Option<Verified>, Fault> {
    let Some(row) = row else {
        let stored = StoredKey {
            kind: KeyKind::SecurityKey,
            public_key: URL_SAFE_NO_PAD.encode(NO_KEY.concat()),
            sign_count: 0,
            backup_eligible: assertion.backup_eligible(),
        };
        return assertions::verify(ctx, assertion, NOBODY, &stored, Required).await.map(|_| None);
    };
    let stored = StoredKey::read(row)?;
    let verified = assertions::verify(ctx, assertion, row.id("id")?, &stored, Required).await?;
    Ok(verified.filter(|_| stored.kind == KeyKind::Passkey))
}

/// A passkey proves two factors. Its challenge is used up with it.
fn authenticated(
    ctx: &RequestContext<'_, impl Platform>,
    account: Account,
    assertion: &Assertion,
    verified: Verified,
) -> Result<Authenticated, Fault> {
    let (op, once) = (ctx.operation()?, once(assertion));
    let Proof { methods, guard, closing } = Proof::of(ctx, account.id, assertion, verified);
    let methods = methods.into_iter().fold(AuthMethods::from(AuthMethod::Mfa), AuthMethods::with);
    let guard = spent::is_unspent(once).and(guard);
    let once = Some((once, op));
    Ok(Authenticated {
        account,
        methods,
        spent: None,
        once,
        upstream_auth_time: None,
        guard,
        closings: vec![closing],
        notice: None,
    })
}

fn once(assertion: &Assertion) -> SingleUse {
    let challenge = assertion.challenge();
    SingleUse::new(challenge.id, challenge.expires_at)
}

/// Refuses an assertion that was right when it was judged: its challenge has been used, its counter was outrun, or the account has
/// changed meanwhile.
async fn lost<T>(
    ctx: &RequestContext<'_, impl Platform>,
    account: &Account,
    assertion: &Assertion,
    entry: Entry,
) -> Result<T, Error> {
    if !conditions::holds(ctx.platform, spent::is_unspent(once(assertion))).await? {
        return ctx.audit_failure(entry, Error::InvalidToken).await;
    }
    if assertions::is_outrun(ctx, account.id, assertion).await? {
        return assertions::refuse_outrun(ctx, account, entry, Error::InvalidCredentials).await;
    }
    ctx.audit_failure(entry, Error::InvalidCredentials).await
}
