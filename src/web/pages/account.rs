//! `/account`: who is signed in here, and the way out.

use http::StatusCode;
use maud::html;

use crate::domain::error::Error;
use crate::flows::authenticate::{self, Credential};
use crate::flows::logout;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::credential::{self, SESSION_COOKIE};
use crate::web::page;
use crate::web::pages::form::{Form, Tie};
use crate::web::pages::goal::see_other;
use crate::web::pages::signin;
use crate::web::request::Request;
use crate::web::response::Response;

pub async fn show(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    let Some(who) = signin::seen(visit, request).await? else {
        return Ok(see_other(&format!("{}/account/signin", visit.settings.base_url)));
    };
    let tie = Tie::of(visit, request)?;
    let content = html! {
        p { "Signed in as " strong { (who.user.login) } " (" (who.user.email) ")." }
        form method="post" action="/account/signout" { (tie.field()) button type="submit" { "Sign out" } }
    };
    let mut response = page::respond(StatusCode::OK, "Your account", &content);
    tie.bind(&mut response);
    Ok(response)
}

/// Ends the browser's session. One that is over already is signed out as asked.
pub async fn sign_out(visit: &Visit<'_, impl Platform>, request: &Request) -> Result<Response, Error> {
    Form::read(visit, request)?;
    if let Some(token) = credential::cookie(request.headers(), SESSION_COOKIE).ok().flatten()
        && let Ok(session) = authenticate::session(visit, &Credential::Browser(token)).await
    {
        logout::end(visit, session).await?;
    }
    let mut response = see_other(&format!("{}/account/signin", visit.settings.base_url));
    signin::forget(&mut response);
    Ok(response)
}
