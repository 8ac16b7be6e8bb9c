//! Pages to sign in, to register, to confirm an identity, and those that links in emails open.

/// `/account/signin`.
pub struct SignIn {
    /// Takes the application's name.
    pub title: fn(&str) -> String,
    pub sign_in: &'static str,
    pub send_code: &'static str,
    pub send_another: &'static str,
    /// Takes the address that was entered.
    pub code_sent: fn(&str) -> String,
    /// Link, shown when the account isn't activated yet.
    pub no_email: &'static str,
    pub no_account: &'static str,
}

/// The second step of a sign-in.
pub struct SecondStep {
    pub title: &'static str,
    pub what: &'static str,
    /// The account must have a second step, and has none.
    pub required: &'static str,
    /// Label, for an account with an authenticator app.
    pub code: &'static str,
    /// Label, for an account without one.
    pub recovery_code: &'static str,
    pub lost: &'static str,
    pub verify: &'static str,
    pub start_again: &'static str,
}

/// `/account/register`.
pub struct Register {
    /// Takes the application's name.
    pub title: fn(&str) -> String,
    pub register: &'static str,
    /// While registration is closed.
    pub closed: &'static str,
    /// Takes the allowed email domains.
    pub domains: fn(&str) -> String,
    pub have_account: &'static str,
    /// The button that leaves the password out.
    pub with_passkey: &'static str,
}

/// `/account/activate`.
pub struct Activation {
    /// Takes the application's name.
    pub title: fn(&str) -> String,
    pub only_if_you: &'static str,
    /// For a registration without a password.
    pub only_if_you_passkey: &'static str,
    /// Its button.
    pub create_passkey: &'static str,
    pub asked_at: &'static str,
    pub asked_from: &'static str,
    pub name_taken: &'static str,
    pub why_password: &'static str,
    pub chosen_password: &'static str,
    pub activate: &'static str,
    pub not_you: &'static str,
    pub what_declining_does: &'static str,
    pub decline: &'static str,
    pub check_email: &'static str,
    pub send_again: &'static str,
    pub too_old: &'static str,
    pub register: &'static str,
}

/// `/account/recover`.
pub struct Recovery {
    pub forgotten: &'static str,
    pub enter_email: &'static str,
    pub send: &'static str,
    /// Title of the link's page.
    pub choose: &'static str,
    pub what_it_does: &'static str,
    pub end_keys: &'static str,
    pub set: &'static str,
}

/// `/account/email` and `/account/email/undo`.
pub struct EmailLinks {
    pub confirm_title: &'static str,
    pub only_if_yours: &'static str,
    pub account: &'static str,
    pub new_address: &'static str,
    pub confirm: &'static str,
    pub undo_title: &'static str,
    pub what_undoing_does: &'static str,
    /// The address that is restored.
    pub old_address: &'static str,
    pub undo: &'static str,
    /// The link can't work while another account has the address.
    pub given_away: &'static str,
}

/// `/account/confirm`.
pub struct Confirm {
    pub title: &'static str,
    pub why: &'static str,
    /// Takes the minutes for which a confirmation is valid.
    pub how_long: fn(u64) -> String,
    /// Followed by the username.
    pub signed_in_as: &'static str,
    pub confirm: &'static str,
    /// Followed by the user's address.
    pub code_sent: &'static str,
    pub with_password: &'static str,
}
