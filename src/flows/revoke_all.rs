//! Revokes everything that was issued to an account, in one place: a new kind of credential is added here once.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::User;
use crate::domain::audit::Entry;
use crate::domain::credentials::email_otp::Subject;
use crate::domain::id::Id;
use crate::domain::sessions::session::{EndReason, Session};
use crate::flows::context::RequestContext;
use crate::flows::transaction::{Actor, Revoked, Transaction};
use crate::ports::{Conditional, Guard, Platform};
use crate::store::passwords;
use crate::store::tables::{self, Access, RevokedAccess};
use crate::store::users::{self, VersionBump};

/// What a revocation does to the password.
#[derive(Clone, Copy)]
pub enum PasswordChange<'a> {
    None,
    /// Sets the password with this hash.
    Set(&'a str),
    Remove,
}

pub struct Revocation<'a> {
    pub user: Id<User>,
    pub reason: EndReason,
    /// The session that stays alive.
    pub except: Option<Id<Session>>,
    pub password: PasswordChange<'a>,
    /// Whether second factors, passkeys and recovery codes are removed.
    pub factors: bool,
    /// Whether API keys and private tokens end too. If not, programs go on working.
    pub keys: bool,
    /// Whether undo links to former addresses become void: one of them may be a thief's.
    pub undos: bool,
    /// The addresses whose one-time codes become void.
    pub addresses: &'a [&'a str],
    /// The operation id of this request.
    pub op: &'a str,
}

impl<'a> Revocation<'a> {
    /// Ends sessions and what depends on them, but not keys.
    pub const fn of(user: Id<User>, reason: EndReason, op: &'a str) -> Self {
        let password = PasswordChange::None;
        Self { user, reason, except: None, password, factors: false, keys: false, undos: false, addresses: &[], op }
    }
}

/// A transaction in which an actor revokes as its first statement. `guard` is the condition on the account's row.
pub fn by<'a, P: Platform>(
    ctx: &'a RequestContext<'a, P>,
    actor: &impl Actor,
    entry: Entry,
    revocation: &Revocation<'_>,
    guard: Guard,
) -> Transaction<'a, P> {
    let confirm = users::find_bumped_by(revocation.user, revocation.op);
    let mut transaction = Transaction::by(ctx, actor, entry, bump(ctx, revocation, guard), confirm);
    end(ctx, &mut transaction, revocation);
    transaction
}

/// Revokes as a consequence of a transaction that has won.
pub fn follow<P: Platform>(
    ctx: &RequestContext<'_, P>,
    transaction: &mut Transaction<'_, P>,
    revocation: &Revocation<'_>,
) {
    transaction.then(|won| bump(ctx, revocation, won).into());
    end(ctx, transaction, revocation);
}

fn bump<P>(ctx: &RequestContext<'_, P>, revocation: &Revocation<'_>, guard: Guard) -> Conditional {
    let Revocation { user, except, op, .. } = *revocation;
    users::bump_auth_version(&VersionBump { user, except, op }, guard, ctx.now)
}

/// Ends rows that the raised version alone does not end, because they are looked up without it.
fn end<P: Platform>(ctx: &RequestContext<'_, P>, transaction: &mut Transaction<'_, P>, revocation: &Revocation<'_>) {
    let Revocation { user, reason, except, password, factors, keys, undos, addresses, op } = *revocation;
    let subject = |address: &&str| Subject::new(&ctx.settings.keys, &email_address::fold(address));
    let subjects: Vec<_> = addresses.iter().map(subject).collect();
    let ended = RevokedAccess { user, reason, except, keys, undos, subjects: &subjects, now: ctx.now };
    match password {
        PasswordChange::None => {}
        PasswordChange::Set(hash) => transaction.extend([passwords::set(user, hash, users::bumped_by(user, op))]),
        PasswordChange::Remove => transaction.extend([passwords::remove(user, users::bumped_by(user, op))]),
    }
    for table in tables::ALL {
        match table.access {
            Access::Ended(end) => transaction.extend(end(&ended, users::bumped_by(user, op))),
            Access::Factor(remove) if factors => transaction.extend([remove(user, users::bumped_by(user, op))]),
            Access::Factor(_) | Access::None | Access::Versioned | Access::OfSession | Access::Password => {}
        }
    }
    transaction.revoke(Revoked { user, keys });
}
