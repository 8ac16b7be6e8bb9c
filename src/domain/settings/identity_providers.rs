//! Settings of the providers that users may sign in with: `AUTH_PROVIDERS`, a JSON array, and a secret for each.

use serde::Deserialize;

use crate::domain::base_url::Parts;
use crate::domain::crypto::algorithm::{Algorithm, SigningKey};
use crate::domain::crypto::pkcs8;
use crate::domain::env_reader::EnvReader;
use crate::domain::identity_providers::kind::ProviderKind;
use crate::domain::identity_providers::provider::{ClientAuth, IdentityProvider};
use crate::domain::policy;
use crate::domain::text::domain_name;

/// One entry, as the operator writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: Option<String>,
    kind: String,
    name: Option<String>,
    issuer: Option<String>,
    client_id: String,
    scopes: Option<String>,
    #[serde(default = "yes")]
    sign_up: bool,
    #[serde(default)]
    trusted_domains: Vec<String>,
    tenant: Option<String>,
    #[serde(default)]
    tenants: Vec<String>,
    #[serde(default)]
    mfa_values: Vec<String>,
    #[serde(default)]
    keep_tokens: bool,
    team_id: Option<String>,
    key_id: Option<String>,
}

const fn yes() -> bool {
    true
}

/// The providers in the operator's order.
pub fn read(read: &mut EnvReader<'_>) -> Option<Vec<IdentityProvider>> {
    let secret = read.others();
    read.parsed("AUTH_PROVIDERS", Some(Vec::new()), |text| parse(text, secret))
}

/// The error is the first problem, with the number of its entry.
fn parse(text: &str, secret: &dyn Fn(&str) -> Option<String>) -> Result<Vec<IdentityProvider>, String> {
    let entries: Vec<serde_json::Value> = serde_json::from_str(text).map_err(|_| "is not a JSON array")?;
    if entries.len() > policy::PROVIDERS_MAX {
        return Err(format!("has more than {} entries", policy::PROVIDERS_MAX));
    }
    let mut providers: Vec<IdentityProvider> = Vec::new();
    for (place, entry) in entries.into_iter().enumerate() {
        let at = |reason: String| format!("{reason} (entry {})", place + 1);
        let entry: Entry =
            serde_json::from_value(entry).map_err(|error| at(format!("has an entry that is none: {error}")))?;
        let provider = provider(entry, secret).map_err(at)?;
        if providers.iter().any(|other| other.id == provider.id) {
            return Err(at(format!("has two entries with the id {}", provider.id)));
        }
        providers.push(provider);
    }
    Ok(providers)
}

fn provider(entry: Entry, secret: &dyn Fn(&str) -> Option<String>) -> Result<IdentityProvider, String> {
    let kind = ProviderKind::parse(&entry.kind)
        .ok_or_else(|| format!("must have a kind among {}", ProviderKind::ALL.map(ProviderKind::as_str).join(", ")))?;
    let id = entry.id.clone().unwrap_or_else(|| kind.as_str().to_owned());
    if !is_id(&id) {
        return Err("must have an id of up to 32 lower-case letters, digits and -".into());
    }
    let name = entry.name.clone().unwrap_or_else(|| kind.name().to_owned());
    if name.is_empty() || name.chars().count() > policy::NAME_MAX_CHARS || name.chars().any(char::is_control) {
        return Err("needs a name for its button".into());
    }
    if entry.client_id.trim().is_empty() {
        return Err("needs a client_id".into());
    }
    check_fit(kind, &entry)?;
    let domains =
        entry.trusted_domains.iter().map(|domain| domain_name::parse(domain).ok_or("trusts a domain that is none"));
    Ok(IdentityProvider {
        issuer: issuer(kind, &entry)?,
        client_auth: client_auth(kind, &id, &entry, secret)?,
        scopes: entry.scopes.clone().unwrap_or_else(|| kind.scopes().to_owned()),
        trusted_domains: domains.collect::<Result<_, _>>()?,
        kind,
        id,
        name,
        client_id: entry.client_id,
        signs_up: entry.sign_up,
        tenants: entry.tenants,
        mfa_values: entry.mfa_values,
        keeps_tokens: entry.keep_tokens,
    })
}

