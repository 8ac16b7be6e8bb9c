//! `client_id` as a client presents it: each kind has a form of its own, so that no client can pass for one of another kind.

use crate::domain::oauth::client::ClientId;
use crate::domain::oauth::document_url::DocumentUrl;
use crate::domain::oauth::self_registration::SelfRegistration;
use crate::domain::settings::settings::Settings;
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

impl PresentedId {
    /// `None` for every other text, and for the kinds that the settings leave out.
    pub fn parse(settings: &Settings, now: Timestamp, text: &str) -> Option<Self> {
        if let Some(id) = ClientId::parse(text) {
            return Some(Self::Registered(id));
        }
        let (keys, accepts) = (&settings.keys, &settings.oauth);
        let document = || DocumentUrl::parse(text, settings.base_url.host()).map(Self::Document);
        let registration = || SelfRegistration::read(keys, now, text).map(|one| Self::SelfRegistered(Box::new(one)));
        let document = accepts.client_documents.then(document).flatten();
        document.or_else(|| accepts.open_registration.then(registration).flatten())
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
