//! Ended credentials do nothing: if a session, key or token ends after it was read and before one of the action's batches,
//! nothing is written.

use gatehouse::web::http::request;
use gatehouse::web::router;
use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, JSON, NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, Tokens, UNCOUNTED};
use crate::authenticator::{Authenticator, base64url};
use crate::browser::{Browser, way_for};
use crate::credentials::APP;
use crate::discord::{DISCORD, arrive, said};
use crate::machine_clients::{basic, bearer};
use crate::oauth_device::{tv, user_code};
use crate::routes::{GUARDED, ROUTES};

/// The credential a request acts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Access,
    Browser,
    ApiKey,
    Private,
    Portal,
}

const PROGRAMS: &[By] = &[By::Access, By::Browser, By::ApiKey, By::Private];
const PEOPLE: &[By] = &[By::Access, By::Browser];
const PAGE: &[By] = &[By::Browser];

/// Each action within a session or by a token, and its request. Words in braces are fields of the [`Scene`].
const ACTS: &[(Method, &str, &str, &[By])] = &[
    (Method::DELETE, "/api/auth/me", "", PEOPLE),
    (Method::GET, "/api/auth/me/export", "", PEOPLE),
    (Method::POST, "/api/auth/logout", "", PEOPLE),
    (Method::POST, "/api/auth/logout/all", "", PEOPLE),
    (Method::DELETE, "/api/auth/sessions/{other}", "", PEOPLE),
    (Method::POST, "/api/auth/applications/remove", r#"{"client_id":"shop"}"#, PEOPLE),
    (Method::POST, "/api/auth/reauthenticate", r#"{"password":"{password}"}"#, PEOPLE),
    (Method::POST, "/api/auth/reauthenticate", r#"{"code":"{code}"}"#, PEOPLE),
    (Method::POST, "/api/auth/password", r#"{"current_password":"{password}","new_password":"{new}"}"#, PEOPLE),
    (Method::POST, "/api/auth/email", r#"{"email":"new@example.com","current_password":"{password}"}"#, PEOPLE),
    (
        Method::POST,
        "/api/auth/totp/confirm",
        r#"{"enrolment_token":"{app}","code":"{app_code}","recovery_codes_saved":true}"#,
        PEOPLE,
    ),
    (Method::DELETE, "/api/auth/totp", "", PEOPLE),
    (
        Method::POST,
        "/api/auth/recovery-codes/confirm",
        r#"{"enrolment_token":"{codes}","recovery_codes_saved":true}"#,
        PEOPLE,
    ),
    (Method::POST, "/api/auth/reauthenticate", r#"{"credential":{proof}}"#, &[By::Access]),
    (Method::POST, "/api/auth/passkeys", r#"{"credential":{new_key}}"#, &[By::Access]),
    (Method::POST, "/api/auth/passkeys/{passkey}", r#"{"name":"Phone"}"#, PEOPLE),
    (Method::DELETE, "/api/auth/passkeys/{passkey}", "", PEOPLE),
    (Method::DELETE, "/api/auth/password", "", PEOPLE),
    (Method::POST, "/api/admin/users/{bob}/disable", "", PEOPLE),
    (Method::POST, "/api/admin/users/{carol}/enable", "", PEOPLE),
    (Method::POST, "/api/admin/users/{bob}/role", r#"{"role":"admin"}"#, PEOPLE),
    (Method::POST, "/api/admin/users/{bob}/reset", "", PEOPLE),
    (Method::POST, "/api/admin/users/{bob}/factors/reset", "", PEOPLE),
    (Method::DELETE, "/api/admin/users/{bob}/sessions", "", PEOPLE),
    (Method::DELETE, "/api/admin/users/{bob}/sessions/{bobs_session}", "", PEOPLE),
    (Method::DELETE, "/api/admin/users/{bob}/tokens/{bobs_token}", "", PEOPLE),
    (Method::POST, "/api/admin/clients", r#"{"client_name":"New","redirect_uris":["https://a.example/"]}"#, PEOPLE),
    (
        Method::POST,
        "/api/admin/clients/shop",
        r#"{"client_name":"New","redirect_uris":["https://a.example/"]}"#,
        PEOPLE,
    ),
    (Method::DELETE, "/api/admin/clients/shop", "", PEOPLE),
    (Method::POST, "/api/admin/clients/shop/secret", "", PEOPLE),
    (Method::DELETE, "/api/admin/clients/shop/secret", "", PEOPLE),
    (Method::POST, "/api/admin/clients/shop/disable", "", PEOPLE),
    (Method::POST, "/api/admin/clients/closed/enable", "", PEOPLE),
    (Method::POST, "/api/manage/v1/ApiKeys", r#"{"expired":"2030-01-01T00:00:00Z"}"#, PROGRAMS),
    (Method::DELETE, "/api/manage/v1/ApiKeys", r#"{"apiKey":"{victim_key}"}"#, PROGRAMS),
    (Method::POST, "/api/v1/auth/private_tokens", r#"{"name":"n","expiration_time":"2030-01-01T00:00:00Z"}"#, PROGRAMS),
    (Method::DELETE, "/api/v1/auth/private_tokens/{victim_token}", "", PROGRAMS),
    (Method::POST, "/fpc/api/auth/tokenlogout", "", &[By::Portal]),
    (Method::GET, "/account/signin", "", PAGE),
    (Method::GET, "/account/export/file", "", PAGE),
    (Method::POST, "/account/keys/api", "name=n&life=90", PAGE),
    (Method::POST, "/account/keys/private", "name=n&life=90", PAGE),
    (Method::POST, "/account/keys/portal", "", PAGE),
    (Method::POST, "/account/keys/delete", "kind=private&id={victim_token}", PAGE),
    (Method::POST, "/account/language", "language=de", PAGE),
    (Method::POST, "/account/password", "current_password={password}&new_password={new}", PAGE),
    (Method::POST, "/account/address", "email=new@example.com&current_password={password}", PAGE),
    (Method::POST, "/account/security/app", "enrolment_token={app}&code={app_code}&recovery_codes_saved=yes", PAGE),
    (Method::POST, "/account/security/app/remove", "", PAGE),
    (Method::POST, "/account/security/browsers/forget", "", PAGE),
    (Method::POST, "/account/security/codes", "enrolment_token={codes}&recovery_codes_saved=yes", PAGE),
    (Method::POST, "/account/confirm/passkey", "credential={proof_here}", PAGE),
    (Method::POST, "/account/security/passkeys", "kind=passkey&credential={new_key_here}", PAGE),
    (Method::POST, "/account/security/passkeys/rename", "id={passkey}&name=Phone", PAGE),
    (Method::POST, "/account/security/passkeys/remove", "id={passkey}", PAGE),
    (Method::POST, "/account/security/password/remove", "", PAGE),
    (Method::POST, "/account/connect", "", PAGE),
    (Method::POST, "/account/security/identities/remove", "issuer=https://discord.com&subject=1", PAGE),
    (Method::POST, "/account/sessions/end", "id={other}", PAGE),
    (Method::POST, "/account/sessions/others", "", PAGE),
    (Method::POST, "/account/apps/remove", "client_id=shop", PAGE),
    (Method::POST, "/account/confirm", "password={password}", PAGE),
    (Method::POST, "/account/confirm/verify", "code={code}", PAGE),
    (Method::POST, "/account/device", "user_code={user_code}", PAGE),
    (Method::POST, "/account/device/consent", "id={device}&decision=allow", PAGE),
    (Method::POST, "/account/device/consent", "id={device}&decision=deny", PAGE),
    (Method::POST, "/account/delete", "confirm_login=ada", PAGE),
    (Method::POST, "/admin/users/{bob}/disable", "", PAGE),
    (Method::POST, "/admin/users/{carol}/enable", "", PAGE),
    (Method::POST, "/admin/users/{bob}/promote", "", PAGE),
    (Method::POST, "/admin/users/{root}/demote", "", PAGE),
    (Method::POST, "/admin/users/{bob}/reset", "", PAGE),
    (Method::POST, "/admin/users/{bob}/factors/reset", "", PAGE),
    (Method::POST, "/admin/users/{bob}/sessions/end", "", PAGE),
    (Method::POST, "/admin/users/{bob}/sessions/{bobs_session}/end", "", PAGE),
    (Method::POST, "/admin/users/{bob}/tokens/{bobs_token}/end", "", PAGE),
    (
        Method::POST,
        "/admin/clients/new",
        "client_name=New&kind=app&redirect_uris=https://a.example/&require_pkce=yes",
        PAGE,
    ),
    (
        Method::POST,
        "/admin/clients/shop",
        "client_name=New&kind=app&redirect_uris=https://a.example/&require_pkce=yes",
        PAGE,
    ),
    (Method::POST, "/admin/clients/shop/secret", "overlap_seconds=0", PAGE),
    (Method::POST, "/admin/clients/shop/secret/end", "", PAGE),
    (Method::POST, "/admin/clients/shop/disable", "", PAGE),
    (Method::POST, "/admin/clients/closed/enable", "", PAGE),
    (Method::POST, "/admin/clients/shop/delete", "", PAGE),
];

/// Routes that change something for an authenticated client, or could, and are not in the list above.
const OTHERS: &[&str] = &[
    // They only read, or end the tokens passed to them.
    "/api/auth/verify",
    "/oauth/introspect",
    "/oauth/userinfo",
    // They only offer something.
    "/api/auth/totp",
    "/api/auth/recovery-codes",
    "/api/auth/passkeys/options",
    "/api/auth/reauthenticate/options",
    // Signing out of an ended session succeeds.
    "/account/signout",
    // Without a session they lead to the sign-in page: `oauth_authorize.rs` ends the session at each batch.
    "/oauth/authorize",
    "/oauth/consent",
    // Any stranger may have a code sent.
    "/account/confirm/code",
    // Needs the first factor of the same session: `second_factors.rs` ends the session between the two.
    "/account/confirm/second",
    "/account/confirm/enrol",
    // These routes do not require authentication.
    "/account/signin",
    "/account/signin/code",
    "/account/signin/verify",
    "/account/signin/second",
    "/account/signin/enrol",
    "/account/signin/passkey",
    "/account/register",
    "/account/register/passkey",
    "/account/activate",
    "/account/activate/passkey",
    "/account/activate/decline",
    "/account/activate/send",
    "/account/recover",
    "/account/recover/send",
    "/account/email",
    "/account/email/undo",
    "/account/security/undo",
    "/account/with/github/callback",
    "/account/connect/register",
    "/account/activate/identity",
];

/// Actions that need an authenticator app, which would ask for a second step in all the others.
const WITH_AN_APP: &[&str] = &["/api/auth/totp", "/account/security/app/remove"];

/// The state before an action: Ada, an administrator, with one of each credential; and the users and items she acts on.
struct Scene {
    app: TestApp,
    words: Vec<(&'static str, String)>,
    /// Each credential, and the row that can end.
    held: Vec<(By, String, String)>,
}

impl Scene {
    fn new() -> Self {
        let changes = [UNCOUNTED[0], UNCOUNTED[1], CODES, DISCORD[0], DISCORD[1], ("AUTH_REDIRECT_URIS", APP)];
        let app = TestApp::with(&changes);
        app.administrator("root");
        let bobs = app.signed_in("bob");
        let bobs_token = app.private(&bobs.access, "n").id;
        app.give_second_factor("bob");
        app.user("carol");
        let [other, ada]: [Tokens; 2] = [app.administrator("ada"), app.sign_in("ada")];
        let session = |tokens: &Tokens| app.verify(&tokens.access).assert_ok().header("x-auth-session").to_owned();
        let key = app.make_key(&bearer(&ada));
        let key_id: String = app.platform.ask("SELECT id FROM tokens WHERE kind = 'api_key'");
        let private = app.private(&ada.access, "n");
        let portal = app.portal_token("ada");
        let victim_key = app.make_key(&bearer(&ada));
        let victim_token = app.private(&ada.access, "v").id;
        let code = app.code_for("ada@example.com");
        let offer = app.offer_app(&ada.access).assert_ok().json();
        let codes = app.post_as(&ada.access, "/api/auth/recovery-codes", &json!({})).assert_ok().json();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let browser = Browser::of(&app, "ada").cookie("__Host-session").unwrap().to_owned();
        let in_browser = app.request(Method::GET, "/api/auth/verify", &[("Cookie", &cookie(&browser))], "").assert_ok();
        let in_browser = in_browser.header("x-auth-session").to_owned();
        let mut passkey = Authenticator::new(ORIGIN, 1);
        assert_eq!(app.add_key(&ada.access, &mut passkey, "passkey").status, 201);
        let here = cookie(&browser);
        let asked = |(name, value): (&str, &str), path: &str| {
            let headers = [(name, value), ("Sec-Fetch-Site", "same-origin")];
            app.request(Method::POST, path, &headers, "").assert_ok().json()["publicKey"].clone()
        };
        let bearer_of_ada = format!("Bearer {}", ada.access);
        let ways = [("Authorization", bearer_of_ada.as_str()), ("Cookie", here.as_str())];
        let [new_key, new_key_here] =
            ways.map(|way| Authenticator::new(ORIGIN, 2).create(&asked(way, "/api/auth/passkeys/options")).to_string());
        let [proof, proof_here] =
            ways.map(|way| passkey.get(&asked(way, "/api/auth/reauthenticate/options")).to_string());
        // A key's last use is noted once an hour, whether or not it still works: not compared here.
        app.platform.tell(
            "UPDATE users SET disabled_at = 5 WHERE login = 'carol'; UPDATE tokens SET last_used_at = 1780000000123",
        );
        app.has_client("shop", "previous_secret_until = 9000000000000");
        app.has_client("closed", "disabled_at = 5");
        app.platform.tell(&format!(
            "INSERT INTO consents VALUES ('{}', 'shop', '', 'The shop', 'openid', 5)",
            app.id_of("ada")
        ));
        let client = tv(&app);
        client.device(&[]);
        let device: String = app.platform.ask("SELECT id FROM authorizations");
        app.platform.tell(&format!("UPDATE authorizations SET session_id = '{in_browser}'"));
        let user_code = user_code(&client.device(&[])).to_owned();
        let portal_id = app.platform.ask("SELECT id FROM tokens WHERE kind = 'portal'");
        let mut elsewhere = Browser::new(&app);
        arrive(&app, &mut elsewhere, &said("2", "ada@example.com", true));
        let pending = elsewhere.cookie("__Host-identity").unwrap().to_owned();
        app.platform.tell(&format!(
            "INSERT INTO identities (issuer, subject, user_id, provider, created_at, op)
             VALUES ('https://discord.com', '1', '{}', 'discord', 5, 'x')",
            app.id_of("ada")
        ));
        let words = vec![
            ("other", session(&other)),
            ("root", app.id_of("root")),
            ("bob", app.id_of("bob")),
            ("carol", app.id_of("carol")),
            ("bobs_session", session(&bobs)),
            ("bobs_token", bobs_token),
            ("victim_key", victim_key),
            ("victim_token", victim_token),
            ("code", code),
            ("app_code", app.shown_by(&offer)),
            ("app", text(&offer["enrolment_token"])),
            ("codes", text(&codes["enrolment_token"])),
            ("passkey", base64url(&passkey.id)),
            ("device", device),
            ("user_code", user_code),
            ("new_key", new_key),
            ("new_key_here", new_key_here),
            ("pending", pending),
            ("proof", proof),
            ("proof_here", proof_here),
            ("password", PASSWORD.to_owned()),
            ("new", NEW_PASSWORD.to_owned()),
        ];
        let held = vec![
            (By::Access, ada.access.clone(), session(&ada)),
            (By::Browser, browser, in_browser),
            (By::ApiKey, key, key_id),
            (By::Private, private.data, private.id),
            (By::Portal, portal, portal_id),
        ];
        app.bookmark();
        Self { app, words, held }
    }

    fn fill(&self, text: &str) -> String {
        self.words.iter().fold(text.to_owned(), |text, (word, meant)| text.replace(&format!("{{{word}}}"), meant))
    }

    fn act(&self, (method, path, body, _): &(Method, &str, &str, &[By]), by: By) -> Reply {
        let (path, body) = (self.fill(path), self.fill(body));
        let token = &self.held.iter().find(|(held, ..)| *held == by).unwrap().1;
        if !path.starts_with("/api") && !path.starts_with("/fpc") {
            let mut browser = Browser::with_session(&self.app, token);
            browser.keep("__Host-identity", &self.fill("{pending}"));
            let fields: Vec<_> = form_urlencoded::parse(body.as_bytes()).into_owned().collect();
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            return match (method, path.as_str()) {
                (&Method::GET, "/account/signin") => browser.get(&way_for(APP)),
                (&Method::GET, path) => browser.get(path),
                (_, path) => browser.press(path, &fields),
            };
        }
        let way = match by {
            By::Access | By::Private => ("Authorization", format!("Bearer {token}")),
            By::ApiKey => ("Authorization", basic(token)),
            By::Portal => ("Authorization", format!("Token {token}")),
            By::Browser => ("Cookie", cookie(token)),
        };
        let mut headers = vec![(way.0, way.1.as_str()), ("Sec-Fetch-Site", "same-origin")];
        headers.extend((!body.is_empty()).then_some(JSON));
        self.app.request(method.clone(), &path, &headers, &body)
    }

    /// How a credential ends or is restored.
    fn turn(&self, by: By, ended: bool) -> String {
        let id = &self.held.iter().find(|(held, ..)| *held == by).unwrap().2;
        let table = if matches!(by, By::Access | By::Browser) { "sessions" } else { "tokens" };
        let state =
            if ended { "ended_at = 1780000000123, end_reason = 'ended'" } else { "ended_at = NULL, end_reason = NULL" };
        format!("UPDATE {table} SET {state} WHERE id = '{id}'")
    }

    /// Every value of every table, except those left out.
    fn rows(&self, but: &[&str]) -> Vec<String> {
        let tables = self.app.platform.tables().into_iter().filter(|table| !but.contains(&table.as_str()));
        tables.flat_map(|table| self.app.operate(&format!("SELECT '{table}', * FROM {table}"))).collect()
    }
}

fn cookie(session: &str) -> String {
    format!("__Host-session={session}")
}

/// Whether a response says that the credential has ended: pages redirect to sign-in.
fn is_refused(reply: &Reply) -> bool {
    reply.status == 401 || reply.header("location").starts_with("https://auth.example.com/account/signin")
}

#[test]
fn what_ends_between_the_look_and_the_act_does_nothing() {
    let scene = Scene::new();
    let platform = &scene.app.platform;
    for act in ACTS {
        for by in act.3 {
            let what = format!("{} {} by {by:?}", act.0, act.1);
            for turn in 0.. {
                scene.app.restore();
                if WITH_AN_APP.contains(&act.1) {
                    scene.app.give_second_factor("ada");
                    platform.tell("UPDATE sessions SET factor = 'pwd otp mfa'");
                }
                let tries = if turn == 0 { &["audit"][..] } else { &["audit", "attempts", "codes"] };
                let before = scene.rows(tries);
                platform.tell("DELETE FROM audit");
                platform.before_batch(turn, &scene.turn(*by, true));
                let reply = scene.act(act, *by);
                if reply.batches <= turn {
                    // It was not overtaken, so the response must be the usual one of this scene.
                    assert!(turn > 0 && !is_refused(&reply), "{what} at {turn}: {} {}", reply.status, reply.text());
                    assert!(
                        matches!(reply.status.as_u16(), 200..=204 | 303),
                        "{what}: {} {}",
                        reply.status,
                        reply.text()
                    );
                    break;
                }
                assert!(is_refused(&reply), "{what} at {turn}: {} {}", reply.status, reply.text());
                platform.tell(&scene.turn(*by, false));
                let after = scene.rows(tries);
                let changed: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
                assert!(after.len() == before.len() && changed.is_empty(), "{what} at {turn}: {changed:#?}");
                let log: String = platform.ask("SELECT ifnull(group_concat(outcome), 'nothing') FROM audit");
                assert_eq!(log, "token_revoked", "{what} at {turn}");
            }
        }
    }
}

#[test]
fn every_act_of_who_is_known_is_in_the_list() {
    let route = |method: &Method, path: &str| router::find(method, &request::segments(path)).unwrap();
    let listed: Vec<_> = ACTS.iter().map(|(method, path, ..)| route(method, path)).collect();
    for (method, path) in ROUTES.iter().filter(|(method, _)| *method != Method::GET) {
        let for_who_is_known = GUARDED.contains(path) || path.starts_with("/account") || path.starts_with("/admin");
        let known = listed.contains(&route(method, path)) || OTHERS.contains(path);
        assert!(!for_who_is_known || known, "{method} {path} is in neither list");
    }
}
