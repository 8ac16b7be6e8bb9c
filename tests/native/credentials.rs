//! One of each credential the service issues, and every way to present it.

use base64::{Engine, engine::general_purpose::STANDARD};
use gatehouse::domain::oauth::id_token::{IdTokenAlgorithm, JwtType};
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::browser::Browser;
use crate::id_tokens::issue_as;
use crate::machine_clients::{basic, bearer, mask};
use crate::oauth_client::OAuthClient;
use crate::oauth_client_auth;
use crate::oauth_device::tv;

/// Things a client may try to authenticate with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    Access,
    Refresh,
    BrowserSession,
    Device,
    Ticket,
    ApiKey,
    MaskedApiKey,
    Private,
    Portal,
    PortalKey,
    ActivationLink,
    RecoveryLink,
    EmailLink,
    UndoLink,
    FactorUndoLink,
    CodeSession,
    Code,
    AuthorizationCode,
    DeviceCode,
    /// The `request_uri` of a pushed request.
    PushedRequest,
    ClientAccess,
    /// A client's for itself.
    ServiceAccess,
    ClientRefresh,
    IdToken,
    LogoutToken,
    ClientSecret,
    ClientAssertion,
    SessionId,
    UserId,
    Password,
    Junk,
}

/// A test app in which an administrator holds one of each.
pub struct Credentials {
    pub app: TestApp,
    held: Vec<(CredentialKind, String)>,
}

/// Settings without which some credentials would not exist.
const SETTINGS: [(&str, &str); 5] =
    [("AUTH_RESPONSE_ENVELOPE", "fastschema"), ("AUTH_REDIRECT_URIS", APP), CODES, UNCOUNTED[0], UNCOUNTED[1]];

/// An API whose tokens a service gets.
const API: &str = "https://files.example.com";

/// Where a browser carries a ticket.
pub const APP: &str = "https://app.example.com/in";

impl Credentials {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(changes: &[(&str, &str)]) -> Self {
        let app = TestApp::with(&[&SETTINGS, changes].concat());
        let factor_undo = factor_undo_link(&app, &app.administrator("ada").access);
        let undo = undo_link(&app);
        // The undo links are kept but not used.
        let session = app.sign_in("ada");
        let key = app.make_key(&bearer(&session));
        let private = app.private(&session.access, "n").data;
        let portal = app.portal_token("ada");
        let portal_key = app.regenerate(&session.access).unwrap();
        app.register("bob", "bob@example.com").assert_ok();
        let activation = app.last_link_token();
        app.change_email(&session.access, "third@example.com").assert_ok();
        let email = app.last_link_token();
        app.recover("other@example.com").assert_ok();
        let recovery = app.last_link_token();
        let code_session = app.code_session("other@example.com");
        let code = app.last_code();

        let mut browser = Browser::new(&app);
        let ticket = browser.sign_in_for("ada", APP);
        let browser_session = browser.cookie("__Host-session").unwrap().to_owned();
        let device = browser.cookie("__Host-device").unwrap().to_owned();

        let of_clients = of_clients(&app, &mut browser);

        let mut held = vec![
            (CredentialKind::Access, session.access.clone()),
            (CredentialKind::Refresh, session.refresh.clone()),
            (CredentialKind::BrowserSession, browser_session),
            (CredentialKind::Device, device),
            (CredentialKind::Ticket, ticket),
            (CredentialKind::MaskedApiKey, mask(&key)),
            (CredentialKind::ApiKey, key),
            (CredentialKind::Private, private),
            (CredentialKind::Portal, portal),
            (CredentialKind::PortalKey, portal_key),
            (CredentialKind::ActivationLink, activation),
            (CredentialKind::RecoveryLink, recovery),
            (CredentialKind::EmailLink, email),
            (CredentialKind::UndoLink, undo),
            (CredentialKind::FactorUndoLink, factor_undo),
            (CredentialKind::CodeSession, code_session),
            (CredentialKind::Code, code),
            (CredentialKind::SessionId, app.platform.ask("SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")),
            (CredentialKind::UserId, app.id_of("ada")),
            (CredentialKind::Password, PASSWORD.to_owned()),
            (CredentialKind::Junk, "x".to_owned()),
        ];
        held.extend(of_clients);
        Self { app, held }
    }

    pub fn redeploy(&mut self, changes: &[(&str, &str)]) {
        self.app.redeploy(&[&SETTINGS, changes].concat());
    }

