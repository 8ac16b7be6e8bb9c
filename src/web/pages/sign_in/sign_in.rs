//! `/account/signin`: somebody signs in in a browser, with a password or a code from a letter, and goes where they wanted to.

use maud::{Markup, html};

use crate::domain::accounts::email_address::Email;
use crate::domain::accounts::login_name::Identifier;
use crate::domain::devices::device;
use crate::domain::error::Error;
use crate::domain::sessions::session::Session;
use crate::flows::context::Visit;
use crate::flows::sign_in::{email_otp, login};
use crate::ports::Platform;
use crate::web::api::email_otp as codes;
use crate::web::http::credential::SESSION_COOKIE;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::{Form, set_cookie, untie};
use crate::web::pages::layout::device_cookie;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::page_context::{Desk, mendable};
use crate::web::pages::layout::post_auth_redirect::Goal;
use crate::web::pages::layout::signed_in;

/// Who is signed in here already is not asked again.
pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let parameters = request::query(request);
    let find = |name| parameters.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let goal = Goal::read(visit, find)?;
    match signed_in::seen(visit, request).await? {
        Some(who) => goal.reach(visit, request, who.session).await,
        None => Ok(ask_for_password(&Desk::new(visit, request)?, &goal, "", None)),
    }
}

/// With a password.
pub async fn sign_in(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    with_form(visit, request, async |form, goal| {
        let (typed, password) = (form.text("login")?, form.secret("password")?);
        let (who, lifetimes) = (Identifier::parse(typed), &visit.settings.browser_lifetimes);
        let session = login::login(visit, &who, &password, lifetimes).await.map(|(_, session)| session);
        match form.outcome(visit, session).await {
            Ok(session) => enter(visit, request, &goal, &session).await,
            Err(error) => Ok(ask_for_password(&Desk::new(visit, request)?, &goal, typed, Some(&mendable(error)?))),
        }
    })
    .await
}

/// Sends a code, and asks for it. The page is the same whether or not anybody has the address.
pub async fn send_code(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(visit)?;
    with_form(visit, request, async |form, goal| {
        let typed = form.text("login")?;
        let Ok(email) = Email::parse(typed) else {
            let error = Error::InvalidRequest(Some("email"));
            return Ok(ask_for_password(&Desk::new(visit, request)?, &goal, typed, Some(&error)));
        };
        email_otp::request(visit, settings, &email).await?;
        Ok(ask_for_code(&Desk::new(visit, request)?, &goal, typed, None))
    })
    .await
}

/// With the code.
pub async fn verify_code(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let settings = codes::settings(visit)?;
    with_form(visit, request, async |form, goal| {
        let typed = form.text("login")?;
        let email = Email::parse(typed).map_err(|_| Error::InvalidRequest(Some("login")))?;
        let lifetimes = &visit.settings.browser_lifetimes;
        let session = match codes::typed(settings, form.text("code")?) {
            Ok(code) => email_otp::sign_in(visit, settings, &email, &code, lifetimes).await,
            Err(error) => Err(error),
        };
        match form.outcome(visit, session).await {
            Ok(session) => enter(visit, request, &goal, &session).await,
            Err(error) => Ok(ask_for_code(&Desk::new(visit, request)?, &goal, typed, Some(&mendable(error)?))),
        }
    })
    .await
}

/// What a form of this page does. One that is too old because somebody has signed in beside it leads them where it would have
/// led, as a link does.
async fn with_form(
    visit: &Visit<'_, impl Platform>,
    request: &Request,
    act: impl AsyncFnOnce(Form, Goal) -> Result<Response, Error>,
) -> Result<Response, Error> {
    let goal = |form: &Form| Goal::read(visit, |name| form.optional(name));
    match Form::read(visit, request) {
        Ok(form) => {
            let goal = goal(&form)?;
            act(form, goal).await
        }
        Err(Error::CsrfFailed) => {
            let form = Form::read_stale(visit, request)?;
            let who = signed_in::seen(visit, request).await?.ok_or(Error::CsrfFailed)?;
            goal(&form)?.reach(visit, request, who.session).await
        }
        Err(error) => Err(error),
    }
}

/// Gives the browser its session, and sends it where it wanted to go.
async fn enter(
    visit: &Visit<'_, impl Platform>,
    request: &Request,
    goal: &Goal,
    session: &Session,
) -> Result<Response, Error> {
    let mut response = goal.reach(visit, request, session.id).await?;
    let token = device::SESSION_TOKEN.spell(&visit.settings.keys, session.id);
    set_cookie(&mut response, SESSION_COOKIE, &token, Some(session.expires_at.since(visit.now).as_secs()));
    device_cookie::remember(&mut response, visit, session);
    untie(&mut response, request);
    Ok(response)
}

/// Has the browser forget its session.
pub fn forget(response: &mut Response, request: &Request) {
    set_cookie(response, SESSION_COOKIE, "", Some(0));
    untie(response, request);
}

fn ask_for_password(desk: &Desk<'_, impl Platform>, goal: &Goal, typed: &str, error: Option<&Error>) -> Response {
    let (words, codes) = (&desk.words.signin, desk.visit.settings.codes.is_some());
    let content = html! {
        label for="login" { (desk.words.fields.login_or_email) }
        input id="login" name="login" value=(typed) autocomplete="username" autocapitalize="none" spellcheck="false" required
              autofocus[typed.is_empty()];
        label for="password" { (desk.words.fields.password) }
        input id="password" type="password" name="password" autocomplete="current-password" required[!codes]
              autofocus[!typed.is_empty()];
        div class="row" {
            button type="submit" { (words.sign_in) }
            @if codes {
                button type="submit" class="second" formaction="/account/signin/code" formnovalidate { (words.send_code) }
            }
        }
    };
    respond(desk, goal, "/account/signin", &content, error)
}

fn ask_for_code(desk: &Desk<'_, impl Platform>, goal: &Goal, email: &str, error: Option<&Error>) -> Response {
    let words = &desk.words.signin;
    let content = html! {
        p { ((words.code_sent)(email)) }
        input type="hidden" name="login" value=(email);
        (fields::code(desk.words))
        div class="row" {
            button type="submit" { (words.sign_in) }
            button type="submit" class="second" formaction="/account/signin/code" formnovalidate { (words.send_another) }
        }
    };
    respond(desk, goal, "/account/signin/verify", &content, error)
}

fn respond(
    desk: &Desk<'_, impl Platform>,
    goal: &Goal,
    action: &str,
    content: &Markup,
    error: Option<&Error>,
) -> Response {
    let words = &desk.words.signin;
    let page = html! {
        (desk.form(action, &html! { (goal.fields()) (content) }))
        ul class="ways" {
            li { a href="/account/recover" { (desk.words.recovery.forgotten) } }
            @if error == Some(&Error::AccountNotActivated) { li { a href="/account/activate" { (words.no_letter) } } }
            @if desk.visit.settings.admission.is_open() {
                li { (words.no_account) " " a href="/account/register" { (desk.words.register.register) } }
            }
        }
    };
    let title = (words.title)(&desk.visit.settings.app_name);
    desk.respond_leading_to(goal.foreign_origin(), &title, error, &page)
}
