//! Error messages that an application may show to its users.

use std::borrow::Cow;

use crate::domain::error::{Error, Field, ProviderProblem, Weakness};
use crate::words::catalogue::{self, Words};
use crate::words::language::Language;

/// For APIs: their clients' developers read it.
pub fn in_english(error: &Error) -> Cow<'static, str> {
    sentence(error, catalogue::of(Language::English), |field| field)
}

/// For API clients, where no user could sign in again.
pub fn for_programmers(error: &Error) -> Cow<'static, str> {
    let fixed = match error {
        Error::Unauthorized => {
            "No credentials were sent. Use Authorization: Basic for an API key, or Authorization: Bearer for a token."
        }
        Error::TokenInvalid => "The credentials are invalid.",
        Error::TokenExpired => "The credentials have expired.",
        Error::TokenRevoked => "The credentials have been revoked.",
        other => return in_english(other),
    };
    fixed.into()
}

/// For pages. They name a field by its label, and a CSRF failure is explained as a form that has expired.
pub fn for_people(error: &Error, words: &'static Words) -> Cow<'static, str> {
    match error {
        Error::InvalidRequest(Some("r")) => words.errors.redirect_not_allowed.into(),
        Error::InvalidRequest(Some("code")) => words.errors.incomplete_code.into(),
        Error::InvalidRequest(Some("code_challenge")) => words.errors.no_pkce.into(),
        Error::Forbidden => words.errors.no_access.into(),
        Error::NotFound => words.errors.page_not_found.into(),
        Error::CsrfFailed => words.errors.form_expired.into(),
        // For the client's developer, whom the page shows it to.
        Error::OAuth(refusal) => format!("{} ({})", refusal.description, refusal.name.as_str()).into(),
        error => sentence(error, words, |field| words.label(field).unwrap_or(field)),
    }
}

fn sentence(error: &Error, words: &'static Words, name: impl Fn(Field) -> &'static str) -> Cow<'static, str> {
    let errors = &words.errors;
    let sentence = match error {
        Error::InvalidRequest(Some("confirm_password")) => errors.passwords_differ,
        Error::InvalidRequest(Some("confirm_login")) => errors.login_differs,
        Error::InvalidRequest(Some(field)) => return (errors.field)(name(field)).into(),
        Error::InvalidRequest(None) | Error::InvalidFields(_) => errors.invalid_request,
        Error::UnreachableAddress => errors.unreachable_address,
        Error::InvalidToken => errors.link,
        Error::InvalidCredentials => errors.credentials,
        Error::Unauthorized => errors.unauthorized,
        Error::TokenExpired => errors.expired,
        Error::TokenInvalid | Error::TokenRevoked | Error::InvalidRefreshToken | Error::RefreshTokenReused => {
            errors.session_over
        }
        Error::InvalidCode => errors.code,
        Error::TooManyAttempts(seconds) | Error::RateLimited(seconds) => {
            return (errors.too_many_attempts)(*seconds).into();
        }
        Error::AccountNotActivated => errors.not_activated,
        Error::AccountDisabled => errors.disabled,
        Error::Forbidden | Error::CsrfFailed => errors.forbidden,
        Error::ReauthenticationRequired => errors.reauthentication_required,
        Error::SecondFactorRequired(_) => errors.second_factor_required,
        Error::EnrolmentRequired(_) => errors.enrolment_required,
        Error::MfaTokenInvalid => errors.second_step_over,
        Error::SecondFactorHeld => errors.second_factor_held,
        Error::RecoveryCodesRequired => errors.recovery_codes_required,
        Error::LastWayIn => errors.last_way_in,
        Error::NotFound => errors.not_found,
        Error::MethodNotAllowed(_) => errors.method_not_allowed,
        Error::LoginTaken => errors.login_taken,
        Error::LastAdmin => errors.last_admin,
        Error::TooManyKeys => errors.too_many_keys,
        Error::TokenHeld => errors.token_held,
        Error::TooManyClients => errors.too_many_clients,
        Error::ClientInUse => errors.client_in_use,
        Error::ClientChanged => errors.client_changed,
        Error::PayloadTooLarge => errors.too_large,
        Error::UnsupportedMediaType => errors.media_type,
        Error::UnsupportedCoding => errors.compressed,
        Error::WeakPassword(found) => {
            let reasons = found.iter().map(|weakness| format!(" {}", reason(*weakness, words)));
            return format!("{}{}", errors.weak, reasons.collect::<String>()).into();
        }
        Error::UnknownClient => errors.unknown_client,
        Error::UnknownRedirect => errors.unknown_redirect,
        Error::ClientDocument { host, reason } => return (errors.client_document)(host, reason).into(),
        Error::Provider { name, problem } => {
            let text = match problem {
                ProviderProblem::Expired => errors.providers.expired,
                ProviderProblem::Declined => errors.providers.declined,
                ProviderProblem::Taken => errors.providers.taken,
                ProviderProblem::Unproved => errors.providers.unproved,
                ProviderProblem::Unreachable(_) => errors.providers.unreachable,
                ProviderProblem::Unacceptable(_) => errors.providers.unacceptable,
            };
            return text(name).into();
        }
        Error::UnknownRequest => errors.unknown_request,
        Error::OAuth(refusal) => refusal.description,
        Error::Unavailable(_) => errors.unavailable,
    };
    sentence.into()
}

const fn reason(weakness: Weakness, words: &Words) -> &'static str {
    let weaknesses = &words.errors.weaknesses;
    match weakness {
        Weakness::TooShort => weaknesses.too_short,
        Weakness::TooLong => weaknesses.too_long,
        Weakness::ContextWord => weaknesses.context_word,
        Weakness::Common => weaknesses.common,
        Weakness::Breached => weaknesses.breached,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_password_is_said_at_once() {
        for words in Language::ALL.map(catalogue::of) {
            let said = for_people(&Error::WeakPassword(vec![Weakness::TooShort, Weakness::Common]), words);
            let reasons = &words.errors.weaknesses;
            assert!(said.contains(reasons.too_short) && said.contains(reasons.common), "{said}");
            assert!(!said.contains(reasons.context_word), "{said}");
        }
    }
}
