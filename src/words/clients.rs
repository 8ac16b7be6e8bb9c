//! Pages of administrators: OAuth clients.

use crate::words::admin::ActionText;

/// `/admin/clients` and what is below.
pub struct Clients {
    pub title: &'static str,
    pub about: &'static str,
    pub none: &'static str,
    /// Name, client ID, kind, status, created.
    pub columns: [&'static str; 5],
    /// Title of the form, and the link to it.
    pub new: &'static str,
    pub create: &'static str,
    pub details: &'static str,
    pub created: &'static str,
    pub changed: &'static str,
    pub settings: &'static str,
    pub save: &'static str,
    pub secret: ClientSecret,
    pub actions: &'static str,
    pub disable: ActionText,
    pub enable: ActionText,
    pub delete: ActionText,
    pub fields: ClientFields,
}

/// The secret of a client.
pub struct ClientSecret {
    pub title: &'static str,
    pub about: &'static str,
    /// Before a time.
    pub previous_until: &'static str,
    pub overlap: &'static str,
    /// The choices of `overlap`: at once, an hour, a day, a week.
    pub overlaps: [&'static str; 4],
    pub rotate: &'static str,
    pub end: ActionText,
    /// Title of the page that shows it.
    pub new: &'static str,
    pub save_now: &'static str,
    pub done: &'static str,
}

/// Labels and hints of the form.
pub struct ClientFields {
    pub name: &'static str,
    pub name_hint: &'static str,
    pub kind: &'static str,
    /// Website, app, service, API, and what this form cannot choose.
    pub kinds: [KindText; 5],
    pub id: &'static str,
    pub id_hint: &'static str,
    pub redirect_uris: &'static str,
    pub redirect_uris_hint: &'static str,
    pub scope: &'static str,
    pub scope_hint: &'static str,
    pub first_party: &'static str,
    pub api: &'static str,
    pub resource: &'static str,
    pub resource_hint: &'static str,
    pub resource_scopes: &'static str,
    pub resource_open: &'static str,
    pub more: &'static str,
    pub post_logout_redirect_uris: &'static str,
    pub backchannel_logout_uri: &'static str,
    pub backchannel_logout_uri_hint: &'static str,
    pub device: &'static str,
    pub require_pkce: &'static str,
    pub id_token_claims: &'static str,
}

/// A kind of client, in a list and as a choice.
pub struct KindText {
    pub name: &'static str,
    pub choice: &'static str,
}
