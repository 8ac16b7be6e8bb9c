//! What went wrong, and what to do about it.

/// One sentence each, or a few that belong together.
pub struct Errors {
    /// With the field: its label to a person, its name to a program.
    pub field: fn(&str) -> String,
    /// Of an address that a sign-in was asked to lead to.
    pub redirect_not_allowed: &'static str,
    /// Of a sign-in for an application that sent no `code_challenge` with the method `S256`.
    pub no_pkce: &'static str,
    pub invalid_request: &'static str,
    /// Of an address with other letters than ASCII's before the `@`.
    pub unreachable_address: &'static str,
    pub passwords_differ: &'static str,
    pub login_differs: &'static str,
    pub link: &'static str,
    pub credentials: &'static str,
    /// Of who is signed in.
    pub password: &'static str,
    pub unauthorized: &'static str,
    pub session_over: &'static str,
    /// Of a token or key: it had its time.
    pub expired: &'static str,
    pub code: &'static str,
    /// What was typed is no code at all.
    pub incomplete_code: &'static str,
    /// With the seconds to wait.
    pub too_many_attempts: fn(u64) -> String,
    pub not_activated: &'static str,
    pub disabled: &'static str,
    /// To a program.
    pub forbidden: &'static str,
    /// To the reader of a page.
    pub no_access: &'static str,
    /// A form that was not made for this browser, or not since it signed in or out.
    pub form_expired: &'static str,
    pub reauthentication_required: &'static str,
    /// To a program.
    pub not_found: &'static str,
    /// To the reader of a page.
    pub page_not_found: &'static str,
    pub method_not_allowed: &'static str,
    pub login_taken: &'static str,
    pub last_admin: &'static str,
    pub too_many_keys: &'static str,
    pub token_held: &'static str,
    pub too_large: &'static str,
    pub media_type: &'static str,
    pub compressed: &'static str,
    pub weak: &'static str,
    pub weaknesses: Weaknesses,
    pub unavailable: &'static str,
    pub titles: Titles,
}

/// Why a password was refused.
pub struct Weaknesses {
    pub too_short: &'static str,
    pub too_long: &'static str,
    pub context_word: &'static str,
    pub common: &'static str,
    pub breached: &'static str,
}

/// Over an error that has a page of its own.
pub struct Titles {
    pub link: &'static str,
    pub login_taken: &'static str,
    pub last_admin: &'static str,
    pub forbidden: &'static str,
    pub not_found: &'static str,
    pub unavailable: &'static str,
    pub limit_reached: &'static str,
    pub invalid_request: &'static str,
    pub form_expired: &'static str,
    pub not_signed_in: &'static str,
    pub too_many_attempts: &'static str,
    pub weak: &'static str,
}
