//! The step between a first factor and what a sign-in issues: what is still due? A sign-in with a password or a code issues its
//! session or token to an [`Authenticated`], which only [`FirstFactor::due`], a second factor and a passkey make. A ticket passes
//! on what its session proved.

use crate::domain::accounts::email_address;
use crate::domain::audit::Entry;
use crate::domain::credentials::email_otp::EmailOtp;
use crate::domain::credentials::mfa_token::{Goal, MfaToken};
use crate::domain::error::{Error, Fault, SecondStep};
use crate::domain::id::Id;
use crate::domain::policy;
use crate::domain::sessions::auth_methods::{AuthLevel, AuthMethod, AuthMethods};
use crate::domain::sessions::second_factors::Requirement;
use crate::domain::timestamp::Timestamp;
use crate::flows::context::RequestContext;
use crate::flows::rate_limit::Spent;
use crate::flows::transaction::Transaction;
use crate::ports::{Guard, Platform, Statement};
use crate::store::outbox::OutboxEntry;
use crate::store::spent::{self, SingleUse};
use crate::store::users::Account;
use crate::store::{attempts, codes, devices, identities};

/// An account whose first factor has been proved.
pub struct FirstFactor {
    pub account: Account,
    pub proof: Proof,
    /// The successful try, where there was one to count.
    pub spent: Option<Spent>,
}

/// How a first factor was proved.
pub enum Proof {
    /// By the password, with the statement that renews its hash if that is outdated.
    Password(Option<Statement>),
    /// By a code sent by email, which is used up when something is issued for it.
    Code(Id<EmailOtp>),
    /// By another provider.
    Federated(Federated),
}

/// What a provider has vouched for.
pub struct Federated {
    /// More than one factor only if the operator trusts the provider for that.
    pub methods: AuthMethods,
    /// The sign-in that was begun, which is used up.
    pub once: SingleUse,
    pub op: String,
    pub issuer: String,
    pub subject: String,
    /// When the provider has asked for a proof, if it says so.
    pub auth_time: Option<Timestamp>,
    /// Records the use.
    pub note: Statement,
}

impl Proof {
    fn methods(&self) -> AuthMethods {
        match self {
            Self::Password(_) => AuthMethod::Pwd.into(),
            Self::Code(_) => AuthMethod::Otp.into(),
            Self::Federated(federated) => federated.methods,
        }
    }
}

/// What an account must still prove before anything is issued to it. Every sign-in matches all of it, so it does not compile
/// while it ignores a part.
pub enum Due {
    Nothing(Authenticated),
    SecondFactor(Suspended),
}

/// A consequence of a success that uses up its proof, under a guard that holds if it is one.
pub type Closing = Box<dyn Fn(Guard) -> Statement>;

/// An account that has proved everything required of it.
pub struct Authenticated {
    pub(super) account: Account,
    pub(super) methods: AuthMethods,
    /// The successful try, where there was one to count.
    pub(super) spent: Option<Spent>,
    /// A value that the proof uses up first, with the operation that does so.
    pub(super) once: Option<(SingleUse, String)>,
    /// When another provider has asked for the proof, if it says so.
    pub(super) upstream_auth_time: Option<Timestamp>,
    /// A further condition, besides the account being unchanged.
    pub(super) guard: Guard,
    pub(super) closings: Vec<Closing>,
    /// What its owner is told about the proof.
    pub(super) notice: Option<OutboxEntry>,
}

/// A first factor that waits for the second.
pub struct Suspended {
    first: FirstFactor,
    requirement: Requirement,
}

impl FirstFactor {
    /// What is still due for a sign-in. A browser that the account remembers is not asked for a second factor.
    pub async fn due(self, ctx: &RequestContext<'_, impl Platform>) -> Result<Due, Fault> {
        let requirement = self.requirement(ctx);
        if self.proof.methods().level() == AuthLevel::Aal2 {
            return Ok(Due::Nothing(self.authenticated(ctx)));
        }
        if requirement == Requirement::SecondFactor && is_remembered(ctx, &self.account).await? {
            return Ok(Due::Nothing(self.authenticated(ctx)));
        }
        Ok(self.due_for(ctx, requirement))
    }

    /// What is still due for a renewed proof of identity, which is always one at the account's highest level.
    pub fn due_in_session(self, ctx: &RequestContext<'_, impl Platform>) -> Due {
        let requirement = self.requirement(ctx);
        self.due_for(ctx, requirement)
    }

    fn requirement<P>(&self, ctx: &RequestContext<'_, P>) -> Requirement {
        self.account.second_factors.requirement(ctx.settings.second_factors.policy, self.account.role)
    }

    fn due_for<P>(self, ctx: &RequestContext<'_, P>, requirement: Requirement) -> Due {
        match requirement {
            Requirement::Nothing => Due::Nothing(self.authenticated(ctx)),
            Requirement::SecondFactor | Requirement::Enrolment => {
                Due::SecondFactor(Suspended { first: self, requirement })
            }
        }
    }

