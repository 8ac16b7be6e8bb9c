//! All routes.

use std::sync::LazyLock;

use http::Method;

use crate::domain::admin_change::Change;
use crate::domain::error::Error;
use crate::domain::rate_limit::RateLimitClass;
use crate::domain::tokens::api_token::TokenKind;
use crate::flows::context::RequestContext;
use crate::ports::Platform;
use crate::web::http::request::Request;
use crate::web::http::response::Response;
use crate::web::http::{assets, health, well_known};
use crate::web::pages::dev::mail;
use crate::web::{api, compat, oauth, pages};

/// The methods of routes. `HEAD` is `GET` without its body (RFC 9110 §9.3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteMethod {
    Get,
    Post,
    Delete,
    /// The gateway may use its client's method.
    Any,
}

/// One route per line: method, path (`*` is any one segment, `**` the rest of the path), rate-limit class per address, name
/// and handler. The first path that fits is the only one: what it has no method for, a later path with a `*` does not get.
macro_rules! routes {
    (($ctx:ident, $request:ident) $($method:ident $path:literal $class:expr, $route:ident => $handler:expr;)*) => {
        /// The route of a path and a method.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Route { $($route),* }

        const ROUTES: &[(RouteMethod, &str, Route)] = &[$((RouteMethod::$method, $path, Route::$route)),*];

        /// `ROUTES` with each path split into segments, once instead of per request.
        static PATHS: LazyLock<Vec<(RouteMethod, Vec<&str>, Route)>> =
            LazyLock::new(|| ROUTES.iter().map(|(method, path, route)| (*method, path.split('/').collect(), *route)).collect());

        /// The path of a route, as it is written here.
        pub const fn pattern(route: Route) -> &'static str {
            match route { $(Route::$route => concat!("/", $path)),* }
        }

        /// The rate-limit class that an address is counted in.
        pub const fn rate_limit_class(route: Route) -> Option<RateLimitClass> {
            match route { $(Route::$route => $class),* }
        }

        /// Calls the route's handler.
        pub async fn dispatch(
            route: Route,
            $ctx: &RequestContext<'_, impl Platform>,
            $request: &Request,
        ) -> Result<Response, Error> {
            match route { $(Route::$route => $handler),* }
        }
    };
}

const GUESS: Option<RateLimitClass> = Some(RateLimitClass::Guess);
const EMAIL: Option<RateLimitClass> = Some(RateLimitClass::Email);
const TRAFFIC: Option<RateLimitClass> = Some(RateLimitClass::Traffic);
/// No limit: cheap reads; what takes access away, such as ending a session or disabling a client, which nothing may hold up;
/// `verify`, `Introspect` and `UserInfo`, where one address asks for all users; and `Ready`, which counts its own requests.
const FREE: Option<RateLimitClass> = None;

