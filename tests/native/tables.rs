//! `store::tables` lists every table, and code that iterates over it leaves none out.

use std::collections::BTreeSet;

use gatehouse::store::tables::{ALL, Access};
use http::Method;
use serde_json::json;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::credentials::{CredentialKind, Credentials};

#[test]
fn every_table_of_the_schema_is_in_the_list_once() {
    let app = TestApp::new();
    let listed: Vec<_> = ALL.iter().map(|table| table.name.to_owned()).collect();
    let there: BTreeSet<_> = app.platform.tables().into_iter().collect();
    assert_eq!(listed.iter().cloned().collect::<BTreeSet<_>>(), there);
    assert_eq!(listed.len(), there.len(), "a table is listed twice");
}

#[test]
fn whatever_grows_is_swept() {
    for table in ALL {
        let as_long_as_its_user =
            ["users", "passwords", "passkeys", "identities", "totp", "recovery_codes", "consents"]
                .contains(&table.name);
        // Administrators register a limited number.
        let is_limited = table.name == "clients";
        assert_eq!(table.sweep.is_empty(), as_long_as_its_user || is_limited, "{}", table.name);
    }
}

/// Whether a credential of this kind, held by a client, still gives access.
fn opens(credentials: &Credentials, kind: CredentialKind) -> bool {
    let (app, text) = (&credentials.app, credentials.text(kind));
    let bearer = |text: &str| app.with_bearer(Method::GET, "/api/auth/me", text).status == 200;
    let with = |header: (&str, &str)| app.request(Method::GET, "/api/auth/me", &[header], "").status == 200;
    match kind {
        CredentialKind::Access | CredentialKind::Private => bearer(text),
        CredentialKind::Refresh => app.refresh(text).status == 200,
        CredentialKind::BrowserSession => with(("Cookie", &format!("__Host-session={text}"))),
        CredentialKind::ApiKey => with(("Authorization", &crate::machine_clients::basic(text))),
        CredentialKind::Portal | CredentialKind::PortalKey => with(("Authorization", &format!("Token {text}"))),
        CredentialKind::Ticket => app.exchange(text).status == 200,
        CredentialKind::RecoveryLink => app.reset(text, "yet another password").status == 200,
        CredentialKind::EmailLink => app.confirm_email(text).status == 200,
        CredentialKind::ClientAccess => app.userinfo(text).status == 200,
        CredentialKind::ClientRefresh | CredentialKind::AuthorizationCode => {
            let secret = credentials.text(CredentialKind::ClientSecret);
            let (grant, field) = match kind {
                CredentialKind::ClientRefresh => ("refresh_token", "refresh_token"),
                _ => ("authorization_code", "code"),
            };
            let fields = [("client_id", "shop"), ("client_secret", secret), ("grant_type", grant), (field, text)];
            let verifier = [("code_verifier", crate::browser::VERIFIER)];
            app.form("/oauth/token", &[crate::oauth_client::FORM], &[&fields[..], &verifier].concat()).status == 200
        }
        CredentialKind::Code => app.verify_code("other@example.com", text).status == 200,
        _ => panic!("{kind:?} is not issued to an account"),
    }
}

/// The credentials issued from each table; a new table that gives access needs its own line.
const ISSUED: [(&str, &[CredentialKind]); 6] = [
    (
        "sessions",
        &[
            CredentialKind::Access,
            CredentialKind::Refresh,
            CredentialKind::BrowserSession,
            CredentialKind::ClientAccess,
            CredentialKind::ClientRefresh,
        ],
    ),
    ("tokens", &[CredentialKind::ApiKey, CredentialKind::Private, CredentialKind::Portal, CredentialKind::PortalKey]),
    ("authorizations", &[CredentialKind::Ticket, CredentialKind::AuthorizationCode]),
    ("recoveries", &[CredentialKind::RecoveryLink]),
    ("email_changes", &[CredentialKind::EmailLink]),
    ("codes", &[CredentialKind::Code]),
];

/// Undo links outlive this, because only the mailbox can use them. `email_undo` shows when they end.
const UNDOS: [&str; 2] = ["email_undos", "factor_undos"];

#[test]
fn what_revokes_everything_leaves_nothing_that_opens_the_account() {
    let giving =
        ALL.iter().filter(|table| !matches!(table.access, Access::None | Access::Password | Access::Factor(_)));
    let giving: BTreeSet<_> = giving.map(|table| table.name).collect();
    assert_eq!(giving, ISSUED.iter().map(|(table, _)| *table).chain(UNDOS).collect());

    for (table, kinds) in ISSUED {
        for kind in kinds {
            // Each works before the revocation: otherwise its refusal afterwards would prove nothing.
            let before = Credentials::new();
            assert!(opens(&before, *kind), "{table}: {kind:?} does not open what it should");
            let after = Credentials::new();
            revoke_all(&after);
            assert!(!opens(&after, *kind), "{table}: {kind:?} outlives what revokes everything");
        }
    }
}

/// By a recovery that ends keys as well, the most complete revocation.
fn revoke_all(credentials: &Credentials) {
    let app = &credentials.app;
    app.pass_seconds(61);
    app.recover("other@example.com").assert_ok();
    let body = json!({ "token": app.last_link_token(), "password": NEW_PASSWORD, "confirm_password": NEW_PASSWORD,
        "end_keys": true });
    app.post("/api/auth/local/recover/reset", &body).assert_ok();
    app.login("ada", PASSWORD).assert_error(401, "invalid_credentials");
}

/// Tables whose row ids are in the user's slot. `codes`, `recoveries` and emails are looked up by address, before the user is
/// known.
#[test]
fn what_is_drawn_for_a_user_is_in_the_users_slot() {
    let credentials = Credentials::new();
    let app = &credentials.app;
    let slot = app.id_of("ada")[..3].to_owned();
    for table in ["sessions", "tokens", "email_changes", "email_undos", "factor_undos"] {
        let all: i64 = app.platform.ask(&format!("SELECT count(*) FROM {table}"));
        let beside: i64 = app.platform.ask(&format!("SELECT count(*) FROM {table} WHERE substr(id, 1, 3) = '{slot}'"));
        assert!(all > 0, "{table} is empty");
        assert_eq!(all, beside, "{table}");
    }
    assert_eq!(app.platform.ask::<String>("SELECT DISTINCT substr(id, 1, 3) FROM authorizations"), slot);
}
