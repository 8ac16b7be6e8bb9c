//! `client_id` as a client presents it: each kind has a form of its own, so that no client can pass for one of another kind.

use crate::domain::crypto::keyring::Keyring;
use crate::domain::oauth::client::ClientId;
use crate::domain::oauth::document_url::DocumentUrl;
use crate::domain::oauth::self_registration::SelfRegistration;
use crate::domain::timestamp::Timestamp;

/// The id of a client. Whether a registered one exists is in its table, and whether a document does is on its website.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PresentedId {
    /// An administrator has registered it.
    Registered(ClientId),
    /// It describes itself in a document.
    Document(DocumentUrl),
    /// It has registered itself.
    SelfRegistered(Box<SelfRegistration>),
}

/// Which ids this service accepts.
pub struct AcceptedIds<'a> {
    pub keys: &'a Keyring,
    /// This service's host, where no client is.
    pub own_host: &'a str,
    pub documents: bool,
    pub self_registrations: bool,
}

impl PresentedId {
    /// `None` for every other text, and for the kinds that are not accepted.
    pub fn parse(accepted: &AcceptedIds<'_>, now: Timestamp, text: &str) -> Option<Self> {
        if let Some(id) = ClientId::parse(text) {
            return Some(Self::Registered(id));
        }
        let document = || DocumentUrl::parse(text, accepted.own_host).map(Self::Document);
        let registration =
            || SelfRegistration::read(accepted.keys, now, text).map(|one| Self::SelfRegistered(Box::new(one)));
        let document = accepted.documents.then(document).flatten();
        document.or_else(|| accepted.self_registrations.then(registration).flatten())
    }

    /// As our tables name the client.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Registered(id) => id.as_str(),
            Self::Document(url) => url.as_str(),
            Self::SelfRegistered(registration) => &registration.stored_id,
        }
    }

    /// As the client names itself.
    pub fn client_id(&self) -> &str {
        match self {
            Self::SelfRegistered(registration) => &registration.client_id,
            other => other.as_str(),
        }
    }
}
