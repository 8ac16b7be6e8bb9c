//! The HTML around all pages, and error pages.

use http::StatusCode;
use http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use maud::{DOCTYPE, Markup, html};

use crate::domain::error::Error;
use crate::domain::sessions::redirect_target::RedirectTarget;
use crate::domain::settings::branding::Branding;
use crate::domain::settings::settings::Settings;
use crate::web::http::assets;
use crate::web::http::error_response;
use crate::web::http::error_text;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::pages::layout::post_auth_redirect::{HOME, by_way_of};
use crate::words::catalogue::{self, Words};

/// Passkeys are used by these pages, and by no frame in them.
const PERMISSIONS: &str = "publickey-credentials-get=(self), publickey-credentials-create=(self)";

/// A page before it is sent.
pub struct Page<'a> {
    /// The application's name.
    pub name: &'a str,
    pub look: &'a Branding,
    pub words: &'static Words,
    pub title: &'a str,
    /// Navigation; empty if the user is not signed in.
    pub places: Markup,
    pub content: Markup,
    /// The other origin that forms may redirect to: `form-action` applies to redirects as well.
    pub forms_to: Option<&'a str>,
    pub uses_passkeys: bool,
}

impl Page<'_> {
    pub fn respond(&self, status: StatusCode) -> Response {
        let body = self.markup().into_string().into_bytes();
        let mut response = response::with_body(status, "text/html; charset=utf-8", body);
        if let Ok(policy) = HeaderValue::try_from(self.policy()) {
            response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
        }
        response.headers_mut().insert("permissions-policy", HeaderValue::from_static(PERMISSIONS));
        response
    }

    fn markup(&self) -> Markup {
        let frame = &self.words.layout;
        html! {
            (DOCTYPE)
            html lang=(self.words.language.tag()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) @if !self.title.contains(self.name) { " – " (self.name) } }
                    link rel="stylesheet" href={ "/assets/" (assets::style_name(self.look)) };
                    script defer src={ "/assets/" (assets::script_name()) } {}
                    @if self.uses_passkeys { script defer src={ "/assets/" (assets::passkey_script_name()) } {} }
                }
                body data-copied=(frame.copied) data-show=(frame.show) data-hide=(frame.hide) {
                    a class="skip" href="#content" { (frame.skip) }
                    header {
                        p class="name" {
                            @if let Some(logo) = &self.look.logo { img src=(logo) alt="" height="28"; }
                            (self.name)
                        }
                        (self.places)
                    }
                    main id="content" { h1 { (self.title) } (self.content) }
                }
            }
        }
    }

    /// Only our script, our stylesheet and the operator's logo; no framing; forms only to this service.
    fn policy(&self) -> String {
        let logo = self.look.logo.as_ref().map(|logo| format!("; img-src {}", logo.origin())).unwrap_or_default();
        let also = self.forms_to.map(|origin| format!(" {origin}")).unwrap_or_default();
        format!(
            "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; form-action 'self'{also}; \
             frame-ancestors 'none'; base-uri 'none'{logo}"
        )
    }
}

/// An error page, with the status that the API would use. A user who must sign in or confirm their identity is redirected
/// there, and returns afterwards. Without settings the page lacks its stylesheet, because that route fails too.
pub fn refuse(request: &Request, settings: Option<&Settings>, error: &Error, page: &str) -> Response {
    if let (Some(settings), Some(way)) = (settings, way_out(error)) {
        // The sign-in page rejects an invalid redirect target, so the user could not sign in there.
        let back = RedirectTarget::read(&settings.base_url, &[], page).map_or(HOME, |_| page);
        return response::redirect_to(settings, &by_way_of(way, back));
    }
    let plain = Branding::default();
    let words = catalogue::of(request::visitor(request).language);
    let page = Page {
        name: settings.map_or("Gatehouse", |settings| &settings.app_name),
        look: settings.map_or(&plain, |settings| &settings.branding),
        words,
        title: title(error, words),
        places: html! {},
        content: html! {
            p { (error_text::for_people(error, words)) }
            p { a href="/account" { (words.layout.to_account) } }
        },
        forms_to: None,
        uses_passkeys: false,
    };
    error_response::explain(page.respond(error_response::status(error)), error)
}

const fn way_out(error: &Error) -> Option<&'static str> {
    match error {
        // Pages only use sessions, so `TokenRevoked` is a session that ended during the request.
        Error::Unauthorized | Error::TokenRevoked => Some("/account/signin"),
        Error::ReauthenticationRequired => Some("/account/confirm"),
        _ => None,
    }
}

fn title(error: &Error, words: &Words) -> &'static str {
    let titles = &words.errors.titles;
    match error {
        Error::InvalidToken | Error::InvalidRequest(Some("r" | "code_challenge")) => titles.link,
        Error::LoginTaken => titles.login_taken,
        Error::LastAdmin => titles.last_admin,
        Error::Forbidden => titles.forbidden,
        Error::NotFound => titles.not_found,
        Error::Unavailable(_) => titles.unavailable,
        Error::TooManyKeys | Error::TokenHeld | Error::TooManyClients => titles.limit_reached,
        Error::UnknownClient | Error::UnknownRedirect | Error::UnknownRequest | Error::ClientDocument { .. } => {
            titles.link
        }
        Error::InvalidRequest(_)
        | Error::OAuth(_)
        | Error::InvalidFields(_)
        | Error::UnreachableAddress
        | Error::MethodNotAllowed(_)
        | Error::PayloadTooLarge
        | Error::UnsupportedMediaType
        | Error::UnsupportedCoding => titles.invalid_request,
        Error::CsrfFailed => titles.form_expired,
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
        | Error::ReauthenticationRequired
        | Error::SecondFactorRequired(_)
        | Error::MfaTokenInvalid
        | Error::Provider { .. }
        | Error::EnrolmentRequired(_) => titles.not_signed_in,
        Error::SecondFactorHeld
        | Error::RecoveryCodesRequired
        | Error::LastWayIn
        | Error::ClientInUse
        | Error::ClientChanged => titles.not_possible,
        Error::TooManyAttempts(_) | Error::RateLimited(_) => titles.too_many_attempts,
        Error::WeakPassword(_) => titles.weak,
    }
}
