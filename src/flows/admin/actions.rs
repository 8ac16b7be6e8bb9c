//! An administrator acts on somebody's account: shuts and opens it, gives it a role, ends its sessions, has its password
//! chosen anew. Never chooses one.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::{Role, User};
use crate::domain::admin_change::{Change, Person};
use crate::domain::audit::{Act, Entry};
use crate::domain::credentials::email_otp::Subject;
use crate::domain::credentials::password;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::Letter;
use crate::domain::policy;
use crate::domain::sessions::session::{EndReason, Session};
use crate::domain::timestamp::Timestamp;
use crate::domain::tokens::api_token::Token;
use crate::flows;
use crate::flows::admin::audited_reads::Reading;
use crate::flows::authentication::authenticate::{self, Credential};
use crate::flows::authentication::revocation;
use crate::flows::context::{Errand, Visit};
use crate::flows::mail;
use crate::flows::tokens::Ending;
use crate::flows::transaction::{self, Actor, Step};
use crate::ports::{Guard, Platform};
use crate::store::sessions::{self, End};
use crate::store::users::{self, Rise, SignedIn};
use crate::store::{admin_users, codes, email_undos, outbox, recoveries, tokens};

/// An administrator, as D1 has it at this moment and whatever their token says.
pub struct Admin(SignedIn);

/// For looking. A living session is enough, however old its proof: who reads a log for an hour would otherwise type the
/// password four times, and learn to type it whenever something asks. Who is no administrator is refused on the record.
pub async fn look(visit: &Visit<'_, impl Platform>, credential: &Credential, act: Act) -> Result<Admin, Error> {
    Admin::looking(visit, authenticate::person(visit, credential).await?, act).await
}

/// For acting, with a proof that is not old.
pub async fn act(visit: &Visit<'_, impl Platform>, credential: &Credential, act: Act) -> Result<Admin, Error> {
    Admin::acting(visit, authenticate::person(visit, credential).await?, act).await
}

impl Actor for Admin {
    fn lives(&self, now: Timestamp) -> Guard {
        self.0.lives(now)
    }

    fn may(&self, now: Timestamp) -> Guard {
        admin_users::administers(self.0.session, now)
    }
}

impl Admin {
    /// For looking, of somebody who is known already.
    pub async fn looking(visit: &Visit<'_, impl Platform>, who: SignedIn, act: Act) -> Result<Self, Error> {
        if who.user.role != Role::Admin {
            return visit.refuse(Entry::of(act).in_session(who.session), Error::Forbidden).await;
        }
        Ok(Self(who))
    }

    /// The same for acting.
    pub async fn acting(visit: &Visit<'_, impl Platform>, who: SignedIn, act: Act) -> Result<Self, Error> {
        let admin = Self::looking(visit, who, act).await?;
        authenticate::check_proof(visit, &admin.0).map(|()| admin)
    }

    pub const fn session(&self) -> Id<Session> {
        self.0.session
    }

    /// Where an administrator looks something up, and the only place: what is read is on the record in the same transaction.
    pub fn read<'a, P>(&self, visit: &'a Visit<'a, P>, act: Act, about: Option<Id<User>>) -> Reading<'a, P> {
        let entry = Entry::of(act).in_session(self.0.session);
        Reading::new(visit, Entry { target: about, ..entry })
    }

    /// What the log is told: who, and to whom.
    fn entry(&self, act: Act, user: Id<User>) -> Entry {
        Entry::of(act).in_session(self.0.session).done_to(user)
    }

    /// Changes what an account may do, once; who has asked for what is so already has what they want. All that was issued
    /// to the account before ends with it, and its owner is told.
    pub async fn change(&self, visit: &Visit<'_, impl Platform>, user: Id<User>, change: Change) -> Result<(), Error> {
        let person = match admin_users::find(visit.on, user).await? {
            Some(person) if change.is_done_to(&person) => return Ok(()),
            Some(person) => person,
            None => return self.refuse(visit, change.act(), user, Error::NotFound).await,
        };
        if self.save(visit, &person, change).await? {
            return Ok(());
        }
        // Something changed meanwhile, or the last administrator was about to go.
        match admin_users::find(visit.on, user).await? {
            Some(person) if change.is_done_to(&person) => Ok(()),
            Some(_) if user == self.0.user.id => self.refuse(visit, change.act(), user, Error::LastAdmin).await,
            Some(_) => self.refuse(visit, change.act(), user, Error::Forbidden).await,
            None => self.refuse(visit, change.act(), user, Error::NotFound).await,
        }
    }

    /// Whether the change was made, and by this request.
    async fn save(&self, visit: &Visit<'_, impl Platform>, person: &Person, change: Change) -> Result<bool, Error> {
        let (user, address, now, op) = (person.user.id, &person.user.email, visit.now, visit.operation()?);
        let folded = email_address::fold(address);
        let rise = Rise { user, password_hash: None, except: None, op: &op };
        let posting = mail::prepare(visit, &change.letter(now), &folded, now + policy::NOTICE_LIFETIME)?;
        let won = || users::risen_by(user, &op);
        let step = Step {
            first: users::raise(&rise, admin_users::admits(change), now),
            won: won(),
            entry: self.entry(change.act(), user),
            then: vec![
                admin_users::make(change, user, won(), now),
                sessions::end_others(user, None, EndReason::ByAdmin, &op, now),
                tokens::end_portal(user, EndReason::ByAdmin, &op, now),
                codes::close_all(&Subject::new(&visit.settings.keys, &folded), won(), now),
                outbox::post(&posting, address, won(), now),
            ],
            look_back: users::find_risen_by(user, &op),
        };
        if transaction::win(visit, self, step).await?.is_empty() {
            return Ok(false);
        }
        revocation::mark_user(visit, user).await;
        visit.later(Errand::Deliver(posting.id));
        Ok(true)
    }

