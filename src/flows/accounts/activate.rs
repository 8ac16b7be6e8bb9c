//! A registration becomes an account, or is declined by a recipient who did not ask for it; its email can be sent again.

use crate::domain::accounts::email_address;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::{self, Whose};
use crate::domain::accounts::user::User;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::Password;
use crate::domain::error::{Error, Fault};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::rate_limit::{self, Spent};
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform};
use crate::store::registrations::{Activation, Open};
use crate::store::{attempts, networks, passwords, registrations, users};

/// The registration that a link would activate; `None` if the link does not work. Does not use the link up.
pub async fn preview(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<Option<Open>, Fault> {
    match registration::TOKEN.read(&ctx.settings.keys, token) {
        Some(id) => registrations::open(ctx.platform, id, ctx.now).await,
        None => Ok(None),
    }
}

/// Checks the password of a link's registration. Returns the successful try; a wrong password is counted, and the link stays
/// valid.
pub async fn prove(ctx: &RequestContext<'_, impl Platform>, token: &str, password: &Secret) -> Result<Spent, Error> {
    let id = registration::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let password = Password::candidate(password)?;
    let attempt = rate_limit::attempt_at_link(ctx, id);
    let (spent, rows) = rate_limit::spend(ctx, &attempt, registrations::chosen(id, ctx.now)).await?;
    let Some(hash) = registrations::read_chosen(&rows)? else {
        return ctx.audit_failure(Entry::of(Act::Activate), Error::InvalidToken).await;
    };
    if password.verify(ctx.platform, &hash)? {
        Ok(spent)
    } else {
        ctx.audit_failure(Entry::of(Act::Activate), Error::InvalidCredentials).await
    }
}

/// Uses a link up and creates the account, once. Forgets earlier failures if the password was proved by `proved`. `login` is
/// another name, for when the first choice was taken meanwhile; with a taken name the link stays valid. A registration without a
/// password stays as it is: nobody could enter its account (`activate_with_passkey`).
pub async fn activate(
    ctx: &RequestContext<'_, impl Platform>,
    token: &str,
    login: Option<LoginName>,
    proved: Option<Spent>,
) -> Result<(), Error> {
    let id = registration::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let user = Id::<User>::uuid_v4(ctx.platform.bytes()?);
    let op = ctx.operation()?;
    let activation = Activation { registration: id, login: login.as_ref(), by_password: true, op: &op };
    let entry = Entry::of(Act::Activate).by(Some(user));
    let mut transaction = begin(ctx, entry, &activation, user, Guard::always());
    transaction.extend([passwords::adopt(user, id, &op), registrations::wipe(id, &op)]);
    let won = transaction.won();
    transaction.extend(proved.map(|spent| attempts::forget(spent.counter, won)));
    if transaction.commit().await?.is_empty() { refuse(ctx, &activation).await } else { Ok(()) }
}

/// Uses a link up under a guard, and creates the account. What it is entered with is for the caller to add.
pub(in crate::flows) fn begin<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    entry: Entry,
    activation: &Activation<'_>,
    user: Id<User>,
    guard: Guard,
) -> Transaction<'a, P> {
    let (id, op) = (activation.registration, activation.op);
    let link = registrations::win(activation, guard, ctx.now);
    let mut transaction = Transaction::new(ctx, entry, link, registrations::find_won(id, op));
    transaction.extend([registrations::activate(user, id, op, ctx.now)]);
    transaction.then(|won| networks::note(user, &ctx.client.whereabouts(), won, ctx.now));
    transaction
}

/// Refuses an activation that has lost: because of the link, of what it was to be activated with, or else of the name.
pub(in crate::flows) async fn refuse(
    ctx: &RequestContext<'_, impl Platform>,
    activation: &Activation<'_>,
) -> Result<(), Error> {
    let error = match registrations::open(ctx.platform, activation.registration, ctx.now).await? {
        None => Error::InvalidToken,
        Some(open) if open.has_password != activation.by_password => Error::InvalidRequest(Some("credential")),
        Some(_) => Error::LoginTaken,
    };
    ctx.audit_failure(Entry::of(Act::Activate), error).await
}

/// Invalidates the link, for a recipient who did not ask for it. Other registrations of the address stay as they are: one may
/// be the owner's own. Declining a declined registration succeeds.
pub async fn decline(ctx: &RequestContext<'_, impl Platform>, token: &str) -> Result<(), Error> {
    let id = registration::TOKEN.read(&ctx.settings.keys, token).ok_or(Error::InvalidToken)?;
    let entry = Entry::of(Act::DeclineRegistration);
    let Some(folded) = registrations::address_of(ctx.platform, id).await? else {
        return ctx.audit_failure(entry, Error::InvalidToken).await;
    };
    let (op, entry) = (ctx.operation()?, entry.about(ctx.pseudonym(&folded)));
    let confirm = registrations::find_declined_by(id, &op);
    let transaction = Transaction::new(ctx, entry.clone(), registrations::decline(id, &op, ctx.now), confirm);
    if !transaction.commit().await?.is_empty() || registrations::is_declined(ctx.platform, id).await? {
        return Ok(());
    }
    ctx.audit_failure(entry, Error::InvalidToken).await
}

/// Sends the activation email of an address again, with the links of all pending registrations; the registration of a presented
/// link gets a new lifetime. Only the mailbox's owner learns whether a registration, an account or neither exists: two emails
/// are always sealed, and the database decides which one is enqueued, if any.
pub async fn send_again(ctx: &RequestContext<'_, impl Platform>, target: Whose<'_>) -> Result<(), Error> {
    let now = ctx.now;
    let renewed_until = now + policy::REGISTRATION_LIFETIME;
    let network = ctx.client.network();
    let known =
        registrations::of(ctx.platform, target, network.as_str(), now, renewed_until, policy::LINKS_IN_AN_EMAIL)
            .await?;
    let asked = if let Whose::Address(email) = target { email.spelled() } else { "" };
    let recipient = known.first().map_or(asked, |newest| &newest.email);
    let folded = email_address::fold(recipient);
    let waiting: Vec<_> = known.iter().filter(|registration| !registration.used).collect();
    let expires_at = waiting.first().map_or(renewed_until, |newest| newest.expires_at);
    let anything = if waiting.is_empty() { Guard::never() } else { users::has_email(&folded).negate() };
    let links = waiting.iter().map(|registration| registration.link()).collect();

    let activation = mail::prepare(ctx, &Email::Activation { links }, &folded, expires_at)?;
    let notice = mail::prepare(ctx, &Email::AccountExists, &folded, now + policy::NOTICE_LIFETIME)?;
    let entry = Entry::of(Act::SendActivation).about(ctx.pseudonym(&folded));
    let mut transaction = Transaction::counted(ctx, entry, ctx.quota(Strangers::Emails)?);
    let counted = transaction.won();
    transaction.then(|won| registrations::renew(target, won, renewed_until));
    transaction.mail_under(&activation, recipient, anything.and(counted.clone()));
    transaction.mail_to_owner_under(&notice, counted);
    transaction.commit().await.map(drop)
}
