//! D1, KV and mail failing, one at a time, before and after the effect, at every call of every scenario.

use http::Method;
use serde_json::{Value, json};

use crate::app::{CODES, NEW_PASSWORD, PASSWORD, Reply, TestApp, Tokens};
use crate::browser::{Browser, way_for};
use crate::credentials::APP;
use crate::faults_of_clients;
use crate::machine_clients::{EXPIRED, basic, bearer};
use crate::platform::{Failure, FailureTiming};

/// One action, and how to check that it was not half done.
pub struct Scenario {
    pub name: &'static str,
    /// The preparation.
    pub prepare: fn(&TestApp) -> String,
    pub act: fn(&TestApp, &str) -> Reply,
    /// The status of the action when nothing fails.
    pub well: u16,
    /// Counts that must be equal; otherwise the action was half done.
    pub whole: &'static str,
}

fn nothing(_: &TestApp) -> String {
    String::new()
}

fn registered(app: &TestApp) -> String {
    app.register("ada", "ada@example.com").assert_ok();
    app.last_link_token()
}

fn signed_in(app: &TestApp) -> String {
    app.signed_in("ada").access
}

/// A user with two sessions: the token of the browser one, which began last.
fn in_a_browser_and_elsewhere(app: &TestApp) -> String {
    app.signed_in("ada");
    app.pass_seconds(1);
    Browser::of(app, "ada").cookie("__Host-session").unwrap().to_owned()
}

fn refreshable(app: &TestApp) -> String {
    app.signed_in("ada").refresh
}

fn reusable(app: &TestApp) -> String {
    let first = app.signed_in("ada");
    app.refresh(&first.refresh).assert_ok();
    app.pass_seconds(60);
    first.refresh
}

fn asks_for_another_address(app: &TestApp) -> String {
    let token = signed_in(app);
    app.change_email(&token, "new@example.com").assert_ok();
    app.last_link_token()
}

fn recovering(app: &TestApp) -> String {
    app.signed_in("ada");
    app.recover("ada@example.com").assert_ok();
    app.last_link_token()
}

fn robbed(app: &TestApp) -> String {
    let token = asks_for_another_address(app);
    app.confirm_email(&token).assert_ok();
    app.last_link_token()
}

/// An administrator's token, and a signed-in user.
pub fn administrates_bob(app: &TestApp) -> String {
    app.signed_in("bob");
    app.administrator("ada").access
}

fn administrates_bob_with_factors(app: &TestApp) -> String {
    let token = administrates_bob(app);
    app.give_second_factor("bob");
    token
}

/// An administrator's token, and a client.
fn administrates_a_client(app: &TestApp) -> String {
    app.has_client("shop", "previous_secret_until = 9000000000000");
    app.administrator("ada").access
}

fn new_client() -> Value {
    json!({ "client_name": "New", "redirect_uris": ["https://a.example/"], "resource": "https://a.example" })
}

/// The session of an administrator's browser, and a signed-in user.
fn administrates_in_a_browser(app: &TestApp) -> String {
    administrates_bob(app);
    Browser::of(app, "ada").cookie("__Host-session").unwrap().to_owned()
}

fn page_of(app: &TestApp, login: &str) -> String {
    format!("/admin/users/{}", app.id_of(login))
}

/// An administrator signing in from a network not seen before.
fn administrates_from_elsewhere(app: &TestApp) -> String {
    app.administrator("ada");
    app.platform.tell("DELETE FROM networks; DELETE FROM audit");
    String::new()
}

/// A token, the keys it created, and the id of the first.
fn has_private_tokens(app: &TestApp) -> String {
    let access = signed_in(app);
    let token = app.private(&access, "first");
    app.private(&token.data, "made with it");
    format!("{} {}", token.id, access)
}

fn holds_a_key(app: &TestApp) -> String {
    app.make_key(&bearer(&app.signed_in("ada")))
}

/// The cookies of a browser on the keys page, with a key that has created another.
fn looks_at_keys(app: &TestApp) -> String {
    app.administrator("ada");
    let mut browser = Browser::new(app);
    browser.sign_in("ada", "/account/keys");
    let key = app.make_key(&bearer(&app.sign_in("ada")));
    app.make_key(&basic(&key));
    browser.get("/account/keys").assert_ok();
    browser.cookies()
}

