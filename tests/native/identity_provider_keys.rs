//! Keys of a provider that users sign in with: it changes them when it likes, and has told nobody before (OpenID Connect Core §10.1.1).

use gatehouse::domain::crypto::algorithm::{Algorithm, SigningKey};
use gatehouse::ports::Clock;
use serde_json::{Value, json};

use crate::app::TestApp;
use crate::browser::Browser;
use crate::fake_http::Host;
use crate::jwt_forging::sign;
use crate::oauth_client_auth::{jwk, key};

/// A host for each of its addresses.
const ISSUER: &str = "id.example";
const TOKENS: &str = "tokens.example";
const KEYS: &str = "keys.example";

struct Provider<'h> {
    app: &'h TestApp,
}

impl Provider<'_> {
    fn new(app: &TestApp) -> Provider<'_> {
        let provider = Provider { app };
        provider.answers(
            ISSUER,
            &json!({
                "issuer": "https://id.example",
                "authorization_endpoint": "https://id.example/authorize",
                "token_endpoint": "https://tokens.example",
                "jwks_uri": "https://keys.example",
            }),
        );
        provider
    }

    fn answers(&self, host: &'static str, answer: &Value) {
        self.app.platform.hosts.borrow_mut().insert(host, Host::Answers(200, answer.to_string().into_bytes()));
    }

    fn publishes(&self, kid: Option<&str>, key: &SigningKey) {
        self.answers(KEYS, &json!({ "keys": [jwk(key, kid)] }));
    }

    /// Whether a user is believed who comes back with an ID token of this key.
    fn signs_in(&self, kid: Option<&str>, key: &SigningKey) -> bool {
        let mut browser = Browser::new(self.app);
        let location = browser.get("/account/with/work").header("location").to_owned();
        let parameters: Vec<_> = form_urlencoded::parse(location.split_once('?').unwrap().1.as_bytes()).collect();
        let parameter = |name| parameters.iter().find(|(known, _)| known == name).unwrap().1.as_ref();
        let now = self.app.platform.now().seconds();
        let claims = json!({
            "iss": "https://id.example", "aud": "gatehouse", "sub": "ada", "email": "ada@mail.example",
            "nonce": parameter("nonce"), "iat": now, "exp": now + 300,
        });
        let mut header = json!({ "alg": "EdDSA" });
        if let Some(kid) = kid {
            header["kid"] = json!(kid);
        }
        self.answers(
            TOKENS,
            &json!({ "access_token": "a", "token_type": "Bearer", "id_token": sign(&header, &claims, key) }),
        );
        let back = browser.get(&format!("/account/with/work/callback?code=c&state={}", parameter("state")));
        back.status == 303
    }

    /// How often its key set was fetched.
    fn fetches(&self) -> usize {
        self.app.platform.asked.borrow().iter().filter(|(request, _)| request.uri().host() == Some(KEYS)).count()
    }
}

fn app() -> TestApp {
    let entry = r#"[{"id":"work","kind":"oidc","name":"Work","issuer":"https://id.example","client_id":"gatehouse"}]"#;
    TestApp::with(&[("AUTH_PROVIDERS", entry)])
}

#[test]
fn a_new_key_of_a_provider_is_fetched_when_it_signs_and_one_that_is_not_there_once_a_minute() {
    let app = app();
    let provider = Provider::new(&app);
    let [old, new, unknown] = [1, 2, 3].map(|number| key(Algorithm::EdDsa, number));
    provider.publishes(Some("old"), &old);
    assert!(provider.signs_in(Some("old"), &old) && provider.signs_in(Some("old"), &old));
    assert_eq!(provider.fetches(), 1);

    provider.publishes(Some("new"), &new);
    assert!(provider.signs_in(Some("new"), &new));
    assert_eq!(provider.fetches(), 2);

    assert!(!provider.signs_in(Some("unknown"), &unknown));
    assert_eq!(provider.fetches(), 2);
    app.pass_seconds(60);
    assert!(!provider.signs_in(Some("unknown"), &unknown) && !provider.signs_in(Some("unknown"), &unknown));
    assert_eq!(provider.fetches(), 3);
    assert!(provider.signs_in(Some("new"), &new));
}

/// A token does not say that it is another key's.
#[test]
fn a_new_key_without_a_name_is_believed_within_a_minute() {
    let app = app();
    let provider = Provider::new(&app);
    let [old, new] = [1, 2].map(|number| key(Algorithm::EdDsa, number));
    provider.publishes(None, &old);
    assert!(provider.signs_in(None, &old));
    provider.publishes(None, &new);
    assert!(provider.signs_in(None, &new) && !provider.signs_in(None, &old));
    assert_eq!(provider.fetches(), 2);

    provider.publishes(None, &old);
    assert!(!provider.signs_in(None, &old));
    app.pass_seconds(60);
    assert!(provider.signs_in(None, &old));
    assert_eq!(provider.fetches(), 3);
}
