//! An email as it is handed to a provider.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::mail::rendered::RenderedEmail;

/// The sender of all emails.
#[derive(Debug, PartialEq, Eq)]
pub struct Sender {
    /// May be empty.
    pub name: String,
    pub address: EmailAddress,
}

impl Sender {
    /// `address` or `Name <address>`, and nothing that could be a second address.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, address) = match text.split_once('<') {
            Some((name, rest)) => (name.trim(), rest.strip_suffix('>').ok_or("has a < without its >")?),
            None => ("", text),
        };
        if name.chars().any(|c| c.is_control() || "<>@,;:\"\\()[]".contains(c)) {
            return Err("has a name that needs quoting: use letters, digits and spaces".into());
        }
        let address = EmailAddress::parse(address).map_err(|_| "is not an e-mail address")?;
        Ok(Self { name: name.to_owned(), address })
    }

    /// The address, as spelled in a header.
    pub fn routed(&self) -> String {
        email_address::routed(self.address.spelled())
    }

    /// As spelled in a header. A name that is not plain words is quoted; a bare dot is not plain (RFC 5322 §3.2.3).
    pub fn header(&self) -> String {
        let (name, address) = (&self.name, self.routed());
        let plain = name.chars().all(|c| c.is_alphanumeric() || c == ' ');
        match (name.is_empty(), plain) {
            (true, _) => address,
            (false, true) => format!("{name} <{address}>"),
            (false, false) => format!("\"{name}\" <{address}>"),
        }
    }
}

/// An email ready to send. `id` is its outbox row, and the provider's idempotency key.
pub struct OutgoingMail<'a> {
    pub id: Id<Email>,
    pub to: &'a str,
    pub content: &'a RenderedEmail,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_senders_name_is_quoted_where_a_header_wants_it() {
        for (text, header) in [
            ("no-reply@example.com", "no-reply@example.com"),
            ("<no-reply@example.com>", "no-reply@example.com"),
            ("Gatehouse 2<no-reply@example.com>", "Gatehouse 2 <no-reply@example.com>"),
            ("Löwe <no-reply@example.com>", "Löwe <no-reply@example.com>"),
            ("Acme Inc. <no-reply@example.com>", "\"Acme Inc.\" <no-reply@example.com>"),
            ("O'Neil & Co <no-reply@example.com>", "\"O'Neil & Co\" <no-reply@example.com>"),
        ] {
            assert_eq!(Sender::parse(text).unwrap().header(), header);
        }
    }

    #[test]
    fn a_sender_is_one_address() {
        for wrong in [
            "A\u{7}<no-reply@example.com>",
            "nobody",
            "a@b.com>, Evil <c@d.com>",
            "a@b.com, c@d.com",
            "A <a@b.com",
            "A \\ <a@b.com>",
            "A (b) <a@b.com>",
            "",
        ] {
            assert!(Sender::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
