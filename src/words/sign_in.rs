//! Pages to sign in, to register, to confirm an identity, and those that links in emails open.

/// `/account/signin`.
pub struct SignIn {
    /// With the application's name.
    pub title: fn(&str) -> String,
    pub sign_in: &'static str,
    pub send_code: &'static str,
    pub send_another: &'static str,
    /// With the address somebody typed.
    pub code_sent: fn(&str) -> String,
    /// To who has not activated the account yet.
    pub no_email: &'static str,
    pub no_account: &'static str,
}

/// `/account/register`.
pub struct Register {
    /// With the application's name.
    pub title: fn(&str) -> String,
    pub register: &'static str,
    /// Where nobody may.
    pub closed: &'static str,
    /// With the mail domains whose addresses may.
    pub domains: fn(&str) -> String,
    pub have_account: &'static str,
}

/// `/account/activate`.
pub struct Activation {
    /// With the application's name.
    pub title: fn(&str) -> String,
    pub only_if_you: &'static str,
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
    /// Over the page of the link.
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
    /// The one that comes back.
    pub old_address: &'static str,
    pub undo: &'static str,
    /// Why a link does not work whose address another account has.
    pub given_away: &'static str,
}

/// `/account/confirm`.
pub struct Confirm {
    pub title: &'static str,
    /// With the minutes for which a proof is good.
    pub why: fn(u64) -> String,
    /// Before the login name.
    pub signed_in_as: &'static str,
    pub confirm: &'static str,
    /// Before the user's address.
    pub code_sent: &'static str,
    pub with_password: &'static str,
}
