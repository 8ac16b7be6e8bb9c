//! Every error, defined once. Each API maps them to its own texts and statuses.

use std::fmt;

use crate::domain::field_error::FieldError;
use crate::domain::oauth::refusal::{ErrorName, Refusal};
use crate::domain::policy;

/// The field of a request that an error is about, under its name in the API.
pub type Field = &'static str;

/// Why a request was refused. `Fault` is ours; the client can fix everything else.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// The body, a field or a header is missing, malformed or out of bounds.
    InvalidRequest(Option<Field>),
    /// An address that the configured mail provider cannot deliver to.
    UnreachableAddress,
    /// Fields, each with its error, for APIs that report all of them at once.
    InvalidFields(Vec<(Field, FieldError)>),
    /// A link's token is unknown, spent or expired: one code for all three.
    InvalidToken,
    /// The password is wrong or the name unknown.
    InvalidCredentials,
    /// A required credential is missing.
    Unauthorized,
    /// A credential that was not issued by this service, or not for it.
    TokenInvalid,
    TokenExpired,
    /// A genuine credential that has been revoked, or whose session has ended.
    TokenRevoked,
    /// The one-time code is wrong, or none is pending.
    InvalidCode,
    /// The code has no attempts left. With the seconds until another can be requested.
    TooManyAttempts(u64),
    /// Over a limit of `domain::rate_limit`. With the seconds until it is lifted.
    RateLimited(u64),
    InvalidRefreshToken,
    /// A spent refresh token after its grace: its session has been ended.
    RefreshTokenReused,
    /// Only revealed after the correct password.
    AccountNotActivated,
    /// Only revealed after the correct password.
    AccountDisabled,
    /// The actor lacks the permission, whatever they present.
    Forbidden,
    /// A request with a cookie that another site may have caused.
    CsrfFailed,
    /// A genuine session whose user has not authenticated recently, or not at the account's highest level.
    ReauthenticationRequired,
    /// The first factor is right, and the account wants a second. Only revealed after the first; without the next step where
    /// none is offered.
    SecondFactorRequired(Option<SecondStep>),
    /// The first factor is right, the policy wants a second, and the account has none. With the `mfa_token` of the enrolment,
    /// unless none is offered here.
    EnrolmentRequired(Option<String>),
    /// The `mfa_token` is none, has expired or has been used: the sign-in begins anew.
    MfaTokenInvalid,
    /// The account has an authenticator app already.
    SecondFactorHeld,
    /// A second factor needs saved recovery codes first.
    RecoveryCodesRequired,
    /// The account could no longer be signed in to: it would have no way in, or no second factor where the policy demands one.
    LastWayIn,
    NotFound,
    /// With the methods that this path allows.
    MethodNotAllowed(&'static str),
    LoginTaken,
    /// The last administrator would be gone.
    LastAdmin,
    /// The user has the maximum number of keys.
    TooManyKeys,
    /// The user already has a portal token.
    TokenHeld,
    /// There is the maximum number of clients.
    TooManyClients,
    /// A client that still has sessions cannot be deleted.
    ClientInUse,
    /// Another administrator has changed the client since it was read.
    ClientChanged,
    PayloadTooLarge,
    UnsupportedMediaType,
    /// A body in a content coding (RFC 9110 §8.4.1); none is supported.
    UnsupportedCoding,
    /// With every reason at once, so that nobody has to guess twice.
    WeakPassword(Vec<Weakness>),
    /// A client that is not registered, or is disabled, has sent its user here.
    UnknownClient,
    /// A client has sent its user here with a redirect address that is not one of its own.
    UnknownRedirect,
    /// A client that describes itself has sent its user here, and its document cannot be used. With the document's host, and the
    /// reason for the client's developer.
    ClientDocument {
        host: String,
        reason: &'static str,
    },
    /// A sign-in at another provider, which has this name, did not succeed.
    Provider {
        name: String,
        problem: ProviderProblem,
    },
    /// A client has sent its user here with a pushed request that has expired or was answered.
    UnknownRequest,
    /// An error of OAuth 2.1 or OpenID Connect, for the client itself.
    OAuth(Refusal),
    Unavailable(Fault),
}

impl Error {
    pub const fn oauth(name: ErrorName, description: &'static str) -> Self {
        Self::OAuth(Refusal::new(name, description))
    }