routes! { (ctx, request)
    Get    "health"                          FREE,    Health             => Ok(health::alive());
    Get    "health/ready"                    FREE,    Ready              => health::ready(ctx).await;
    Get    ".well-known/jwks.json"           FREE,    Jwks               => well_known::jwks(ctx).await;
    Get    ".well-known/openid-configuration"
                                             FREE,    OpenIdConfiguration => Ok(oauth::metadata::show(ctx));
    Get    ".well-known/oauth-authorization-server"
                                             FREE,    Metadata           => Ok(oauth::metadata::show(ctx));
    Get    ".well-known/webauthn"            FREE,    RelatedOrigins     => well_known::webauthn(ctx);
    Get    "openapi.json"                    FREE,    Document           => Ok(well_known::document());

    Post   "api/auth/local/register"         EMAIL,   Register           => api::account::register(ctx, request).await;
    Post   "api/auth/local/activate"         GUESS,   Activate           => api::account::activate(ctx, request).await;
    Post   "api/auth/local/activate/send"    EMAIL,   SendActivation     => api::account::send_activation(ctx, request).await;
    Post   "api/auth/local/login"            GUESS,   Login              => api::account::login(ctx, request).await;
    Post   "api/auth/local/recover"          EMAIL,   Recover            => api::recovery::request(ctx, request).await;
    Post   "api/auth/local/recover/check"    GUESS,   CheckRecovery      => api::recovery::check(ctx, request).await;
    Post   "api/auth/local/recover/reset"    GUESS,   ResetPassword      => api::recovery::reset(ctx, request).await;
    Post   "api/auth/otp/request"            EMAIL,   RequestCode        => api::email_otp::request(ctx, request).await;
    Post   "api/auth/otp/verify"             GUESS,   VerifyCode         => api::email_otp::verify(ctx, request).await;
    Post   "api/auth/mfa/verify"             GUESS,   VerifySecondFactor => api::second_factor::verify(ctx, request).await;
    Post   "api/auth/mfa/enrol"              GUESS,   OfferRequiredApp   => api::second_factor::offer(ctx, request).await;
    Post   "api/auth/mfa/enrol/confirm"      GUESS,   AddRequiredApp     => api::second_factor::enrol(ctx, request).await;
    Post   "api/auth/mfa/options"            TRAFFIC, SecondFactorOptions => api::second_factor::options(ctx, request).await;
    Post   "api/auth/passkey"                GUESS,   PasskeySignIn      => api::passkeys::sign_in(ctx, request).await;
    Post   "api/auth/passkey/options"        FREE,    PasskeyOptions     => api::passkeys::sign_in_options(ctx);
    Post   "api/auth/token/refresh"          TRAFFIC, Refresh            => api::session::refresh(ctx, request).await;
    Post   "api/auth/logout"                 FREE,    Logout             => api::session::logout(ctx, request).await;
    Post   "api/auth/logout/all"             FREE,    LogoutAll          => api::sessions::end_all(ctx, request).await;
    Any    "api/auth/verify/**"              FREE,    Verify             => api::session::verify(ctx, request).await;
    Get    "api/auth/providers"              FREE,    IdentityProviders  => Ok(api::identity_providers::list(ctx));
    Get    "api/auth/providers/*/tokens"     FREE,    UpstreamTokens     => api::identity_providers::tokens(ctx, request).await;
    Get    "api/auth/me"                     FREE,    Me                 => api::account::me(ctx, request).await;
    Delete "api/auth/me"                     TRAFFIC, DeleteAccount      => api::account::delete(ctx, request).await;
    Get    "api/auth/me/export"              TRAFFIC, Export             => api::export::export(ctx, request).await;
    Get    "api/auth/sessions"               FREE,    Sessions           => api::sessions::list(ctx, request).await;
    Delete "api/auth/sessions/*"             FREE,    EndSession         => api::sessions::end(ctx, request).await;
    Get    "api/auth/applications"           FREE,    Applications       => api::applications::list(ctx, request).await;
    Post   "api/auth/applications/remove"    FREE,    RemoveApplication  => api::applications::withdraw(ctx, request).await;
    Post   "api/auth/reauthenticate"         GUESS,   Reauthenticate     => api::sessions::reauthenticate(ctx, request).await;
    Post   "api/auth/reauthenticate/options" TRAFFIC, ReauthenticationOptions => api::sessions::reauthentication_options(ctx, request).await;
    Post   "api/auth/password"               GUESS,   ChangePassword     => api::sessions::change_password(ctx, request).await;
    Delete "api/auth/password"               FREE,    RemovePassword     => api::sessions::remove_password(ctx, request).await;
    Post   "api/auth/email"                  EMAIL,   RequestEmailChange => api::email::request(ctx, request).await;
    Post   "api/auth/email/confirm"          GUESS,   ConfirmEmailChange => api::email::confirm(ctx, request).await;
    Post   "api/auth/email/undo"             GUESS,   UndoEmailChange    => api::email::undo(ctx, request).await;
    Get    "api/auth/factors"                FREE,    Factors            => api::factors::list(ctx, request).await;
    Post   "api/auth/factors/undo"           GUESS,   UndoFactor         => api::factors::undo(ctx, request).await;
    Post   "api/auth/totp"                   TRAFFIC, OfferApp           => api::factors::offer_app(ctx, request).await;
    Post   "api/auth/totp/confirm"           GUESS,   ConfirmApp         => api::factors::confirm_app(ctx, request).await;
    Delete "api/auth/totp"                   TRAFFIC, RemoveApp          => api::factors::remove_app(ctx, request).await;
    Post   "api/auth/recovery-codes"         TRAFFIC, OfferCodes         => api::factors::offer_codes(ctx, request).await;
    Post   "api/auth/recovery-codes/confirm" GUESS,   ConfirmCodes       => api::factors::confirm_codes(ctx, request).await;
    Get    "api/auth/passkeys"               TRAFFIC, Passkeys           => api::passkeys::list(ctx, request).await;
    Post   "api/auth/passkeys"               TRAFFIC, AddPasskey         => api::passkeys::add(ctx, request).await;
    Post   "api/auth/passkeys/options"       TRAFFIC, AddPasskeyOptions  => api::passkeys::add_options(ctx, request).await;
    Post   "api/auth/passkeys/*"             TRAFFIC, RenamePasskey      => api::passkeys::rename(ctx, request).await;
    Delete "api/auth/passkeys/*"             FREE,    RemovePasskey      => api::passkeys::remove(ctx, request).await;

    Get    "api/admin/users"                 TRAFFIC, Users              => api::admin_users::users(ctx, request).await;
    Get    "api/admin/users/*"               TRAFFIC, User               => api::admin_users::user(ctx, request).await;
    Post   "api/admin/users/*/disable"       FREE,    DisableUser        => api::admin_users::disable(ctx, request).await;
    Post   "api/admin/users/*/enable"        TRAFFIC, EnableUser         => api::admin_users::enable(ctx, request).await;
    Post   "api/admin/users/*/role"          TRAFFIC, ChangeRole         => api::admin_users::change_role(ctx, request).await;
    Post   "api/admin/users/*/reset"         EMAIL,   StartReset         => api::admin_users::start_reset(ctx, request).await;
    Post   "api/admin/users/*/factors/reset" EMAIL,   ResetFactors       => api::admin_users::reset_factors(ctx, request).await;
    Get    "api/admin/users/*/sessions"      TRAFFIC, UserSessions       => api::admin_users::sessions(ctx, request).await;
    Delete "api/admin/users/*/sessions"      FREE,    EndUserSessions    => api::admin_users::end_sessions(ctx, request).await;
    Delete "api/admin/users/*/sessions/*"    FREE,    EndUserSession     => api::admin_users::end_session(ctx, request).await;
    Get    "api/admin/users/*/tokens"        TRAFFIC, UserTokens         => api::admin_users::tokens(ctx, request).await;
    Delete "api/admin/users/*/tokens/*"      FREE,    EndUserToken       => api::admin_users::end_token(ctx, request).await;
    Get    "api/admin/clients"               TRAFFIC, Clients            => api::admin_clients::list(ctx, request).await;
    Post   "api/admin/clients"               TRAFFIC, CreateClient       => api::admin_clients::create(ctx, request).await;
    Get    "api/admin/clients/*"             TRAFFIC, Client             => api::admin_clients::view(ctx, request).await;
    Post   "api/admin/clients/*"             TRAFFIC, ChangeClient       => api::admin_clients::change(ctx, request).await;
    Delete "api/admin/clients/*"             FREE,    DeleteClient       => api::admin_clients::delete(ctx, request).await;
    Post   "api/admin/clients/*/secret"      TRAFFIC, RotateClientSecret => api::admin_clients::rotate_secret(ctx, request).await;
    Delete "api/admin/clients/*/secret"      FREE,    EndClientSecret    => api::admin_clients::end_secret(ctx, request).await;
    Post   "api/admin/clients/*/disable"     FREE,    DisableClient      => api::admin_clients::disable(ctx, request).await;
    Post   "api/admin/clients/*/enable"      TRAFFIC, EnableClient       => api::admin_clients::enable(ctx, request).await;
    Get    "api/admin/audit"                 TRAFFIC, AuditLog           => api::admin_audit::show(ctx, request).await;

    Post   "api/manage/v1/ApiKeys"           TRAFFIC, CreateApiKey       => compat::fastreport::api_keys::create(ctx, request).await;
    Get    "api/manage/v1/ApiKeys"           TRAFFIC, ApiKeys            => compat::fastreport::api_keys::list(ctx, request).await;
    Delete "api/manage/v1/ApiKeys"           FREE,    DeleteApiKey       => compat::fastreport::api_keys::delete(ctx, request).await;
    Get    "api/manage/v1/UserProfile"       FREE,    UserProfile        => compat::fastreport::user_profile::show(ctx, request).await;

    Post   "api/v1/auth/login"               GUESS,   ShortToken         => compat::django::private_tokens::login(ctx, request).await;
    Post   "api/v1/auth/private_tokens"      TRAFFIC, CreatePrivateToken => compat::django::private_tokens::create(ctx, request).await;
    Get    "api/v1/auth/private_tokens"      TRAFFIC, PrivateTokens      => compat::django::private_tokens::list(ctx, request).await;
    Delete "api/v1/auth/private_tokens/*"    FREE,    DeletePrivateToken => compat::django::private_tokens::delete(ctx, request).await;

    Post   "fpc/api/auth/tokenlogin"         GUESS,   PortalLogin        => compat::fortiportal::portal_tokens::login(ctx, request).await;
    Post   "fpc/api/auth/tokenlogout"        FREE,    PortalLogout       => compat::fortiportal::portal_tokens::logout(ctx, request).await;

    Post   "oauth/introspect"                FREE,    Introspect         => oauth::introspection::introspect(ctx, request).await;
    Post   "oauth/revoke"                    TRAFFIC, Revoke             => oauth::introspection::revoke(ctx, request).await;

    Get    "oauth/authorize"                 TRAFFIC, Authorize          => pages::oauth::authorize::show(ctx, request).await;
    Post   "oauth/authorize"                 TRAFFIC, AuthorizeForm      => pages::oauth::authorize::receive(ctx, request).await;
    Post   "oauth/consent"                   TRAFFIC, ConsentForm        => pages::oauth::authorize::decide(ctx, request).await;
    Post   "oauth/par"                       TRAFFIC, PushRequest        => oauth::pushed_request::push(ctx, request).await;
    Post   "oauth/device_authorization"      TRAFFIC, DeviceAuthorization => oauth::device_authorization::issue(ctx, request).await;
    Get    "oauth/logout"                    FREE,    LogoutRequest      => pages::oauth::logout::show(ctx, request).await;
    Post   "oauth/logout"                    FREE,    LogoutRequestForm  => pages::oauth::logout::receive(ctx, request).await;
    Post   "oauth/token"                     TRAFFIC,  Token              => oauth::token::issue(ctx, request).await;
    Post   "oauth/register"                  GUESS,   RegisterClient     => oauth::register::register(ctx, request);
    Get    "oauth/userinfo"                  FREE,    UserInfo           => oauth::userinfo::show(ctx, request).await;
    Post   "oauth/userinfo"                  FREE,    UserInfoForm       => oauth::userinfo::show(ctx, request).await;

    Post   "api/auth/exchange"               GUESS,   Exchange           => api::exchange::exchange(ctx, request).await;

    Get    "account"                         FREE,    AccountPage        => pages::account::overview::show(ctx, request).await;
    Post   "account/signout"                 FREE,    SignOutForm        => pages::account::overview::sign_out(ctx, request).await;
    Get    "account/keys"                    FREE,    KeysPage           => pages::account::keys::show(ctx, request).await;
    Post   "account/keys/api"                EMAIL,   KeysApiForm        => pages::account::keys::make(ctx, request, TokenKind::ApiKey).await;
    Post   "account/keys/private"            EMAIL,   KeysPrivateForm    => pages::account::keys::make(ctx, request, TokenKind::Private).await;
    Post   "account/keys/portal"             EMAIL,   KeysPortalForm     => pages::account::keys::make(ctx, request, TokenKind::PortalKey).await;
    Post   "account/keys/delete"             FREE,    KeysDeleteForm     => pages::account::keys::delete(ctx, request).await;
    Post   "account/language"                TRAFFIC, LanguageForm       => pages::account::overview::choose_language(ctx, request).await;
    Get    "account/password"                FREE,    PasswordPage       => pages::account::password::show(ctx, request).await;
    Post   "account/password"                GUESS,   PasswordForm       => pages::account::password::change(ctx, request).await;
    Get    "account/address"                 FREE,    AddressPage        => pages::account::email::show(ctx, request).await;
    Post   "account/address"                 EMAIL,   AddressForm        => pages::account::email::change(ctx, request).await;
    Get    "account/security"                FREE,    SecurityPage       => pages::account::security::show(ctx, request).await;
    Get    "account/security/app"            FREE,    AppPage            => pages::account::enrolment::show_app(ctx, request).await;
    Post   "account/security/app"            GUESS,   AppForm            => pages::account::enrolment::confirm_app(ctx, request).await;
    Post   "account/security/app/remove"     TRAFFIC, AppRemoveForm      => pages::account::security::remove_app(ctx, request).await;
    Post   "account/security/browsers/forget" TRAFFIC, BrowsersForgetForm => pages::account::security::forget_browsers(ctx, request).await;
    Get    "account/security/passkeys"       FREE,    PasskeysPage       => pages::account::passkeys::show(ctx, request).await;
    Post   "account/security/passkeys"       TRAFFIC, PasskeysForm       => pages::account::passkeys::add(ctx, request).await;
    Post   "account/security/passkeys/rename" TRAFFIC, PasskeyRenameForm  => pages::account::passkeys::rename(ctx, request).await;
    Post   "account/security/passkeys/remove" TRAFFIC, PasskeyRemoveForm  => pages::account::passkeys::remove(ctx, request).await;
    Post   "account/security/password/remove" TRAFFIC, PasswordRemoveForm => pages::account::passkeys::remove_password(ctx, request).await;
    Get    "account/security/codes"          FREE,    CodesPage          => pages::account::enrolment::show_codes(ctx, request).await;
    Post   "account/security/codes"          GUESS,   CodesForm          => pages::account::enrolment::confirm_codes(ctx, request).await;
    Get    "account/sessions"                FREE,    SessionsPage       => pages::account::sessions::show(ctx, request).await;
    Post   "account/sessions/end"            FREE,    SessionsEndForm    => pages::account::sessions::end(ctx, request).await;
    Post   "account/sessions/others"         FREE,    SessionsOthersForm => pages::account::sessions::end_others(ctx, request).await;
    Get    "account/device"                  FREE,    DevicePage         => pages::account::device::show(ctx, request).await;
    Post   "account/device"                  GUESS,   DeviceForm         => pages::account::device::enter(ctx, request).await;
    Get    "account/device/consent"          FREE,    DeviceConsentPage  => pages::account::device_consent::show(ctx, request).await;
    Post   "account/device/consent"          TRAFFIC, DeviceConsentForm  => pages::account::device_consent::decide(ctx, request).await;
    Get    "account/apps"                    FREE,    ApplicationsPage   => pages::oauth::applications::show(ctx, request).await;
    Post   "account/apps/remove"             FREE,    ApplicationsRemoveForm => pages::oauth::applications::withdraw(ctx, request).await;
    Get    "account/confirm"                 FREE,    ConfirmPage        => pages::account::reauthenticate::show(ctx, request).await;
    Post   "account/confirm"                 GUESS,   ConfirmForm        => pages::account::reauthenticate::prove(ctx, request).await;
    Post   "account/confirm/code"            EMAIL,   ConfirmCodeForm    => pages::account::reauthenticate::send_code(ctx, request).await;
    Post   "account/confirm/verify"          GUESS,   ConfirmVerifyForm  => pages::account::reauthenticate::prove_with_code(ctx, request).await;
    Post   "account/confirm/passkey"         GUESS,   ConfirmPasskeyForm => pages::account::reauthenticate::prove_with_passkey(ctx, request).await;
    Post   "account/confirm/second"          GUESS,   ConfirmSecondForm  => pages::account::reauthenticate::prove_second_factor(ctx, request).await;
    Post   "account/confirm/enrol"           GUESS,   ConfirmEnrolForm   => pages::account::reauthenticate::add_required_app(ctx, request).await;
    Get    "account/export"                  FREE,    ExportPage         => pages::account::export::show(ctx, request).await;
    Get    "account/export/file"             TRAFFIC, ExportFile         => pages::account::export::download(ctx, request).await;
    Get    "account/delete"                  FREE,    DeletePage         => pages::account::delete::show(ctx, request).await;
    Post   "account/delete"                  TRAFFIC, DeleteForm         => pages::account::delete::delete(ctx, request).await;
    Get    "account/signin"                  TRAFFIC, SigninPage         => pages::sign_in::sign_in::show(ctx, request).await;
    Post   "account/signin"                  GUESS,   SigninForm         => pages::sign_in::sign_in::sign_in(ctx, request).await;
    Post   "account/signin/code"             EMAIL,   SigninCodeForm     => pages::sign_in::sign_in::send_code(ctx, request).await;
    Post   "account/signin/verify"           GUESS,   SigninVerifyForm   => pages::sign_in::sign_in::verify_code(ctx, request).await;
    Post   "account/signin/second"           GUESS,   SigninSecondForm   => pages::sign_in::second_step::verify(ctx, request).await;
    Post   "account/signin/enrol"            GUESS,   SigninEnrolForm    => pages::sign_in::second_step::add_required_app(ctx, request).await;
    Post   "account/signin/passkey"          GUESS,   SigninPasskeyForm  => pages::sign_in::passkey::sign_in(ctx, request).await;
    Get    "account/with/*"                  TRAFFIC, FederatedSignIn    => pages::sign_in::federated::start(ctx, request).await;
    Get    "account/with/*/callback"         TRAFFIC, FederatedCallback  => pages::sign_in::federated::come_back(ctx, request).await;
    Post   "account/with/*/callback"         TRAFFIC, FederatedForm      => pages::sign_in::federated::receive(ctx, request);
    Get    "account/connect"                 FREE,    ConnectPage        => pages::account::connect::show(ctx, request).await;
    Post   "account/connect"                 TRAFFIC, ConnectForm        => pages::account::connect::connect(ctx, request).await;
    Post   "account/connect/register"        EMAIL, ConnectRegisterForm   => pages::account::connect::sign_up(ctx, request).await;
    Post   "account/activate/identity"       GUESS,   ActivateIdentityForm => pages::sign_in::activate::with_identity(ctx, request).await;
    Post   "account/security/identities/remove" TRAFFIC, IdentityRemoveForm => pages::account::connect::disconnect(ctx, request).await;
    Get    "account/register"                FREE,    RegisterPage       => pages::sign_in::register::show(ctx, request);
    Post   "account/register"                EMAIL,   RegisterForm       => pages::sign_in::register::register(ctx, request).await;
    Post   "account/register/passkey"        EMAIL,   RegisterPasskeyForm => pages::sign_in::register::for_passkey(ctx, request).await;
    Get    "account/activate"                FREE,    ActivatePage       => pages::sign_in::activate::show(ctx, request).await;
    Post   "account/activate"                GUESS,   ActivateForm       => pages::sign_in::activate::activate(ctx, request).await;
    Post   "account/activate/passkey"        GUESS,   ActivatePasskeyForm => pages::sign_in::activate::with_passkey(ctx, request).await;
    Post   "account/activate/decline"        GUESS,   DeclineForm        => pages::sign_in::activate::decline(ctx, request).await;
    Post   "account/activate/send"           EMAIL,   ActivateSendForm   => pages::sign_in::activate::send(ctx, request).await;
    Get    "account/recover"                 FREE,    RecoverPage        => pages::sign_in::recover::show(ctx, request).await;
    Post   "account/recover"                 GUESS,   RecoverForm        => pages::sign_in::recover::reset(ctx, request).await;
    Post   "account/recover/send"            EMAIL,   RecoverSendForm    => pages::sign_in::recover::send(ctx, request).await;
    Get    "account/email"                   FREE,    EmailPage          => pages::sign_in::email_links::show_change(ctx, request).await;
    Post   "account/email"                   GUESS,   EmailForm          => pages::sign_in::email_links::confirm(ctx, request).await;
    Get    "account/email/undo"              FREE,    EmailUndoPage      => pages::sign_in::email_links::show_undo(ctx, request).await;
    Post   "account/email/undo"              GUESS,   EmailUndoForm      => pages::sign_in::email_links::undo(ctx, request).await;
    Get    "account/security/undo"           FREE,    FactorUndoPage     => pages::sign_in::factor_links::show(ctx, request).await;
    Post   "account/security/undo"           GUESS,   FactorUndoForm     => pages::sign_in::factor_links::undo(ctx, request).await;

    Get    "admin"                           TRAFFIC, UsersPage          => pages::admin::users::show(ctx, request).await;
    Get    "admin/users/*"                   TRAFFIC, UserPage           => pages::admin::user::show(ctx, request).await;
    Post   "admin/users/*/disable"           FREE,    UserDisableForm    => pages::admin::user_actions::change(ctx, request, Change::Disable).await;
    Post   "admin/users/*/enable"            TRAFFIC, UserEnableForm     => pages::admin::user_actions::change(ctx, request, Change::Enable).await;
    Post   "admin/users/*/promote"           TRAFFIC, UserPromoteForm    => pages::admin::user_actions::change(ctx, request, Change::Promote).await;
    Post   "admin/users/*/demote"            TRAFFIC, UserDemoteForm     => pages::admin::user_actions::change(ctx, request, Change::Demote).await;
    Post   "admin/users/*/reset"             EMAIL,   UserResetForm      => pages::admin::user_actions::start_reset(ctx, request).await;
    Post   "admin/users/*/factors/reset"     EMAIL,   UserFactorsForm    => pages::admin::user_actions::reset_factors(ctx, request).await;
    Post   "admin/users/*/sessions/end"      FREE,    UserSessionsForm   => pages::admin::user_actions::end_sessions(ctx, request).await;
    Post   "admin/users/*/sessions/*/end"    FREE,    UserSessionForm    => pages::admin::user_actions::end_session(ctx, request).await;
    Post   "admin/users/*/tokens/*/end"      FREE,    UserTokenForm      => pages::admin::user_actions::end_token(ctx, request).await;
    Get    "admin/clients"                   TRAFFIC, ClientsPage        => pages::admin::clients::show(ctx, request).await;
    Get    "admin/clients/new"               TRAFFIC, NewClientPage      => pages::admin::client_form::show_new(ctx, request).await;
    Post   "admin/clients/new"               TRAFFIC, NewClientForm      => pages::admin::client_actions::create(ctx, request).await;
    Get    "admin/clients/*"                 TRAFFIC, ClientPage         => pages::admin::client::show(ctx, request).await;
    Post   "admin/clients/*"                 TRAFFIC, ClientForm         => pages::admin::client_actions::change(ctx, request).await;
    Post   "admin/clients/*/secret"          TRAFFIC, ClientSecretForm   => pages::admin::client_actions::rotate_secret(ctx, request).await;
    Post   "admin/clients/*/secret/end"      FREE,    ClientSecretEndForm => pages::admin::client_actions::end_secret(ctx, request).await;
    Post   "admin/clients/*/disable"         FREE,    ClientDisableForm  => pages::admin::client_actions::set_disabled(ctx, request, true).await;
    Post   "admin/clients/*/enable"          TRAFFIC, ClientEnableForm   => pages::admin::client_actions::set_disabled(ctx, request, false).await;
    Post   "admin/clients/*/delete"          TRAFFIC, ClientDeleteForm   => pages::admin::client_actions::delete(ctx, request).await;
    Get    "admin/audit"                     TRAFFIC, AuditPage          => pages::admin::audit::show(ctx, request).await;

    Get    "dev/mail"                        FREE,    LocalMailbox       => mail::show(ctx, request).await;
    Get    "assets/*"                        FREE,    Asset              => assets::serve(&ctx.settings.branding, request);
}

