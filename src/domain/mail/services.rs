//! The mail services: the endpoint of each, its request format, and how its responses are interpreted.
//!
//! None may track clicks: that would send all links, with their tokens, through another company's server. A request says so
//! where it can; at Resend it is a setting of the domain.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::domain::mail::outgoing::{OutgoingMail, Sender};
use crate::domain::mail::rendered::RenderedEmail;
use crate::domain::secret::Secret;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MailService {
    /// <https://resend.com/docs/api-reference/emails/send-email>
    Resend,
    /// <https://postmarkapp.com/developer/api/email-api>
    Postmark,
    /// <https://www.twilio.com/docs/sendgrid/api-reference/mail-send/mail-send>
    SendGrid,
    /// <https://documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages>
    Mailgun { domain: String },
    /// <https://developers.cloudflare.com/email-service/api/send-emails/rest-api/>
    Cloudflare { account: String },
}

impl MailService {
    pub const fn default_api_url(&self) -> &'static str {
        match self {
            Self::Resend => "https://api.resend.com",
            Self::Postmark => "https://api.postmarkapp.com",
            Self::SendGrid => "https://api.sendgrid.com",
            Self::Mailgun { .. } => "https://api.mailgun.net",
            Self::Cloudflare { .. } => "https://api.cloudflare.com/client/v4",
        }
    }

    pub fn path(&self) -> String {
        match self {
            Self::Resend => "/emails".into(),
            Self::Postmark => "/email".into(),
            Self::SendGrid => "/v3/mail/send".into(),
            Self::Mailgun { domain } => format!("/v3/{domain}/messages"),
            Self::Cloudflare { account } => format!("/accounts/{account}/email/sending/send"),
        }
    }

    /// The header that carries the key, and its value.
    pub fn credential(&self, key: &Secret) -> (&'static str, Secret) {
        match self {
            Self::Resend | Self::SendGrid | Self::Cloudflare { .. } => {
                ("Authorization", Secret::new(format!("Bearer {}", key.expose())))
            }
            Self::Postmark => ("X-Postmark-Server-Token", key.clone()),
            Self::Mailgun { .. } => {
                let user = Secret::new(format!("api:{}", key.expose()));
                ("Authorization", Secret::new(format!("Basic {}", STANDARD.encode(user.expose()))))
            }
        }
    }

    /// An email in the service's format: its media type and the body.
    pub fn body(&self, from: &Sender, envelope: &OutgoingMail<'_>) -> (&'static str, String) {
        match self {
            Self::Resend => ("application/json", resend(from, envelope).to_string()),
            Self::Postmark => ("application/json", postmark(from, envelope).to_string()),
            Self::SendGrid => ("application/json", sendgrid(from, envelope).to_string()),
            Self::Mailgun { .. } => ("application/x-www-form-urlencoded", mailgun(from, envelope)),
            Self::Cloudflare { .. } => ("application/json", cloudflare(from, envelope).to_string()),
        }
    }

    /// Whether it sends to local parts that are not ASCII (SMTPUTF8, RFC 6531). Mailgun documents it
    /// (<https://documentation.mailgun.com/docs/mailgun/user-manual/internationalization>); the others do not.
    pub const fn speaks_smtputf8(&self) -> bool {
        match self {
            Self::Mailgun { .. } => true,
            Self::Resend | Self::Postmark | Self::SendGrid | Self::Cloudflare { .. } => false,
        }
    }

    /// Whether a rejection (400, 422) is about this email, and not about a setting or an account.
    pub fn is_permanent_rejection(&self, answer: &[u8]) -> bool {
        match self {
            // One status for everything. 300: the message (that is, an address) is invalid; 406: the address has bounced
            // before. An unknown sender, an account not approved or without credit have other codes.
            Self::Postmark => matches!(member(answer, "/ErrorCode").as_u64(), Some(300 | 406)),
            Self::Resend | Self::SendGrid | Self::Mailgun { .. } | Self::Cloudflare { .. } => true,
        }
    }

    /// Whether a rejection (422) is about our sender or our account.
    pub fn blames_us(&self, answer: &[u8]) -> bool {
        match self {
            // Sender unknown or not confirmed; account without credit, not approved or blocked; unknown stream.
            Self::Postmark => {
                matches!(member(answer, "/ErrorCode").as_u64(), Some(400 | 401 | 405 | 412 | 413 | 1235))
            }
            Self::Resend | Self::SendGrid | Self::Mailgun { .. } | Self::Cloudflare { .. } => false,
        }
    }

    /// Whether a conflict (409) means that the email was accepted before, with different content: a change of `APP_KEY`
    /// changes its link, and a deployment may change the rest.
    pub fn is_duplicate(&self, answer: &[u8]) -> bool {
        match self {
            Self::Resend => member(answer, "/name") == "invalid_idempotent_request",
            Self::Postmark | Self::SendGrid | Self::Mailgun { .. } | Self::Cloudflare { .. } => false,
        }
    }

    /// Whether a success reports that the email bounced.
    pub fn has_bounced(&self, answer: &[u8]) -> bool {
        match self {
            // It delivers at once and reports the result, with status 200.
            Self::Cloudflare { .. } => {
                member(answer, "/result/permanent_bounces").as_array().is_some_and(|bounced| !bounced.is_empty())
            }
            Self::Resend | Self::Postmark | Self::SendGrid | Self::Mailgun { .. } => false,
        }
    }
}

