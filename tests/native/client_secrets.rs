//! Which client has a secret, and that none comes back.

use http::Method;
use serde_json::{Value, json};

use crate::admin_clients::{act, created, website, with};
use crate::app::TestApp;
use crate::oauth_client::FORM;

fn with_keys() -> Value {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    with(json!({ "token_endpoint_auth_method": "private_key_jwt", "jwks": { "keys": [key] } }))
}

#[test]
fn a_client_that_is_registered_again_has_another_secret() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let leaked = created(&app, &ada, &website())["client_secret"].clone();
    assert_eq!(app.with_bearer(Method::DELETE, "/api/admin/clients/shop", &ada.access).status, 204);
    app.pass_seconds(1);
    let fresh = created(&app, &ada, &website())["client_secret"].clone();
    assert!(leaked.is_string() && fresh.is_string());
    assert_ne!(leaked, fresh);
}

#[test]
fn a_secret_that_was_replaced_by_keys_stays_dead() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let first = created(&app, &ada, &website())["client_secret"].clone();
    let second = act(&app, &ada, "shop/secret", &json!({})).assert_ok().json()["client_secret"].clone();
    act(&app, &ada, "shop", &with_keys()).assert_ok();
    act(&app, &ada, "shop", &website()).assert_ok();
    for secret in [first, second] {
        let asked = [("client_id", "shop"), ("client_secret", secret.as_str().unwrap()), ("token", "x")];
        assert_eq!(app.form("/oauth/introspect", &[FORM], &asked).status, 401);
    }
    assert_eq!(app.look(&ada, "clients/shop")["previous_secret_until"], json!(null));
}

#[test]
fn a_client_with_keys_is_shown_no_secret() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let made = created(&app, &ada, &with_keys());
    assert_eq!((made.get("client_secret"), &made["jwks"]), (None, &with_keys()["jwks"]));
    let reply = act(&app, &ada, "shop/secret", &json!({}));
    reply.assert_error(400, "invalid_request");
    assert_eq!(reply.json()["data"]["field"], "token_endpoint_auth_method");
}
