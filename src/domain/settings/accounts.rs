//! Account settings: who may register, and the rules for passwords.

use crate::domain::accounts::registration::RegistrationPolicy;
use crate::domain::base_url::Address;
use crate::domain::credentials::breach_check::{self, BreachCheck, FailurePolicy};
use crate::domain::env_reader::EnvReader;
use crate::domain::policy;

pub struct AccountSettings {
    pub registration: RegistrationPolicy,
    pub password_min_chars: usize,
    /// `None` disables the check.
    pub breach_check: Option<BreachCheck>,
}

impl AccountSettings {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let registration = read.parsed("AUTH_REGISTRATION", Some(RegistrationPolicy::Open), RegistrationPolicy::parse);
        let (password_min_chars, breach_check) = (password_min_chars(read), breach_check(read));
        Some(Self { registration: registration?, password_min_chars: password_min_chars?, breach_check: breach_check? })
    }
}

/// The upper bound is what always fits into `policy::PASSWORD_MAX_BYTES`: UTF-8 takes up to four bytes per character.
fn password_min_chars(read: &mut EnvReader<'_>) -> Option<usize> {
    let bounds = policy::PASSWORD_MIN_CHARS..=policy::PASSWORD_MAX_BYTES / 4;
    read.number("AUTH_PASSWORD_MIN_LENGTH", policy::PASSWORD_MIN_CHARS, bounds)
}

/// The check. The inner `None` means `off`.
fn breach_check(read: &mut EnvReader<'_>) -> Option<Option<BreachCheck>> {
    let words = [("off", None), ("open", Some(FailurePolicy::Open)), ("closed", Some(FailurePolicy::Closed))];
    let Some(when_down) = read.word("AUTH_BREACH_CHECK", None, &words)? else {
        return Some(None);
    };
    let api_url = read.parsed("AUTH_BREACH_API_URL", Some(breach_check::DEFAULT_API_URL.to_owned()), |text| {
        Address::parse(text).map(|address| address.to_string())
    });
    Some(Some(BreachCheck { api_url: api_url?, when_down }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(set: &[(&str, &str)]) -> (Option<AccountSettings>, Vec<&'static str>) {
        let lookup = |name: &str| set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let mut read = EnvReader::new(&lookup);
        let parsed = AccountSettings::read(&mut read);
        (parsed, read.problems.iter().map(|problem| problem.variable).collect())
    }

    #[test]
    fn the_breach_check_is_off_until_its_operator_says_what_silence_means() {
        assert!(parse(&[]).0.unwrap().breach_check.is_none());
        let check = parse(&[("AUTH_BREACH_CHECK", "open")]).0.unwrap().breach_check.unwrap();
        assert_eq!((check.api_url.as_str(), check.when_down), (breach_check::DEFAULT_API_URL, FailurePolicy::Open));
        for wrong in ["http://breach.example.com", "https://h?x=1", "https://u:p@h"] {
            let set = [("AUTH_BREACH_CHECK", "closed"), ("AUTH_BREACH_API_URL", wrong)];
            assert_eq!(parse(&set).1, ["AUTH_BREACH_API_URL"], "{wrong}");
        }
    }
}
