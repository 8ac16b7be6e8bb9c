//! Everything that can go wrong, once. Each dialect maps it to its own words and statuses.

use std::fmt;

use crate::domain::field_error::FieldError;
use crate::domain::policy;

/// The field of a request an error is about, as the dialect's reader knows it.
pub type Field = &'static str;

/// Why a request was not granted. `Fault` is ours; everything else is the caller's to mend.
#[derive(Debug, PartialEq, Eq)]
pub enum Error {
    /// The body, a field or a header is missing, malformed or out of bounds.
    InvalidRequest(Option<Field>),
    /// An address no letter can be sent to by whoever carries ours.
    UnreachableAddress,
    /// Fields, each with what is wrong with it, for dialects that name all of them at once.
    InvalidFields(Vec<(Field, FieldError)>),
    /// A link's token is unknown, spent or expired: one word for all three.
    InvalidToken,
    /// Name and password do not belong together, or nobody has that name.
    InvalidCredentials,
    /// Nothing was presented where something is needed.
    Unauthorized,
    /// A credential that is not one of ours, or not for this house.
    TokenInvalid,
    TokenExpired,
    /// A genuine credential that has been taken back, or whose session has ended.
    TokenRevoked,
    /// A one-time code that is not the one, or none is awaited.
    InvalidCode,
    /// The code has no tries left. With the seconds after which another can be had.
    TooManyAttempts(u64),
    /// Over a limit of `domain::rate_limit`. With the seconds after which it is open again.
    RateLimited(u64),
    InvalidRefreshToken,
    /// A spent refresh token after its grace: its session has been ended.
    RefreshTokenReused,
    /// Told only after the right password.
    AccountNotActivated,
    /// Told only after the right password.
    AccountDisabled,
    /// Not for this caller, whatever they present.
    Forbidden,
    /// A cookie whose request may not have been its owner's wish.
    CsrfFailed,
    /// A genuine session whose person has not proved themselves lately.
    ReauthenticationRequired,
    NotFound,
    /// With the methods that are allowed here.
    MethodNotAllowed(&'static str),
    LoginTaken,
    /// Nobody would be left who administers.
    LastAdmin,
    /// The user has as many keys as one may have.
    TooManyKeys,
    /// The user holds a portal token already.
    TokenHeld,
    PayloadTooLarge,
    UnsupportedMediaType,
    /// A body in a content coding (RFC 9110 §8.4.1), which none is decoded here.
    UnsupportedCoding,
    /// With every reason at once, so that nobody has to guess twice.
    WeakPassword(Vec<Weakness>),
    Unavailable(Fault),
}

impl Error {
    /// What the caller is asked to wait, in seconds, where waiting helps.
    pub const fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Unavailable(_) => Some(policy::RETRY_AFTER_FAULT),
            Self::TooManyAttempts(seconds) | Self::RateLimited(seconds) => Some(*seconds),
            _ => None,
        }
    }

    /// A stable word for programs and for the audit log.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) | Self::InvalidFields(_) | Self::UnreachableAddress => "invalid_request",
            Self::InvalidToken => "invalid_token",
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
            Self::NotFound => "not_found",
            Self::MethodNotAllowed(_) => "method_not_allowed",
            Self::LoginTaken => "login_taken",
            Self::LastAdmin => "last_admin",
            Self::TooManyKeys => "too_many_keys",
            Self::TokenHeld => "token_held",
            Self::PayloadTooLarge => "payload_too_large",
            Self::UnsupportedMediaType | Self::UnsupportedCoding => "unsupported_media_type",
            Self::WeakPassword(_) => "weak_password",
            Self::Unavailable(_) => "unavailable",
        }
    }
}

/// Why a password was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weakness {
    TooShort,
    TooLong,
    /// It is, or is built on, the application's name, the login name or the e-mail address.
    ContextWord,
    /// It is, or is built on, one of those that everybody uses.
    Common,
    /// It is known to have leaked somewhere.
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

/// Something of ours failed. Its words are for the log, never for the client.
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

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Unavailable(fault)
    }
}
