//! Every door of the house, on one page.

use std::sync::LazyLock;

use http::Method;
use http::header::{HeaderValue, VARY};
use http::uri::PathAndQuery;

use crate::domain::admin_change::Change;
use crate::domain::error::Error;
use crate::domain::rate_limit::Lane;
use crate::domain::settings::settings::{Envelope, Settings};
use crate::domain::tokens::api_token::Kind;
use crate::flows::context::Visit;
use crate::ports::Platform;
use crate::web::http::request::{self, Request};
use crate::web::http::response::{self, Response};
use crate::web::http::{assets, health, origin, well_known};
use crate::web::pages::dev::mail;
use crate::web::pages::layout::frame;
use crate::web::pages::layout::post_auth_redirect;
use crate::web::{api, compat, oauth, pages};

/// The methods doors answer to. `HEAD` is `GET` without its body (RFC 9110 §9.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    Get,
    Post,
    Delete,
    /// Whatever the client of a gateway has asked with.
    Any,
}

/// A door a line: how it is knocked at, where it is (`*` is any one segment, `**` whatever follows), how often an address
/// may come through it, what it is called, and what is behind it.
macro_rules! doors {
    (($visit:ident, $request:ident) $($verb:ident $path:literal $lane:expr, $door:ident => $handler:expr;)*) => {
        /// What stands behind a path and a method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Door { $($door),* }

        const DOORS: &[(Verb, &str, Door)] = &[$((Verb::$verb, $path, Door::$door)),*];

        /// The same, each path cut into its segments: once, and not at every request.
        static CUT: LazyLock<Vec<(Verb, Vec<&str>, Door)>> =
            LazyLock::new(|| DOORS.iter().map(|(verb, path, door)| (*verb, path.split('/').collect(), *door)).collect());

        /// How often an address may come through a door.
        pub const fn lane(door: Door) -> Option<Lane> {
            match door { $(Door::$door => $lane),* }
        }

        /// Goes through a door.
        pub async fn enter(
            door: Door,
            $visit: &Visit<'_, impl Platform>,
            $request: &Request,
        ) -> Result<Response, Error> {
            match door { $(Door::$door => $handler),* }
        }
    };
}

const GUESS: Option<Lane> = Some(Lane::Guess);
const LETTER: Option<Lane> = Some(Lane::Letter);
const TRAFFIC: Option<Lane> = Some(Lane::Traffic);
/// What costs no more than a look; what ends a session or a key, which must not be held up by anything; `verify` and
/// `Introspect`, where one address asks for everybody; and `Ready`, which counts for itself.
const FREE: Option<Lane> = None;

