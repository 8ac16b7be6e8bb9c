//! Error messages: what went wrong, and what to do next.

/// Messages of the pages and of the APIs.
pub struct Errors {
    /// Takes the field: its label on a page, its name in an API.
    pub field: fn(&str) -> String,
    /// The redirect target of a sign-in is not allowed.
    pub redirect_not_allowed: &'static str,
    /// The application sent no `code_challenge` with the method `S256`.
    pub no_pkce: &'static str,
    /// A client that is not registered, or is disabled.
    pub unknown_client: &'static str,
    /// A redirect address that is not one of the client's.
    pub unknown_redirect: &'static str,
    /// The document in which a client describes itself cannot be used. Takes its host, and the reason for the client's developer.
    pub client_document: fn(&str, &str) -> String,
    /// Of a sign-in at another provider.
    pub providers: ProviderErrors,
    pub unknown_request: &'static str,
    pub invalid_request: &'static str,
    /// The part before the `@` is not ASCII.
    pub unreachable_address: &'static str,
    pub passwords_differ: &'static str,
    pub login_differs: &'static str,
    pub link: &'static str,
    pub credentials: &'static str,
    /// The password of the signed-in user.
    pub password: &'static str,
    pub unauthorized: &'static str,
    pub session_over: &'static str,
    /// Of a token or key.
    pub expired: &'static str,
    pub code: &'static str,
    /// The input doesn't have the form of a code.
    pub incomplete_code: &'static str,
    /// Takes the seconds to wait.
    pub too_many_attempts: fn(u64) -> String,
    pub not_activated: &'static str,
    pub disabled: &'static str,
    /// In API responses.
    pub forbidden: &'static str,
    /// On pages.
    pub no_access: &'static str,
    /// The CSRF token is missing, from another browser, or from before a sign-in or sign-out.
    pub form_expired: &'static str,
    pub reauthentication_required: &'static str,
    pub second_factor_required: &'static str,
    /// The policy asks for a second factor, and the account has none.
    pub enrolment_required: &'static str,
    /// The time between the two steps of a sign-in is over.
    pub second_step_over: &'static str,
    pub second_factor_held: &'static str,
    pub recovery_codes_required: &'static str,
    pub last_way_in: &'static str,
    /// In API responses.
    pub not_found: &'static str,
    /// On pages.
    pub page_not_found: &'static str,
    pub method_not_allowed: &'static str,
    pub login_taken: &'static str,
    pub last_admin: &'static str,
    pub too_many_keys: &'static str,
    pub token_held: &'static str,
    pub too_many_clients: &'static str,
    pub client_in_use: &'static str,
    pub client_changed: &'static str,
    pub too_large: &'static str,
    pub media_type: &'static str,
    pub compressed: &'static str,
    pub weak: &'static str,
    pub weaknesses: Weaknesses,
    pub unavailable: &'static str,
    pub titles: Titles,
}

/// Why a password was rejected.
pub struct Weaknesses {
    pub too_short: &'static str,
    pub too_long: &'static str,
    pub context_word: &'static str,
    pub common: &'static str,
    pub breached: &'static str,
}

/// Titles of error pages.
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
    pub not_possible: &'static str,
    pub too_many_attempts: &'static str,
    pub weak: &'static str,
}

/// Why a sign-in at another provider did not succeed. Each takes the provider's name.
pub struct ProviderErrors {
    pub expired: fn(&str) -> String,
    pub declined: fn(&str) -> String,
    pub taken: fn(&str) -> String,
    pub unproved: fn(&str) -> String,
    pub unreachable: fn(&str) -> String,
    pub unacceptable: fn(&str) -> String,
}
