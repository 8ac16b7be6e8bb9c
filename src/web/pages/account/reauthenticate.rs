//! `/account/confirm`: a signed-in user confirms their identity, and continues to the page that required it.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::Error;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::identity_providers::sign_in_state::{PendingIdentity, SignInState};
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::change_password;
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::identity_providers::sign_in as federated;
use crate::flows::sign_in::{assertions, email_otp, passkey};
use crate::ports::Platform;
use crate::store::signed_in::SignedIn;
use crate::web::api::email_otp as codes;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::account::reauthenticate_form::{
    ask, ask_for_app, ask_for_code, ask_for_password, ask_for_second_factor, next, next_step,
};
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::recoverable;
use crate::web::pages::layout::passkey_form;
use crate::web::pages::layout::second_step;
use crate::web::pages::layout::signed_in::SignedInPage;

/// After a recent authentication it continues without asking again.
pub async fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    let next = next(ctx, &request::query_parameter(request, "r").unwrap_or_default());
    let wanted = Wanted::read(request)?;
    let recent = authenticate::check_recent_authentication(ctx, &page.signed_in).is_ok();
    if recent && wanted.is_met(&page.signed_in) {
        return Ok(page.redirect(&next));
    }
    let by_passkey_alone = wanted.level == Some(AuthLevel::Aal2) && !page.signed_in.second_factors.is_on();
    ask(&page, &next, !by_passkey_alone, None).await
}

/// What an authorization request wants beyond a recent proof. Whether it got it is judged there.
struct Wanted {
    /// The earliest proof that counts.
    since: Option<Timestamp>,
    level: Option<AuthLevel>,
}

impl Wanted {
    fn read(request: &Request) -> Result<Self, Error> {
        let seconds = |text: String| text.parse::<u32>().ok();
        let since = request::optional_parameter(request, "since", seconds)?;
        let level = request::optional_parameter(request, "level", |text| AuthLevel::parse(&text))?;
        Ok(Self { since: since.map(|since| Timestamp::from_seconds(since.into())), level })
    }

    fn is_met(&self, signed_in: &SignedIn) -> bool {
        self.since.is_none_or(|since| signed_in.auth_time >= since)
            && self.level.is_none_or(|level| signed_in.methods.level() >= level)
    }
}

/// Confirms the identity with the password.
pub async fn prove(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let next = next(ctx, form.optional("r"));
    let password = form.secret("password")?;
    match form.outcome(ctx, change_password::reauthenticate(ctx, &page.signed_in, &password).await).await {
        Ok(()) => Ok(page.redirect(&next)),
        Err(error) => match next_step(&page, &next, error).await? {
            Ok(response) => Ok(response),
            Err(error) => ask_for_password(&page, &next, Some(&error)).await,
        },
    }
}

/// Confirms the identity with a passkey, which is both factors at once.
pub async fn prove_with_passkey(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let form = CsrfForm::read(ctx, request)?;
    let mut page = SignedInPage::load(ctx, request).await?;
    let next = next(ctx, form.optional("r"));
    let proved = passkey::reauthenticate(ctx, &page.signed_in, &passkey_form::assertion(&form)?).await;
    match form.outcome(ctx, proved).await {
        Ok(()) => Ok(page.redirect(&next)),
        Err(error) => {
            let error = recoverable(error)?;
            page.presented_passkey();
            ask_for_password(&page, &next, Some(&error)).await
        }
    }
}

/// Confirms the identity with another provider, from which the user comes back.
pub async fn prove_with_provider(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    provider: &IdentityProvider,
    state: &SignInState,
    pending: &PendingIdentity,
) -> Result<Response, Error> {
    let page = SignedInPage::load(ctx, request).await?;
    let next = next(ctx, &state.back);
    match federated::reauthenticate(ctx, provider, &page.signed_in, state, pending).await {
        Ok(()) => Ok(page.redirect(&next)),
        Err(error) => match next_step(&page, &next, error).await? {
            Ok(response) => Ok(response),
            Err(error) => ask_for_password(&page, &next, Some(&error)).await,
        },
    }
}

/// Confirms the identity with a second factor, after the first.
pub async fn prove_second_factor(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let mut page = SignedInPage::load(ctx, request).await?;
    let (next, step) = (next(ctx, form.optional("r")), second_step::read(&form)?);
    let here = Goal::Reauthentication(page.signed_in.session);
    let proved = second_step::complete(ctx, &form, &step, here).await.map(drop);
    match form.outcome(ctx, proved).await {
        Ok(()) if second_step::uses_recovery_code(&form) => {
            Ok(page.redirect_with_flash(&second_step::by_way_of_codes(&next), Notice::RecoveryCodeUsed))
        }
        Ok(()) => Ok(page.redirect(&next)),
        Err(error @ Error::MfaTokenInvalid) => ask_for_password(&page, &next, Some(&error)).await,
        Err(error) => {
            let error = recoverable(error)?;
            if second_step::is_by_key(&form) {
                page.presented_passkey();
            }
            ask_for_second_factor(&page, &next, &step, Some(&error)).await
        }
    }
}

/// Adds the authenticator app that the account must have, and confirms the identity with it.
pub async fn add_required_app(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let (next, here) = (next(ctx, form.optional("r")), Goal::Reauthentication(page.signed_in.session));
    let error = match form.outcome(ctx, second_step::enrol(ctx, &form, here).await.map(drop)).await {
        Ok(()) => return Ok(page.redirect(&next)),
        Err(error) => recoverable(error)?,
    };
    match second_step::offered(ctx, &form, here) {
        Ok(offer) if error != Error::MfaTokenInvalid => {
            Ok(ask_for_app(&page, &next, form.text("mfa_token")?, &offer, Some(&error)))
        }
        _ => ask_for_password(&page, &next, Some(&Error::MfaTokenInvalid)).await,
    }
}

/// Sends a code to the user's own address, and asks for it.
pub async fn send_code(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(ctx)?;
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let email = EmailAddress::stored(&page.signed_in.user.email);
    email_otp::request(ctx, settings, &email).await?;
    Ok(ask_for_code(&page, &next(ctx, form.optional("r")), None))
}

/// Confirms the identity with the code.
pub async fn prove_with_code(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(ctx)?;
    let form = CsrfForm::read(ctx, request)?;
    let page = SignedInPage::load(ctx, request).await?;
    let next = next(ctx, form.optional("r"));
    let proved = match codes::typed(settings, form.text("code")?) {
        Ok(code) => email_otp::reauthenticate(ctx, settings, &page.signed_in, &code).await,
        Err(error) => Err(error),
    };
    match form.outcome(ctx, proved).await {
        Ok(()) => Ok(page.redirect(&next)),
        Err(error) => match next_step(&page, &next, error).await? {
            Ok(response) => Ok(response),
            Err(error) => Ok(ask_for_code(&page, &next, Some(&error))),
        },
    }
}