/// Opens a page and presses its button.
fn press(app: &TestApp, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
    let mut browser = Browser::new(app);
    let page = browser.get(page);
    if page.status == 200 { browser.submit(&page, action, fields) } else { page }
}

fn with_access(token: &str) -> Tokens {
    Tokens { access: token.to_owned(), refresh: String::new() }
}

const EACH_TOKEN_IS_TOLD: &str =
    "SELECT (SELECT count(*) FROM tokens) = (SELECT count(*) FROM outbox WHERE kind = 'token_created')
        AND (SELECT count(*) FROM tokens)
          = (SELECT count(*) FROM audit WHERE act = 'create_token' AND token_id IN (SELECT id FROM tokens))";

const RESET_WHOLLY: &str = "
    SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM recoveries WHERE used_at IS NOT NULL)
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'reset_password')";

const MOVED_WHOLLY: &str = "
    SELECT (SELECT count(*) FROM users WHERE email = 'new@example.com') = (SELECT count(*) FROM email_undos)
       AND (SELECT count(*) FROM email_undos) = (SELECT count(*) FROM email_changes WHERE op IS NOT NULL)
       AND (SELECT count(*) FROM email_undos) = (SELECT count(*) FROM outbox WHERE kind = 'email_changed')
       AND (SELECT count(*) FROM email_undos) = (SELECT count(*) FROM audit WHERE act = 'change_email')";

const MOVED_BACK_WHOLLY: &str = "
    SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM users WHERE email = 'ada@example.com')
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM email_undos WHERE op IS NOT NULL)
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
       AND (SELECT auth_version FROM users) * 2 - 2 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
       AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'undo_email_change')";

