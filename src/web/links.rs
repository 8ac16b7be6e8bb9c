//! Where the links of letters lead: pages whose button does the act. Looking uses nothing up: mail scanners look too.
//!
//! The token in a form is the authority; there is no cookie to forge a request with.

use http::StatusCode;
use maud::html;

use crate::domain::error::Error;
use crate::domain::recovery;
use crate::domain::registration;
use crate::domain::secret::Secret;
use crate::flows::visit::Visit;
use crate::flows::{activate, recover};
use crate::ports::Platform;
use crate::web::page;
use crate::web::request::{self, Request};
use crate::web::response::Response;

pub fn activation_form<P>(visit: &Visit<'_, P>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    registration::read_activation_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "Press the button to activate your " (visit.settings.app_name) " account." }
        form method="post" action="/account/activate" {
            input type="hidden" name="token" value=(token);
            button type="submit" { "Activate" }
        }
    };
    Ok(page::respond(StatusCode::OK, "Activate your account", &content))
}

pub async fn activate(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = request::form_field(request, "token")?;
    activate::activate(visit, &token, None).await?;
    Ok(page::respond(StatusCode::OK, "Your account is active", &html! { p { "You can sign in now." } }))
}

pub fn recovery_form<P>(visit: &Visit<'_, P>, request: &Request) -> Result<Response, Error> {
    let token = token(request)?;
    recovery::read_token(&visit.settings.keys, &token).ok_or(Error::InvalidToken)?;
    let content = html! {
        p { "All sessions will be ended, and you sign in with the new password." }
        form method="post" action="/account/recover" {
            input type="hidden" name="token" value=(token);
            label for="password" { "New password, at least " (visit.settings.password_min_chars) " characters" }
            input id="password" type="password" name="password" autocomplete="new-password" required;
            button type="submit" { "Set the password" }
        }
    };
    Ok(page::respond(StatusCode::OK, "Choose a new password", &content))
}

pub async fn reset(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let token = request::form_field(request, "token")?;
    let password = Secret::new(request::form_field(request, "password")?);
    recover::reset(visit, &token, &password).await?;
    Ok(page::respond(StatusCode::OK, "Your password is set", &html! { p { "You can sign in with it now." } }))
}

fn token(request: &Request) -> Result<String, Error> {
    request::query_parameter(request, "token").map_err(|_| Error::InvalidToken)
}