    /// Ends one session of a user.
    pub async fn end_session(
        &self,
        visit: &Visit<'_, impl Platform>,
        user: Id<User>,
        id: Id<Session>,
    ) -> Result<(), Error> {
        let op = visit.operation()?;
        let end = End { id, reason: EndReason::ByAdmin, op: &op };
        let step = Step {
            first: sessions::end(&end, sessions::belong_to(user), visit.now),
            won: sessions::ended_by(id, &op),
            entry: self.entry(Act::EndUserSession, user),
            then: Vec::new(),
            look_back: sessions::find_ended_by(id, &op),
        };
        let ended = transaction::win(visit, self, step).await?;
        if ended.is_empty() {
            return self.refuse(visit, Act::EndUserSession, user, Error::NotFound).await;
        }
        revocation::mark_ended(visit, &ended).await;
        Ok(())
    }

    /// Ends all of them, with one mark.
    pub async fn end_sessions(&self, visit: &Visit<'_, impl Platform>, user: Id<User>) -> Result<(), Error> {
        let op = visit.operation()?;
        let rise = Rise { user, password_hash: None, except: None, op: &op };
        let step = Step {
            first: users::raise(&rise, Guard::always(), visit.now),
            won: users::risen_by(user, &op),
            entry: self.entry(Act::EndUserSessions, user),
            then: vec![
                sessions::end_others(user, None, EndReason::ByAdmin, &op, visit.now),
                tokens::end_portal(user, EndReason::ByAdmin, &op, visit.now),
            ],
            look_back: users::find_risen_by(user, &op),
        };
        if transaction::win(visit, self, step).await?.is_empty() {
            return self.refuse(visit, Act::EndUserSessions, user, Error::NotFound).await;
        }
        revocation::mark_user(visit, user).await;
        Ok(())
    }

    /// Ends one of a user's keys or tokens, and all it has made.
    pub async fn end_token(
        &self,
        visit: &Visit<'_, impl Platform>,
        user: Id<User>,
        id: Id<Token>,
    ) -> Result<(), Error> {
        let entry = self.entry(Act::EndUserToken, user).of_token(id);
        let ending = Ending { id, reason: EndReason::ByAdmin, guard: tokens::belong_to(user), entry };
        if flows::tokens::end(visit, self, ending).await? {
            return Ok(());
        }
        self.refuse(visit, Act::EndUserToken, user, Error::NotFound).await
    }

    /// Sends the owner a link to choose a new password with. The present one opens nothing from now on: who has merely
    /// forgotten it asks for such a letter without an administrator, and one that somebody else knows must not last until
    /// the owner reads mail. Ways back to former addresses are void as well: one of them may be a thief's.
    pub async fn start_reset(&self, visit: &Visit<'_, impl Platform>, user: Id<User>) -> Result<(), Error> {
        let Some(person) = admin_users::find(visit.on, user).await? else {
            return self.refuse(visit, Act::StartReset, user, Error::NotFound).await;
        };
        let (now, folded, op) = (visit.now, email_address::fold(&person.user.email), visit.operation()?);
        let (id, expires_at) = (visit.id()?, now + policy::RECOVERY_LIFETIME);
        let hash = password::unusable(visit.on.bytes()?, visit.on.bytes()?)?;
        let rise = Rise { user, password_hash: Some(&hash), except: None, op: &op };
        let letter = Letter::ResetStarted { recovery: id, works_until: expires_at.whole_seconds().to_string() };
        let posting = mail::prepare(visit, &letter, &folded, expires_at)?;
        let as_seen = users::has_address(&folded).and(users::is_enabled());
        let won = || users::risen_by(user, &op);
        let step = Step {
            first: users::raise(&rise, as_seen, now),
            won: won(),
            entry: self.entry(Act::StartReset, user),
            then: vec![
                // Under the version it has from now on.
                recoveries::insert(id, &folded, won(), now, expires_at),
                sessions::end_others(user, None, EndReason::ByAdmin, &op, now),
                tokens::end_portal(user, EndReason::ByAdmin, &op, now),
                email_undos::void_all(user, won(), now),
                codes::close_all(&Subject::new(&visit.settings.keys, &folded), won(), now),
                outbox::post_to_owner(&posting, recoveries::exists(id), now),
            ],
            look_back: users::find_risen_by(user, &op),
        };
        if transaction::win(visit, self, step).await?.is_empty() {
            let disabled = person.disabled_at.is_some();
            let error = if disabled { Error::AccountDisabled } else { Error::Forbidden };
            return self.refuse(visit, Act::StartReset, user, error).await;
        }
        revocation::mark_user(visit, user).await;
        visit.later(Errand::Deliver(posting.id));
        Ok(())
    }

    async fn refuse(
        &self,
        visit: &Visit<'_, impl Platform>,
        act: Act,
        user: Id<User>,
        error: Error,
    ) -> Result<(), Error> {
        visit.refuse(self.entry(act, user), error).await
    }
}
