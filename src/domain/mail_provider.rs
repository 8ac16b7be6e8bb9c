//! Mail providers: what each wants to be sent, and how its answer is to be read. The sending itself is a port.

use serde_json::json;

use crate::domain::id::Id;
use crate::domain::letter::{Content, Letter};
use crate::domain::secret::Secret;

/// Who carries letters.
pub enum Provider {
    /// Nobody: letters stay in the outbox, to be read at `/dev/mail`.
    Outbox,
    /// <https://resend.com/docs/api-reference/emails/send-email>
    Resend { api_url: String, api_key: Secret },
}

/// A letter ready to go. `id` is its outbox row: the provider's key against sending twice.
pub struct Envelope<'a> {
    pub id: Id<Letter>,
    pub from: &'a str,
    pub to: &'a str,
    pub content: &'a Content,
}

/// The runtime sends none of its own, and providers turn away who does not say what they are.
const USER_AGENT: &str = concat!("gatehouse/", env!("CARGO_PKG_VERSION"));

/// What a provider's answer means for the letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    Accepted,
    /// Not now: overload, an outage, or a setting somebody can still mend.
    Later,
    /// This letter will never be taken.
    Refused,
}

impl Provider {
    pub const RESEND_URL: &'static str = "https://api.resend.com";

    /// The provider's request for one letter; `None` where letters are kept.
    pub fn request(&self, envelope: &Envelope<'_>) -> Option<http::Request<Vec<u8>>> {
        match self {
            Self::Outbox => None,
            Self::Resend { api_url, api_key } => resend(api_url, api_key, envelope),
        }
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

fn resend(api_url: &str, api_key: &Secret, envelope: &Envelope<'_>) -> Option<http::Request<Vec<u8>>> {
    let Content { subject, text, html } = envelope.content;
    let body = json!({ "from": envelope.from, "to": [envelope.to], "subject": subject, "text": text, "html": html });
    http::Request::post(format!("{api_url}/emails"))
        .header("Authorization", format!("Bearer {}", api_key.expose()))
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", envelope.id.to_string())
        .header("User-Agent", USER_AGENT)
        .body(body.to_string().into_bytes())
        .ok()
}
