//! Mail providers: who carries letters, and what their answers mean. What each wants to be sent is in `mail_services`.

use crate::domain::accounts::email_address::{self, EmailAddress};
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::mail::message::Email;
use crate::domain::mail::rendered::RenderedEmail;
use crate::domain::mail::services::MailService;
use crate::domain::secret::Secret;

/// Who carries letters, on what terms.
pub struct Provider {
    pub service: MailService,
    /// Without a slash at its end.
    pub api_url: String,
    pub api_key: Secret,
    pub from: Sender,
}

/// Whom letters are from.
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

    /// The address, as a header has it.
    pub fn routed(&self) -> String {
        email_address::routed(self.address.spelled())
    }

    /// As a header has it. What is not a plain word is quoted: a bare dot is none (RFC 5322 §3.2.3).
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

/// A letter ready to go. `id` is its outbox row: the provider's key against sending twice.
pub struct OutgoingMail<'a> {
    pub id: Id<Email>,
    pub to: &'a str,
    pub content: &'a RenderedEmail,
}

/// What a provider's answer means for the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    Accepted,
    /// Not now: overload, or an outage.
    Later,
    /// Not from us: a key, a sender or an account that somebody can still mend.
    Unauthorized,
    /// This letter will never be taken.
    Refused,
}

/// What is written down of [`Receipt::Unauthorized`], for whoever runs this.
pub const REFUSES_US: &str = "the provider refuses our key, our sender or our account";

/// The runtime sends none of its own, and providers turn away who does not say what they are.
pub const USER_AGENT: &str = concat!("gatehouse/", env!("CARGO_PKG_VERSION"));

impl Provider {
    /// The provider's request for one letter. Every one carries the letter's key; Resend is known to heed it.
    pub fn request(&self, envelope: &OutgoingMail<'_>) -> Result<http::Request<Vec<u8>>, Fault> {
        let (header, credential) = self.service.credential(&self.api_key);
        let (content_type, body) = self.service.body(&self.from, envelope);
        http::Request::post(format!("{}{}", self.api_url, self.service.path()))
            .header(header, credential.expose())
            .header("Accept", "application/json")
            .header("Content-Type", content_type)
            .header("Idempotency-Key", envelope.id.to_string())
            .header("User-Agent", USER_AGENT)
            .body(body.into_bytes())
            .map_err(|e| Fault::new("mail provider", e))
    }

    /// Reads an answer. Every provider knows 401, 402 and 403; 404 is a domain that Mailgun does not know, or a wrong
    /// `MAIL_API_URL`.
    pub fn receipt(&self, answer: &http::Response<Vec<u8>>) -> DeliveryOutcome {
        match answer.status().as_u16() {
            200..=299 if self.service.has_bounced(answer.body()) => DeliveryOutcome::Refused,
            200..=299 => DeliveryOutcome::Accepted,
            400 | 422 if self.service.is_permanent_rejection(answer.body()) => DeliveryOutcome::Refused,
            401..=404 => DeliveryOutcome::Unauthorized,
            422 if self.service.blames_us(answer.body()) => DeliveryOutcome::Unauthorized,
            409 if self.service.is_duplicate(answer.body()) => DeliveryOutcome::Accepted,
            _ => DeliveryOutcome::Later,
        }
    }
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
