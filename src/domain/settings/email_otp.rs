//! Settings of one-time codes by email.

use std::time::Duration;

use crate::domain::env_reader::EnvReader;
use crate::domain::policy;

/// One-time codes by email.
#[derive(Clone, Copy, Debug)]
pub struct EmailOtpSettings {
    /// Digits.
    pub length: u32,
    pub lifetime: Duration,
    pub max_attempts: i64,
}

impl EmailOtpSettings {
    /// The inner `None` means off. The other settings are validated all the same: switching codes on must not be the moment
    /// that takes the service down.
    pub fn read(read: &mut EnvReader<'_>) -> Option<Option<Self>> {
        let enabled = read.flag("AUTH_OTP_ENABLED", false);
        let length = read.number("AUTH_OTP_LENGTH", policy::CODE_LENGTH, policy::CODE_LENGTH..=policy::CODE_LENGTH_MAX);
        let lifetime = read.seconds("AUTH_OTP_EXPIRATION", policy::CODE_LIFETIME, policy::CODE_LIFETIME_MAX);
        let attempts = 1..=policy::CODE_ATTEMPTS_MAX;
        let max_attempts = read.number("AUTH_OTP_MAX_ATTEMPTS", policy::CODE_ATTEMPTS, attempts);
        let settings = Self { length: length?, lifetime: lifetime?, max_attempts: max_attempts? };
        Some(enabled?.then_some(settings))
    }
}
