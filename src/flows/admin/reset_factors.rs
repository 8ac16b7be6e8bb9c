//! An administrator resets a user's factors: for an owner who has lost the phone and the recovery codes, which is the one way back
//! into such an account. An administrator never adds a factor, and never chooses or removes a password.

use crate::domain::accounts::email_address;
use crate::domain::accounts::user::User;
use crate::domain::admin_change::Person;
use crate::domain::audit::Act;
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::policy;
use crate::domain::sessions::session::EndReason;
use crate::flows::admin::actions::AdminSession;
use crate::flows::context::RequestContext;
use crate::flows::mail;
use crate::flows::revoke_all::{self, Revocation};
use crate::ports::Platform;
use crate::store::{admin_users, conditions, second_factors};

impl AdminSession {
    /// Removes a user's second factors, passkeys and recovery codes, and ends all sessions. The password, keys and tokens stay.
    /// Undo links become void: one of them may be a thief's. An account without factors is left as it is.
    pub async fn reset_factors(&self, ctx: &RequestContext<'_, impl Platform>, user: Id<User>) -> Result<(), Error> {
        let Some(person) = admin_users::find(ctx.platform, user).await? else {
            return self.refuse(ctx, Act::ResetFactors, user, Error::NotFound).await;
        };
        if self.remove_factors(ctx, &person).await? {
            return Ok(());
        }
        // There were none, or another request was quicker.
        if conditions::holds(ctx.platform, second_factors::exist(user)).await? {
            return self.refuse(ctx, Act::ResetFactors, user, Error::Forbidden).await;
        }
        Ok(())
    }

    /// Returns whether this request removed something.
    async fn remove_factors(&self, ctx: &RequestContext<'_, impl Platform>, person: &Person) -> Result<bool, Error> {
        let (user, address, now, op) = (person.user.id, &person.user.email, ctx.now, ctx.operation()?);
        let message = Email::FactorsReset { changed_at: now.whole_seconds().to_string() };
        let queued = mail::prepare(ctx, &message, &email_address::fold(address), now + policy::NOTICE_LIFETIME)?;
        let revocation = Revocation {
            factors: true,
            undos: true,
            addresses: &[address],
            ..Revocation::of(user, EndReason::ByAdmin, &op)
        };
        let entry = self.entry(Act::ResetFactors, user);
        let mut transaction = revoke_all::by(ctx, self, entry, &revocation, second_factors::exist(user));
        transaction.mail(&queued, address);
        Ok(!transaction.commit().await?.is_empty())
    }
}