/// No person sent it, so vacation responders must not reply (RFC 3834 §5). Every service supports this header.
const AUTO_SUBMITTED: (&str, &str) = ("Auto-Submitted", "auto-generated");

fn headers() -> Value {
    let (name, value) = AUTO_SUBMITTED;
    json!({ name: value })
}

fn resend(from: &Sender, envelope: &OutgoingMail<'_>) -> Value {
    let RenderedEmail { subject, text, html } = envelope.content;
    let to = [envelope.to];
    json!({ "from": from.header(), "to": to, "subject": subject, "text": text, "html": html, "headers": headers() })
}

fn postmark(from: &Sender, envelope: &OutgoingMail<'_>) -> Value {
    let RenderedEmail { subject, text, html } = envelope.content;
    let (name, value) = AUTO_SUBMITTED;
    json!({
        "From": from.header(),
        "To": envelope.to,
        "Subject": subject,
        "TextBody": text,
        "HtmlBody": html,
        "Headers": [{ "Name": name, "Value": value }],
        // The stream for transactional email; every server has it.
        "MessageStream": "outbound",
        "TrackOpens": false,
        "TrackLinks": "None",
    })
}

fn sendgrid(from: &Sender, envelope: &OutgoingMail<'_>) -> Value {
    let RenderedEmail { subject, text, html } = envelope.content;
    json!({
        "personalizations": [{ "to": [{ "email": envelope.to }] }],
        "from": named("email", from),
        "subject": subject,
        "headers": headers(),
        // It insists on this order.
        "content": [{ "type": "text/plain", "value": text }, { "type": "text/html", "value": html }],
        "tracking_settings": {
            "click_tracking": { "enable": false, "enable_text": false },
            "open_tracking": { "enable": false },
        },
    })
}

fn mailgun(from: &Sender, envelope: &OutgoingMail<'_>) -> String {
    let RenderedEmail { subject, text, html } = envelope.content;
    let (name, value) = AUTO_SUBMITTED;
    form_urlencoded::Serializer::new(String::new())
        .append_pair("from", &from.header())
        .append_pair("to", envelope.to)
        .append_pair("subject", subject)
        .append_pair("text", text)
        .append_pair("html", html)
        .append_pair("o:tracking", "no")
        .append_pair(&format!("h:{name}"), value)
        .finish()
}

fn cloudflare(from: &Sender, envelope: &OutgoingMail<'_>) -> Value {
    let RenderedEmail { subject, text, html } = envelope.content;
    // An object must have a name; an address alone is a string.
    let from = if from.name.is_empty() { from.routed().into() } else { named("address", from) };
    let to = envelope.to;
    json!({ "from": from, "to": to, "subject": subject, "text": text, "html": html, "headers": headers() })
}

/// A sender in two members, the name only if there is one.
fn named(address: &str, from: &Sender) -> Value {
    match from.name.as_str() {
        "" => json!({ address: from.routed() }),
        name => json!({ address: from.routed(), "name": name }),
    }
}

/// A member of a response; null if there is none.
fn member(answer: &[u8], pointer: &str) -> Value {
    let answer: Value = serde_json::from_slice(answer).unwrap_or_default();
    answer.pointer(pointer).cloned().unwrap_or_default()
}
