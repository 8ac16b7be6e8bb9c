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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(policy: &str, days: &str) -> Option<(MfaPolicy, Duration)> {
        let lookup = |name: &str| match name {
            "AUTH_MFA" => Some(policy.to_owned()),
            "AUTH_MFA_REMEMBER_DAYS" => Some(days.to_owned()),
            _ => panic!("{name}"),
        };
        let settings = SecondFactorSettings::read(&mut EnvReader::new(&lookup))?;
        Some((settings.policy, settings.remembered))
    }

    #[test]
    fn without_settings_each_account_decides_and_is_asked_every_time() {
        let settings = SecondFactorSettings::read(&mut EnvReader::new(&|_| None)).unwrap();
        assert_eq!((settings.policy, settings.remembered), (MfaPolicy::Optional, Duration::ZERO));
    }

    #[test]
    fn a_policy_is_one_of_three_words() {
        let day = policy::days(1);
        assert_eq!(read("optional", "1"), Some((MfaPolicy::Optional, day)));
        assert_eq!(read("admins", "1"), Some((MfaPolicy::Admins, day)));
        assert_eq!(read("all", "1"), Some((MfaPolicy::All, day)));
        for wrong in ["none", "Admins", "true", "admins,all"] {
            assert_eq!(read(wrong, "1"), None, "{wrong}");
        }
    }

    #[test]
    fn a_browser_is_remembered_for_a_month_at_most() {
        assert_eq!(read("all", "30"), Some((MfaPolicy::All, policy::days(30))));
        for wrong in ["31", "-1", "1.5", "a week"] {
            assert_eq!(read("all", wrong), None, "{wrong}");
        }
    }
}
