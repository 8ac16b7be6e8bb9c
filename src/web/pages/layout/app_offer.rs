//! An authenticator app or recovery codes, as they are offered in a form.

use maud::{Markup, html};

use crate::domain::credentials::recovery_codes::RecoveryCode;
use crate::flows::accounts::authenticator_app::Offer;
use crate::web::pages::layout::csrf_form::CsrfForm;
use crate::web::pages::layout::qr_code;
use crate::words::catalogue::Words;

/// The fields that say what is confirmed, and that the codes are saved.
pub const TOKEN: &str = "enrolment_token";
const SAVED: &str = "recovery_codes_saved";

/// Whether the user says that the codes are saved.
pub fn are_saved(form: &CsrfForm) -> bool {
    !form.optional(SAVED).is_empty()
}

/// An app: its secret as a QR code and as text, the recovery codes that come with it, and the field for its code.
pub fn app(words: &Words, offer: &Offer) -> Markup {
    let own = &words.security.app;
    html! {
        (token(&offer.token))
        h2 { (own.scan) }
        @if let Some(code) = qr_code::svg(&offer.uri, own.qr_code) { (code) }
        p { (own.type_it) }
        p class="row" { code class="value" data-copy=(words.layout.copy) { (offer.secret.grouped()) } }
        @if let Some(codes) = &offer.codes {
            h2 { (words.security.codes.save) }
            p { (words.security.codes.about) }
            (to_save(words, codes))
        }
        h2 { (own.enter_code) }
        label for="code" { (own.code) }
        input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required;
    }
}

pub fn token(token: &str) -> Markup {
    html! { input type="hidden" name=(TOKEN) value=(token); }
}

/// The codes, one a line also when they are copied, and the box that says they are saved.
pub fn to_save(words: &Words, codes: &[RecoveryCode]) -> Markup {
    let own = &words.security.codes;
    html! {
        p { (own.save_them) }
        ul class="codes value" data-copy=(words.layout.copy) { @for code in codes { li { (code.grouped()) } "\n" } }
        label class="choice" {
            input type="checkbox" name=(SAVED) value="yes" required;
            span { (own.saved) }
        }
    }
}
