//! The device authorization grant (RFC 8628), as far as its user sees it: they type the code that the device shows, learn what asks
//! from where, and decide. Only the session in which the code was typed may decide: nobody approves what another has begun.

use crate::domain::accounts::email_address;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::oauth::authorization::Authorization;
use crate::domain::oauth::user_code::UserCode;
use crate::domain::policy;
use crate::domain::rate_limit::Guessable;
use crate::flows::authentication::authenticate;
use crate::flows::context::{RequestContext, describe_origin};
use crate::flows::transaction::Transaction;
use crate::flows::{mail, rate_limit};
use crate::ports::{Guard, Platform};
use crate::store::device_codes::{self, AskingDevice};
use crate::store::signed_in::SignedIn;
use crate::store::{attempts, conditions};

/// Ties the device with this code to the user's session. A wrong code is a guess, and guesses are counted by user: signing in once
/// more gives no more of them (RFC 8628 §5.1). Nor does a right one, because anybody can obtain one for a device of their own.
pub async fn claim(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    code: &UserCode,
) -> Result<Id<Authorization>, Error> {
    let attempt = rate_limit::attempt_of_user(ctx, Guessable::UserCode, signed_in);
    let entry = Entry::of(Act::EnterDeviceCode).in_session(signed_in.session);
    let (spent, _) = match rate_limit::spend(ctx, &attempt, conditions::holding(Guard::never())).await {
        Err(Error::TokenRevoked) => return ctx.audit_failure(entry, Error::TokenRevoked).await,
        spent => spent?,
    };
    let (names, op) = (code.names(&ctx.settings.keys), ctx.operation()?);
    let first = device_codes::claim(&names, signed_in.session, &op, ctx.now);
    let mut transaction = Transaction::by(ctx, signed_in, entry, first, device_codes::find_claimed(&names, &op));
    transaction.then(|won| attempts::give_back(spent.counter, attempt.form, won, ctx.now));
    let rows = transaction.commit_or(Error::InvalidCode).await?;
    Ok(rows.first().ok_or(Error::InvalidCode)?.id("id")?)
}

/// The device that was tied to the user's session, for them to decide. They have proved as much as their account asks for.
pub async fn asking(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    id: Id<Authorization>,
) -> Result<AskingDevice, Error> {
    authenticate::check_level(ctx, signed_in)?;
    let rows = ctx.platform.rows(device_codes::find_asking(id, signed_in.session, ctx.now)).await?;
    Ok(device_codes::read_asking(rows.first().ok_or(Error::InvalidCode)?)?)
}

/// Approves the device, and tells the owner of the account: they may have been talked into it (RFC 8628 §5.4).
pub async fn approve(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    id: Id<Authorization>,
) -> Result<(), Error> {
    let device = asking(ctx, signed_in, id).await?;
    let message = Email::DeviceSignedIn {
        client: device.client_name,
        agent: device.agent,
        address: describe_origin(&device.address, &device.place),
        approved_at: ctx.now.whole_seconds().to_string(),
    };
    let email = &signed_in.user.email;
    let notice = mail::prepare(ctx, &message, &email_address::fold(email), ctx.now + policy::NOTICE_LIFETIME)?;
    let mut transaction = decision(ctx, signed_in, id, true)?;
    transaction.mail(&notice, email);
    transaction.commit_or(Error::InvalidCode).await.map(drop)
}

pub async fn deny(
    ctx: &RequestContext<'_, impl Platform>,
    signed_in: &SignedIn,
    id: Id<Authorization>,
) -> Result<(), Error> {
    decision(ctx, signed_in, id, false)?.commit_or(Error::InvalidCode).await.map(drop)
}

fn decision<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    signed_in: &SignedIn,
    id: Id<Authorization>,
    approved: bool,
) -> Result<Transaction<'a, P>, Error> {
    let (op, act) = (ctx.operation()?, if approved { Act::ApproveDevice } else { Act::DenyDevice });
    let first = device_codes::decide(id, signed_in.session, approved, &op, ctx.now);
    let entry = Entry::of(act).in_session(signed_in.session);
    Ok(Transaction::by(ctx, signed_in, entry, first, device_codes::find_decided(id, &op)))
}
