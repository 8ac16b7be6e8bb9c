//! Reading the forms that a script fills with an authenticator's answer.

use crate::domain::error::Error;
use crate::domain::passkeys::response::{AssertionResponse, RegistrationResponse};
use crate::flows::sign_in::assertions;
use crate::web::pages::layout::csrf_form::CsrfForm;

/// The answer of a known key.
pub fn assertion(form: &CsrfForm) -> Result<AssertionResponse, Error> {
    AssertionResponse::from_text(form.text("credential")?).map_err(assertions::error)
}

/// The answer of a new key.
pub fn registration(form: &CsrfForm) -> Result<RegistrationResponse, Error> {
    RegistrationResponse::from_text(form.text("credential")?).map_err(assertions::error)
}
