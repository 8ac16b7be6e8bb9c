//! Somebody chooses a password: it is judged by what is known here, and then, if the operator wants it, by what has
//! leaked elsewhere. Nothing of it depends on whose account it is, so it takes as long for an address without one.

use crate::domain::credentials::breach_check::{BreachCheck, FailurePolicy};
use crate::domain::credentials::password::Password;
use crate::domain::error::{Error, Fault, Weakness};
use crate::domain::policy;
use crate::domain::secret::Secret;
use crate::flows::context::RequestContext;
use crate::ports::{Bounds, Outbound, Platform};

/// The password, if it is fit to be one. `about` holds what is public about its account: login name, e-mail.
pub async fn choose(ctx: &RequestContext<'_, impl Platform>, text: &Secret, about: &[&str]) -> Result<Password, Error> {
    let settings = ctx.settings;
    let context = [&[settings.app_name.as_str()], about].concat();
    let password = Password::new(text, settings.accounts.password_min_chars, &context)?;
    // What is refused already is not asked about: the less is told, the better.
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
