//! ID tokens of providers (OpenID Connect Core §3.1.3.7). The signature has been verified before, always.

use jwt_compact::Claims;
use serde_json::{Map, Value};

use crate::domain::accounts::email_address::EmailAddress;
use crate::domain::crypto::claims::moment;
use crate::domain::identity_providers::identity::{ClaimedEmail, Identity};
use crate::domain::identity_providers::kind::ProviderKind;
use crate::domain::identity_providers::metadata::TENANT;
use crate::domain::identity_providers::provider::IdentityProvider;
use crate::domain::policy;
use crate::domain::timestamp::Timestamp;

/// The claims, and what the userinfo endpoint says: JSON of somebody else, of which some members are read.
pub struct UpstreamClaims(Map<String, Value>);

/// Why an ID token is refused, for the log.
pub type NotIdToken = &'static str;

impl UpstreamClaims {
    /// From the userinfo endpoint (OpenID Connect Core §5.3.2).
    pub const fn told(members: Map<String, Value>) -> Self {
        Self(members)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    /// Apple writes booleans as strings, Entra as numbers.
    fn flag(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| *value == true || *value == 1 || *value == "true" || *value == "1")
    }

    /// The claims of an ID token that the provider's key has signed.
    pub fn judge(
        claims: Claims<Map<String, Value>>,
        provider: &IdentityProvider,
        issuer: &str,
        nonce: &str,
        now: Timestamp,
    ) -> Result<Self, NotIdToken> {
        let own = Self(claims.custom);
        if own.text("iss") != Some(&own.expected_issuer(provider, issuer)?) {
            return Err("iss is another issuer");
        }
        if !own.is_for(&provider.client_id) {
            return Err("aud or azp is another client");
        }
        if own.text("nonce") != Some(nonce) {
            return Err("nonce is not ours");
        }
        if !own.text("sub").is_some_and(|sub| (1..=policy::SUBJECT_MAX_BYTES).contains(&sub.len())) {
            return Err("sub is missing, empty or too long");
        }
        let (earliest, latest) = (now - policy::CLOCK_SKEW, now + policy::CLOCK_SKEW);
        let issued_at = moment(claims.issued_at).ok_or("iat is missing")?;
        let expires_at = moment(claims.expiration).ok_or("exp is missing")?;
        if issued_at > latest || moment(claims.not_before).is_some_and(|start| start > latest) {
            return Err("it is from the future");
        }
        if expires_at <= earliest {
            return Err("it has expired");
        }
        Ok(own)
    }

    /// `aud` may be one string or several (RFC 7519 §4.1.3); of several, `azp` must name us, and it may name nobody else.
    fn is_for(&self, client_id: &str) -> bool {
        let azp = self.text("azp");
        let is_audience = match self.0.get("aud") {
            Some(Value::String(one)) => one == client_id,
            Some(Value::Array(several)) => {
                several.iter().any(|one| one == client_id) && (several.len() == 1 || azp == Some(client_id))
            }
            _ => false,
        };
        is_audience && azp.is_none_or(|azp| azp == client_id)
    }

    /// Entra's template with the tenant of the token, if that may sign in.
    fn expected_issuer(&self, provider: &IdentityProvider, issuer: &str) -> Result<String, NotIdToken> {
        if provider.kind != ProviderKind::Microsoft {
            return Ok(issuer.to_owned());
        }
        let tenant = self.text("tid").ok_or("tid is missing")?;
        if !provider.tenants.is_empty() && !provider.tenants.iter().any(|allowed| allowed == tenant) {
            return Err("the tenant may not sign in");
        }
        Ok(issuer.replace(TENANT, tenant))
    }

    /// The user; the userinfo endpoint may have told more of them.
    pub fn identity(&self, provider: &IdentityProvider, told: Option<&Self>) -> Result<Identity, NotIdToken> {
        // Entra's `sub` differs from application to application; `oid` is the user in the tenant.
        let subject = if provider.kind == ProviderKind::Microsoft { "oid" } else { "sub" };
        let told = told.unwrap_or(self);
        let name = told.text("preferred_username").or_else(|| told.text("nickname"));
        Ok(Identity {
            issuer: self.text("iss").unwrap_or_default().to_owned(),
            subject: self.text(subject).ok_or("the subject is missing")?.to_owned(),
            email: told.claimed_email(provider),
            name: name.unwrap_or_default().to_owned(),
            mfa: self.proves_two_factors(provider),
            auth_time: self.0.get("auth_time").and_then(Value::as_i64).filter(|seconds| *seconds >= 0),
            tokens: None,
        })
    }

    fn proves_two_factors(&self, provider: &IdentityProvider) -> bool {
        let amr = self.0.get("amr").and_then(Value::as_array).into_iter().flatten();
        let mut said = amr.chain(self.0.get("acr")).filter_map(Value::as_str);
        said.any(|value| provider.mfa_values.iter().any(|trusted| trusted == value))
    }

    pub fn at_hash(&self) -> Option<&str> {
        self.text("at_hash")
    }

    pub fn has_email(&self) -> bool {
        self.text("email").is_some()
    }

    /// Whether both are about one user.
    pub fn is_about_whom(&self, other: &Self) -> bool {
        self.text("sub").is_some() && self.text("sub") == other.text("sub")
    }

    /// The address, and what the provider's word about it is worth: Entra's `email` is whatever the user has typed, unless the owner of
    /// the domain has verified it. Google runs the mailboxes of gmail.com and of its organisations; Apple those it relays, and it lets
    /// nobody have an address that it has not checked.
    fn claimed_email(&self, provider: &IdentityProvider) -> Option<ClaimedEmail> {
        let address = EmailAddress::parse(self.text("email")?).ok()?;
        let verified = match provider.kind {
            ProviderKind::Microsoft => self.flag("xms_edov"),
            _ => self.flag("email_verified"),
        };
        let runs_mailbox = match provider.kind {
            ProviderKind::Google => address.domain() == "gmail.com" || self.text("hd").is_some(),
            ProviderKind::Apple => true,
            _ => false,
        };
        Some(ClaimedEmail { proof: provider.proof_of(&address, verified, runs_mailbox), address })
    }
}
