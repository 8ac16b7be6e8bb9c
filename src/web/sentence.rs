//! An error in a sentence that an application may show to people.

use std::borrow::Cow;

use crate::domain::error::Error;

pub fn of(error: &Error) -> Cow<'static, str> {
    let sentence = match error {
        Error::InvalidRequest(Some("confirm_password")) => "The two passwords are not the same.",
        Error::InvalidRequest(Some(field)) => return format!("{field} is missing or not as it should be.").into(),
        Error::InvalidRequest(None) | Error::InvalidFields(_) => "The request cannot be read.",
        Error::InvalidToken => "This link has been used, is too old, or was not copied whole.",
        Error::InvalidCredentials => "The login or the password is wrong.",
        Error::Unauthorized => "You are not signed in.",
        Error::TokenInvalid
        | Error::TokenExpired
        | Error::TokenRevoked
        | Error::InvalidRefreshToken
        | Error::RefreshTokenReused => "Your session has ended. Sign in again.",
        Error::InvalidCode => "The code is wrong or too old.",
        Error::TooManyAttempts(seconds) | Error::RateLimited(seconds) => {
            return format!("That was tried too often. Try again in {seconds} seconds.").into();
        }
        Error::AccountNotActivated => "The account is not activated yet. Follow the link in your mail.",
        Error::AccountDisabled => "The account is disabled.",
        Error::Forbidden | Error::CsrfFailed => "That is not open to you.",
        Error::ReauthenticationRequired => "Prove once more that it is you, then try again.",
        Error::NotFound => "There is no such thing here.",
        Error::MethodNotAllowed(_) => "That cannot be done here.",
        Error::LoginTaken => "That login name is taken.",
        Error::LastAdmin => "Nobody would be left who administers. Give somebody else the role first.",
        Error::TooManyKeys => "There are as many keys as there may be. Delete one first.",
        Error::TokenHeld => "A token is held already. Give it back first.",
        Error::PayloadTooLarge => "The request is too large.",
        Error::UnsupportedMediaType => "The request is not JSON.",
        Error::WeakPassword(found) => {
            let reasons: String = found.iter().map(|weakness| format!(" {}", weakness.sentence())).collect();
            return format!("That password is too weak.{reasons}").into();
        }
        Error::Unavailable(_) => "That did not work just now. The fault is ours; try again in a moment.",
    };
    sentence.into()
}
