//! Mail providers: how emails are sent, and what the responses mean. The request formats are in `services`.

use crate::domain::error::Fault;
use crate::domain::mail::outgoing::{OutgoingMail, Sender};
use crate::domain::mail::services::MailService;
use crate::domain::policy;
use crate::domain::secret::Secret;

/// The configured mail provider.
pub struct Provider {
    pub service: MailService,
    /// Without a trailing slash.
    pub api_url: String,
    pub api_key: Secret,
    pub from: Sender,
}

/// The meaning of a provider's response for the email.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryOutcome {
    Accepted,
    /// Not now: overload, or an outage.
    Later,
    /// The key, the sender or the account was refused. The operator can fix it.
    Unauthorized,
    /// This email will never be accepted.
    Refused,
}

/// The recorded text of [`DeliveryOutcome::Unauthorized`], for operators.
pub const REFUSES_US: &str = "the provider refuses our key, our sender or our account";

impl Provider {
    /// The provider's request for one email. Each has the email's idempotency key; Resend is known to honour it.
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

    /// Interprets a response. Every provider has 401, 402 and 403; 404 is a domain that Mailgun does not know, or a wrong
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
