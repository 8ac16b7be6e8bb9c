//! `/account/register`: a stranger asks for an account.

use maud::{Markup, html};

use crate::domain::accounts::registration::{Admission, Registration};
use crate::domain::error::Error;
use crate::domain::id::Id;
use crate::flows::accounts::register;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::Response;
use crate::web::pages::layout::csrf_form::Form;
use crate::web::pages::layout::fields;
use crate::web::pages::layout::flash::{self, Notice};
use crate::web::pages::layout::page_context::{Desk, mendable};
use crate::web::pages::registered;
use crate::words::register::Register;

pub fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Ok(ask(&Desk::new(visit, request)?, "", "", None))
}

/// Leads to the same page whether or not the address has an account.
pub async fn register(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let form = Form::read(visit, request)?;
    match form.outcome(visit, wish(visit, &form).await).await {
        Ok(registration) => {
            let mut response = flash::lead_to(visit, "/account/activate", Notice::Registered);
            registered::remember(&mut response, visit, registration);
            Ok(response)
        }
        Err(error) => {
            let (login, email) = (form.optional("login"), form.optional("email"));
            Ok(ask(&Desk::new(visit, request)?, login, email, Some(&mendable(error)?)))
        }
    }
}

async fn wish(visit: &Visit<'_, impl Platform>, form: &Form) -> Result<Id<Registration>, Error> {
    let login = request::login_name(form.text("login")?)?;
    let email = request::email(form.text("email")?)?;
    register::register(visit, register::Form { login, email, password: form.secret("password")? }).await
}

fn ask(desk: &Desk<'_, impl Platform>, login: &str, email: &str, error: Option<&Error>) -> Response {
    let (words, admission) = (&desk.words.register, &desk.visit.settings.admission);
    let content = html! {
        @if admission.is_open() {
            (desk.form("/account/register", &html! {
                (fields::login(desk.words, login))
                (fields::email(desk.words, email))
                (admitted(words, admission))
                (fields::new_password("password", desk.words, desk.visit.settings))
                div class="row" { button type="submit" { (words.register) } }
            }))
        } @else {
            p { (words.closed) }
        }
        ul class="ways" {
            li { (words.have_account) " " a href="/account/signin" { (desk.words.signin.sign_in) } }
        }
    };
    desk.respond(&(words.title)(&desk.visit.settings.app_name), error, &content)
}

/// Whose addresses are let in, where not everybody's are.
fn admitted(words: &Register, admission: &Admission) -> Markup {
    html! {
        @if let Admission::Domains(domains) = admission {
            @let domains: Vec<_> = domains.iter().map(|domain| domain.spelled.as_str()).collect();
            p class="hint" { ((words.domains)(&domains.join(", "))) }
        }
    }
}
