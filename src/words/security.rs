//! Pages about what an account is signed in to with: `/account/security`, and the link that undoes a first second factor.

/// `/account/security…`.
pub struct Security {
    pub title: &'static str,
    pub change_password: &'static str,
    pub no_password: &'static str,
    pub two_steps: &'static str,
    pub two_steps_on: &'static str,
    pub two_steps_off: &'static str,
    /// Followed by a time.
    pub added: &'static str,
    /// Followed by a time.
    pub last_used: &'static str,
    pub never_used: &'static str,
    pub keys: &'static str,
    pub about_keys: &'static str,
    pub no_keys: &'static str,
    pub passkey: &'static str,
    pub security_key: &'static str,
    pub app: AuthenticatorApp,
    pub codes: RecoveryCodes,
    pub browsers: RememberedBrowsers,
    pub undo: FactorUndo,
}

/// `/account/security/app`.
pub struct AuthenticatorApp {
    pub name: &'static str,
    pub about: &'static str,
    pub set_up: &'static str,
    /// Of the disclosure around the button.
    pub removal: &'static str,
    pub remove: &'static str,
    /// In the disclosure above the button.
    pub what_removing_does: &'static str,
    /// Title of the page.
    pub title: &'static str,
    pub others_end: &'static str,
    /// Heading above the QR code.
    pub scan: &'static str,
    /// Text alternative of the QR code.
    pub qr_code: &'static str,
    /// Above the secret as text.
    pub type_it: &'static str,
    /// Heading above the field for the code.
    pub enter_code: &'static str,
    pub code: &'static str,
    pub add: &'static str,
}

/// `/account/security/codes`.
pub struct RecoveryCodes {
    pub name: &'static str,
    pub about: &'static str,
    /// Takes how many are left, and of how many.
    pub left: fn(u32, usize) -> String,
    pub none: &'static str,
    pub create: &'static str,
    /// Title of the page.
    pub title: &'static str,
    /// Heading above codes that come with an app.
    pub save: &'static str,
    pub save_them: &'static str,
    pub replaces: &'static str,
    /// Label of a checkbox.
    pub saved: &'static str,
    pub confirm: &'static str,
    /// Link to the page that a used code has interrupted.
    pub keep: &'static str,
}

/// The browsers that are not asked for a second step.
pub struct RememberedBrowsers {
    pub name: &'static str,
    /// Takes the days.
    pub about: fn(u64) -> String,
    /// Takes their number.
    pub remembered: fn(u32) -> String,
    pub forget: &'static str,
}

/// `/account/security/undo`.
pub struct FactorUndo {
    pub title: &'static str,
    pub what_it_does: &'static str,
    /// Followed by a time.
    pub added: &'static str,
    pub undo: &'static str,
}