doors! { (visit, request)
    Get    "health"                          FREE,    Health             => Ok(health::alive());
    Get    "health/ready"                    FREE,    Ready              => health::ready(visit).await;
    Get    ".well-known/jwks.json"           FREE,    Jwks               => Ok(well_known::jwks(visit));
    Get    ".well-known/oauth-authorization-server"
                                             FREE,    Metadata           => Ok(well_known::metadata(visit));
    Get    "openapi.json"                    FREE,    Document           => Ok(well_known::document());

    Post   "api/auth/local/register"         LETTER,  Register           => api::account::register(visit, request).await;
    Post   "api/auth/local/activate"         GUESS,   Activate           => api::account::activate(visit, request).await;
    Post   "api/auth/local/activate/send"    LETTER,  SendActivation     => api::account::send_activation(visit, request).await;
    Post   "api/auth/local/login"            GUESS,   Login              => api::account::login(visit, request).await;
    Post   "api/auth/local/recover"          LETTER,  Recover            => api::recovery::request(visit, request).await;
    Post   "api/auth/local/recover/check"    GUESS,   CheckRecovery      => api::recovery::check(visit, request).await;
    Post   "api/auth/local/recover/reset"    GUESS,   ResetPassword      => api::recovery::reset(visit, request).await;
    Post   "api/auth/otp/request"            LETTER,  RequestCode        => api::email_otp::request(visit, request).await;
    Post   "api/auth/otp/verify"             GUESS,   VerifyCode         => api::email_otp::verify(visit, request).await;
    Post   "api/auth/token/refresh"          TRAFFIC, Refresh            => api::session::refresh(visit, request).await;
    Post   "api/auth/logout"                 FREE,    Logout             => api::session::logout(visit, request).await;
    Post   "api/auth/logout/all"             FREE,    LogoutAll          => api::sessions::end_all(visit, request).await;
    Any    "api/auth/verify/**"              FREE,    Verify             => api::session::verify(visit, request).await;
    Get    "api/auth/me"                     FREE,    Me                 => api::account::me(visit, request).await;
    Delete "api/auth/me"                     TRAFFIC, DeleteAccount      => api::account::delete(visit, request).await;
    Get    "api/auth/me/export"              TRAFFIC, Export             => api::export::export(visit, request).await;
    Get    "api/auth/sessions"               FREE,    Sessions           => api::sessions::list(visit, request).await;
    Delete "api/auth/sessions/*"             FREE,    EndSession         => api::sessions::end(visit, request).await;
    Post   "api/auth/reauthenticate"         GUESS,   Reauthenticate     => api::sessions::reauthenticate(visit, request).await;
    Post   "api/auth/password"               GUESS,   ChangePassword     => api::sessions::change_password(visit, request).await;
    Post   "api/auth/email"                  LETTER,  RequestEmailChange => api::email::request(visit, request).await;
    Post   "api/auth/email/confirm"          GUESS,   ConfirmEmailChange => api::email::confirm(visit, request).await;
    Post   "api/auth/email/undo"             GUESS,   UndoEmailChange    => api::email::undo(visit, request).await;

    Get    "api/admin/users"                 TRAFFIC, Users              => api::admin_users::users(visit, request).await;
    Get    "api/admin/users/*"               TRAFFIC, User               => api::admin_users::user(visit, request).await;
    Post   "api/admin/users/*/disable"       FREE,    DisableUser        => api::admin_users::disable(visit, request).await;
    Post   "api/admin/users/*/enable"        TRAFFIC, EnableUser         => api::admin_users::enable(visit, request).await;
    Post   "api/admin/users/*/role"          TRAFFIC, ChangeRole         => api::admin_users::change_role(visit, request).await;
    Post   "api/admin/users/*/reset"         LETTER,  StartReset         => api::admin_users::start_reset(visit, request).await;
    Get    "api/admin/users/*/sessions"      TRAFFIC, UserSessions       => api::admin_users::sessions(visit, request).await;
    Delete "api/admin/users/*/sessions"      FREE,    EndUserSessions    => api::admin_users::end_sessions(visit, request).await;
    Delete "api/admin/users/*/sessions/*"    FREE,    EndUserSession     => api::admin_users::end_session(visit, request).await;
    Get    "api/admin/users/*/tokens"        TRAFFIC, UserTokens         => api::admin_users::tokens(visit, request).await;
    Delete "api/admin/users/*/tokens/*"      FREE,    EndUserToken       => api::admin_users::end_token(visit, request).await;
    Get    "api/admin/audit"                 TRAFFIC, AuditLog           => api::admin_audit::show(visit, request).await;

    Post   "api/manage/v1/ApiKeys"           TRAFFIC, CreateApiKey       => compat::fastreport::api_keys::create(visit, request).await;
    Get    "api/manage/v1/ApiKeys"           TRAFFIC, ApiKeys            => compat::fastreport::api_keys::list(visit, request).await;
    Delete "api/manage/v1/ApiKeys"           FREE,    DeleteApiKey       => compat::fastreport::api_keys::delete(visit, request).await;
    Get    "api/manage/v1/UserProfile"       FREE,    UserProfile        => compat::fastreport::user_profile::show(visit, request).await;

    Post   "api/v1/auth/login"               GUESS,   ShortToken         => compat::django::private_tokens::login(visit, request).await;
    Post   "api/v1/auth/private_tokens"      TRAFFIC, CreatePrivateToken => compat::django::private_tokens::create(visit, request).await;
    Get    "api/v1/auth/private_tokens"      TRAFFIC, PrivateTokens      => compat::django::private_tokens::list(visit, request).await;
    Delete "api/v1/auth/private_tokens/*"    FREE,    DeletePrivateToken => compat::django::private_tokens::delete(visit, request).await;

    Post   "fpc/api/auth/tokenlogin"         GUESS,   PortalLogin        => compat::fortiportal::portal_tokens::login(visit, request).await;
    Post   "fpc/api/auth/tokenlogout"        FREE,    PortalLogout       => compat::fortiportal::portal_tokens::logout(visit, request).await;

    Post   "oauth/introspect"                FREE,    Introspect         => oauth::introspection::introspect(visit, request).await;
    Post   "oauth/revoke"                    TRAFFIC, Revoke             => oauth::introspection::revoke(visit, request).await;

    Post   "api/auth/exchange"               GUESS,   Exchange           => api::exchange::exchange(visit, request).await;

    Get    "account"                         FREE,    AccountPage        => pages::account::overview::show(visit, request).await;
    Post   "account/signout"                 FREE,    SignOutForm        => pages::account::overview::sign_out(visit, request).await;
    Get    "account/keys"                    FREE,    KeysPage           => pages::account::keys::show(visit, request).await;
    Post   "account/keys/api"                LETTER,  KeysApiForm        => pages::account::keys::make(visit, request, Kind::ApiKey).await;
    Post   "account/keys/private"            LETTER,  KeysPrivateForm    => pages::account::keys::make(visit, request, Kind::Private).await;
    Post   "account/keys/portal"             LETTER,  KeysPortalForm     => pages::account::keys::make(visit, request, Kind::PortalKey).await;
    Post   "account/keys/delete"             FREE,    KeysDeleteForm     => pages::account::keys::delete(visit, request).await;
    Post   "account/language"                TRAFFIC, LanguageForm       => pages::account::overview::choose_language(visit, request).await;
    Get    "account/password"                FREE,    PasswordPage       => pages::account::password::show(visit, request).await;
    Post   "account/password"                GUESS,   PasswordForm       => pages::account::password::change(visit, request).await;
    Get    "account/address"                 FREE,    AddressPage        => pages::account::email::show(visit, request).await;
    Post   "account/address"                 LETTER,  AddressForm        => pages::account::email::change(visit, request).await;
    Get    "account/sessions"                FREE,    SessionsPage       => pages::account::sessions::show(visit, request).await;
    Post   "account/sessions/end"            FREE,    SessionsEndForm    => pages::account::sessions::end(visit, request).await;
    Post   "account/sessions/others"         FREE,    SessionsOthersForm => pages::account::sessions::end_others(visit, request).await;
    Get    "account/confirm"                 FREE,    ConfirmPage        => pages::account::reauthenticate::show(visit, request).await;
    Post   "account/confirm"                 GUESS,   ConfirmForm        => pages::account::reauthenticate::prove(visit, request).await;
    Post   "account/confirm/code"            LETTER,  ConfirmCodeForm    => pages::account::reauthenticate::send_code(visit, request).await;
    Post   "account/confirm/verify"          GUESS,   ConfirmVerifyForm  => pages::account::reauthenticate::prove_with_code(visit, request).await;
    Get    "account/export"                  FREE,    ExportPage         => pages::account::export::show(visit, request).await;
    Get    "account/export/file"             TRAFFIC, ExportFile         => pages::account::export::download(visit, request).await;
    Get    "account/delete"                  FREE,    DeletePage         => pages::account::delete::show(visit, request).await;
    Post   "account/delete"                  TRAFFIC, DeleteForm         => pages::account::delete::delete(visit, request).await;
    Get    "account/signin"                  TRAFFIC, SigninPage         => pages::sign_in::sign_in::show(visit, request).await;
    Post   "account/signin"                  GUESS,   SigninForm         => pages::sign_in::sign_in::sign_in(visit, request).await;
    Post   "account/signin/code"             LETTER,  SigninCodeForm     => pages::sign_in::sign_in::send_code(visit, request).await;
    Post   "account/signin/verify"           GUESS,   SigninVerifyForm   => pages::sign_in::sign_in::verify_code(visit, request).await;
    Get    "account/register"                FREE,    RegisterPage       => pages::sign_in::register::show(visit, request);
    Post   "account/register"                LETTER,  RegisterForm       => pages::sign_in::register::register(visit, request).await;
    Get    "account/activate"                FREE,    ActivatePage       => pages::sign_in::activate::show(visit, request).await;
    Post   "account/activate"                GUESS,   ActivateForm       => pages::sign_in::activate::activate(visit, request).await;
    Post   "account/activate/decline"        GUESS,   DeclineForm        => pages::sign_in::activate::decline(visit, request).await;
    Post   "account/activate/send"           LETTER,  ActivateSendForm   => pages::sign_in::activate::send(visit, request).await;
    Get    "account/recover"                 FREE,    RecoverPage        => pages::sign_in::recover::show(visit, request).await;
    Post   "account/recover"                 GUESS,   RecoverForm        => pages::sign_in::recover::reset(visit, request).await;
    Post   "account/recover/send"            LETTER,  RecoverSendForm    => pages::sign_in::recover::send(visit, request).await;
    Get    "account/email"                   FREE,    EmailPage          => pages::sign_in::email_links::show_change(visit, request).await;
    Post   "account/email"                   GUESS,   EmailForm          => pages::sign_in::email_links::confirm(visit, request).await;
    Get    "account/email/undo"              FREE,    EmailUndoPage      => pages::sign_in::email_links::show_undo(visit, request).await;
    Post   "account/email/undo"              GUESS,   EmailUndoForm      => pages::sign_in::email_links::undo(visit, request).await;

    Get    "admin"                           TRAFFIC, UsersPage          => pages::admin::users::show(visit, request).await;
    Get    "admin/users/*"                   TRAFFIC, UserPage           => pages::admin::user::show(visit, request).await;
    Post   "admin/users/*/disable"           FREE,    UserDisableForm    => pages::admin::user_actions::change(visit, request, Change::Disable).await;
    Post   "admin/users/*/enable"            TRAFFIC, UserEnableForm     => pages::admin::user_actions::change(visit, request, Change::Enable).await;
    Post   "admin/users/*/promote"           TRAFFIC, UserPromoteForm    => pages::admin::user_actions::change(visit, request, Change::Promote).await;
    Post   "admin/users/*/demote"            TRAFFIC, UserDemoteForm     => pages::admin::user_actions::change(visit, request, Change::Demote).await;
    Post   "admin/users/*/reset"             LETTER,  UserResetForm      => pages::admin::user_actions::start_reset(visit, request).await;
    Post   "admin/users/*/sessions/end"      FREE,    UserSessionsForm   => pages::admin::user_actions::end_sessions(visit, request).await;
    Post   "admin/users/*/sessions/*/end"    FREE,    UserSessionForm    => pages::admin::user_actions::end_session(visit, request).await;
    Post   "admin/users/*/tokens/*/end"      FREE,    UserTokenForm      => pages::admin::user_actions::end_token(visit, request).await;
    Get    "admin/audit"                     TRAFFIC, AuditPage          => pages::admin::audit::show(visit, request).await;

    Get    "dev/mail"                        FREE,    LocalMailbox       => mail::show(visit, request).await;
    Get    "assets/*"                        FREE,    Asset              => assets::serve(&visit.settings.look, request);
}

