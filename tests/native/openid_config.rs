//! The OpenID Foundation's conformance suite: the plan Config OP, and the modules of other plans about the metadata, by the names
//! that they have there after `oidcc-`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::app::{ORIGIN, TestApp};
use crate::rsa_keys::RSA_KEY;

fn metadata(app: &TestApp) -> Value {
    let reply = app.get("/.well-known/openid-configuration").assert_ok();
    assert_eq!(reply.header("content-type"), "application/json");
    reply.json()
}

fn assert_lists(metadata: &Value, name: &str, value: &str) {
    let listed = metadata[name].as_array().unwrap_or_else(|| panic!("no {name}"));
    assert!(listed.contains(&json!(value)), "{name}");
}

/// Every address is one of ours.
fn assert_addresses(metadata: &Value, names: &[&str]) {
    for name in names {
        assert!(metadata[name].as_str().unwrap().starts_with(&format!("{ORIGIN}/")), "{name}");
    }
    let addresses = metadata.as_object().unwrap().iter().filter(|(name, _)| name.ends_with("_endpoint"));
    for (name, address) in addresses {
        assert!(address.as_str().unwrap().starts_with("https://"), "{name}");
    }
}

/// OpenID Connect Discovery §3. Clients rely on RS256, which needs a key of the operator's.
#[test]
fn discovery_endpoint_verification() {
    let app = TestApp::with(&[("AUTH_RSA_KEY", RSA_KEY)]);
    let metadata = metadata(&app);
    assert_eq!(metadata["issuer"], ORIGIN);
    let names = ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"];
    assert_addresses(&metadata, &names);
    for (name, value) in [
        ("response_types_supported", "code"),
        ("response_modes_supported", "form_post"),
        ("grant_types_supported", "authorization_code"),
        ("subject_types_supported", "public"),
        ("id_token_signing_alg_values_supported", "RS256"),
        ("scopes_supported", "openid"),
        ("claims_supported", "sub"),
        ("code_challenge_methods_supported", "S256"),
        ("token_endpoint_auth_methods_supported", "client_secret_basic"),
        ("token_endpoint_auth_methods_supported", "client_secret_post"),
    ] {
        assert_lists(&metadata, name, value);
    }
    assert_eq!(metadata["claims_parameter_supported"], true);
    for unsupported in ["request_parameter_supported", "request_uri_parameter_supported"] {
        assert_eq!(metadata[unsupported], false, "the default of the latter is true");
    }
    let empty = metadata.as_object().unwrap().values().filter(|value| **value == json!([]) || value.is_null());
    assert_eq!(empty.count(), 0);
}

/// What the module fetches from `jwks_uri`: each key has a name of its own and one use, and none is private.
#[test]
fn discovery_endpoint_verification_of_the_keys() {
    let app = TestApp::with(&[("AUTH_RSA_KEY", RSA_KEY)]);
    let uri = metadata(&app)["jwks_uri"].as_str().unwrap().to_owned();
    let keys = app.get(uri.strip_prefix(ORIGIN).unwrap()).assert_ok().json();
    let keys = keys["keys"].as_array().unwrap();
    let named: BTreeSet<_> = keys.iter().map(|key| key["kid"].as_str().unwrap()).collect();
    assert_eq!(named.len(), keys.len());
    for key in keys {
        let kind = key["kty"].as_str().unwrap();
        let members = match kind {
            "RSA" => vec!["alg", "e", "kid", "kty", "n", "use"],
            "EC" => vec!["alg", "crv", "kid", "kty", "use", "x", "y"],
            _ => vec!["alg", "crv", "kid", "kty", "use", "x"],
        };
        assert_eq!(key.as_object().unwrap().keys().collect::<Vec<_>>(), members, "{kind}");
        assert_eq!(key["use"], "sig");
    }
}

#[test]
fn rp_initiated_logout_discovery_endpoint_verification() {
    let metadata = metadata(&TestApp::new());
    assert_addresses(&metadata, &["end_session_endpoint"]);
    assert_eq!(metadata["end_session_endpoint"], format!("{ORIGIN}/oauth/logout"));
}

#[test]
fn backchannel_logout_discovery_endpoint_verification() {
    let metadata = metadata(&TestApp::new());
    assert_addresses(&metadata, &["end_session_endpoint"]);
    assert_eq!(metadata["backchannel_logout_supported"], true);
    assert_eq!(metadata["backchannel_logout_session_supported"], true);
}
