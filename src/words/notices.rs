//! What has been done, in a sentence at the top of the next page.

pub struct Notices {
    pub signed_out: &'static str,
    pub key_deleted: &'static str,
    pub password_changed: &'static str,
    pub language_chosen: &'static str,
    pub session_ended: &'static str,
    pub others_ended: &'static str,
}