/// Whether the route uses the device cookie: the account pages do, because users sign in there.
pub fn identifies_device(route: Route) -> bool {
    let on_pages = |path: &str| path.starts_with("account") || matches!(path, "oauth/authorize" | "oauth/consent");
    ROUTES.iter().any(|(_, path, own)| *own == route && on_pages(path))
}

/// Whether scripts of any origin may call the route, without cookies: it is made for browsers, whatever client they run, and tells
/// only what the request has the credentials for.
pub const fn allows_any_origin(route: Route) -> bool {
    matches!(
        route,
        Route::Token
            | Route::Revoke
            | Route::PushRequest
            | Route::DeviceAuthorization
            | Route::UserInfo
            | Route::RegisterClient
            | Route::UserInfoForm
            | Route::OpenIdConfiguration
            | Route::Metadata
            | Route::Jwks
    )
}

/// Whether the route may read from a replica: it only reads, and issues nothing.
pub const fn allows_replica(route: Route) -> bool {
    matches!(route, Route::Me | Route::Verify)
}

/// The route of a method and a path.
pub fn find(method: &Method, segments: &[&str]) -> Result<Route, Error> {
    let method = match method.as_str() {
        "GET" | "HEAD" => Some(RouteMethod::Get),
        "POST" => Some(RouteMethod::Post),
        "DELETE" => Some(RouteMethod::Delete),
        _ => None,
    };
    let own = PATHS.iter().find(|(_, path, _)| matches_path(path, segments)).map(|(_, path, _)| path);
    let own = own.ok_or(Error::NotFound)?;
    let candidates: Vec<_> = PATHS.iter().filter(|(_, path, _)| path == own).collect();
    let route = candidates
        .iter()
        .find(|(known, ..)| *known == RouteMethod::Any || Some(*known) == method)
        .map(|(.., route)| *route);
    route.ok_or_else(|| {
        Error::MethodNotAllowed(allow(&candidates.iter().map(|(method, ..)| *method).collect::<Vec<_>>()))
    })
}

fn matches_path(path: &[&str], segments: &[&str]) -> bool {
    match (path.split_first(), segments.split_first()) {
        (None, None) | (Some((&"**", _)), _) => true,
        (Some((own, path)), Some((given, segments))) => (own == given || *own == "*") && matches_path(path, segments),
        _ => false,
    }
}

/// The `Allow` header of a path.
fn allow(candidates: &[RouteMethod]) -> &'static str {
    match [RouteMethod::Get, RouteMethod::Post, RouteMethod::Delete].map(|method| candidates.contains(&method)) {
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
