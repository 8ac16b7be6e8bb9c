//! The second step on the pages that ask for one: signing in, and confirming an identity.

use maud::{Markup, html};

use crate::domain::credentials::mfa_token::{Goal, MfaToken};
use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::domain::credentials::totp::TotpCode;
use crate::domain::error::{Error, SecondStep};
use crate::flows::accounts::authenticator_app::Offer;
use crate::flows::accounts::required_app;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::second_factor::{self, Completed, SecondFactor};
use crate::ports::Platform;
use crate::web::pages::layout::app_offer;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::page_context::{PageContext, PasskeyCeremony};
use crate::web::pages::layout::passkey_form;
use crate::web::pages::layout::post_auth_redirect::by_way_of;
use crate::words::catalogue::Words;

/// The page that offers new recovery codes.
pub const CODES_PAGE: &str = "/account/security/codes";

/// The fields of the form: the step's token, and one field for a code of either kind.
pub fn fields(words: &Words, step: &SecondStep) -> Markup {
    let (texts, has) = (&words.second_step, |method| step.methods.contains(&method));
    html! {
        p { (texts.what) }
        (carried(step))
        @if has("totp") || has("recovery_code") {
            label for="code" { @if has("totp") { (texts.code) } @else { (texts.recovery_code) } }
            input id="code" name="code" autocomplete="one-time-code" autocapitalize="characters" spellcheck="false" required
                  autofocus aria-describedby="code-hint";
            p class="hint" id="code-hint" { (texts.lost) }
            div class="row" { button type="submit" { (texts.verify) } }
        }
    }
}

/// The fields that carry the step from form to form.
fn carried(step: &SecondStep) -> Markup {
    html! {
        input type="hidden" name="mfa_token" value=(step.mfa_token);
        input type="hidden" name="methods" value=(step.methods.join(" "));
    }
}

/// A form of its own for the account's keys, if it has any. `more` are fields that the page's other form has too.
pub async fn key_form(
    page: &PageContext<'_, impl Platform>,
    action: &str,
    step: &SecondStep,
    more: &Markup,
) -> Result<Markup, Error> {
    if !step.methods.contains(&"passkey") || page.ctx.settings.passkeys.is_none() {
        return Ok(html! {});
    }
    let options = match second_factor::read(page.ctx, &step.mfa_token) {
        Ok(token) => second_factor::key_options(page.ctx, &token).await,
        Err(error) => Err(error),
    };
    let words = &page.words.passkeys;
    match options {
        Ok(options) => {
            let ceremony = PasskeyCeremony { kind: "get", options: &options, renew_from: None, button: words.second };
            let fields = html! { (more) (carried(step)) };
            Ok(html! {
                (page.passkey_form(action, &ceremony, &fields))
                p class="quiet" data-without-passkeys { (words.needs_script) }
            })
        }
        Err(Error::NotFound | Error::MfaTokenInvalid) => Ok(html! {}),
        Err(error) => Err(error),
    }
}

/// The step that a form carries out, to ask again after a wrong code.
pub fn read(form: &CsrfForm) -> Result<SecondStep, Error> {
    const KNOWN: [&str; 3] = ["passkey", "totp", "recovery_code"];
    let named = form.optional("methods");
    let methods = KNOWN.into_iter().filter(|known| named.split(' ').any(|name| name == *known)).collect();
    Ok(SecondStep { mfa_token: form.text("mfa_token")?.to_owned(), methods })
}

/// Carries the step out, if its first factor was proved for this goal.
pub async fn complete(
    ctx: &RequestContext<'_, impl Platform>,
    form: &CsrfForm,
    step: &SecondStep,
    goal: Goal,
) -> Result<Completed, Error> {
    let token = of_goal(ctx, &step.mfa_token, goal)?;
    second_factor::verify(ctx, &token, &presented(ctx, form, &token)?).await
}

/// Whether a form has been filled by an authenticator.
pub fn is_by_key(form: &CsrfForm) -> bool {
    !form.optional("credential").is_empty()
}

/// A key, or a typed code.
fn presented<P>(ctx: &RequestContext<'_, P>, form: &CsrfForm, token: &MfaToken) -> Result<SecondFactor, Error> {
    if is_by_key(form) {
        return second_factor::key(ctx, token, &passkey_form::assertion(form)?);
    }
    typed(form)
}

/// Whether the step is carried out with a recovery code.
pub fn uses_recovery_code(form: &CsrfForm) -> bool {
    matches!(typed(form), Ok(SecondFactor::RecoveryCode(_)))
}

/// Where a recovery code leads: to the page that says how many are left, on the way to `next`.
pub fn by_way_of_codes(next: &str) -> String {
    if next.starts_with(CODES_PAGE) { next.to_owned() } else { by_way_of(CODES_PAGE, next) }
}

/// The fields of the form that adds a required authenticator app.
pub fn required_app(words: &Words, mfa_token: &str, offer: &Offer) -> Markup {
    html! {
        p { (words.second_step.required) }
        input type="hidden" name="mfa_token" value=(mfa_token);
        (app_offer::app(words, offer))
        div class="row" { button type="submit" { (words.security.app.add) } }
    }
}

/// Adds the required app, if the first factor was proved for this goal.
pub async fn enrol(ctx: &RequestContext<'_, impl Platform>, form: &CsrfForm, goal: Goal) -> Result<Completed, Error> {
    let token = of_goal(ctx, form.text("mfa_token")?, goal)?;
    let code = TotpCode::parse(form.text("code")?).ok_or(Error::InvalidCode)?;
    required_app::confirm(ctx, &token, form.text(app_offer::TOKEN)?, &code, app_offer::are_saved(form)).await
}

/// The offer that a form confirms, to ask again after a wrong code.
pub fn offered(ctx: &RequestContext<'_, impl Platform>, form: &CsrfForm, goal: Goal) -> Result<Offer, Error> {
    let token = of_goal(ctx, form.text("mfa_token")?, goal)?;
    required_app::again(ctx, &token, form.text(app_offer::TOKEN)?)
}

fn of_goal<P>(ctx: &RequestContext<'_, P>, mfa_token: &str, goal: Goal) -> Result<MfaToken, Error> {
    let token = second_factor::read(ctx, mfa_token)?;
    if token.goal == goal { Ok(token) } else { Err(Error::MfaTokenInvalid) }
}

/// The typed code: of an app, or a recovery code.
fn typed(form: &CsrfForm) -> Result<SecondFactor, Error> {
    let text = form.text("code")?;
    let code = TotpCode::parse(text).map(SecondFactor::Totp);
    code.or_else(|| RecoveryCode::parse(text).map(SecondFactor::RecoveryCode)).ok_or(Error::InvalidCode)
}
