//! Where the links of letters lead: pages whose button does the act. Looking uses nothing up: mail scanners look too.
//!
//! The token in a form is the authority; there is no cookie to forge a request with.

use maud::{Markup, html};

use crate::domain::email_change;
use crate::domain::error::Error;
use crate::domain::recovery;
use crate::domain::registration;
use crate::domain::secret::Secret;
use crate::flows::visit::Visit;
use crate::flows::{activate, change_email, recover};
use crate::ports::Platform;
use crate::web::pages::desk::Desk;
use crate::web::request::{self, Request};
use crate::web::response::Response;

pub fn activation_form(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    registration::read_activation_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "Press the button to activate your " (visit.settings.app_name) " account." }
        (form("/account/activate", &token, &html! {}, "Activate"))
    };
    Ok(Desk::new(visit, request)?.respond("Activate your account", None, &content))
}

pub async fn activate(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = request::form_field(request, "token")?;
    activate::activate(visit, &token, None).await?;
    Ok(Desk::new(visit, request)?.respond("Your account is active", None, &html! { p { "You can sign in now." } }))
}

pub fn recovery_form(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    recovery::read_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "All sessions will be ended, and you sign in with the new password." }
        (form("/account/recover", &token, &html! { (new_password(visit)) (end_keys()) }, "Set the password"))
    };
    Ok(Desk::new(visit, request)?.respond("Choose a new password", None, &content))
}

pub async fn reset(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = request::form_field(request, "token")?;
    let password = Secret::new(request::form_field(request, "password")?);
    let end_keys = request::form_field(request, "end_keys").is_ok();
    recover::reset(visit, &token, &password, end_keys).await?;
    Ok(Desk::new(visit, request)?.respond(
        "Your password is set",
        None,
        &html! { p { "You can sign in with it now." } },
    ))
}

pub fn email_change_form(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    email_change::read_change_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "Press the button if the " (visit.settings.app_name) " account named in the letter is yours. From then on it has \
             this address, and the one it had is told." }
        (form("/account/email", &token, &html! {}, "Confirm"))
    };
    Ok(Desk::new(visit, request)?.respond("Confirm your new address", None, &content))
}

pub async fn confirm_email_change(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    change_email::confirm(visit, &request::form_field(request, "token")?).await?;
    let content = html! { p { "Sign in with the new address from now on. Where you are signed in you stay so." } };
    Ok(Desk::new(visit, request)?.respond("Your address is changed", None, &content))
}

pub fn email_undo_form(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    email_change::read_undo_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "Your old address comes back, and all sessions will be ended. Whoever changed the address knew the password, \
             so choose a new one that you use nowhere else." }
        (form("/account/email/undo", &token, &new_password(visit), "Take it back"))
    };
    Ok(Desk::new(visit, request)?.respond("Take your account back", None, &content))
}

pub async fn undo_email_change(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = request::form_field(request, "token")?;
    let password = Secret::new(request::form_field(request, "password")?);
    change_email::undo(visit, &token, &password).await?;
    let content = html! { p { "It has your old address again. You can sign in with the new password now." } };
    Ok(Desk::new(visit, request)?.respond("Your account is yours again", None, &content))
}

fn token(request: &Request) -> Result<String, Error> {
    request::query_parameter(request, "token").map_err(|_| Error::InvalidToken)
}

/// The one form of these pages: the link's token, what else is needed, and the button.
fn form(action: &str, token: &str, fields: &Markup, button: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="token" value=(token);
            (fields)
            button type="submit" { (button) }
        }
    }
}

fn end_keys() -> Markup {
    html! {
        label class="choice" {
            input type="checkbox" name="end_keys" value="yes";
            " Also end API keys and tokens: programs that act for you stop working"
        }
    }
}

fn new_password<P>(visit: &Visit<'_, P>) -> Markup {
    html! {
        label for="password" { "New password, at least " (visit.settings.password_min_chars) " characters" }
        input id="password" type="password" name="password" autocomplete="new-password" required;
    }
}
