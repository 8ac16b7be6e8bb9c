//! Settings of the OAuth 2.1 and OpenID Connect provider.

use crate::domain::env_reader::EnvReader;

/// Which clients are accepted besides those that an administrator has registered.
pub struct OAuthSettings {
    /// Clients whose `client_id` is the URL of their metadata document.
    pub client_documents: bool,
    /// Clients that register themselves (RFC 7591).
    pub open_registration: bool,
}

impl OAuthSettings {
    /// Documents are on: such a client gets nothing but what its user has just allowed, and no API that is not open to it.
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let client_documents = read.flag("AUTH_CLIENT_ID_DOCUMENTS", true);
        let open_registration = read.flag("AUTH_OPEN_REGISTRATION", false);
        Some(Self { client_documents: client_documents?, open_registration: open_registration? })
    }
}
