//! E-mail addresses: what letters go to, and what makes two of them the same.

use unicode_normalization::UnicodeNormalization;

use crate::domain::policy;

/// An address as its owner spelled it. Two addresses are one when their folded forms are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    spelled: String,
    folded: String,
}

/// Not an address a letter could be sent to safely.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAnEmail;

impl Email {
    /// Deliberately narrower than RFC 5321: no quoting, no comments, no address literals, a domain with a dot; nothing
    /// that could end a header line or start a second recipient. International local parts and domains are fine.
    pub fn parse(text: &str) -> Result<Self, NotAnEmail> {
        let spelled: String = text.trim().nfc().collect();
        let (local, domain) = spelled.rsplit_once('@').ok_or(NotAnEmail)?;
        let fits = spelled.len() <= policy::EMAIL_MAX_BYTES && local.len() <= policy::EMAIL_LOCAL_MAX_BYTES;
        if !(fits && is_local_part(local) && is_domain(domain)) {
            return Err(NotAnEmail);
        }
        let folded = fold(&spelled);
        Ok(Self { spelled, folded })
    }

    /// As given: where letters go.
    pub fn spelled(&self) -> &str {
        &self.spelled
    }

    pub fn domain(&self) -> &str {
        self.spelled.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Case-folded: what is unique.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// The form in which two spellings of one address are equal.
pub fn fold(address: &str) -> String {
    address.nfkc().collect::<String>().to_lowercase()
}

fn is_local_part(local: &str) -> bool {
    !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= policy::DOMAIN_LABEL_MAX_BYTES
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    domain.contains('.') && domain.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_differing_in_case_are_one() {
        let email = Email::parse(" Ada.Lovelace+x@Example.COM ").unwrap();
        assert_eq!(email.spelled(), "Ada.Lovelace+x@Example.COM");
        assert_eq!(email.folded(), "ada.lovelace+x@example.com");
    }

    #[test]
    fn what_could_reach_a_second_mailbox_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        let wide = format!("a@{}.com", "b".repeat(250));
        for text in [
            "",
            "a",
            "@",
            "a@",
            "@b.com",
            "a@b",
            "a b@c.com",
            "a@b@c.com",
            "a\r\nBcc: x@y.com@c.com",
            "a,b@c.com",
            "<a@b.com>",
            "\"a\"@b.com",
            "a@[1.2.3.4]",
            "a@b..com",
            "a@-b.com",
            ".a@b.com",
            "a..b@c.com",
            "a@b.com\0",
            "a\u{202e}@b.com",
            &long,
            &wide,
        ] {
            assert_eq!(Email::parse(text), Err(NotAnEmail), "{text:?}");
        }
    }
}
