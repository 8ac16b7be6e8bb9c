//! Every door of the house, on one page.

use std::sync::LazyLock;

use http::Method;
use http::header::{HeaderValue, VARY};
use http::uri::PathAndQuery;

use crate::domain::administration::Change;
use crate::domain::error::Error;
use crate::domain::limit::Lane;
use crate::domain::settings::{Envelope, Settings};
use crate::domain::token::Kind;
use crate::flows::visit::Visit;
use crate::ports::Platform;
use crate::web::pages::goal;
use crate::web::request::{self, Request};
use crate::web::response::{self, Response};
use crate::web::{
    account, admin, api_keys, assets, audit_log, dialect_f, dialect_p, dialect_r, dialect_s, email, envelope, exchange,
    export, health, mailbox, oauth, one_time_code, origin, page, pages, portal_tokens, private_tokens, recovery,
    session, sessions, user_profile, well_known,
};

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

    Post   "api/auth/local/register"         LETTER,  Register           => account::register(visit, request).await;
    Post   "api/auth/local/activate"         GUESS,   Activate           => account::activate(visit, request).await;
    Post   "api/auth/local/activate/send"    LETTER,  SendActivation     => account::send_activation(visit, request).await;
    Post   "api/auth/local/login"            GUESS,   Login              => account::login(visit, request).await;
    Post   "api/auth/local/recover"          LETTER,  Recover            => recovery::request(visit, request).await;
    Post   "api/auth/local/recover/check"    GUESS,   CheckRecovery      => recovery::check(visit, request).await;
    Post   "api/auth/local/recover/reset"    GUESS,   ResetPassword      => recovery::reset(visit, request).await;
    Post   "api/auth/otp/request"            LETTER,  RequestCode        => one_time_code::request(visit, request).await;
    Post   "api/auth/otp/verify"             GUESS,   VerifyCode         => one_time_code::verify(visit, request).await;
    Post   "api/auth/token/refresh"          TRAFFIC, Refresh            => session::refresh(visit, request).await;
    Post   "api/auth/logout"                 FREE,    Logout             => session::logout(visit, request).await;
    Post   "api/auth/logout/all"             FREE,    LogoutAll          => sessions::end_all(visit, request).await;
    Any    "api/auth/verify/**"              FREE,    Verify             => session::verify(visit, request).await;
    Get    "api/auth/me"                     FREE,    Me                 => account::me(visit, request).await;
    Delete "api/auth/me"                     TRAFFIC, DeleteAccount      => account::delete(visit, request).await;
    Get    "api/auth/me/export"              TRAFFIC, Export             => export::export(visit, request).await;
    Get    "api/auth/sessions"               FREE,    Sessions           => sessions::list(visit, request).await;
    Delete "api/auth/sessions/*"             FREE,    EndSession         => sessions::end(visit, request).await;
    Post   "api/auth/reauthenticate"         GUESS,   Reauthenticate     => sessions::reauthenticate(visit, request).await;
    Post   "api/auth/password"               GUESS,   ChangePassword     => sessions::change_password(visit, request).await;
    Post   "api/auth/email"                  LETTER,  RequestEmailChange => email::request(visit, request).await;
    Post   "api/auth/email/confirm"          GUESS,   ConfirmEmailChange => email::confirm(visit, request).await;
    Post   "api/auth/email/undo"             GUESS,   UndoEmailChange    => email::undo(visit, request).await;

    Get    "api/admin/users"                 TRAFFIC, Users              => admin::users(visit, request).await;
    Get    "api/admin/users/*"               TRAFFIC, User               => admin::user(visit, request).await;
    Post   "api/admin/users/*/disable"       FREE,    DisableUser        => admin::disable(visit, request).await;
    Post   "api/admin/users/*/enable"        TRAFFIC, EnableUser         => admin::enable(visit, request).await;
    Post   "api/admin/users/*/role"          TRAFFIC, ChangeRole         => admin::change_role(visit, request).await;
    Post   "api/admin/users/*/reset"         LETTER,  StartReset         => admin::start_reset(visit, request).await;
    Get    "api/admin/users/*/sessions"      TRAFFIC, UserSessions       => admin::sessions(visit, request).await;
    Delete "api/admin/users/*/sessions"      FREE,    EndUserSessions    => admin::end_sessions(visit, request).await;
    Delete "api/admin/users/*/sessions/*"    FREE,    EndUserSession     => admin::end_session(visit, request).await;
    Get    "api/admin/users/*/tokens"        TRAFFIC, UserTokens         => admin::tokens(visit, request).await;
    Delete "api/admin/users/*/tokens/*"      FREE,    EndUserToken       => admin::end_token(visit, request).await;
    Get    "api/admin/audit"                 TRAFFIC, AuditLog           => audit_log::show(visit, request).await;

    Post   "api/manage/v1/ApiKeys"           TRAFFIC, CreateApiKey       => api_keys::create(visit, request).await;
    Get    "api/manage/v1/ApiKeys"           TRAFFIC, ApiKeys            => api_keys::list(visit, request).await;
    Delete "api/manage/v1/ApiKeys"           FREE,    DeleteApiKey       => api_keys::delete(visit, request).await;
    Get    "api/manage/v1/UserProfile"       FREE,    UserProfile        => user_profile::show(visit, request).await;

    Post   "api/v1/auth/login"               GUESS,   ShortToken         => private_tokens::login(visit, request).await;
    Post   "api/v1/auth/private_tokens"      TRAFFIC, CreatePrivateToken => private_tokens::create(visit, request).await;
    Get    "api/v1/auth/private_tokens"      TRAFFIC, PrivateTokens      => private_tokens::list(visit, request).await;
    Delete "api/v1/auth/private_tokens/*"    FREE,    DeletePrivateToken => private_tokens::delete(visit, request).await;

    Post   "fpc/api/auth/tokenlogin"         GUESS,   PortalLogin        => portal_tokens::login(visit, request).await;
    Post   "fpc/api/auth/tokenlogout"        FREE,    PortalLogout       => portal_tokens::logout(visit, request).await;

    Post   "oauth/introspect"                FREE,    Introspect         => oauth::introspect(visit, request).await;
    Post   "oauth/revoke"                    TRAFFIC, Revoke             => oauth::revoke(visit, request).await;

    Post   "api/auth/exchange"               GUESS,   Exchange           => exchange::exchange(visit, request).await;

    Get    "account"                         FREE,    AccountPage        => pages::account::show(visit, request).await;
    Post   "account/signout"                 FREE,    SignOutForm        => pages::account::sign_out(visit, request).await;
    Get    "account/keys"                    FREE,    KeysPage           => pages::keys::show(visit, request).await;
    Post   "account/keys/api"                LETTER,  KeysApiForm        => pages::keys::make(visit, request, Kind::ApiKey).await;
    Post   "account/keys/private"            LETTER,  KeysPrivateForm    => pages::keys::make(visit, request, Kind::Private).await;
    Post   "account/keys/portal"             LETTER,  KeysPortalForm     => pages::keys::make(visit, request, Kind::PortalKey).await;
    Post   "account/keys/delete"             FREE,    KeysDeleteForm     => pages::keys::delete(visit, request).await;
    Post   "account/language"                TRAFFIC, LanguageForm       => pages::account::choose_language(visit, request).await;
    Get    "account/password"                FREE,    PasswordPage       => pages::password::show(visit, request).await;
    Post   "account/password"                GUESS,   PasswordForm       => pages::password::change(visit, request).await;
    Get    "account/address"                 FREE,    AddressPage        => pages::address::show(visit, request).await;
    Post   "account/address"                 LETTER,  AddressForm        => pages::address::change(visit, request).await;
    Get    "account/sessions"                FREE,    SessionsPage       => pages::sessions::show(visit, request).await;
    Post   "account/sessions/end"            FREE,    SessionsEndForm    => pages::sessions::end(visit, request).await;
    Post   "account/sessions/others"         FREE,    SessionsOthersForm => pages::sessions::end_others(visit, request).await;
    Get    "account/confirm"                 FREE,    ConfirmPage        => pages::confirm::show(visit, request).await;
    Post   "account/confirm"                 GUESS,   ConfirmForm        => pages::confirm::prove(visit, request).await;
    Post   "account/confirm/code"            LETTER,  ConfirmCodeForm    => pages::confirm::send_code(visit, request).await;
    Post   "account/confirm/verify"          GUESS,   ConfirmVerifyForm  => pages::confirm::prove_with_code(visit, request).await;
    Get    "account/export"                  FREE,    ExportPage         => pages::export::show(visit, request).await;
    Get    "account/export/file"             TRAFFIC, ExportFile         => pages::export::download(visit, request).await;
    Get    "account/delete"                  FREE,    DeletePage         => pages::delete::show(visit, request).await;
    Post   "account/delete"                  TRAFFIC, DeleteForm         => pages::delete::delete(visit, request).await;
    Get    "account/signin"                  TRAFFIC, SigninPage         => pages::signin::show(visit, request).await;
    Post   "account/signin"                  GUESS,   SigninForm         => pages::signin::sign_in(visit, request).await;
    Post   "account/signin/code"             LETTER,  SigninCodeForm     => pages::signin::send_code(visit, request).await;
    Post   "account/signin/verify"           GUESS,   SigninVerifyForm   => pages::signin::verify_code(visit, request).await;
    Get    "account/register"                FREE,    RegisterPage       => pages::register::show(visit, request);
    Post   "account/register"                LETTER,  RegisterForm       => pages::register::register(visit, request).await;
    Get    "account/activate"                FREE,    ActivatePage       => pages::activate::show(visit, request).await;
    Post   "account/activate"                GUESS,   ActivateForm       => pages::activate::activate(visit, request).await;
    Post   "account/activate/decline"        GUESS,   DeclineForm        => pages::activate::decline(visit, request).await;
    Post   "account/activate/send"           LETTER,  ActivateSendForm   => pages::activate::send(visit, request).await;
    Get    "account/recover"                 FREE,    RecoverPage        => pages::recover::show(visit, request).await;
    Post   "account/recover"                 GUESS,   RecoverForm        => pages::recover::reset(visit, request).await;
    Post   "account/recover/send"            LETTER,  RecoverSendForm    => pages::recover::send(visit, request).await;
    Get    "account/email"                   FREE,    EmailPage          => pages::email::show_change(visit, request).await;
    Post   "account/email"                   GUESS,   EmailForm          => pages::email::confirm(visit, request).await;
    Get    "account/email/undo"              FREE,    EmailUndoPage      => pages::email::show_undo(visit, request).await;
    Post   "account/email/undo"              GUESS,   EmailUndoForm      => pages::email::undo(visit, request).await;

    Get    "admin"                           TRAFFIC, UsersPage          => pages::users::show(visit, request).await;
    Get    "admin/users/*"                   TRAFFIC, UserPage           => pages::user::show(visit, request).await;
    Post   "admin/users/*/disable"           FREE,    UserDisableForm    => pages::user_acts::change(visit, request, Change::Disable).await;
    Post   "admin/users/*/enable"            TRAFFIC, UserEnableForm     => pages::user_acts::change(visit, request, Change::Enable).await;
    Post   "admin/users/*/promote"           TRAFFIC, UserPromoteForm    => pages::user_acts::change(visit, request, Change::Promote).await;
    Post   "admin/users/*/demote"            TRAFFIC, UserDemoteForm     => pages::user_acts::change(visit, request, Change::Demote).await;
    Post   "admin/users/*/reset"             LETTER,  UserResetForm      => pages::user_acts::start_reset(visit, request).await;
    Post   "admin/users/*/sessions/end"      FREE,    UserSessionsForm   => pages::user_acts::end_sessions(visit, request).await;
    Post   "admin/users/*/sessions/*/end"    FREE,    UserSessionForm    => pages::user_acts::end_session(visit, request).await;
    Post   "admin/users/*/tokens/*/end"      FREE,    UserTokenForm      => pages::user_acts::end_token(visit, request).await;
    Get    "admin/audit"                     TRAFFIC, AuditPage          => pages::audit::show(visit, request).await;

    Get    "dev/mail"                        FREE,    LocalMailbox       => mailbox::show(visit, request).await;
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
        (true, [""], Some(settings)) if origin::is_safe(request.method()) => response::lead_to(settings, goal::HOME),
        (true, ..) => page::refuse(request, settings, error, &page_of(request)),
        (false, ..) => in_dialect(request, segments, error, settings),
    };
    response.headers_mut().append(VARY, HeaderValue::from_static("Accept"));
    response
}

fn in_dialect(request: &Request, segments: &[&str], error: &Error, settings: Option<&Settings>) -> Response {
    let method = request.method();
    match segments {
        ["account" | "admin" | "dev", ..] => page::refuse(request, settings, error, &page_of(request)),
        ["api", "manage", ..] => dialect_r::refuse(error),
        ["api", "v1", ..] => dialect_p::refuse(error, method),
        ["fpc", ..] => dialect_f::refuse(error, method),
        ["oauth", ..] => oauth::refuse(error, request.headers()),
        _ => {
            let envelope = settings.map_or(Envelope::Plain, |settings| settings.envelope);
            let named = envelope::named(envelope, request, error);
            let error = named.as_ref().unwrap_or(error);
            envelope::seal_refusal(envelope, dialect_s::refuse(error), error)
        }
    }
}
