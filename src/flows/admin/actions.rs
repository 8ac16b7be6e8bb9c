//! An administrator acts on a user's account: disables and enables it, gives it a role, ends its sessions, starts a password
//! reset. An administrator never chooses a password.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::{Role, User};
use crate::domain::admin_change::{Change, Person};
use crate::domain::audit::{Act, Entry};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::ApiToken;
use crate::flows;
use crate::flows::admin::audited_reads::AuditedReads;
use crate::flows::authentication::authenticate;
use crate::flows::authentication::credential::Credential;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::revoke_all::{self, PasswordChange, Revocation};
use crate::flows::tokens::Ending;
use crate::flows::transaction::{Actor, Transaction};
use crate::ports::{Guard, Platform};
use crate::store::signed_in::SignedIn;
use crate::store::{admin_users, recoveries, sessions, tokens, users};

/// An administrator, according to D1 at this moment, whatever their token says.
pub struct AdminSession(SignedIn);

/// For reading. A living session at the account's highest level is enough, however old its proof: otherwise an administrator who reads a log for an hour would
/// type the password four times, and learn to type it whenever asked. Other users get `Forbidden`, and an audit entry is
/// written.
pub async fn look(
    ctx: &RequestContext<'_, impl Platform>,
    credential: &Credential,
    act: Act,
) -> Result<AdminSession, Error> {
    AdminSession::looking(ctx, authenticate::require_session(ctx, credential).await?, act).await
}

/// For acting; requires a recent proof.
pub async fn act(
    ctx: &RequestContext<'_, impl Platform>,
    credential: &Credential,
    act: Act,
) -> Result<AdminSession, Error> {
    AdminSession::acting(ctx, authenticate::require_session(ctx, credential).await?, act).await
}

impl Actor for AdminSession {
    fn lives(&self, now: Timestamp) -> Guard {
        self.0.lives(now)
    }

    fn may(&self, now: Timestamp) -> Guard {
        admin_users::administers(self.0.session, now)
    }
}

impl AdminSession {
    /// For reading, with a user who is signed in already.
    pub async fn looking(
        ctx: &RequestContext<'_, impl Platform>,
        signed_in: SignedIn,
        act: Act,
    ) -> Result<Self, Error> {
        if signed_in.user.role != Role::Admin {
            return ctx.audit_failure(Entry::of(act).in_session(signed_in.session), Error::Forbidden).await;
        }
        authenticate::check_level(ctx, &signed_in).map(|()| Self(signed_in))
    }

    /// The same for acting.
    pub async fn acting(ctx: &RequestContext<'_, impl Platform>, signed_in: SignedIn, act: Act) -> Result<Self, Error> {
        let admin = Self::looking(ctx, signed_in, act).await?;
        authenticate::check_recent_authentication(ctx, &admin.0).map(|()| admin)
    }

    pub const fn session(&self) -> Id<Session> {
        self.0.session
    }

    pub(super) const fn user(&self) -> Id<User> {
        self.0.user.id
    }

