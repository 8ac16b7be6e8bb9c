//! What forms ask for, as their labels say it.

pub struct Fields {
    pub login_or_email: &'static str,
    pub login: &'static str,
    /// What one may be made of.
    pub login_rule: &'static str,
    pub email: &'static str,
    pub password: &'static str,
    pub current_password: &'static str,
    /// With the fewest characters it must have.
    pub new_password: fn(usize) -> String,
    pub code: &'static str,
}