/// A member that would have no effect, or stop every sign-in, is named.
fn check_fit(kind: ProviderKind, entry: &Entry) -> Result<(), &'static str> {
    let is_openid = kind.scopes().contains("openid");
    let asks_openid = entry.scopes.as_ref().is_none_or(|scopes| scopes.split(' ').any(|scope| scope == "openid"));
    if is_openid && !asks_openid {
        return Err("must have openid among its scopes");
    }
    if kind.oauth().is_some() && !entry.mfa_values.is_empty() {
        return Err("has mfa_values, but its provider has no ID tokens");
    }
    let is_microsoft = kind == ProviderKind::Microsoft;
    if !is_microsoft && (entry.tenant.is_some() || !entry.tenants.is_empty()) {
        return Err("has tenants, which only microsoft has");
    }
    if entry.tenants.iter().all(|tenant| is_tenant_id(tenant)) {
        Ok(())
    } else {
        Err("must name its tenants by their ids")
    }
}

/// It is a part of paths and of the names of secrets.
fn is_id(id: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=policy::PROVIDER_ID_MAX_BYTES).contains(&id.len()) && id.bytes().all(known)
}

/// The tenant of Microsoft's personal accounts (Microsoft identity platform, "ID token claims reference", `tid`).
const CONSUMERS: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// A tenant has names too, but its metadata and tokens have the id.
fn is_tenant_id(text: &str) -> bool {
    let known = |byte: u8| byte == b'-' || byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.len() == CONSUMERS.len() && text.bytes().all(known)
}

/// The vendor's, or what the operator names: GitLab may be one's own.
fn issuer(kind: ProviderKind, entry: &Entry) -> Result<String, String> {
    if kind == ProviderKind::Microsoft {
        return match entry.tenant.as_deref().unwrap_or("common") {
            "consumers" => Ok(format!("{}/{CONSUMERS}/v2.0", kind.issuer())),
            tenant if ["common", "organizations"].contains(&tenant) || is_tenant_id(tenant) => {
                Ok(format!("{}/{tenant}/v2.0", kind.issuer()))
            }
            _ => Err("must have as its tenant common, organizations, consumers or the id of one".into()),
        };
    }
    match (kind, &entry.issuer) {
        (ProviderKind::Oidc, None) => Err("needs an issuer".into()),
        (ProviderKind::Oidc | ProviderKind::GitLab, Some(issuer)) => {
            let parts = Parts::parse(issuer).map_err(|reason| format!("has an issuer that {reason}"))?;
            let is_safe = parts.scheme == "https" || parts.scheme == "http" && parts.is_loopback();
            if is_safe { Ok(issuer.clone()) } else { Err("has an issuer without https".into()) }
        }
        (_, Some(_)) => Err(format!("must not name an issuer for {}", kind.as_str())),
        (_, None) => Ok(kind.issuer().to_owned()),
    }
}

