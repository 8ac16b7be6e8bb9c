//! The second factors of an account, and when a sign-in needs one.

use crate::domain::accounts::user::Role;
use crate::domain::sessions::auth_methods::AuthLevel;

/// Who needs a second factor: `AUTH_MFA`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MfaPolicy {
    /// Accounts that have turned it on.
    Optional,
    /// Administrators as well.
    Admins,
    /// Everybody.
    All,
}

/// What an account has for a second step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SecondFactors {
    /// An authenticator app.
    pub totp: bool,
    /// A security key that was enrolled for the second step.
    pub security_key: bool,
    /// A passkey. It signs in alone; after a password it serves as the second factor.
    pub passkey: bool,
}

/// The kinds of keys (WebAuthn) of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// It signs in alone, because its device verifies the user.
    Passkey,
    /// It was enrolled for the second step, and never signs in alone.
    SecurityKey,
}

impl KeyKind {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passkey => "passkey",
            Self::SecurityKey => "security_key",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Passkey, Self::SecurityKey].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What a first factor alone still lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    Nothing,
    /// One of the account's second factors.
    SecondFactor,
    /// The policy asks for a second factor, and the account has none.
    Enrolment,
}

impl SecondFactors {
    /// Whether the account has a second step of its own accord. A passkey beside a password does not turn it on: losing the
    /// passkey would lock out an owner who never chose a second step.
    pub const fn is_on(self) -> bool {
        self.totp || self.security_key
    }

    /// What a password or a code sent by email still lacks.
    pub fn requirement(self, policy: MfaPolicy, role: Role) -> Requirement {
        let demanded = match policy {
            MfaPolicy::Optional => false,
            MfaPolicy::Admins => role == Role::Admin,
            MfaPolicy::All => true,
        };
        match (self.is_on() || demanded, self.is_on() || self.passkey) {
            (false, _) => Requirement::Nothing,
            (true, true) => Requirement::SecondFactor,
            (true, false) => Requirement::Enrolment,
        }
    }

    /// The level at which the account's owner makes sensitive changes.
    pub fn level(self, policy: MfaPolicy, role: Role) -> AuthLevel {
        if self.requirement(policy, role) == Requirement::Nothing { AuthLevel::Aal1 } else { AuthLevel::Aal2 }
    }

    /// The second factors that a client may present, under their names in the API.
    pub fn methods(self) -> Vec<&'static str> {
        let passkey = self.passkey || self.security_key;
        let all = [("passkey", passkey), ("totp", self.totp), ("recovery_code", self.is_on())];
        all.into_iter().filter(|(_, has)| *has).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: SecondFactors = SecondFactors { totp: false, security_key: false, passkey: false };
    const PASSKEY: SecondFactors = SecondFactors { passkey: true, ..NONE };
    const APP: SecondFactors = SecondFactors { totp: true, ..NONE };
    const KEY: SecondFactors = SecondFactors { security_key: true, ..NONE };

    #[test]
    fn an_app_or_a_security_key_is_asked_for_whatever_the_policy() {
        for policy in [MfaPolicy::Optional, MfaPolicy::Admins, MfaPolicy::All] {
            for factors in [APP, KEY, SecondFactors { passkey: true, ..APP }] {
                assert_eq!(factors.requirement(policy, Role::User), Requirement::SecondFactor);
                assert_eq!(factors.level(policy, Role::User), AuthLevel::Aal2);
            }
        }
    }

    #[test]
    fn a_policy_asks_for_any_second_factor_and_leads_to_enrolment_without_one() {
        let rows = [
            (MfaPolicy::Optional, Role::Admin, Requirement::Nothing, Requirement::Nothing),
            (MfaPolicy::Admins, Role::User, Requirement::Nothing, Requirement::Nothing),
            (MfaPolicy::Admins, Role::Admin, Requirement::Enrolment, Requirement::SecondFactor),
            (MfaPolicy::All, Role::User, Requirement::Enrolment, Requirement::SecondFactor),
        ];
        for (policy, role, none, passkey) in rows {
            assert_eq!(NONE.requirement(policy, role), none, "{policy:?} {role:?}");
            assert_eq!(PASSKEY.requirement(policy, role), passkey, "{policy:?} {role:?}");
        }
    }

    #[test]
    fn only_methods_of_the_account_are_offered() {
        assert_eq!(NONE.methods(), Vec::<&str>::new());
        assert_eq!(PASSKEY.methods(), ["passkey"]);
        assert_eq!(APP.methods(), ["totp", "recovery_code"]);
        assert_eq!(KEY.methods(), ["passkey", "recovery_code"]);
    }
}
