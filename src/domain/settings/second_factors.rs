//! Settings of second factors.

use std::time::Duration;

use crate::domain::env_reader::EnvReader;
use crate::domain::policy;
use crate::domain::sessions::second_factors::MfaPolicy;

pub struct SecondFactorSettings {
    pub policy: MfaPolicy,
    /// How long a browser that has presented a second factor is not asked for it again; zero: it is asked at every sign-in.
    pub remembered: Duration,
}

impl SecondFactorSettings {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let words = [("optional", MfaPolicy::Optional), ("admins", MfaPolicy::Admins), ("all", MfaPolicy::All)];
        let policy = read.word("AUTH_MFA", MfaPolicy::Optional, &words);
        let days = read.number("AUTH_MFA_REMEMBER_DAYS", 0, 0..=policy::MFA_REMEMBERED_DAYS_MAX);
        Some(Self { policy: policy?, remembered: policy::days(days?) })
    }
}
