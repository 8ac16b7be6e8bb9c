//! A provider's metadata (OpenID Connect Discovery §3), as far as we use them.

use serde_json::{Map, Value};

use crate::domain::base_url::Parts;
use crate::domain::identity_providers::kind::ProviderKind;
use crate::domain::identity_providers::provider::IdentityProvider;

/// The placeholder in Entra's issuer (Microsoft identity platform, "OpenID Connect on the Microsoft identity platform").
pub const TENANT: &str = "{tenantid}";

#[derive(Clone, Debug)]
pub struct ProviderMetadata {
    pub issuer: String,
    pub authorization_endpoint: String,
    pub token_endpoint: String,
    pub jwks_uri: String,
    pub userinfo_endpoint: Option<String>,
    /// RFC 9207 §3.
    pub names_issuer: bool,
    /// Whether the secret goes into the header, as it does unless the provider says otherwise (OpenID Connect Discovery §3).
    pub takes_basic: bool,
}

/// Why metadata cannot be used, for the log.
pub type NotMetadata = &'static str;

impl ProviderMetadata {
    /// Every address must be https, or loopback where the issuer itself is.
    pub fn parse(provider: &IdentityProvider, members: &Map<String, Value>) -> Result<Self, NotMetadata> {
        let local = Parts::parse(&provider.issuer).is_ok_and(|parts| parts.is_loopback());
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        let is_safe = |url: &String| url.starts_with("https://") || local && url.starts_with("http://");
        let address = |name: &str| text(name).filter(|url| is_safe(url) && is_plain(url));
        let required = |name: &str| address(name).ok_or("the metadata lack an address with https");
        let methods = members.get("token_endpoint_auth_methods_supported").and_then(Value::as_array);
        let metadata = Self {
            issuer: text("issuer").unwrap_or_default(),
            authorization_endpoint: required("authorization_endpoint")?,
            token_endpoint: required("token_endpoint")?,
            jwks_uri: required("jwks_uri")?,
            userinfo_endpoint: address("userinfo_endpoint"),
            names_issuer: members.get("authorization_response_iss_parameter_supported") == Some(&Value::Bool(true)),
            takes_basic: methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic")),
        };
        let is_template = provider.kind == ProviderKind::Microsoft && metadata.is_template_of(&provider.issuer);
        if metadata.issuer == provider.issuer || is_template {
            Ok(metadata)
        } else {
            Err("the metadata name another issuer")
        }
    }

    /// Entra's metadata for several tenants name a template in place of a tenant.
    fn is_template_of(&self, issuer: &str) -> bool {
        let without_tenant = |issuer: &str| {
            issuer.rsplit_once('/').and_then(|(rest, _)| rest.rsplit_once('/')).map(|(host, _)| host.to_owned())
        };
        self.issuer.contains(TENANT) && without_tenant(&self.issuer) == without_tenant(issuer)
    }
}

/// Whether it can be asked, and redirected to with parameters, as it is spelled.
fn is_plain(url: &str) -> bool {
    url.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'#')
}