    fn authenticated<P>(self, ctx: &RequestContext<'_, P>) -> Authenticated {
        let Self { account, proof, spent } = self;
        let methods = proof.methods();
        let (mut once, mut upstream_auth_time) = (None, None);
        let (guard, closings) = match proof {
            Proof::Password(renewal) => (Guard::always(), renewal.map(always).into_iter().collect()),
            Proof::Code(code) => (codes::open(code), vec![always(codes::close(code, ctx.now))]),
            Proof::Federated(proof) => {
                let is_own = identities::belongs_to(&proof.issuer, &proof.subject, account.id);
                once = Some((proof.once, proof.op));
                upstream_auth_time = proof.auth_time;
                (spent::is_unspent(proof.once).and(is_own), vec![always(proof.note)])
            }
        };
        Authenticated { account, methods, spent, once, upstream_auth_time, guard, closings, notice: None }
    }
}

/// A statement that is right whether or not the rest succeeds.
fn always(statement: Statement) -> Closing {
    Box::new(move |_| statement.clone())
}

/// Whether the browser has presented a second factor of this account within the remembered days.
async fn is_remembered(ctx: &RequestContext<'_, impl Platform>, account: &Account) -> Result<bool, Fault> {
    let days = ctx.settings.second_factors.remembered;
    match ctx.client.device.filter(|_| !days.is_zero()) {
        Some(device) => devices::are_remembered(ctx.platform, account.id, device, ctx.now - days).await,
        None => Ok(false),
    }
}

impl Suspended {
    pub const fn account(&self) -> &Account {
        &self.first.account
    }

    /// Refuses for now, with the token for the next step if there is a goal that a second step can reach. The first factor has
    /// succeeded: the failures before it are forgotten, and its use is recorded. Nothing else is written, and nothing is issued.
    pub async fn refuse<T>(
        self,
        ctx: &RequestContext<'_, impl Platform>,
        goal: Option<Goal>,
        entry: Entry,
    ) -> Result<T, Error> {
        Err(self.suspend(ctx, goal, entry).await.unwrap_or_else(Error::from))
    }

    async fn suspend(
        self,
        ctx: &RequestContext<'_, impl Platform>,
        goal: Option<Goal>,
        entry: Entry,
    ) -> Result<Error, Error> {
        let Self { first: FirstFactor { account, proof, spent }, requirement } = self;
        let methods = proof.methods();
        let (code, identity) = match &proof {
            Proof::Password(_) => (None, None),
            Proof::Code(code) => (Some(*code), None),
            Proof::Federated(proof) => (None, Some((proof.issuer.clone(), proof.subject.clone()))),
        };
        let token = |goal| {
            let token = MfaToken {
                id: ctx.id_beside(account.id)?,
                user: account.id,
                auth_version: account.auth_version,
                methods,
                code,
                identity,
                email: email_address::fold(&account.email),
                goal,
                expires_at: (ctx.now + policy::MFA_TOKEN_LIFETIME).millis(),
            };
            token.seal(&ctx.settings.keys, ctx.platform.bytes()?)
        };
        let mfa_token = goal.map(token).transpose()?;
        let offered = account.second_factors.methods();
        let error = match requirement {
            Requirement::Enrolment => Error::EnrolmentRequired(mfa_token),
            _ => Error::SecondFactorRequired(mfa_token.map(|mfa_token| SecondStep { mfa_token, methods: offered })),
        };
        let entry = entry.by(Some(account.id)).with(methods).failed(&error);
        let mut transaction = Transaction::unconditional(ctx, entry);
        transaction.extend(spent.map(|spent| attempts::forget(spent.counter, transaction.won())));
        match proof {
            Proof::Password(renewal) => transaction.extend(renewal),
            Proof::Federated(proof) => transaction.extend([proof.note]),
            Proof::Code(_) => {}
        }
        transaction.commit().await?;
        Ok(error)
    }
}

impl Authenticated {
    pub const fn account(&self) -> &Account {
        &self.account
    }

    pub const fn methods(&self) -> AuthMethods {
        self.methods
    }

    /// The `auth_time` of a session that begins now. What another provider has proved is not recent unless it says when that was: its
    /// own session may be weeks old.
    pub fn auth_time(&self, now: Timestamp) -> Timestamp {
        match self.upstream_auth_time {
            Some(at) => at.min(now),
            None if self.methods.contains(AuthMethod::Fed) => now - policy::UNDATED_PROOF_AGE,
            None => now,
        }
    }

    pub const fn spent(&self) -> Option<Spent> {
        self.spent
    }

    pub const fn once(&self) -> Option<&(SingleUse, String)> {
        self.once.as_ref()
    }

    pub fn guard(&self) -> Guard {
        self.guard.clone()
    }

    pub fn closings(&self) -> &[Closing] {
        &self.closings
    }

    pub const fn notice(&self) -> Option<&OutboxEntry> {
        self.notice.as_ref()
    }

    pub fn into_account(self) -> Account {
        self.account
    }
}