const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "register",
        prepare: nothing,
        act: |app, _| app.register("ada", "ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM registrations) = (SELECT count(*) FROM outbox)
                   AND (SELECT count(*) FROM outbox) = (SELECT count(*) FROM audit)",
    },
    Scenario {
        name: "activate",
        prepare: registered,
        act: |app, token| app.activate(token),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'activate')",
    },
    Scenario {
        name: "register on a page",
        prepare: nothing,
        act: |app, _| {
            let fields = [("login", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
            press(app, "/account/register", "/account/register", &fields)
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM registrations) = (SELECT count(*) FROM outbox)
                   AND (SELECT count(*) FROM outbox) = (SELECT count(*) FROM audit)",
    },
    Scenario {
        name: "activate on a page",
        prepare: registered,
        act: |app, token| {
            let page = format!("/account/activate?token={token}");
            press(app, &page, "/account/activate", &[("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'activate')",
    },
    Scenario {
        name: "decline a registration",
        prepare: registered,
        act: |app, token| press(app, &format!("/account/activate?token={token}"), "/account/activate/decline", &[]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM registrations WHERE declined_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'decline_registration')",
    },
    Scenario {
        name: "have the email sent again on a page",
        prepare: registered,
        act: |app, _| {
            press(app, "/account/activate", "/account/activate/send", &[("email", "ada@example.com")])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM outbox) = 1 + (SELECT count(*) FROM audit WHERE act = 'send_activation')",
    },
    Scenario {
        name: "send the email again",
        prepare: registered,
        act: |app, _| app.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM outbox) = 1 + (SELECT count(*) FROM audit WHERE act = 'send_activation')",
    },
    Scenario {
        name: "sign in",
        prepare: |app| {
            app.user("ada");
            app.platform.tell("DELETE FROM networks");
            String::new()
        },
        act: |app, _| app.login("ada", PASSWORD),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM networks)
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "sign in on a page",
        prepare: |app| {
            app.user("ada");
            app.platform.tell("DELETE FROM networks");
            String::new()
        },
        act: |app, _| Browser::new(app).sign_in("ada", "/account"),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "carry a sign-in to an application",
        prepare: |app| {
            app.user("ada");
            String::new()
        },
        act: |app, _| {
            let mut browser = Browser::new(app);
            let page = browser.get(&way_for(APP));
            if page.status != 200 {
                return page;
            }
            browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM authorizations) = (SELECT count(*) FROM audit WHERE act = 'issue_ticket')
                   AND (SELECT count(*) FROM authorizations) <= (SELECT count(*) FROM sessions)",
    },
    Scenario {
        name: "trade a ticket",
        prepare: |app| {
            app.user("ada");
            Browser::new(app).sign_in_for("ada", APP)
        },
        act: |app, code| app.exchange(code),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = 1 + (SELECT count(authorization) FROM sessions)
                   AND (SELECT count(*) FROM sessions) = 1 + (SELECT count(*) FROM audit WHERE act = 'redeem_ticket')",
    },
    Scenario {
        name: "sign in with a wrong password",
        prepare: nothing,
        act: |app, _| app.login("ada", "wrong"),
        well: 401,
        whole: "SELECT count(*) = 0 FROM sessions",
    },
    Scenario {
        name: "refresh",
        prepare: refreshable,
        act: |app, token| app.refresh(token),
        well: 200,
        whole: "SELECT ended_at IS NULL AND generation <= 1 FROM sessions",
    },
    Scenario {
        name: "reuse a refresh token",
        prepare: reusable,
        act: |app, token| app.refresh(token),
        well: 401,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused')
                   AND (SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused')
                     = (SELECT count(*) FROM audit WHERE act = 'refresh')",
    },
    Scenario {
        name: "ask who I am",
        prepare: signed_in,
        act: |app, token| app.me(token),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "sign out",
        prepare: signed_in,
        act: |app, token| app.logout(token),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'sign_out')",
    },
    Scenario {
        name: "ask for a code",
        prepare: |app| {
            app.user("ada");
            String::new()
        },
        act: |app, _| app.request_code("ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM codes WHERE ready = 1) = (SELECT count(*) FROM outbox WHERE kind = 'code')
                   AND (SELECT count(*) FROM codes WHERE ready = 1)
                     <= (SELECT count(*) FROM audit WHERE act = 'request_code')",
    },
    Scenario {
        name: "sign in with a code",
        prepare: |app| {
            app.user("ada");
            app.code_for("ada@example.com")
        },
        act: |app, code| app.verify_code("ada@example.com", code),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM codes WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')",
    },
    Scenario {
        name: "request a recovery email",
        prepare: |app| {
            app.user("ada");
            String::new()
        },
        act: |app, _| app.recover("ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM outbox WHERE kind = 'recovery')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'recover')",
    },
    Scenario {
        name: "reset the password",
        prepare: recovering,
        act: |app, token| app.reset(token, NEW_PASSWORD),
        well: 200,
        whole: RESET_WHOLLY,
    },
    Scenario {
        name: "ask for a recovery email on a page",
        prepare: |app| {
            app.user("ada");
            String::new()
        },
        act: |app, _| press(app, "/account/recover", "/account/recover/send", &[("email", "ada@example.com")]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM outbox WHERE kind = 'recovery')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'recover')",
    },
    Scenario {
        name: "reset the password on a page",
        prepare: recovering,
        act: |app, token| {
            let page = format!("/account/recover?token={token}");
            press(app, &page, "/account/recover", &[("password", NEW_PASSWORD)])
        },
        well: 303,
        whole: RESET_WHOLLY,
    },
    Scenario {
        name: "change the password",
        prepare: |app| {
            app.user("ada");
            app.login("ada", PASSWORD).assert_ok();
            app.sign_in("ada").access
        },
        act: |app, token| app.change_password(token, PASSWORD, NEW_PASSWORD),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'change_password')",
    },
    Scenario {
        name: "sign out everywhere",
        prepare: signed_in,
        act: |app, token| app.post_as(token, "/api/auth/logout/all", &json!({})),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'sign_out_all')",
    },
    Scenario {
        name: "change the password on its page",
        prepare: in_a_browser_and_elsewhere,
        act: |app, session| {
            let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
            Browser::with_session(app, session).press("/account/password", &fields)
        },
        well: 303,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'change_password')",
    },
    Scenario {
        name: "end every other session",
        prepare: in_a_browser_and_elsewhere,
        act: |app, session| Browser::with_session(app, session).press("/account/sessions/others", &[]),
        well: 303,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1
                     = (SELECT count(*) FROM audit WHERE act = 'end_other_sessions')",
    },
    Scenario {
        name: "end a session on the page",
        prepare: in_a_browser_and_elsewhere,
        act: |app, session| {
            let other: String = app.platform.ask("SELECT id FROM sessions ORDER BY created_at LIMIT 1");
            Browser::with_session(app, session).press("/account/sessions/end", &[("id", &other)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_session')",
    },
    Scenario {
        name: "prove on a page that it is me",
        prepare: in_a_browser_and_elsewhere,
        act: |app, session| {
            app.pass_seconds(1);
            Browser::with_session(app, session).press("/account/confirm", &[("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT max(auth_time > created_at) FROM sessions)
                     = (SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = 'ok')
                   AND (SELECT max(auth_time > created_at) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "choose a language",
        prepare: in_a_browser_and_elsewhere,
        act: |app, session| Browser::with_session(app, session).press("/account/language", &[("language", "de")]),
        well: 303,
        whole: "SELECT (SELECT count(language) FROM users)
                     = (SELECT count(*) FROM audit WHERE act = 'choose_language' AND outcome = 'ok')",
    },
    Scenario {
        name: "ask for another address",
        prepare: signed_in,
        act: |app, token| app.change_email(token, "new@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM email_changes) = (SELECT count(*) FROM outbox WHERE kind = 'email_changing')
                   AND (SELECT count(*) FROM email_changes)
                     = (SELECT count(*) FROM audit WHERE act = 'request_email_change')",
    },
    Scenario {
        name: "confirm another address",
        prepare: asks_for_another_address,
        act: |app, token| app.confirm_email(token),
        well: 200,
        whole: MOVED_WHOLLY,
    },
    Scenario {
        name: "confirm another address on a page",
        prepare: asks_for_another_address,
        act: |app, token| press(app, &format!("/account/email?token={token}"), "/account/email", &[]),
        well: 303,
        whole: MOVED_WHOLLY,
    },
    Scenario {
        name: "take the old address back",
        prepare: robbed,
        act: |app, token| app.undo_email(token, NEW_PASSWORD),
        well: 200,
        whole: MOVED_BACK_WHOLLY,
    },
    Scenario {
        name: "take the old address back on a page",
        prepare: robbed,
        act: |app, token| {
            let page = format!("/account/email/undo?token={token}");
            press(app, &page, "/account/email/undo", &[("password", NEW_PASSWORD)])
        },
        well: 303,
        whole: MOVED_BACK_WHOLLY,
    },
    Scenario {
        name: "set up an authenticator app",
        prepare: |app| {
            let access = signed_in(app);
            let offer = app.offer_app(&access).assert_ok().json();
            json!({ "access": access, "offer": offer, "code": app.shown_by(&offer) }).to_string()
        },
        act: |app, offered| {
            let offered: Value = serde_json::from_str(offered).unwrap();
            let text = |name: &str| offered[name].as_str().unwrap();
            app.confirm_app(text("access"), &offered["offer"], text("code"))
        },
        well: 200,
        whole: "SELECT (SELECT count(*) FROM totp) = (SELECT auth_version FROM users) - 1
                   AND (SELECT count(*) FROM totp) * 10 = (SELECT count(*) FROM recovery_codes)
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM spent)
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM factor_undos)
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM sessions WHERE factor = 'pwd otp mfa')
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM outbox WHERE kind = 'factor_added')
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM audit WHERE act = 'add_factor')",
    },
    Scenario {
        name: "remove the authenticator app",
        prepare: |app| {
            let access = signed_in(app);
            app.add_app(&access);
            access
        },
        act: |app, access| app.remove_app(access),
        well: 204,
        whole: "SELECT 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM audit WHERE act = 'remove_factor')
                   AND (SELECT count(*) FROM totp) * 10 = (SELECT count(*) FROM recovery_codes)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM outbox WHERE kind = 'factor_removed')",
    },
    Scenario {
        name: "replace what stands in for a second factor",
        prepare: |app| {
            let access = signed_in(app);
            json!({ "access": access, "offer": app.offer_codes(&access) }).to_string()
        },
        act: |app, offered| {
            let offered: Value = serde_json::from_str(offered).unwrap();
            app.confirm_codes(offered["access"].as_str().unwrap(), &offered["offer"])
        },
        well: 200,
        whole: "SELECT (SELECT count(*) FROM recovery_codes) = (SELECT count(*) FROM spent) * 10
                   AND (SELECT count(*) FROM spent) = (SELECT count(*) FROM outbox WHERE kind = 'factor_added')
                   AND (SELECT count(*) FROM spent) = (SELECT count(*) FROM audit WHERE act = 'renew_recovery_codes')",
    },
    Scenario {
        name: "undo the first factor",
        prepare: |app| {
            app.add_app(&signed_in(app));
            app.last_link_token()
        },
        act: |app, token| app.undo_factor(token, NEW_PASSWORD),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users) - 2 = 1 - (SELECT count(*) FROM totp)
                   AND (SELECT count(*) FROM totp) * 10 = (SELECT count(*) FROM recovery_codes)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM factor_undos WHERE used_at IS NOT NULL)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM audit WHERE act = 'undo_factor')",
    },
    Scenario {
        name: "delete the account",
        prepare: signed_in,
        act: |app, token| app.delete_account(token),
        well: 204,
        whole: "SELECT 1 - (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'delete_account')
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM sessions)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations)
                   AND (SELECT count(*) FROM outbox) = 1
                   AND 1 - (SELECT count(*) FROM users) = (SELECT count(*) FROM outbox WHERE kind = 'account_deleted')",
    },
    Scenario {
        name: "disable a user",
        prepare: administrates_bob,
        act: |app, token| app.administer(&with_access(token), "bob", "disable"),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1
                     = (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                   AND (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'account_disabled')
                   AND (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'disable_user')",
    },
    Scenario {
        name: "disable a user on their page",
        prepare: administrates_in_a_browser,
        act: |app, session| Browser::with_session(app, session).press(&format!("{}/disable", page_of(app, "bob")), &[]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'account_disabled')
                   AND (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'disable_user')",
    },
    Scenario {
        name: "resign as the last administrator on one's page",
        prepare: administrates_in_a_browser,
        act: |app, session| Browser::with_session(app, session).press(&format!("{}/demote", page_of(app, "ada")), &[]),
        well: 409,
        whole: "SELECT count(*) = 1 FROM users WHERE role = 'admin'",
    },
    Scenario {
        name: "look at a user",
        prepare: administrates_in_a_browser,
        act: |app, session| Browser::with_session(app, session).get(&page_of(app, "bob")),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "look for a user",
        prepare: administrates_in_a_browser,
        act: |app, session| Browser::with_session(app, session).get("/admin?q=bob"),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "read the log about a user",
        prepare: administrates_in_a_browser,
        act: |app, session| Browser::with_session(app, session).get("/admin/audit?user=bob"),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "make a user an administrator",
        prepare: administrates_bob,
        act: |app, token| app.give_role(&with_access(token), "bob", "admin"),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1
                     = (SELECT count(*) FROM users WHERE login = 'bob' AND role = 'admin')
                   AND (SELECT count(*) FROM users WHERE login = 'bob' AND role = 'admin')
                     = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM users WHERE login = 'bob' AND role = 'admin')
                     = (SELECT count(*) FROM outbox WHERE kind = 'role_changed')
                   AND (SELECT count(*) FROM users WHERE login = 'bob' AND role = 'admin')
                     = (SELECT count(*) FROM audit WHERE act = 'promote')",
    },
    Scenario {
        name: "start a reset",
        prepare: administrates_bob,
        act: |app, token| app.administer(&with_access(token), "bob", "reset"),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1 = (SELECT count(*) FROM recoveries)
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM recoveries)
                     = (SELECT count(*) FROM outbox WHERE kind = 'reset_started')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'start_reset')",
    },
    Scenario {
        name: "reset the factors of a user",
        prepare: administrates_bob_with_factors,
        act: |app, token| app.administer(&with_access(token), "bob", "factors/reset"),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1 = 1 - (SELECT count(*) FROM totp)
                   AND (SELECT count(*) FROM totp) = (SELECT count(*) FROM recovery_codes)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM outbox WHERE kind = 'factors_reset')
                   AND 1 - (SELECT count(*) FROM totp) = (SELECT count(*) FROM audit WHERE act = 'reset_factors')
                   AND (SELECT count(*) FROM passwords) = 2",
    },
    Scenario {
        name: "end the sessions of a user",
        prepare: administrates_bob,
        act: |app, token| app.end_sessions_of(&with_access(token), "bob"),
        well: 204,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1
                     = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_user_sessions')",
    },
    Scenario {
        name: "end a session of a user",
        prepare: administrates_bob,
        act: |app, token| {
            let user = app.id_of("bob");
            let session: String = app.platform.ask(&format!("SELECT id FROM sessions WHERE user_id = '{user}'"));
            app.with_bearer(Method::DELETE, &format!("/api/admin/users/{user}/sessions/{session}"), token)
        },
        well: 204,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_user_session')",
    },
    Scenario {
        name: "create a client",
        prepare: administrates_bob,
        act: |app, token| app.post_as(token, "/api/admin/clients", &new_client()),
        well: 201,
        whole: "SELECT (SELECT count(*) FROM clients) = (SELECT count(*) FROM audit WHERE act = 'create_client')",
    },
    Scenario {
        name: "change a client",
        prepare: administrates_a_client,
        act: |app, token| app.post_as(token, "/api/admin/clients/shop", &new_client()),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM clients WHERE name = 'New')
                     = (SELECT count(*) FROM audit WHERE act = 'change_client')",
    },
    Scenario {
        name: "give a client a new secret",
        prepare: administrates_a_client,
        act: |app, token| app.post_as(token, "/api/admin/clients/shop/secret", &json!({})),
        well: 200,
        whole: "SELECT (SELECT secret_number FROM clients) - 1
                     = (SELECT count(*) FROM audit WHERE act = 'rotate_client_secret')",
    },
    Scenario {
        name: "end the previous secret of a client",
        prepare: administrates_a_client,
        act: |app, token| app.with_bearer(Method::DELETE, "/api/admin/clients/shop/secret", token),
        well: 204,
        whole: "SELECT (SELECT count(*) FROM clients WHERE previous_secret_until IS NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_client_secret')",
    },
    Scenario {
        name: "disable a client",
        prepare: administrates_a_client,
        act: |app, token| app.post_as(token, "/api/admin/clients/shop/disable", &json!({})),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM clients WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'disable_client')",
    },
    Scenario {
        name: "delete a client",
        prepare: administrates_a_client,
        act: |app, token| app.with_bearer(Method::DELETE, "/api/admin/clients/shop", token),
        well: 204,
        whole: "SELECT 1 - (SELECT count(*) FROM clients) = (SELECT count(*) FROM audit WHERE act = 'delete_client')",
    },
    Scenario {
        name: "list clients",
        prepare: administrates_a_client,
        act: |app, token| app.with_bearer(Method::GET, "/api/admin/clients", token),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "take away what is kept",
        prepare: signed_in,
        act: |app, token| app.export(token),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "prove the password again",
        prepare: signed_in,
        act: |app, token| {
            app.pass_seconds(1);
            app.reauthenticate(token, PASSWORD)
        },
        well: 200,
        // Either the first failure is cleared together with the proof, or neither happens.
        whole: "SELECT (SELECT auth_time > created_at FROM sessions)
                     = (SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = 'ok')
                   AND (SELECT auth_time > created_at FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "sign in for an hour",
        prepare: |app| {
            app.user("ada");
            app.platform.tell("DELETE FROM networks");
            String::new()
        },
        act: |app, _| app.short_login("ada", PASSWORD),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "make a private token",
        prepare: signed_in,
        act: |app, token| {
            app.create_private(token, &json!({ "name": "x", "expiration_time": "2027-01-01T00:00:00Z" }))
        },
        well: 201,
        whole: "SELECT (SELECT count(*) FROM tokens) = (SELECT count(*) FROM outbox WHERE kind = 'token_created')
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM audit WHERE act = 'create_token')",
    },
    Scenario {
        name: "end a private token and what it has made",
        prepare: has_private_tokens,
        act: |app, both| {
            let (id, access) = both.split_once(' ').unwrap();
            app.delete_private(access, id)
        },
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = (SELECT 2 * count(*) FROM audit WHERE act = 'end_token')",
    },
    Scenario {
        name: "list private tokens",
        prepare: signed_in,
        act: |app, token| app.private_tokens(token, ""),
        well: 200,
        whole: "SELECT 1",
    },
    Scenario {
        name: "take a portal token",
        prepare: administrates_from_elsewhere,
        act: |app, _| app.portal_login(&json!({ "username": "ada", "password": PASSWORD })),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM tokens) = (SELECT count(*) FROM audit WHERE act = 'create_token')
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM networks)
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM tokens) + (SELECT count(*) FROM attempts) <= 1",
    },
    Scenario {
        name: "ask for a second portal token",
        prepare: |app| {
            app.administrator("ada");
            app.portal_token("ada")
        },
        act: |app, _| app.portal_login(&json!({ "username": "ada", "password": PASSWORD })),
        well: 403,
        // Either the right password is not counted as a failure and its refusal is in the log, or neither.
        whole: "SELECT (SELECT count(*) FROM tokens) = 1
                   AND (SELECT count(*) FROM attempts) + (SELECT count(*) FROM audit WHERE outcome = 'token_held') <= 1",
    },
    Scenario {
        name: "give a portal token back",
        prepare: |app| {
            app.administrator("ada");
            app.portal_token("ada")
        },
        act: |app, token| app.portal_logout(token),
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Scenario {
        name: "make a key with a key",
        prepare: holds_a_key,
        act: |app, key| app.create_key(&basic(key), &json!({ "expired": EXPIRED })),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Scenario {
        name: "make a key too many",
        prepare: |app| {
            let key = holds_a_key(app);
            (0..4).for_each(|_| drop(app.make_key(&basic(&key))));
            key
        },
        act: |app, key| app.create_key(&basic(key), &json!({ "expired": EXPIRED })),
        well: 400,
        whole: "SELECT count(*) = 5 FROM tokens",
    },
    Scenario {
        name: "delete a key and what it made",
        prepare: |app| {
            let key = holds_a_key(app);
            app.make_key(&basic(&key));
            key
        },
        act: |app, key| app.delete_key(&basic(key), key),
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = 2 * (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Scenario {
        name: "look at keys on their page",
        prepare: looks_at_keys,
        act: |app, cookies| Browser::with(app, cookies).get("/account/keys"),
        well: 200,
        whole: "SELECT count(*) = 2 FROM tokens WHERE ended_at IS NULL",
    },
    Scenario {
        name: "make a key on a page",
        prepare: looks_at_keys,
        act: |app, cookies| Browser::with(app, cookies).press("/account/keys/api", &[("life", "90")]),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Scenario {
        name: "request a private token without a name on a page",
        prepare: looks_at_keys,
        act: |app, cookies| Browser::with(app, cookies).press("/account/keys/private", &[("life", "90")]),
        well: 400,
        whole: "SELECT count(*) = 2 FROM tokens",
    },
    Scenario {
        name: "regenerate the key of the portal",
        prepare: looks_at_keys,
        act: |app, cookies| Browser::with(app, cookies).press("/account/keys/portal", &[]),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Scenario {
        name: "delete a key on a page",
        prepare: looks_at_keys,
        act: |app, cookies| {
            let id: String = app.platform.ask("SELECT id FROM tokens WHERE made_by IS NULL");
            Browser::with(app, cookies).press("/account/keys/delete", &[("kind", "api_key"), ("id", &id)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = 2 * (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Scenario {
        name: "ask who I am with a key",
        prepare: holds_a_key,
        act: |app, key| app.me_with(&basic(key)),
        well: 200,
        whole: "SELECT count(*) = 1 FROM tokens WHERE ended_at IS NULL",
    },
];

pub fn all() -> impl Iterator<Item = &'static Scenario> {
    SCENARIOS.iter().chain(faults_of_clients::SCENARIOS)
}

fn check(scenario: &Scenario, app: &TestApp, reply: &Reply, trouble: &str) {
    let name = scenario.name;
    if reply.status.as_u16() != scenario.well {
        assert_eq!(reply.status, 503, "{name}, {trouble}: {}", reply.text());
        assert_eq!(reply.header("retry-after"), "5", "{name}, {trouble}");
        // An error code in the native API, a sentence in the others.
        let told =
            ["\"unavailable\"", "Something went wrong on our side"].iter().any(|words| reply.text().contains(words));
        assert!(told, "{name}, {trouble}: {}", reply.text());
        assert!(!app.platform.log.borrow().is_empty(), "{name}, {trouble}: nothing was logged");
        assert!(!reply.text().contains("made to fail"), "{name}, {trouble}: told to the client");
    }
    assert!(app.platform.ask::<bool>(scenario.whole), "{name}, {trouble}: half done\n{}", app.platform.dump());
}

#[test]
fn a_failing_database_gives_503_or_the_right_answer_and_nothing_half_done() {
    for scenario in all() {
        for when in [FailureTiming::Before, FailureTiming::After] {
            let mut turn = 0;
            loop {
                let app = TestApp::with(&[CODES, ("AUTH_REDIRECT_URIS", APP)]);
                let token = (scenario.prepare)(&app);
                app.platform.trouble.set(Failure { database: Some((turn, when)), ..Failure::default() });
                let reply = (scenario.act)(&app, &token);
                let came_to_pass = app.platform.trouble.get().database.is_none();
                app.platform.trouble.set(Failure::default());
                check(scenario, &app, &reply, &format!("call {turn} failing {when:?}"));
                if !came_to_pass {
                    break;
                }
                turn += 1;
            }
            assert!(turn > 0, "{} never asks the database", scenario.name);
        }
    }
}

#[test]
fn a_dead_database_is_never_a_wrong_password() {
    let app = TestApp::new();
    app.user("ada");
    app.platform.tell("ALTER TABLE users RENAME TO gone");
    app.login("ada", PASSWORD).assert_error(503, "unavailable");
    app.login("ada", "wrong").assert_error(503, "unavailable");
    app.login("nobody", "wrong").assert_error(503, "unavailable");
}

#[test]
fn a_failing_kv_stops_codes_and_a_failing_provider_nothing() {
    for trouble in [
        Failure { kv: Some(FailureTiming::Before), ..Failure::default() },
        Failure { kv: Some(FailureTiming::After), ..Failure::default() },
        Failure { mail: Some(FailureTiming::Before), ..Failure::default() },
        Failure { mail: Some(FailureTiming::After), ..Failure::default() },
    ] {
        for scenario in all() {
            let app = TestApp::with(&[CODES, ("AUTH_REDIRECT_URIS", APP)]);
            let token = (scenario.prepare)(&app);
            app.platform.trouble.set(trouble);
            let reply = (scenario.act)(&app, &token);
            // Codes live in KV: without it none can be created or checked.
            let well = if trouble.kv.is_some() && scenario.name.contains("code") { 503 } else { scenario.well };
            assert_eq!(reply.status.as_u16(), well, "{}, {trouble:?}: {}", scenario.name, reply.text());
            assert!(app.platform.ask::<bool>(scenario.whole), "{}, {trouble:?}: half done", scenario.name);
        }
    }
}

#[test]
fn a_gateway_is_not_let_through_while_kv_cannot_be_asked() {
    let app = TestApp::new();
    let tokens: Tokens = app.signed_in("ada");
    app.platform.trouble.set(Failure { kv: Some(FailureTiming::Before), ..Failure::default() });
    let reply = app.verify(&tokens.access);
    reply.assert_error(503, "unavailable");
    assert!(reply.headers.get("x-auth-user").is_none());
}
