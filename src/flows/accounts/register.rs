//! A stranger asks for an account.

use crate::domain::accounts::email_address::Email;
use crate::domain::accounts::login_name::LoginName;
use crate::domain::accounts::registration::Registration;
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::{ActivationLink, Letter};
use crate::domain::policy;
use crate::domain::rate_limit::Strangers;
use crate::domain::secret::Secret;
use crate::flows::accounts::new_password;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::ports::Platform;
use crate::store::registrations::Asked;
use crate::store::{outbox, registrations, users};

/// What the stranger filled in.
pub struct Form {
    pub login: LoginName,
    pub email: Email,
    pub password: Secret,
}

/// Writes a registration and one letter to the address's owner, whoever that is: with a link where the address is new,
/// with a notice where it has an account. The answer, the work and the rows are the same for both, because only the
/// mailbox's owner may learn which it was.
pub async fn register(visit: &Visit<'_, impl Platform>, form: Form) -> Result<Id<Registration>, Error> {
    let entry = Entry::of(Act::Register).about(visit.pseudonym(form.email.folded()));
    if !visit.settings.admission.admits(&form.email) {
        return visit.refuse(entry, Error::Forbidden).await;
    }
    if !visit.settings.reaches(&form.email) {
        return Err(Error::UnreachableAddress);
    }
    let about = [form.login.as_str(), form.email.folded()];
    let password = new_password::choose(visit, &form.password, &about).await?;
    let password_hash = password.hash(visit.on, visit.on.bytes()?)?;
    let new = Registration { id: visit.id()?, login: form.login, email: form.email, password_hash };
    let (now, folded) = (visit.now, new.email.folded());

    let expires_at = now + policy::REGISTRATION_LIFETIME;
    let (whence, network) = (visit.visitor.whence(), visit.visitor.network());
    let from = Asked { whence: &whence, network: network.as_str() };
    let link = ActivationLink::new(new.id, new.login.as_str(), &whence, now, expires_at);
    let activation = mail::prepare(visit, &Letter::Activation { links: vec![link] }, folded, expires_at)?;
    let notice = mail::prepare(visit, &Letter::AccountExists, folded, now + policy::NOTICE_LIFETIME)?;
    let quota = visit.quota(Strangers::Letters)?;
    let written = || registrations::exists(new.id);

    let batch = vec![
        registrations::insert_unless_taken(&new, &from, quota.is_open(), now, expires_at),
        quota.spend(written()),
        registrations::cap(folded, from.network, policy::REGISTRATIONS_WAITING, written()),
        outbox::post(&activation, new.email.spelled(), written().and(users::has_email(folded).negate()), now),
        outbox::post_to_owner(&notice, written(), now),
        visit.entry(&entry, written()),
    ];
    if visit.win(batch, registrations::find(new.id)).await?.is_none() {
        if users::is_taken(visit.on, &new.login).await? {
            return visit.refuse(entry, Error::LoginTaken).await;
        }
        return Err(visit.over_quota());
    }
    visit.later(Errand::Deliver(activation.id));
    visit.later(Errand::Deliver(notice.id));
    Ok(new.id)
}
