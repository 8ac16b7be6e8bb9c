//! Settings of passkeys.

use std::net::Ipv4Addr;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::domain::base_url::{BaseUrl, Parts};
use crate::domain::env_reader::EnvReader;
use crate::domain::passkeys::relying_party::RelyingParty;

/// Passkeys.
#[derive(Clone, Debug)]
pub struct PasskeySettings {
    pub relying_party: RelyingParty,
}

impl PasskeySettings {
    /// The inner `None` means off: because `AUTH_PASSKEYS` says so, or because the service's host is an IP address, for which
    /// browsers make no passkeys (WebAuthn L3 §5.1.3 step 8). The other settings are validated all the same.
    pub fn read(read: &mut EnvReader<'_>, base_url: Option<&BaseUrl>) -> Option<Option<Self>> {
        let enabled = read.word("AUTH_PASSKEYS", true, &[("on", true), ("off", false)]);
        let host = base_url.map(BaseUrl::host);
        let is_name = host.is_some_and(|host| !is_address(host));
        let id = read.parsed("AUTH_PASSKEY_RP_ID", Some(host.unwrap_or_default().to_owned()), |id| match host {
            Some(host) if is_name => parent(id, host),
            _ => Ok(id.to_owned()),
        });
        let listed = read.parsed("AUTH_PASSKEY_ORIGINS", Some(Vec::new()), parse_origins);
        let (id, listed) = (id?, listed?);
        let mut origins = vec![base_url?.as_str().to_owned()];
        for origin in listed {
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        let settings = Self { relying_party: RelyingParty { id, origins } };
        Some(enabled?.then_some(settings).filter(|_| is_name))
    }
}

/// A host as [`Parts`] spells it.
fn is_address(host: &str) -> bool {
    host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok()
}

/// The host itself, or a domain above it. Which domains are registrable only browsers know (they have the Public Suffix List), and
/// they refuse the others; a single label is never one.
fn parent(id: &str, host: &str) -> Result<String, String> {
    let id = id.to_ascii_lowercase();
    let is_above = host.strip_suffix(id.as_str()).is_some_and(|rest| rest.ends_with('.')) && id.contains('.');
    if id == host || is_above && !id.starts_with('.') {
        Ok(id)
    } else {
        Err("must be the host of APP_BASE_URL or a domain above it, without scheme and port".into())
    }
}

/// A comma-separated list. The error is the first problem, with the number of its entry.
fn parse_origins(list: &str) -> Result<Vec<String>, String> {
    let parse = |(place, text): (usize, &str)| {
        parse_origin(text.trim()).map_err(|reason| format!("{reason} (entry {})", place + 1))
    };
    list.split(',').enumerate().map(parse).collect()
}

/// What Android's apps have for an origin: the SHA-256 of the certificate they are signed with.
const ANDROID: &str = "android:apk-key-hash:";

fn parse_origin(text: &str) -> Result<String, String> {
    if let Some(hash) = text.strip_prefix(ANDROID) {
        let is_hash = URL_SAFE_NO_PAD.decode(hash).is_ok_and(|hash| hash.len() == Sha256::output_size());
        return if is_hash {
            Ok(text.to_owned())
        } else {
            Err("has a key hash that is no SHA-256 in base64url".into())
        };
    }
    let parts = Parts::parse(text)?;
    if !(parts.scheme == "https" || parts.scheme == "http" && parts.is_loopback()) {
        return Err("must be https (http is for a loopback host) or android:apk-key-hash:".into());
    }
    if !parts.path.is_empty() {
        return Err("must list origins alone: no path, no user, no *".into());
    }
    if is_address(&parts.host) {
        return Err("must have a host name: browsers make no passkeys for an IP address".into());
    }
    Ok(parts.origin())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The settings with this base URL, or what is wrong with them.
    fn parse(base_url: &str, extra: &[(&str, &str)]) -> Result<Option<RelyingParty>, String> {
        let lookup = |name: &str| extra.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        let mut read = EnvReader::new(&lookup);
        let base_url = base_url.parse().unwrap();
        let parsed = PasskeySettings::read(&mut read, Some(&base_url));
        match read.problems.first() {
            Some(problem) => Err(problem.to_string()),
            None => Ok(parsed.unwrap().map(|settings| settings.relying_party)),
        }
    }

    const AUTH: &str = "https://auth.example.com";

    #[test]
    fn without_settings_passkeys_are_for_the_services_own_host() {
        let rp = parse("https://auth.example.com:8443", &[]).unwrap().unwrap();
        assert_eq!(
            (rp.id.as_str(), rp.origins.as_slice()),
            ("auth.example.com", ["https://auth.example.com:8443".to_owned()].as_slice())
        );
        assert_eq!(parse("http://localhost:8787", &[]).unwrap().unwrap().id, "localhost");
        assert_eq!(parse(AUTH, &[("AUTH_PASSKEYS", "off")]), Ok(None));
        assert!(parse(AUTH, &[("AUTH_PASSKEYS", "false")]).unwrap_err().contains("on, off"));
    }

    #[test]
    fn an_ip_address_has_no_passkeys() {
        for address in ["http://127.0.0.1:8787", "http://[::1]:8787", "https://192.0.2.7"] {
            assert_eq!(parse(address, &[]), Ok(None), "{address}");
        }
        assert!(parse("https://1.example.com", &[]).unwrap().is_some());
    }

    #[test]
    fn a_relying_party_is_the_host_or_above_it() {
        for (id, parsed) in [("auth.example.com", "auth.example.com"), ("Example.com", "example.com")] {
            assert_eq!(parse(AUTH, &[("AUTH_PASSKEY_RP_ID", id)]).unwrap().unwrap().id, parsed);
        }
        for wrong in [
            "com",
            ".com",
            ".example.com",
            "ample.com",
            "example.org",
            "x.auth.example.com",
            "https://example.com",
            "example.com:443",
            "example.com.",
            "*.example.com",
            "192.0.2.7",
        ] {
            let problem = parse(AUTH, &[("AUTH_PASSKEY_RP_ID", wrong)]).unwrap_err();
            assert!(problem.starts_with("AUTH_PASSKEY_RP_ID must be the host of APP_BASE_URL"), "{wrong}: {problem}");
        }
    }

    #[test]
    fn further_origins_are_listed_as_clients_spell_them() {
        let android = format!("android:apk-key-hash:{}", URL_SAFE_NO_PAD.encode([7; 32]));
        let list = format!("https://App.example.com:443/, {android}, http://localhost:3000, {AUTH}");
        let rp = parse(AUTH, &[("AUTH_PASSKEY_ORIGINS", &list)]).unwrap().unwrap();
        assert_eq!(rp.origins, [AUTH, "https://app.example.com", &android, "http://localhost:3000"]);
    }

    #[test]
    fn what_is_the_origin_of_no_ceremony_is_refused() {
        for wrong in [
            "*",
            "null",
            "app.example.com",
            "http://app.example.com",
            "https://*.example.com",
            "https://app.example.com/path",
            "https://192.0.2.7",
            "http://127.0.0.1:3000",
            "http://[::1]",
            "capacitor://localhost",
            "android:apk-key-hash:",
            "android:apk-key-hash:AAAA",
            "android:apk-key-hash:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "https://a.example.com,",
        ] {
            let problem = parse(AUTH, &[("AUTH_PASSKEY_ORIGINS", wrong)]).unwrap_err();
            assert!(problem.starts_with("AUTH_PASSKEY_ORIGINS "), "{wrong}: {problem}");
        }
        let listed = [("AUTH_PASSKEY_ORIGINS", "https://a.example.com, *"), ("AUTH_PASSKEYS", "off")];
        assert!(parse(AUTH, &listed).unwrap_err().ends_with("(entry 2)"), "judged even where passkeys are off");
    }
}
