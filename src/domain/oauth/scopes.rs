//! Scopes: what a client may do (RFC 6749 §3.3).

use std::fmt;

use crate::domain::policy;

/// OpenID Connect Core §3.1.2.1: asks for an ID token.
pub const OPENID: &str = "openid";
/// OpenID Connect Core §11: a session that outlives the browser's.
pub const OFFLINE_ACCESS: &str = "offline_access";
/// Ours: the role at this service.
pub const ROLE: &str = "role";
/// OpenID Connect Core §5.4.
pub const PROFILE: &str = "profile";
pub const EMAIL: &str = "email";

/// The scopes of this service itself. All others are the operator's.
pub const OWN: [&str; 5] = [OPENID, PROFILE, EMAIL, OFFLINE_ACCESS, ROLE];

/// OpenID Connect Core §5.4 defines them. They are accepted, and give nothing: no account has an address or a telephone number.
const WITHOUT_CLAIMS: [&str; 2] = ["address", "phone"];

/// Each scope once, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes(Vec<String>);

impl Scopes {
    /// Words with blanks between them. `None` if one has other characters than RFC 6749 allows, or there are too many.
    pub fn parse(text: &str) -> Option<Self> {
        let mut scopes = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            if !is_scope(word) {
                return None;
            }
            if !scopes.iter().any(|known| known == word) {
                scopes.push(word.to_owned());
            }
        }
        (scopes.len() <= policy::SCOPES_MAX).then_some(Self(scopes))
    }

    /// Those of several stored texts with blanks between them, however many.
    pub fn union(texts: &str) -> Self {
        let mut scopes: Vec<String> = texts.split(' ').filter(|word| is_scope(word)).map(str::to_owned).collect();
        scopes.sort_unstable();
        scopes.dedup();
        Self(scopes)
    }

    pub fn contains(&self, scope: &str) -> bool {
        self.0.iter().any(|known| known == scope)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    pub fn is_within(&self, others: &Self) -> bool {
        self.iter().all(|scope| others.contains(scope))
    }

    /// Those for which a condition holds.
    pub fn filter(&self, holds: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| holds(scope)).cloned().collect())
    }

    /// Without those that OpenID Connect defines and that give nothing here.
    pub fn effective(&self) -> Self {
        self.filter(|scope| !WITHOUT_CLAIMS.contains(&scope))
    }

    /// These and others.
    pub fn and(&self, others: &Self) -> Self {
        let more = others.iter().filter(|scope| !self.contains(scope)).map(str::to_owned);
        Self(self.0.iter().cloned().chain(more).collect())
    }
}

impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" "))
    }
}

/// Whether this service itself gives the scope its meaning.
pub fn is_own(scope: &str) -> bool {
    OWN.contains(&scope)
}

/// `scope-token`: printable ASCII without the quotation mark and the backslash.
fn is_scope(word: &str) -> bool {
    (1..=policy::SCOPE_MAX_BYTES).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_scope_is_kept_once_in_its_order() {
        let scopes = Scopes::parse(" openid  email openid files:read ").unwrap();
        assert_eq!(scopes.to_string(), "openid email files:read");
        assert!(scopes.is_within(&Scopes::parse("files:read email openid role").unwrap()));
        assert!(!scopes.is_within(&Scopes::parse("openid email").unwrap()));
        assert_eq!(Scopes::parse("").unwrap(), Scopes::default());
    }

    #[test]
    fn words_that_are_no_scopes_are_refused() {
        for wrong in ["a\tb", "a\"b", "a\\b", "é", "a\0", &"a".repeat(policy::SCOPE_MAX_BYTES + 1)] {
            assert_eq!(Scopes::parse(wrong), None, "{wrong:?}");
        }
        let many: Vec<_> = (0..=policy::SCOPES_MAX).map(|number| number.to_string()).collect();
        assert_eq!(Scopes::parse(&many.join(" ")), None);
    }
}
