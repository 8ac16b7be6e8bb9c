//! The choice of a new password: checked locally, and then, if configured, against leaked passwords elsewhere. The check does
//! not depend on the account, so it takes as long for an address without one.

use crate::domain::credentials::breach_check::{BreachCheck, FailurePolicy};
use crate::domain::credentials::password::Password;
use crate::domain::error::{Error, Fault, Weakness};
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::ports::{Bounds, Outbound, Platform};

/// The password, if it is acceptable. `about` holds public data of the account: login name and email address.
pub async fn choose(ctx: &RequestContext<'_, impl Platform>, text: &Secret, about: &[&str]) -> Result<Password, Error> {
    let settings = ctx.settings;
    let context = [&[settings.app_name.as_str()], about].concat();
    let password = Password::new(text, settings.accounts.password_min_chars, &context)?;
    // A password refused locally is not looked up: the less is disclosed, the better.
    if let Some(check) = &settings.accounts.breach_check
        && has_leaked(ctx, check, &password).await?
    {
        return Err(Error::WeakPassword(vec![Weakness::Breached]));
    }
    Ok(password)
}

async fn has_leaked(
    ctx: &RequestContext<'_, impl Platform>,
    check: &BreachCheck,
    password: &Password,
) -> Result<bool, Fault> {
    match ask(ctx.platform, check, password).await {
        Err(fault) if check.when_down == FailurePolicy::Open => {
            ctx.log(&Fault::new("a password was chosen unchecked", fault));
            Ok(false)
        }
        answer => answer,
    }
}

async fn ask(platform: &impl Outbound, check: &BreachCheck, password: &Password) -> Result<bool, Fault> {
    let fingerprint = password.fingerprint();
    let bounds = Bounds { timeout: policy::BREACH_TIMEOUT, body_limit: policy::BREACH_ANSWER_LIMIT };
    let answer = platform.fetch(fingerprint.request(check)?, bounds).await?;
    fingerprint.is_named_in(answer.status(), answer.body().as_ref().map_err(Clone::clone)?)
}
