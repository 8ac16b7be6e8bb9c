//! Rows that a later version has written: after going back, what this version does not know proves less, and breaks nothing.

use http::Method;

use crate::app::{NEW_PASSWORD, PASSWORD, TestApp};
use crate::browser::Browser;
use crate::jwt_forging::part;
use crate::machine_clients::{basic, bearer};

#[test]
fn a_token_of_an_unknown_kind_opens_nothing_and_is_in_no_list() {
    let app = TestApp::new();
    let session = app.signed_in("ada");
    let key = app.make_key(&bearer(&session));
    app.make_key(&bearer(&session));
    app.platform.tell("UPDATE tokens SET kind = 'later' WHERE rowid = 1");
    app.request(Method::GET, "/api/auth/me", &[("Authorization", &basic(&key))], "").assert_error(401, "token_revoked");
    let page = Browser::of(&app, "ada").get("/account/keys").assert_ok().text();
    assert_eq!(page.matches("/account/keys/delete").count(), 1, "{page}");
    app.change_password(&session.access, PASSWORD, NEW_PASSWORD).assert_ok();
}

#[test]
fn a_session_by_an_unknown_method_goes_on_and_names_none() {
    let app = TestApp::new();
    let session = app.signed_in("ada");
    app.platform.tell("UPDATE sessions SET factor = 'later'");
    app.me(&session.access).assert_ok();
    let refreshed = app.refresh(&session.refresh).assert_ok().json();
    let token = refreshed["token"].as_str().unwrap();
    assert_eq!(part(token, 1)["amr"], serde_json::json!([]));
    app.me(token).assert_ok();
    assert_eq!(app.verify(token).assert_ok().header("x-auth-method"), "");
}

#[test]
fn a_key_of_an_unknown_kind_is_no_second_factor_and_breaks_no_sign_in() {
    let app = TestApp::new();
    let session = app.signed_in("ada");
    app.platform.tell(
        "INSERT INTO passkeys SELECT id, 'AQID', 'later', 'auth.example', 'pQEC', 0, 0, 0, '',
           '00000000-0000-0000-0000-000000000000', 'Ring', 5, NULL, 'x' FROM users",
    );
    app.login("ada", PASSWORD).assert_ok();
    assert_eq!(app.export(&session.access).assert_ok().json()["passkeys"][0]["kind"], "later");
    app.change_password(&session.access, PASSWORD, NEW_PASSWORD).assert_ok();
    assert_eq!(app.platform.count("passkeys"), 1, "a new password removes no factor");
}
