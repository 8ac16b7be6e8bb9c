//! Whom a provider says that somebody is. An identity is an issuer and a subject, and never an address.

use serde::{Deserialize, Serialize};

use crate::domain::accounts::email_address::EmailAddress;

/// What a provider says about the person who came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    pub subject: String,
    pub email: Option<ClaimedEmail>,
    /// A name to begin a login name with.
    pub name: String,
    /// Whether it says that two factors were proved, in words that the operator trusts.
    pub mfa: bool,
    /// When it has asked the user for a proof of identity, if it says so (`auth_time`), in seconds.
    pub auth_time: Option<i64>,
    /// Only if the operator wants them kept.
    pub tokens: Option<UpstreamTokens>,
}

/// What a provider has issued for its own API (RFC 6749 §5.1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UpstreamTokens {
    pub access_token: String,
    pub refresh_token: Option<String>,
    /// The provider may leave it open. In seconds.
    pub expires_at: Option<i64>,
    pub scope: Option<String>,
}

/// An address, and how much the provider's word about it is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedEmail {
    pub address: EmailAddress,
    pub proof: EmailProof,
}

/// How an address was proved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EmailProof {
    /// It was not, as far as the provider says.
    None,
    /// The provider has checked it once. It may belong to another mailbox's owner now.
    Checked,
    /// The provider runs the mailbox.
    Authoritative,
    /// The operator trusts the provider for the domain.
    Trusted,
}
