//! Pages on which passkeys and security keys are used, and `/account/security/passkeys`.

pub struct Passkeys {
    pub title: &'static str,
    /// Where the browser can't use passkeys, or has no script.
    pub needs_script: &'static str,
    pub sign_in: &'static str,
    pub confirm: &'static str,
    /// As the second step.
    pub second: &'static str,
    /// The service has refused it.
    pub refused: &'static str,
    /// The browser reports a failure or an abort.
    pub failed: &'static str,
    /// The browser reports that the device has one for this account.
    pub held: &'static str,
    pub manage: &'static str,
    pub about_passkeys: &'static str,
    pub add_passkey: &'static str,
    pub about_security_keys: &'static str,
    pub add_security_key: &'static str,
    /// Link, for an account that needs recovery codes before its first security key.
    pub codes_first: &'static str,
    pub synced: &'static str,
    pub one_device: &'static str,
    /// Label.
    pub name: &'static str,
    pub rename: &'static str,
    pub remove: &'static str,
    /// In the disclosure above the button.
    pub what_removing_does: &'static str,
    pub set_password: &'static str,
    pub remove_password: &'static str,
    /// In the disclosure above the button.
    pub what_removing_password_does: &'static str,
}
