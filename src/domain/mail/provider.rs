//! Mail providers: who carries letters, and what their answers mean. What each wants to be sent is in `mail_services`.

use crate::domain::error::Fault;
use crate::domain::mail::outgoing::{OutgoingMail, Sender};
use crate::domain::mail::services::MailService;
use crate::domain::policy;
use crate::domain::secret::Secret;

/// Who carries letters, on what terms.
pub struct Provider {
    pub service: MailService,
    /// Without a slash at its end.
    pub api_url: String,
    pub api_key: Secret,
    pub from: Sender,
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
            .header("User-Agent", policy::USER_AGENT)
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