/// Whether browsers are known again behind a door: on the pages of accounts, where people sign in.
pub fn knows_browsers(door: Door) -> bool {
    DOORS.iter().any(|(_, path, own)| *own == door && path.starts_with("account"))
}

/// Whether what is behind a door may be told as a replica has it: it looks, and neither writes nor hands anything out.
pub const fn may_be_late(door: Door) -> bool {
    matches!(door, Door::Me | Door::Verify)
}

/// The door for a method at a path.
pub fn find(method: &Method, segments: &[&str]) -> Result<Door, Error> {
    let verb = match method.as_str() {
        "GET" | "HEAD" => Some(Verb::Get),
        "POST" => Some(Verb::Post),
        "DELETE" => Some(Verb::Delete),
        _ => None,
    };
    let here: Vec<_> = CUT.iter().filter(|(_, path, _)| leads_to(path, segments)).collect();
    if here.is_empty() {
        return Err(Error::NotFound);
    }
    let door = here.iter().find(|(known, ..)| *known == Verb::Any || Some(*known) == verb).map(|(.., door)| *door);
    door.ok_or_else(|| Error::MethodNotAllowed(allow(&here.iter().map(|(verb, ..)| *verb).collect::<Vec<_>>())))
}

fn leads_to(path: &[&str], segments: &[&str]) -> bool {
    match (path.split_first(), segments.split_first()) {
        (None, None) | (Some((&"**", _)), _) => true,
        (Some((own, path)), Some((given, segments))) => (own == given || *own == "*") && leads_to(path, segments),
        _ => false,
    }
}