    pub fn things(&self) -> impl Iterator<Item = CredentialKind> {
        self.held.iter().map(|(kind, _)| *kind)
    }

    pub fn text(&self, kind: CredentialKind) -> &str {
        &self.held.iter().find(|(held, _)| *held == kind).unwrap().1
    }

    pub fn try_at(&self, method: &Method, path: &str, way: Carrier, kind: CredentialKind) -> Reply {
        let (name, value) = way.header(self.text(kind));
        let request =
            TestApp::builder(method.clone(), path).header(name, value.as_bytes()).header("Origin", crate::app::ORIGIN);
        self.app.send(request.body(Vec::new()).unwrap())
    }
}

/// What the clients of the provider have: one of them signs a browser's user in, one acts for itself, and one has a key.
fn of_clients(app: &TestApp, browser: &mut Browser<'_>) -> Vec<(CredentialKind, String)> {
    OAuthClient::api(app, API, "files:read").registered();
    let client = OAuthClient { first_party: true, ..OAuthClient::new(app) }.registered();
    let tokens = client.tokens(browser, &[("scope", "openid role offline_access")]);
    let service = OAuthClient::service(app).registered().own_token(API).assert_ok().json();
    let assertion = oauth_client_auth::signing_client(app).assertion("1");
    let pushed = client.send("/oauth/par", &client.parameters(&[])).json();
    let text = |tokens: &Value, name: &str| tokens[name].as_str().unwrap().to_owned();
    vec![
        (CredentialKind::AuthorizationCode, client.code(browser, &[])),
        (CredentialKind::DeviceCode, text(&tv(app).device(&[]), "device_code")),
        (CredentialKind::PushedRequest, text(&pushed, "request_uri")),
        (CredentialKind::ClientAccess, text(&tokens, "access_token")),
        (CredentialKind::ServiceAccess, text(&service, "access_token")),
        (CredentialKind::ClientRefresh, text(&tokens, "refresh_token")),
        (CredentialKind::IdToken, text(&tokens, "id_token")),
        (CredentialKind::LogoutToken, issue_as(app, JwtType::LogoutToken, IdTokenAlgorithm::Es256)),
        (CredentialKind::ClientSecret, client.secret(1)),
        (CredentialKind::ClientAssertion, assertion),
    ]
}

/// A confirmed email change: the undo token from the email to the old address.
fn undo_link(app: &TestApp) -> String {
    let session = app.sign_in("ada");
    app.change_email(&session.access, "other@example.com").assert_ok();
    app.confirm_email(&app.last_link_token()).assert_ok();
    app.last_link_token()
}

/// An authenticator app that was added and removed again: the undo token from the email about it.
fn factor_undo_link(app: &TestApp, token: &str) -> String {
    app.add_app(token);
    let undo = app.last_link_token();
    assert_eq!(app.remove_app(token).status, 204);
    undo
}

/// Where a request may carry a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    Bearer,
    Basic,
    BasicAsName,
    Token,
    AuthToken,
    Authentication,
    Cookie,
    SessionCookie,
    Raw,
}

impl Carrier {
    pub const ALL: [Self; 9] = [
        Self::Bearer,
        Self::Basic,
        Self::BasicAsName,
        Self::Token,
        Self::AuthToken,
        Self::Authentication,
        Self::Cookie,
        Self::SessionCookie,
        Self::Raw,
    ];

    pub fn header(self, text: &str) -> (&'static str, String) {
        match self {
            Self::Bearer => ("Authorization", format!("Bearer {text}")),
            Self::Basic => ("Authorization", basic(text)),
            Self::BasicAsName => ("Authorization", format!("Basic {}", STANDARD.encode(format!("{text}:{PASSWORD}")))),
            Self::Token => ("Authorization", format!("Token {text}")),
            Self::AuthToken => ("X-Auth-Token", text.to_owned()),
            Self::Authentication => ("Authentication", format!("Bearer {text}")),
            Self::Cookie => ("Cookie", format!("token={text}")),
            Self::SessionCookie => ("Cookie", format!("__Host-session={text}")),
            Self::Raw => ("Authorization", text.to_owned()),
        }
    }
}

/// The body fields of routes that read tokens from the body.
pub fn in_body(app: &TestApp, path: &str, field: &str, text: &str) -> Reply {
    let mut body = json!({ "password": NEW_PASSWORD, "code": "000000" });
    body[field] = json!(text);
    app.post(path, &body)
}
