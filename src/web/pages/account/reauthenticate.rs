//! `/account/confirm`: a signed-in user confirms their identity, and continues to the page that required it.

use maud::{Markup, html};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::credentials::mfa_token::Goal;
use crate::domain::error::{Error, SecondStep};
use crate::domain::policy;
use crate::domain::sessions::auth_methods::AuthLevel;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::domain::timestamp::Timestamp;
use crate::flows::accounts::authenticator_app::Offer;
use crate::flows::accounts::{change_password, required_app};
use crate::flows::authentication::authenticate;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::{assertions, email_otp, passkey, second_factor};
use crate::ports::Platform;
use crate::store::passkeys::list as keys_of;
use crate::store::signed_in::SignedIn;
use crate::web::api::email_otp as codes;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::Notice;
use crate::web::pages::layout::page_context::{PasskeyCeremony, recoverable};
use crate::web::pages::layout::passkey_form;
use crate::web::pages::layout::post_auth_redirect::{self, HOME, by_way_of};
use crate::web::pages::layout::second_step;
use crate::web::pages::layout::signed_in::{NavItem, SignedInPage};

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

/// The second step, if that is what follows a first factor that does not suffice.
async fn next_step<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    error: Error,
) -> Result<Result<Response, Error>, Error> {
    match error {
        Error::SecondFactorRequired(Some(step)) => ask_for_second_factor(page, next, &step, None).await.map(Ok),
        Error::EnrolmentRequired(Some(token)) => {
            let offer = required_app::begin(page.ctx, &second_factor::read(page.ctx, &token)?)?;
            Ok(Ok(ask_for_app(page, next, &token, &offer, None)))
        }
        error => recoverable(error).map(Err),
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

/// A path of this service. Any other target is replaced by the account page.
fn next<P>(ctx: &RequestContext<'_, P>, named: &str) -> String {
    match RedirectTarget::read(&ctx.settings.base_url, &[], named) {
        Some(RedirectTarget::Own(path)) => path,
        _ => HOME.to_owned(),
    }
}

async fn ask_for_password<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    error: Option<&Error>,
) -> Result<Response, Error> {
    ask(page, next, true, error).await
}

/// `first_factors`: whether a password or a code would suffice.
async fn ask<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    first_factors: bool,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let words = page.words;
    let codes = first_factors && page.ctx.settings.email_otp.is_some();
    let has_password = first_factors && change_password::has_password(page.ctx, &page.signed_in).await?;
    let content = html! {
        p { (words.confirm.signed_in_as) " " strong { bdi { (page.signed_in.user.login) } } }
        (fields::username(&page.signed_in.user.login))
        @if has_password {
            label for="password" { (words.fields.password) }
            input id="password" type="password" name="password" autocomplete="current-password" required autofocus;
        } @else {
            p class="quiet" data-without-passkeys { (words.passkeys.needs_script) }
        }
        div class="row" {
            @if has_password { button type="submit" { (words.confirm.confirm) } }
            @if codes {
                button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                    (words.sign_in.send_code)
                }
            }
        }
    };
    let other_way = with_passkey(page, next).await?;
    Ok(respond(page, next, "/account/confirm", &content, &other_way, error))
}

fn ask_for_code<P: Platform>(page: &SignedInPage<'_, P>, next: &str, error: Option<&Error>) -> Response {
    let words = page.words;
    let content = html! {
        p { (words.confirm.code_sent) " " strong { bdi { (page.signed_in.user.email) } } }
        (fields::code(words))
        div class="row" {
            button type="submit" { (words.confirm.confirm) }
            button type="submit" class="second" formaction="/account/confirm/code" formnovalidate {
                (words.sign_in.send_another)
            }
        }
        p { a href=(by_way_of("/account/confirm", next)) { (words.confirm.with_password) } }
    };
    respond(page, next, "/account/confirm/verify", &content, &html! {}, error)
}

async fn ask_for_second_factor<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    step: &SecondStep,
    error: Option<&Error>,
) -> Result<Response, Error> {
    let action = "/account/confirm/second";
    let other_way = second_step::key_form(page, action, step, &way_back(next)).await?;
    Ok(respond(page, next, action, &second_step::fields(page.words, step), &other_way, error))
}

/// The form for one of the user's passkeys, if there are any.
async fn with_passkey<P: Platform>(page: &SignedInPage<'_, P>, next: &str) -> Result<Markup, Error> {
    if !page.signed_in.second_factors.passkey || page.ctx.settings.passkeys.is_none() {
        return Ok(html! {});
    }
    let keys = keys_of(page.ctx.platform, page.signed_in.user.id).await?;
    let options = match passkey::options_in_session(page.ctx, &page.signed_in, &keys) {
        Err(Error::NotFound) => return Ok(html! {}),
        options => options?,
    };
    let (renew_from, button) = (Some("/account/confirm"), page.words.passkeys.confirm);
    let ceremony = PasskeyCeremony { kind: "get", options: &options, renew_from, button };
    Ok(page.passkey_form("/account/confirm/passkey", &ceremony, &way_back(next)))
}

fn way_back(next: &str) -> Markup {
    html! { input type="hidden" name="r" value=(next); }
}

fn ask_for_app<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    mfa_token: &str,
    offer: &Offer,
    error: Option<&Error>,
) -> Response {
    respond(
        page,
        next,
        "/account/confirm/enrol",
        &second_step::required_app(page.words, mfa_token, offer),
        &html! {},
        error,
    )
}

fn respond<P: Platform>(
    page: &SignedInPage<'_, P>,
    next: &str,
    action: &str,
    content: &Markup,
    other_way: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &page.words.confirm;
    let content = html! {
        p {
            (words.why)
            // A client may ask again at any time.
            @if post_auth_redirect::authorization_request(next).is_none() {
                " " ((words.how_long)(policy::in_minutes(policy::RECENT_AUTHENTICATION)))
            }
        }
        section { (page.form(action, &html! { (way_back(next)) (content) })) (other_way) }
    };
    let forms_to = post_auth_redirect::foreign_origin(next);
    page.send(words.title, &page.nav(NavItem::Account), forms_to.as_deref(), error, &content)
}