/// The `Allow` header of a path.
fn allow(here: &[Verb]) -> &'static str {
    match [Verb::Get, Verb::Post, Verb::Delete].map(|verb| here.contains(&verb)) {
        [true, false, false] => "GET, HEAD, OPTIONS",
        [false, true, false] => "POST, OPTIONS",
        [false, false, true] => "DELETE, OPTIONS",
        [true, true, false] => "GET, HEAD, POST, OPTIONS",
        [true, false, true] => "GET, HEAD, DELETE, OPTIONS",
        [false, true, true] => "POST, DELETE, OPTIONS",
        [true, true, true] => "GET, HEAD, POST, DELETE, OPTIONS",
        [false, false, false] => "OPTIONS",
    }
}

/// The page a path belongs to: itself, or the nearest above it that can be looked at.
fn page_of(request: &Request) -> String {
    let path = request.uri().path();
    if *request.method() != Method::POST {
        return request.uri().path_and_query().map_or(path, PathAndQuery::as_str).to_owned();
    }
    let mut segments = request::segments(path);
    while find(&Method::GET, &segments).is_err() && segments.pop().is_some() {}
    format!("/{}", segments.join("/"))
}

/// An error in the language of its path: pages for people, each dialect's own, and dialect S for everything else. Where there
/// is nothing at all a person reads a page, and finds their account at the root.
pub fn refuse(request: &Request, segments: &[&str], error: &Error, settings: Option<&Settings>) -> Response {
    let is_page = matches!(segments, ["account" | "admin" | "dev", ..]);
    if is_page || *error != Error::NotFound || find(request.method(), segments).is_ok() {
        return in_dialect(request, segments, error, settings);
    }
    let mut response = match (request::prefers_page(request), segments, settings) {
        (true, [""], Some(settings)) if origin::is_safe(request.method()) => {
            response::lead_to(settings, post_auth_redirect::HOME)
        }
        (true, ..) => frame::refuse(request, settings, error, &page_of(request)),
        (false, ..) => in_dialect(request, segments, error, settings),
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    response
}

fn in_dialect(request: &Request, segments: &[&str], error: &Error, settings: Option<&Settings>) -> Response {
    let method = request.method();
    match segments {
        ["account" | "admin" | "dev", ..] => frame::refuse(request, settings, error, &page_of(request)),
        ["api", "manage", ..] => compat::fastreport::errors::refuse(error),
        ["api", "v1", ..] => compat::django::errors::refuse(error, method),
        ["fpc", ..] => compat::fortiportal::errors::refuse(error, method),
        ["oauth", ..] => oauth::introspection::refuse(error, request.headers()),
        _ => {
            let envelope = settings.map_or(Envelope::Plain, |settings| settings.envelope);
            let named = compat::fastschema::envelope::named(envelope, request, error);
            let error = named.as_ref().unwrap_or(error);
            compat::fastschema::envelope::seal_refusal(envelope, api::errors::refuse(error), error)
        }
    }
}
