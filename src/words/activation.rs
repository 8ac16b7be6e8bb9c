//! `/account/activate`.

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
    pub look_into_mail: &'static str,
    pub send_again: &'static str,
    pub too_old: &'static str,
    pub register: &'static str,
}