    /// The only way for an administrator to read data: the read is audited in the same transaction.
    pub fn read<'a, P>(
        &self,
        ctx: &'a RequestContext<'a, P>,
        act: Act,
        about: Option<Id<User>>,
    ) -> AuditedReads<'a, P> {
        let entry = Entry::of(act).in_session(self.0.session);
        AuditedReads::new(ctx, Entry { target: about, ..entry })
    }

    /// The audit entry: the actor and the user concerned.
    pub(super) fn entry(&self, act: Act, user: Id<User>) -> Entry {
        Entry::of(act).in_session(self.0.session).done_to(user)
    }

    /// Changes the rights of an account, once; a change that is already in effect succeeds. Everything issued to the account
    /// before is revoked, and its owner is notified.
    pub async fn change(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        user: Id<User>,
        change: Change,
    ) -> Result<(), Error> {
        let person = match admin_users::find(ctx.platform, user).await? {
            Some(person) if change.is_done_to(&person) => return Ok(()),
            Some(person) => person,
            None => return self.refuse(ctx, change.act(), user, Error::NotFound).await,
        };
        if self.save(ctx, &person, change).await? {
            return Ok(());
        }
        // The account changed meanwhile, or it is the last administrator's.
        match admin_users::find(ctx.platform, user).await? {
            Some(person) if change.is_done_to(&person) => Ok(()),
            Some(_) if user == self.0.user.id => self.refuse(ctx, change.act(), user, Error::LastAdmin).await,
            Some(_) => self.refuse(ctx, change.act(), user, Error::Forbidden).await,
            None => self.refuse(ctx, change.act(), user, Error::NotFound).await,
        }
    }

    /// Returns whether this request made the change.
    async fn save(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        person: &Person,
        change: Change,
    ) -> Result<bool, Error> {
        let (user, address, now, op) = (person.user.id, &person.user.email, ctx.now, ctx.operation()?);
        let folded = email_address::fold(address);
        let queued = mail::prepare(ctx, &change.message(now), &folded, now + policy::NOTICE_LIFETIME)?;
        let revocation = Revocation { addresses: &[address], ..Revocation::of(user, EndReason::ByAdmin, &op) };
        let entry = self.entry(change.act(), user);
        let mut transaction = revoke_all::by(ctx, self, entry, &revocation, admin_users::admits(change));
        transaction.then(|won| admin_users::make(change, user, won, now));
        transaction.mail(&queued, address);
        Ok(!transaction.commit().await?.is_empty())
    }

    /// Ends one session of a user.
    pub async fn end_session(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        user: Id<User>,
        id: Id<Session>,
    ) -> Result<(), Error> {
        let (entry, end) = (self.entry(Act::EndUserSession, user), (id, EndReason::ByAdmin));
        let transaction = Transaction::end_session_by(ctx, self, entry, end, sessions::belong_to(user))?;
        transaction.commit_or(Error::NotFound).await.map(drop)
    }

    /// Ends all sessions of a user, with one mark.
    pub async fn end_sessions(&self, ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<(), Error> {
        let op = ctx.operation()?;
        let revocation = Revocation::of(user, EndReason::ByAdmin, &op);
        let entry = self.entry(Act::EndUserSessions, user);
        let transaction = revoke_all::by(ctx, self, entry, &revocation, Guard::always());
        transaction.commit_or(Error::NotFound).await.map(drop)
    }

    /// Ends one of a user's keys or tokens, and all tokens created with it.
    pub async fn end_token(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        user: Id<User>,
        id: Id<ApiToken>,
    ) -> Result<(), Error> {
        let entry = self.entry(Act::EndUserToken, user).of_token(id);
        let ending = Ending { id, reason: EndReason::ByAdmin, guard: tokens::belong_to(user), entry };
        if flows::tokens::end(ctx, self, ending).await? {
            return Ok(());
        }
        self.refuse(ctx, Act::EndUserToken, user, Error::NotFound).await
    }

    /// Sends the owner a link to set a new password. The current one stops working at once: an owner who has merely forgotten
    /// it can request such an email without an administrator, and a password that an attacker knows must not last until the
    /// owner reads the email. Undo links to former addresses become void as well: one of them may be a thief's.
    pub async fn start_reset(&self, ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<(), Error> {
        let Some(person) = admin_users::find(ctx.platform, user).await? else {
            return self.refuse(ctx, Act::StartReset, user, Error::NotFound).await;
        };
        let (now, folded, op) = (ctx.now, email_address::fold(&person.user.email), ctx.operation()?);
        let (id, expires_at) = (ctx.id_beside(user)?, now + policy::RECOVERY_LIFETIME);
        let message = Email::ResetStarted { recovery: id, works_until: expires_at.whole_seconds().to_string() };
        let queued = mail::prepare(ctx, &message, &folded, expires_at)?;
        let as_seen = users::has_address(&folded).and(users::is_enabled());
        let revocation = Revocation {
            password: PasswordChange::Remove,
            undos: true,
            addresses: &[&person.user.email],
            ..Revocation::of(user, EndReason::ByAdmin, &op)
        };
        let mut transaction = revoke_all::by(ctx, self, self.entry(Act::StartReset, user), &revocation, as_seen);
        // Bound to the raised version.
        transaction.then(|won| recoveries::insert(id, &folded, won, now, expires_at));
        transaction.mail_to_owner_under(&queued, recoveries::exists(id));
        let disabled = person.disabled_at.is_some();
        let error = if disabled { Error::AccountDisabled } else { Error::Forbidden };
        transaction.commit_or(error).await.map(drop)
    }

    pub(super) async fn refuse(
        &self,
        ctx: &RequestContext<'_, impl Platform>,
        act: Act,
        user: Id<User>,
        error: Error,
    ) -> Result<(), Error> {
        ctx.audit_failure(self.entry(act, user), error).await
    }
}