fn client_auth(
    kind: ProviderKind,
    id: &str,
    entry: &Entry,
    secret: &dyn Fn(&str) -> Option<String>,
) -> Result<ClientAuth, String> {
    let variable = format!("AUTH_PROVIDER_{}_SECRET", id.to_ascii_uppercase().replace('-', "_"));
    let secret = secret(&variable).map(|secret| secret.trim().to_owned()).filter(|secret| !secret.is_empty());
    match (kind, secret) {
        (ProviderKind::Apple, Some(pem)) => {
            let (team_id, key_id) =
                entry.team_id.clone().zip(entry.key_id.clone()).ok_or("needs a team_id and a key_id")?;
            let secret = pkcs8::p256_of_pem(&pem)
                .ok_or_else(|| format!("needs in {variable} the private key (.p8) of P-256"))?;
            Ok(ClientAuth::AppleKey { team_id, key_id, key: SigningKey { algorithm: Algorithm::Es256, secret } })
        }
        (_, Some(secret)) => Ok(ClientAuth::Secret(secret)),
        (ProviderKind::Oidc, None) => Ok(ClientAuth::None),
        (_, None) => Err(format!("needs the secret {variable}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<IdentityProvider>, String> {
        parse(text, &|name| (name == "AUTH_PROVIDER_GOOGLE_SECRET").then(|| " s3cret ".to_owned()))
    }

    fn problem(text: &str) -> String {
        parsed(text).map(|_| ()).unwrap_err()
    }

    #[test]
    fn a_vendor_needs_two_words_and_its_secret() {
        let [google] = parsed(r#"[{"kind":"google","client_id":"c"}]"#).unwrap().try_into().ok().unwrap();
        assert_eq!((google.id.as_str(), google.name.as_str()), ("google", "Google"));
        assert_eq!(
            (google.issuer.as_str(), google.scopes.as_str()),
            ("https://accounts.google.com", "openid email profile")
        );
        assert!(matches!(&google.client_auth, ClientAuth::Secret(secret) if secret == "s3cret"));
        assert!(
            google.signs_up
                && google.mfa_values.is_empty()
                && google.trusted_domains.is_empty()
                && !google.keeps_tokens
        );
        assert_eq!(google.callback(), "/account/with/google/callback");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_entry() {
        for (text, reason) in [
            ("google", "is not a JSON array"),
            (r#"{"kind":"google"}"#, "is not a JSON array"),
            (r#"[{"kind":"google"}]"#, "has an entry that is none: missing field `client_id` (entry 1)"),
            (
                r#"[{"kind":"google","client_id":"c","secret":"x"}]"#,
                "has an entry that is none: unknown field `secret`",
            ),
            (r#"[{"kind":"facebook","client_id":"c"}]"#, "must have a kind among google, microsoft"),
            (r#"[{"kind":"github","client_id":"c"}]"#, "needs the secret AUTH_PROVIDER_GITHUB_SECRET (entry 1)"),
            (r#"[{"kind":"oidc","name":"N","client_id":"c"}]"#, "needs an issuer"),
            (r#"[{"kind":"oidc","name":"N","client_id":"c","issuer":"http://id.example.com"}]"#, "without https"),
            (
                r#"[{"kind":"oidc","name":"N","client_id":"c","issuer":"https://id.example.com/?x"}]"#,
                "has an issuer that",
            ),
            (r#"[{"kind":"oidc","client_id":"c","issuer":"https://id.example.com"}]"#, "needs a name"),
            (r#"[{"kind":"google","client_id":"c","issuer":"https://id.example.com"}]"#, "must not name an issuer"),
            (
                r#"[{"kind":"microsoft","client_id":"c","tenant":"contoso.onmicrosoft.com"}]"#,
                "must have as its tenant common, organizations, consumers or the id of one",
            ),
            (r#"[{"kind":"google","client_id":"c","id":"Google"}]"#, "must have an id"),
            (r#"[{"kind":"google","client_id":" "}]"#, "needs a client_id"),
            (r#"[{"kind":"google","client_id":"c","scopes":"email"}]"#, "must have openid"),
            (r#"[{"kind":"google","client_id":"c","tenants":["x"]}]"#, "which only microsoft has"),
            (r#"[{"kind":"microsoft","client_id":"c","tenants":["x y"]}]"#, "by their ids"),
            (r#"[{"kind":"github","client_id":"c","mfa_values":["mfa"]}]"#, "has no ID tokens"),
            (
                r#"[{"kind":"google","client_id":"c"},{"kind":"google","client_id":"d"}]"#,
                "two entries with the id google (entry 2)",
            ),
            (r#"[{"kind":"google","client_id":"c","trusted_domains":["nowhere"]}]"#, "trusts a domain"),
        ] {
            assert!(problem(text).contains(reason), "{text}: {}", problem(text));
        }
    }
}
