//! Registration of a new account.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::Registration;
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::password::NO_PASSWORD;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::activation_link::ActivationLink;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::flows::accounts::new_password;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::transaction::Transaction;
use crate::ports::Platform;
use crate::store::registrations::Asked;
use crate::store::{registrations, users};

/// The input of a registration.
pub struct RegistrationInput {
    pub login: LoginName,
    pub email: EmailAddress,
    /// Without one, a passkey activates the account.
    pub password: Option<Secret>,
}

/// Writes a registration and one email to the address's owner: with a link if the address is new, with a notice if it has an
/// account. The response, the work and the rows are the same for both, because only the mailbox's owner may learn which it was.
pub async fn register(
    ctx: &RequestContext<'_, impl Platform>,
    form: RegistrationInput,
) -> Result<Id<Registration>, Error> {
    let entry = Entry::of(Act::Register).about(ctx.pseudonym(form.email.folded()));
    if !ctx.settings.accounts.registration.admits(&form.email) {
        return ctx.audit_failure(entry, Error::Forbidden).await;
    }
    if !ctx.settings.reaches(&form.email) {
        return Err(Error::UnreachableAddress);
    }
    let password_hash = hash_of(ctx, &form).await?;
    let new = Registration { id: ctx.id()?, login: form.login, email: form.email, password_hash };
    let (now, folded) = (ctx.now, new.email.folded());

    let expires_at = now + policy::REGISTRATION_LIFETIME;
    let (origin, network) = (ctx.client.describe_origin(), ctx.client.network());
    let from = Asked { origin: &origin, network: network.as_str() };
    let link = ActivationLink::new(new.id, new.login.as_str(), &origin, now, expires_at);
    let activation = mail::prepare(ctx, &Email::Activation { links: vec![link] }, folded, expires_at)?;
    let notice = mail::prepare(ctx, &Email::AccountExists, folded, now + policy::NOTICE_LIFETIME)?;
    let quota = ctx.quota(Strangers::Emails)?;
    let row = registrations::insert_unless_taken(&new, &from, quota.is_open(), now, expires_at);
    let mut transaction = Transaction::new(ctx, entry.clone(), row, registrations::find(new.id));
    let written = transaction.won();
    transaction.then(|won| quota.spend(won));
    transaction.then(|won| registrations::cap(folded, from.network, policy::REGISTRATIONS_WAITING, won));
    transaction.mail_under(&activation, new.email.spelled(), written.clone().and(users::has_email(folded).negate()));
    transaction.mail_to_owner_under(&notice, written);
    if transaction.commit().await?.is_empty() {
        if users::is_taken(ctx.platform, &new.login).await? {
            return ctx.audit_failure(entry, Error::LoginTaken).await;
        }
        return Err(ctx.over_quota());
    }
    Ok(new.id)
}

/// What is stored of the password.
async fn hash_of(ctx: &RequestContext<'_, impl Platform>, form: &RegistrationInput) -> Result<String, Error> {
    let Some(password) = &form.password else {
        return Ok(NO_PASSWORD.to_owned());
    };
    let about = [form.login.as_str(), form.email.folded()];
    let password = new_password::choose(ctx, password, &about).await?;
    Ok(password.hash(ctx.platform, ctx.platform.bytes()?)?)
}
