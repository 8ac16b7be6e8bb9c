//! Email addresses: where emails are sent, and when two of them are the same.

use crate::domain::policy;
use crate::domain::text::{characters, domain_name};

/// An address as its owner spelled it. Two addresses are the same when their folded forms are equal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress {
    spelled: String,
    folded: String,
}

/// Not an address that an email could safely be sent to.
#[derive(Debug, PartialEq, Eq)]
pub struct NotAnEmailAddress;

impl EmailAddress {
    /// Deliberately narrower than RFC 5321: no quoting, no comments, no address literals, a domain with a dot; nothing that
    /// could end a header line or start a second recipient. International local parts and domains are fine.
    pub fn parse(text: &str) -> Result<Self, NotAnEmailAddress> {
        let spelled = normalization::nfc(text.trim());
        let (local, domain) = spelled.rsplit_once('@').ok_or(NotAnEmailAddress)?;
        let domain = domain_name::parse(domain).ok_or(NotAnEmailAddress)?;
        let length = spelled.len().max(local.len() + 1 + domain.len());
        let fits = length <= policy::EMAIL_MAX_BYTES && local.len() <= policy::EMAIL_LOCAL_MAX_BYTES;
        if !(fits && is_local_part(local)) {
            return Err(NotAnEmailAddress);
        }
        let folded = format!("{}@{domain}", fold_local_part(local));
        Ok(Self { spelled, folded })
    }

    /// The address of an existing account, perhaps valid only under an earlier rule.
    pub fn stored(spelled: &str) -> Self {
        Self { spelled: spelled.to_owned(), folded: fold(spelled) }
    }

    /// As its owner spelled it.
    pub fn spelled(&self) -> &str {
        &self.spelled
    }

    /// As the DNS spells it.
    pub fn domain(&self) -> &str {
        self.folded.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// Whether every server accepts the local part. A non-ASCII one needs SMTPUTF8 (RFC 6531) on the whole path.
    pub fn has_ascii_local_part(&self) -> bool {
        self.spelled.rsplit_once('@').is_some_and(|(local, _)| local.is_ascii())
    }

    /// The unique form, and the one that rate limits count.
    pub fn folded(&self) -> &str {
        &self.folded
    }
}

/// The form in which two spellings of one address are equal: case-folded, its domain as the DNS spells it.
pub fn fold(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{}@{}", fold_local_part(local), domain_name::fold(domain)),
        None => fold_local_part(address),
    }
}

/// The address for an email's envelope and header: the local part as its owner spelled it, the domain as the DNS spells it.
pub fn routed(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) => format!("{local}@{}", domain_name::fold(domain)),
        None => address.to_owned(),
    }
}

/// Whether two addresses have the same local part but for the case of ASCII letters. Addresses that are folded alike may not: a
/// mailbox may be named in full-width letters.
pub fn have_one_local_part(one: &str, other: &str) -> bool {
    let [one, other] = [one, other].map(|address| address.rsplit_once('@').map(|(local, _)| local));
    one.zip(other).is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
}

fn fold_local_part(local: &str) -> String {
    normalization::nfkc(local).to_lowercase()
}

fn is_local_part(local: &str) -> bool {
    !local.is_empty()
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
        && local.chars().all(|c| characters::is_of_a_word(c) || "!#$%&'*+-/=?^_`{|}~.".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_differing_in_case_are_one() {
        let email = EmailAddress::parse(" Ada.Lovelace+x@Example.COM ").unwrap();
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
            assert_eq!(EmailAddress::parse(text), Err(NotAnEmailAddress), "{text:?}");
        }
    }
}
