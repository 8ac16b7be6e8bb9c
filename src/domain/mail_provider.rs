//! Mail providers: what each wants to be sent, and how its answer is to be read. The sending itself is a port.

use serde_json::json;

use crate::domain::content::Content;
use crate::domain::error::Fault;
use crate::domain::id::Id;
use crate::domain::letter::Letter;
use crate::domain::secret::Secret;

/// Who carries letters, on what terms.
pub struct Provider {
    pub service: Service,
    /// Without a slash at its end.
    pub api_url: String,
    pub api_key: Secret,
    /// `address` or `Name <address>`.
    pub from: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// <https://resend.com/docs/api-reference/emails/send-email>
    Resend,
}

impl Service {
    pub const fn default_api_url(self) -> &'static str {
        match self {
            Self::Resend => "https://api.resend.com",
        }
    }
}

/// A letter ready to go. `id` is its outbox row: the provider's key against sending twice.
pub struct Envelope<'a> {
    pub id: Id<Letter>,
    pub to: &'a str,
    pub content: &'a Content,
}

/// What a provider's answer means for the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    Accepted,
    /// Not now: overload, an outage, or a setting somebody can still mend.
    Later,
    /// This letter will never be taken.
    Refused,
}

/// The runtime sends none of its own, and providers turn away who does not say what they are.
const USER_AGENT: &str = concat!("gatehouse/", env!("CARGO_PKG_VERSION"));

impl Provider {
    /// The provider's request for one letter.
    pub fn request(&self, envelope: &Envelope<'_>) -> Result<http::Request<Vec<u8>>, Fault> {
        match self.service {
            Service::Resend => self.resend(envelope),
        }
    }

    fn resend(&self, envelope: &Envelope<'_>) -> Result<http::Request<Vec<u8>>, Fault> {
        let Content { subject, text, html } = envelope.content;
        let body = json!({ "from": self.from, "to": [envelope.to], "subject": subject, "text": text, "html": html });
        http::Request::post(format!("{}/emails", self.api_url))
            .header("Authorization", format!("Bearer {}", self.api_key.expose()))
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", envelope.id.to_string())
            .header("User-Agent", USER_AGENT)
            .body(body.to_string().into_bytes())
            .map_err(|e| Fault::new("mail provider", e))
    }

    /// Reads an HTTP status. A refused key or sender is `Later`: the letter waits until the setting is right.
    pub const fn receipt(&self, status: u16) -> Receipt {
        match status {
            200..=299 => Receipt::Accepted,
            400 | 422 => Receipt::Refused,
            _ => Receipt::Later,
        }
    }
}