    /// How long the client should wait, in seconds, where waiting helps.
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Unavailable(_) | Self::Provider { problem: ProviderProblem::Unreachable(_), .. } => {
                Some(policy::RETRY_AFTER_FAULT)
            }
            Self::TooManyAttempts(seconds) | Self::RateLimited(seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// A stable word for programs and for the audit log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::InvalidFields(_) | Self::UnreachableAddress => "invalid_request",
            Self::InvalidToken | Self::MfaTokenInvalid => "invalid_token",
            Self::InvalidCredentials => "invalid_credentials",
            Self::Unauthorized => "unauthorized",
            Self::TokenInvalid => "token_invalid",
            Self::TokenExpired => "token_expired",
            Self::TokenRevoked => "token_revoked",
            Self::InvalidCode => "invalid_code",
            Self::TooManyAttempts(_) => "too_many_attempts",
            Self::RateLimited(_) => "rate_limited",
            Self::InvalidRefreshToken => "invalid_refresh_token",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::AccountNotActivated => "account_not_activated",
            Self::AccountDisabled => "account_disabled",
            Self::Forbidden => "forbidden",
            Self::CsrfFailed => "csrf_failed",
            Self::ReauthenticationRequired => "reauthentication_required",
            Self::SecondFactorRequired(_) => "second_factor_required",
            Self::EnrolmentRequired(_) => "second_factor_enrolment_required",
            Self::SecondFactorHeld => "second_factor_held",
            Self::RecoveryCodesRequired => "recovery_codes_required",
            Self::LastWayIn => "last_way_in",
            Self::NotFound => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::LoginTaken => "login_taken",
            Self::LastAdmin => "last_admin",
            Self::TooManyKeys => "too_many_keys",
            Self::TokenHeld => "token_held",
            Self::TooManyClients => "too_many_clients",
            Self::ClientInUse => "client_in_use",
            Self::ClientChanged => "client_changed",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType | Self::UnsupportedCoding => "unsupported_media_type",
            Self::WeakPassword(_) => "weak_password",
            Self::UnknownClient => "unknown_client",
            Self::UnknownRedirect => "unknown_redirect",
            Self::ClientDocument { .. } => "client_document",
            Self::Provider { .. } => "provider",
            Self::UnknownRequest => "unknown_request",
            Self::OAuth(refusal) => refusal.name.as_str(),
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// Why a sign-in at another provider did not succeed.
#[derive(Debug, PartialEq, Eq)]
pub enum ProviderProblem {
    /// The sign-in was begun in another browser, or too long ago, or has been used.
    Expired,
    /// The provider sent the user back without signing them in: they have not agreed, or it did not let them.
    Declined,
    /// Another account has the identity, or this one has the maximum number.
    Taken,
    /// A session wanted another proof of identity, and this was none.
    Unproved,
    /// It could not be asked.
    Unreachable(Fault),
    /// It said something that must not be believed.
    Unacceptable(Fault),
}

impl ProviderProblem {
    pub fn unacceptable(reason: &'static str) -> Self {
        Self::Unacceptable(Fault::new("identity provider", reason))
    }

    /// For the user of the provider with this name.
    pub fn at(self, name: &str) -> Error {
        Error::Provider { name: name.to_owned(), problem: self }
    }
}

/// The second step of a sign-in or of a renewed proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondStep {
    /// Carries the first factor to the second step.
    pub mfa_token: String,
    /// The account's second factors, under their names in the API.
    pub methods: Vec<&'static str>,
}

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    TooShort,
    TooLong,
    /// It is, or is built on, the application's name, the login name or the email address.
    ContextWord,
    /// It is, or is built on, a common password.
    Common,
    /// It is known to have leaked.
    Breached,
}

impl Weakness {
    /// A stable word for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::ContextWord => "context_word",
            Self::Common => "common",
            Self::Breached => "breached",
        }
    }
}

/// An internal failure. Its text is for the log, never for the client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The part that failed: "D1", "KV", "fetch", "settings".
    pub part: &'static str,
    pub detail: String,
}

impl Fault {
    pub fn new(part: &'static str, detail: impl fmt::Display) -> Self {
        Self { part, detail: detail.to_string() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.part, self.detail)
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::OAuth(refusal)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Unavailable(fault)
    }
}
