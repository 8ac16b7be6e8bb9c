//! What pages share: navigation, form labels and flash messages.

/// Navigation, and the texts of the script.
pub struct Layout {
    pub skip: &'static str,
    pub nav: &'static str,
    pub account: &'static str,
    /// Link on error pages.
    pub to_account: &'static str,
    pub security: &'static str,
    pub sessions: &'static str,
    pub keys: &'static str,
    pub administration: &'static str,
    pub sign_out: &'static str,
    pub back: &'static str,
    pub copy: &'static str,
    pub copied: &'static str,
    pub show: &'static str,
    pub hide: &'static str,
    /// Hint below a new password: too short, long enough, long.
    pub strength: [&'static str; 3],
}

/// Labels of form fields.
pub struct Fields {
    pub login_or_email: &'static str,
    pub login: &'static str,
    /// Allowed characters.
    pub login_rule: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub current_password: &'static str,
    /// Takes the minimum length.
    pub new_password: fn(usize) -> String,
    pub code: &'static str,
}

/// Flash messages: what has just been done, at the top of the next page.
pub struct Notices {
    pub signed_out: &'static str,
    pub key_deleted: &'static str,
    pub password_changed: &'static str,
    pub language_chosen: &'static str,
    pub session_ended: &'static str,
    pub access_removed: &'static str,
    pub identity_connected: &'static str,
    pub identity_disconnected: &'static str,
    pub others_ended: &'static str,
    pub user_disabled: &'static str,
    pub user_enabled: &'static str,
    pub user_promoted: &'static str,
    pub user_demoted: &'static str,
    pub reset_started: &'static str,
    pub factors_reset: &'static str,
    pub all_sessions_ended: &'static str,
    pub registered: &'static str,
    pub activated: &'static str,
    pub registration_declined: &'static str,
    pub activation_sent: &'static str,
    pub recovery_sent: &'static str,
    pub password_set: &'static str,
    pub address_changed: &'static str,
    pub address_restored: &'static str,
    pub app_added: &'static str,
    pub app_removed: &'static str,
    pub codes_renewed: &'static str,
    pub key_added: &'static str,
    pub key_renamed: &'static str,
    pub key_removed: &'static str,
    pub password_removed: &'static str,
    pub recovery_code_used: &'static str,
    pub browsers_forgotten: &'static str,
    pub factors_undone: &'static str,
    pub device_approved: &'static str,
    pub device_denied: &'static str,
    pub client_created: &'static str,
    pub client_changed: &'static str,
    pub client_secret_ended: &'static str,
    pub client_disabled: &'static str,
    pub client_enabled: &'static str,
    pub client_deleted: &'static str,
}
