//! What has been done, in a sentence at the top of the next page.

pub struct Notices {
    pub signed_out: &'static str,
    pub key_deleted: &'static str,
    pub password_changed: &'static str,
    pub language_chosen: &'static str,
    pub session_ended: &'static str,
    pub others_ended: &'static str,
    pub user_disabled: &'static str,
    pub user_enabled: &'static str,
    pub user_promoted: &'static str,
    pub user_demoted: &'static str,
    pub reset_started: &'static str,
    pub all_sessions_ended: &'static str,
    pub registered: &'static str,
    pub activated: &'static str,
    pub registration_declined: &'static str,
    pub activation_sent: &'static str,
    pub recovery_sent: &'static str,
    pub password_set: &'static str,
    pub address_changed: &'static str,
    pub address_restored: &'static str,
}
