//! `/account/register`: requests a new account.

use maud::{Markup, html};

use crate::domain::accounts::registration::{Registration, RegistrationPolicy};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::domain::secret::Secret;
use crate::flows::accounts::register;
use crate::flows::context::RequestContext;
use crate::flows::sign_in::assertions;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{PageContext, recoverable};
use crate::web::pages::layout::post_auth_redirect::PostAuthRedirect;
use crate::web::pages::registered;
use crate::web::pages::return_path;
use crate::web::pages::sign_in::sign_in_form::with_providers;
use crate::words::sign_in::Register;

pub fn show(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let next = PostAuthRedirect::of_query(ctx, request.uri().query().unwrap_or_default())?;
    Ok(ask(&PageContext::new(ctx, request)?, &next, "", "", None))
}

/// Redirects to the same page whether or not the address has an account.
pub async fn register(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let (form, next) = read(ctx, request)?;
    let done = match form.secret("password") {
        Ok(password) => submit(ctx, &form, Some(password)).await,
        Err(error) => Err(error),
    };
    answer(ctx, request, (&form, &next), done).await
}

/// The same for an account that a passkey is to activate. A password that was typed is ignored.
pub async fn for_passkey(ctx: &RequestContext<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    assertions::relying_party(ctx)?;
    let (form, next) = read(ctx, request)?;
    let done = submit(ctx, &form, None).await;
    answer(ctx, request, (&form, &next), done).await
}

fn read<P>(ctx: &RequestContext<'_, P>, request: &Request) -> Result<(CsrfForm, PostAuthRedirect), Error> {
    let form = CsrfForm::read(ctx, request)?;
    let next = PostAuthRedirect::read(ctx, |name| form.optional(name))?;
    Ok((form, next))
}

async fn answer(
    ctx: &RequestContext<'_, impl Platform>,
    request: &Request,
    (form, next): (&CsrfForm, &PostAuthRedirect),
    done: Result<Id<Registration>, Error>,
) -> Result<Response, Error> {
    match form.outcome(ctx, done).await {
        Ok(registration) => {
            let mut response = flash::redirect_to(ctx, "/account/activate", Notice::Registered);
            registered::remember(&mut response, ctx, registration);
            return_path::remember(&mut response, request, next);
            Ok(response)
        }
        Err(error) => {
            let (login, email) = (form.optional("login"), form.optional("email"));
            Ok(ask(&PageContext::new(ctx, request)?, next, login, email, Some(&recoverable(error)?)))
        }
    }
}

async fn submit(
    ctx: &RequestContext<'_, impl Platform>,
    form: &CsrfForm,
    password: Option<Secret>,
) -> Result<Id<Registration>, Error> {
    let login = request::login_name(form.text("login")?)?;
    let email = request::email(form.text("email")?)?;
    register::register(ctx, register::RegistrationInput { login, email, password }).await
}

fn ask(
    page: &PageContext<'_, impl Platform>,
    next: &PostAuthRedirect,
    login: &str,
    email: &str,
    error: Option<&Error>,
) -> Response {
    let (words, admission) = (&page.words.register, &page.ctx.settings.accounts.registration);
    let content = html! {
        @if admission.is_open() {
            (page.form("/account/register", &html! {
                (next.fields())
                (fields::login(page.words, login))
                (fields::email(page.words, email))
                (admitted(words, admission))
                (fields::new_password("password", page.words, page.ctx.settings))
                div class="row" {
                    button type="submit" { (words.register) }
                    @if page.ctx.settings.passkeys.is_some() {
                        button type="submit" class="second" formaction="/account/register/passkey" formnovalidate { (words.with_passkey) }
                    }
                }
            }))
            (with_providers(page, &next.path(), |provider| provider.signs_up))
        } @else {
            p { (words.closed) }
        }
        ul class="ways" {
            li { (words.have_account) " " a href=(next.by_way_of("/account/signin")) { (page.words.sign_in.sign_in) } }
        }
    };
    page.respond(&(words.title)(&page.ctx.settings.app_name), error, &content)
}

/// The allowed email domains, if registration is restricted to some.
fn admitted(words: &Register, admission: &RegistrationPolicy) -> Markup {
    html! {
        @if let RegistrationPolicy::Domains(domains) = admission {
            @let domains: Vec<_> = domains.iter().map(|domain| domain.spelled.as_str()).collect();
            p class="hint" { ((words.domains)(&domains.join(", "))) }
        }
    }
}
