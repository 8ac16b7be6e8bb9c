//! Identity providers that users may sign in with: what the operator has configured, over what is known of each kind.

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::crypto::algorithm::SigningKey;
use crate::domain::identity_providers::identity::EmailProof;
use crate::domain::identity_providers::kind::ProviderKind;

/// One configured provider.
pub struct IdentityProvider {
    /// In the callback's path and in rows: it never changes.
    pub id: String,
    pub kind: ProviderKind,
    /// As the buttons say it.
    pub name: String,
    /// What its metadata and ID tokens must name. Entra's may have `{tenantid}` in it.
    pub issuer: String,
    pub client_id: String,
    pub client_auth: ClientAuth,
    pub scopes: String,
    /// Whether an account may be created from it, as far as registration is open.
    pub signs_up: bool,
    /// Domains of which the operator lets it confirm addresses, in lower case.
    pub trusted_domains: Vec<String>,
    /// Tenants that may sign in; any if there is none.
    pub tenants: Vec<String>,
    /// Values of its `amr` and `acr` that count as two factors.
    pub mfa_values: Vec<String>,
    /// Whether its access and refresh tokens are stored, encrypted.
    pub keeps_tokens: bool,
}

/// How we authenticate ourselves at its token endpoint.
pub enum ClientAuth {
    /// A public client: PKCE alone.
    None,
    Secret(String),
    /// Apple: a JWT that we sign for each request.
    AppleKey {
        team_id: String,
        key_id: String,
        key: SigningKey,
    },
}

impl IdentityProvider {
    /// The path from which users go to it.
    pub fn start(&self) -> String {
        format!("/account/with/{}", self.id)
    }

    /// The path at which users come back. Each provider has its own, so that the answer of one is never taken for another's.
    pub fn callback(&self) -> String {
        format!("{}/callback", self.start())
    }

    /// What its word about an address is worth.
    pub fn proof_of(&self, address: &EmailAddress, verified: bool, runs_mailbox: bool) -> EmailProof {
        let is_trusted = self.trusted_domains.iter().any(|domain| domain == address.domain());
        match verified {
            false => EmailProof::None,
            true if is_trusted => EmailProof::Trusted,
            true if runs_mailbox => EmailProof::Authoritative,
            true => EmailProof::Checked,
        }
    }

    /// Where its metadata are (OpenID Connect Discovery §4.1): a slash at the end of the issuer is not doubled.
    pub fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'))
    }
}
