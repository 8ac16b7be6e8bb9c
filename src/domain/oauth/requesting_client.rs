//! The client of an authorization request, whoever describes it.

use crate::domain::oauth::client::{Api, Client, ClientMetadata};
use crate::domain::oauth::presented_id::PresentedId;
use crate::domain::oauth::self_description::SelfDescription;
use crate::domain::timestamp::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestingClient {
    pub id: PresentedId,
    pub metadata: ClientMetadata,
    /// When an administrator registered it; `None` if nobody has.
    pub registered_at: Option<Timestamp>,
}

impl RequestingClient {
    pub fn registered(client: Client) -> Self {
        let Client { id, metadata, created_at, .. } = client;
        Self { id: PresentedId::Registered(id), metadata, registered_at: Some(created_at) }
    }

    /// One that describes itself, and asks for access to this API.
    pub fn unregistered(id: PresentedId, description: &SelfDescription, api: Option<&Api>) -> Self {
        Self { id, metadata: description.metadata(api), registered_at: None }
    }

    pub const fn is_registered(&self) -> bool {
        self.registered_at.is_some()
    }

    /// Whether a user's consent to it may be remembered. A client that nobody registered says of itself who it is, so its user is
    /// asked each time.
    pub fn is_recognizable(&self) -> bool {
        self.is_registered() && self.metadata.is_recognizable()
    }
}
