//! Pages: the frame they share, and an error in it.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use maud::{DOCTYPE, Markup, html};

use crate::domain::error::Error;
use crate::domain::policy;
use crate::web::refusal;
use crate::web::response::{self, Response};

const STYLE: &str = include_str!("page.css");

/// No script, nothing from elsewhere, in nobody's frame, forms to ourselves alone; and to where the answer to one may send
/// the browser, which the policy counts as the form's own address.
fn policy(forms_to: Option<&str>) -> String {
    let also = forms_to.map(|origin| format!(" {origin}")).unwrap_or_default();
    format!("default-src 'none'; style-src 'self'; form-action 'self'{also}; frame-ancestors 'none'; base-uri 'none'")
}

pub fn style() -> Response {
    let mut response = response::with_body(StatusCode::OK, "text/css; charset=utf-8", STYLE.into());
    response::cache(&mut response, policy::STYLE_MAX_AGE);
    response
}

/// A page in the house's frame.
pub fn respond(status: StatusCode, title: &str, content: &Markup) -> Response {
    respond_with_forms_to(None, status, title, content)
}

/// The same where the answer to a form may lead to another origin.
pub fn respond_with_forms_to(
    foreign_origin: Option<&str>,
    status: StatusCode,
    title: &str,
    content: &Markup,
) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="stylesheet" href="/assets/page.css";
            }
            body { main { h1 { (title) } (content) } }
        }
    };
    let mut response = response::with_body(status, "text/html; charset=utf-8", page.into_string().into_bytes());
    if let Ok(policy) = HeaderValue::try_from(policy(foreign_origin)) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// An error as a person reads it, with the status a program would get.
pub fn refuse(error: &Error) -> Response {
    let (title, advice) = words(error);
    let weaknesses = if let Error::WeakPassword(found) = error { found.as_slice() } else { &[] };
    let content = html! {
        @for weakness in weaknesses { p { (weakness.sentence()) } }
        p { (advice) }
    };
    refusal::explain(respond(refusal::status(error), title, &content), error)
}

/// A title and what to do.
const fn words(error: &Error) -> (&'static str, &'static str) {
    match error {
        Error::InvalidToken => (
            "This link does not work",
            "It has been used already, is too old, or was not copied whole. Ask for a new one.",
        ),
        Error::LoginTaken => ("That login name is taken", "Somebody was quicker. Register again with another name."),
        Error::LastAdmin => ("Somebody must administer", "Give somebody else the role first."),
        Error::Forbidden => ("That is not open to you", "Ask whoever runs this service."),
        Error::NotFound => ("There is no such page", "Check the address."),
        Error::Unavailable(_) => ("That did not work just now", "The fault is ours. Try again in a moment."),
        Error::TooManyKeys | Error::TokenHeld => ("There are as many as there may be", "Delete one first."),
        Error::InvalidRequest(_)
        | Error::InvalidFields(_)
        | Error::MethodNotAllowed(_)
        | Error::PayloadTooLarge
        | Error::UnsupportedMediaType => ("That request cannot be read", "Go back and use the page's own buttons."),
        Error::InvalidCredentials
        | Error::Unauthorized
        | Error::TokenInvalid
        | Error::TokenExpired
        | Error::TokenRevoked
        | Error::InvalidCode
        | Error::InvalidRefreshToken
        | Error::RefreshTokenReused
        | Error::AccountNotActivated
        | Error::AccountDisabled
        | Error::CsrfFailed
        | Error::ReauthenticationRequired => ("You are not signed in", "Sign in and try again."),
        Error::TooManyAttempts(_) | Error::RateLimited(_) => {
            ("That was tried too often", "Wait a little, then try again.")
        }
        Error::WeakPassword(_) => {
            ("That password is too weak", "Go back and choose a longer one that others would not guess.")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error::Weakness;

    #[test]
    fn a_page_says_everything_that_is_wrong_with_a_password() {
        let response = refuse(&Error::WeakPassword(vec![Weakness::TooShort, Weakness::Common]));
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let page = String::from_utf8(response.into_body()).unwrap();
        assert!(page.contains(Weakness::TooShort.sentence()) && page.contains(Weakness::Common.sentence()), "{page}");
        assert!(!page.contains(Weakness::ContextWord.sentence()), "{page}");
    }
}
