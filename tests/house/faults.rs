//! D1, KV and mail failing, each alone, before and after the effect, at every call of every story.

use http::Method;
use serde_json::json;

use crate::browser::{Browser, way_for};
use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Reply, Tokens};
use crate::programs::{EXPIRED, basic, bearer};
use crate::purse::APP;
use crate::world::{Trouble, When};

/// One act, and how to see that it has not been half done.
struct Story {
    name: &'static str,
    /// What must have happened before.
    prepare: fn(&House) -> String,
    act: fn(&House, &str) -> Reply,
    /// The status of the act when nothing fails.
    well: u16,
    /// Counts that belong together: equal, or the act was half done.
    whole: &'static str,
}

fn nothing(_: &House) -> String {
    String::new()
}

fn registered(house: &House) -> String {
    house.register("ada", "ada@example.com").granted();
    house.last_link_token()
}

fn signed_in(house: &House) -> String {
    house.signed_in("ada").access
}

/// Somebody with two sessions: the token of the one in a browser, which began last.
fn in_a_browser_and_elsewhere(house: &House) -> String {
    house.signed_in("ada");
    house.pass_seconds(1);
    Browser::of(house, "ada").cookie("__Host-session").unwrap().to_owned()
}

fn refreshable(house: &House) -> String {
    house.signed_in("ada").refresh
}

fn reusable(house: &House) -> String {
    let first = house.signed_in("ada");
    house.refresh(&first.refresh).granted();
    house.pass_seconds(60);
    first.refresh
}

fn asks_for_another_address(house: &House) -> String {
    let token = signed_in(house);
    house.change_email(&token, "new@example.com").granted();
    house.last_link_token()
}

fn recovering(house: &House) -> String {
    house.signed_in("ada");
    house.recover("ada@example.com").granted();
    house.last_link_token()
}

fn robbed(house: &House) -> String {
    let token = asks_for_another_address(house);
    house.confirm_email(&token).granted();
    house.last_link_token()
}

/// An administrator's token, and somebody who has signed in.
fn administrates_bob(house: &House) -> String {
    house.signed_in("bob");
    house.administrator("ada").access
}

/// The session of an administrator's browser, and somebody who has signed in.
fn administrates_in_a_browser(house: &House) -> String {
    administrates_bob(house);
    Browser::of(house, "ada").cookie("__Host-session").unwrap().to_owned()
}

fn page_of(house: &House, login: &str) -> String {
    format!("/admin/users/{}", house.id_of(login))
}

/// An administrator the house has never seen where they are.
fn administrates_from_elsewhere(house: &House) -> String {
    house.administrator("ada");
    house.world.tell("DELETE FROM networks; DELETE FROM audit");
    String::new()
}

/// A token, what it has made, and the id of the first.
fn has_private_tokens(house: &House) -> String {
    let access = signed_in(house);
    let token = house.private(&access, "first");
    house.private(&token.data, "made with it");
    format!("{} {}", token.id, access)
}

fn holds_a_key(house: &House) -> String {
    house.make_key(&bearer(&house.signed_in("ada")))
}

/// The cookies of a browser that has the page of keys before it, on which there is one that has made another.
fn looks_at_keys(house: &House) -> String {
    house.administrator("ada");
    let mut browser = Browser::new(house);
    browser.sign_in("ada", "/account/keys");
    let key = house.make_key(&bearer(&house.sign_in("ada")));
    house.make_key(&basic(&key));
    browser.get("/account/keys").granted();
    browser.cookies()
}

/// Opens a page, and presses its button.
fn press(house: &House, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
    let mut browser = Browser::new(house);
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

const STORIES: &[Story] = &[
    Story {
        name: "register",
        prepare: nothing,
        act: |house, _| house.register("ada", "ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM registrations) = (SELECT count(*) FROM outbox)
                   AND (SELECT count(*) FROM outbox) = (SELECT count(*) FROM audit)",
    },
    Story {
        name: "activate",
        prepare: registered,
        act: |house, token| house.activate(token),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'activate')",
    },
    Story {
        name: "register on a page",
        prepare: nothing,
        act: |house, _| {
            let fields = [("login", "ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
            press(house, "/account/register", "/account/register", &fields)
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM registrations) = (SELECT count(*) FROM outbox)
                   AND (SELECT count(*) FROM outbox) = (SELECT count(*) FROM audit)",
    },
    Story {
        name: "activate on a page",
        prepare: registered,
        act: |house, token| {
            let page = format!("/account/activate?token={token}");
            press(house, &page, "/account/activate", &[("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'activate')",
    },
    Story {
        name: "decline a registration",
        prepare: registered,
        act: |house, token| press(house, &format!("/account/activate?token={token}"), "/account/activate/decline", &[]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM registrations WHERE declined_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'decline_registration')",
    },
    Story {
        name: "have the letter sent again on a page",
        prepare: registered,
        act: |house, _| {
            press(house, "/account/activate", "/account/activate/send", &[("email", "ada@example.com")])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM outbox) = 1 + (SELECT count(*) FROM audit WHERE act = 'send_activation')",
    },
    Story {
        name: "send the letter again",
        prepare: registered,
        act: |house, _| house.post("/api/auth/local/activate/send", &json!({ "email": "ada@example.com" })),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM outbox) = 1 + (SELECT count(*) FROM audit WHERE act = 'send_activation')",
    },
    Story {
        name: "sign in",
        prepare: |house| {
            house.user("ada");
            house.world.tell("DELETE FROM networks");
            String::new()
        },
        act: |house, _| house.login("ada", PASSWORD),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM networks)
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "sign in on a page",
        prepare: |house| {
            house.user("ada");
            house.world.tell("DELETE FROM networks");
            String::new()
        },
        act: |house, _| Browser::new(house).sign_in("ada", "/account"),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "carry a sign-in to an application",
        prepare: |house| {
            house.user("ada");
            String::new()
        },
        act: |house, _| {
            let mut browser = Browser::new(house);
            let page = browser.get(&way_for(APP));
            if page.status != 200 {
                return page;
            }
            browser.submit(&page, "/account/signin", &[("login", "ada"), ("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM tickets) = (SELECT count(*) FROM audit WHERE act = 'issue_ticket')
                   AND (SELECT count(*) FROM tickets) <= (SELECT count(*) FROM sessions)",
    },
    Story {
        name: "trade a ticket",
        prepare: |house| {
            house.user("ada");
            Browser::new(house).sign_in_for("ada", APP)
        },
        act: |house, code| house.exchange(code),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = 1 + (SELECT count(used_at) FROM tickets)
                   AND (SELECT count(*) FROM sessions) = 1 + (SELECT count(*) FROM audit WHERE act = 'redeem_ticket')",
    },
    Story {
        name: "sign in with a wrong password",
        prepare: nothing,
        act: |house, _| house.login("ada", "wrong"),
        well: 401,
        whole: "SELECT count(*) = 0 FROM sessions",
    },
    Story {
        name: "refresh",
        prepare: refreshable,
        act: |house, token| house.refresh(token),
        well: 200,
        whole: "SELECT ended_at IS NULL AND generation <= 1 FROM sessions",
    },
    Story {
        name: "reuse a refresh token",
        prepare: reusable,
        act: |house, token| house.refresh(token),
        well: 401,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused')
                   AND (SELECT count(*) FROM outbox WHERE kind = 'refresh_token_reused')
                     = (SELECT count(*) FROM audit WHERE act = 'refresh')",
    },
    Story {
        name: "ask who I am",
        prepare: signed_in,
        act: |house, token| house.me(token),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "sign out",
        prepare: signed_in,
        act: |house, token| house.logout(token),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'sign_out')",
    },
    Story {
        name: "ask for a code",
        prepare: |house| {
            house.user("ada");
            String::new()
        },
        act: |house, _| house.request_code("ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM codes WHERE ready = 1) = (SELECT count(*) FROM outbox WHERE kind = 'code')
                   AND (SELECT count(*) FROM codes WHERE ready = 1)
                     <= (SELECT count(*) FROM audit WHERE act = 'request_code')",
    },
    Story {
        name: "sign in with a code",
        prepare: |house| {
            house.user("ada");
            house.code_for("ada@example.com")
        },
        act: |house, code| house.verify_code("ada@example.com", code),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM codes WHERE used_at IS NOT NULL)
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')",
    },
    Story {
        name: "ask for a recovery letter",
        prepare: |house| {
            house.user("ada");
            String::new()
        },
        act: |house, _| house.recover("ada@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM outbox WHERE kind = 'recovery')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'recover')",
    },
    Story {
        name: "reset the password",
        prepare: recovering,
        act: |house, token| house.reset(token, NEW_PASSWORD),
        well: 200,
        whole: RESET_WHOLLY,
    },
    Story {
        name: "ask for a recovery letter on a page",
        prepare: |house| {
            house.user("ada");
            String::new()
        },
        act: |house, _| press(house, "/account/recover", "/account/recover/send", &[("email", "ada@example.com")]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM outbox WHERE kind = 'recovery')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'recover')",
    },
    Story {
        name: "reset the password on a page",
        prepare: recovering,
        act: |house, token| {
            let page = format!("/account/recover?token={token}");
            press(house, &page, "/account/recover", &[("password", NEW_PASSWORD)])
        },
        well: 303,
        whole: RESET_WHOLLY,
    },
    Story {
        name: "change the password",
        prepare: |house| {
            house.user("ada");
            house.login("ada", PASSWORD).granted();
            house.sign_in("ada").access
        },
        act: |house, token| house.change_password(token, PASSWORD, NEW_PASSWORD),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'change_password')",
    },
    Story {
        name: "sign out everywhere",
        prepare: signed_in,
        act: |house, token| house.post_as(token, "/api/auth/logout/all", &json!({})),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'sign_out_all')",
    },
    Story {
        name: "change the password on its page",
        prepare: in_a_browser_and_elsewhere,
        act: |house, session| {
            let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
            Browser::with_session(house, session).press("/account/password", &fields)
        },
        well: 303,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM outbox WHERE kind = 'password_changed')
                   AND (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM audit WHERE act = 'change_password')",
    },
    Story {
        name: "end every other session",
        prepare: in_a_browser_and_elsewhere,
        act: |house, session| Browser::with_session(house, session).press("/account/sessions/others", &[]),
        well: 303,
        whole: "SELECT (SELECT auth_version FROM users) - 1 = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT auth_version FROM users) - 1
                     = (SELECT count(*) FROM audit WHERE act = 'end_other_sessions')",
    },
    Story {
        name: "end a session on the page",
        prepare: in_a_browser_and_elsewhere,
        act: |house, session| {
            let other: String = house.world.ask("SELECT id FROM sessions ORDER BY created_at LIMIT 1");
            Browser::with_session(house, session).press("/account/sessions/end", &[("id", &other)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_session')",
    },
    Story {
        name: "prove on a page that it is me",
        prepare: in_a_browser_and_elsewhere,
        act: |house, session| {
            house.pass_seconds(1);
            Browser::with_session(house, session).press("/account/confirm", &[("password", PASSWORD)])
        },
        well: 303,
        whole: "SELECT (SELECT max(auth_time > created_at) FROM sessions)
                     = (SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = 'ok')
                   AND (SELECT max(auth_time > created_at) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "choose a language",
        prepare: in_a_browser_and_elsewhere,
        act: |house, session| Browser::with_session(house, session).press("/account/language", &[("language", "de")]),
        well: 303,
        whole: "SELECT (SELECT count(language) FROM users)
                     = (SELECT count(*) FROM audit WHERE act = 'choose_language' AND outcome = 'ok')",
    },
    Story {
        name: "ask for another address",
        prepare: signed_in,
        act: |house, token| house.change_email(token, "new@example.com"),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM email_changes) = (SELECT count(*) FROM outbox WHERE kind = 'email_changing')
                   AND (SELECT count(*) FROM email_changes)
                     = (SELECT count(*) FROM audit WHERE act = 'request_email_change')",
    },
    Story {
        name: "confirm another address",
        prepare: asks_for_another_address,
        act: |house, token| house.confirm_email(token),
        well: 200,
        whole: MOVED_WHOLLY,
    },
    Story {
        name: "confirm another address on a page",
        prepare: asks_for_another_address,
        act: |house, token| press(house, &format!("/account/email?token={token}"), "/account/email", &[]),
        well: 303,
        whole: MOVED_WHOLLY,
    },
    Story {
        name: "take the old address back",
        prepare: robbed,
        act: |house, token| house.undo_email(token, NEW_PASSWORD),
        well: 200,
        whole: MOVED_BACK_WHOLLY,
    },
    Story {
        name: "take the old address back on a page",
        prepare: robbed,
        act: |house, token| {
            let page = format!("/account/email/undo?token={token}");
            press(house, &page, "/account/email/undo", &[("password", NEW_PASSWORD)])
        },
        well: 303,
        whole: MOVED_BACK_WHOLLY,
    },
    Story {
        name: "delete the account",
        prepare: signed_in,
        act: |house, token| house.delete_account(token),
        well: 204,
        whole: "SELECT 1 - (SELECT count(*) FROM users) = (SELECT count(*) FROM audit WHERE act = 'delete_account')
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM sessions)
                   AND (SELECT count(*) FROM users) = (SELECT count(*) FROM registrations)
                   AND (SELECT count(*) FROM outbox) = 1
                   AND 1 - (SELECT count(*) FROM users) = (SELECT count(*) FROM outbox WHERE kind = 'account_deleted')",
    },
    Story {
        name: "disable a user",
        prepare: administrates_bob,
        act: |house, token| house.administer(&with_access(token), "bob", "disable"),
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
    Story {
        name: "disable a user on their page",
        prepare: administrates_in_a_browser,
        act: |house, session| Browser::with_session(house, session).press(&format!("{}/disable", page_of(house, "bob")), &[]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'account_disabled')
                   AND (SELECT count(*) FROM users WHERE disabled_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'disable_user')",
    },
    Story {
        name: "resign as the last administrator on one's page",
        prepare: administrates_in_a_browser,
        act: |house, session| Browser::with_session(house, session).press(&format!("{}/demote", page_of(house, "ada")), &[]),
        well: 409,
        whole: "SELECT count(*) = 1 FROM users WHERE role = 'admin'",
    },
    Story {
        name: "look at a user",
        prepare: administrates_in_a_browser,
        act: |house, session| Browser::with_session(house, session).get(&page_of(house, "bob")),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "look for a user",
        prepare: administrates_in_a_browser,
        act: |house, session| Browser::with_session(house, session).get("/admin?q=bob"),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "read the log about a user",
        prepare: administrates_in_a_browser,
        act: |house, session| Browser::with_session(house, session).get("/admin/audit?user=bob"),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "make a user an administrator",
        prepare: administrates_bob,
        act: |house, token| house.give_role(&with_access(token), "bob", "admin"),
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
    Story {
        name: "start a reset",
        prepare: administrates_bob,
        act: |house, token| house.administer(&with_access(token), "bob", "reset"),
        well: 200,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1 = (SELECT count(*) FROM recoveries)
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM recoveries)
                     = (SELECT count(*) FROM outbox WHERE kind = 'reset_started')
                   AND (SELECT count(*) FROM recoveries) = (SELECT count(*) FROM audit WHERE act = 'start_reset')",
    },
    Story {
        name: "end the sessions of a user",
        prepare: administrates_bob,
        act: |house, token| house.end_sessions_of(&with_access(token), "bob"),
        well: 204,
        whole: "SELECT (SELECT auth_version FROM users WHERE login = 'bob') - 1
                     = (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                   AND (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_user_sessions')",
    },
    Story {
        name: "end a session of a user",
        prepare: administrates_bob,
        act: |house, token| {
            let user = house.id_of("bob");
            let session: String = house.world.ask(&format!("SELECT id FROM sessions WHERE user_id = '{user}'"));
            house.with_bearer(Method::DELETE, &format!("/api/admin/users/{user}/sessions/{session}"), token)
        },
        well: 204,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_user_session')",
    },
    Story {
        name: "take away what is kept",
        prepare: signed_in,
        act: |house, token| house.export(token),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "prove the password again",
        prepare: signed_in,
        act: |house, token| {
            house.pass_seconds(1);
            house.reauthenticate(token, PASSWORD)
        },
        well: 200,
        // The failure that was counted first is forgotten with the proof, or neither is.
        whole: "SELECT (SELECT auth_time > created_at FROM sessions)
                     = (SELECT count(*) FROM audit WHERE act = 'reauthenticate' AND outcome = 'ok')
                   AND (SELECT auth_time > created_at FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "sign in for an hour",
        prepare: |house| {
            house.user("ada");
            house.world.tell("DELETE FROM networks");
            String::new()
        },
        act: |house, _| house.short_login("ada", PASSWORD),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions) = (SELECT count(*) FROM audit WHERE act = 'sign_in')
                   AND (SELECT count(*) FROM sessions) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM sessions) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "make a private token",
        prepare: signed_in,
        act: |house, token| {
            house.create_private(token, &json!({ "name": "x", "expiration_time": "2027-01-01T00:00:00Z" }))
        },
        well: 201,
        whole: "SELECT (SELECT count(*) FROM tokens) = (SELECT count(*) FROM outbox WHERE kind = 'token_created')
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM audit WHERE act = 'create_token')",
    },
    Story {
        name: "end a private token and what it has made",
        prepare: has_private_tokens,
        act: |house, both| {
            let (id, access) = both.split_once(' ').unwrap();
            house.delete_private(access, id)
        },
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = (SELECT 2 * count(*) FROM audit WHERE act = 'end_token')",
    },
    Story {
        name: "list private tokens",
        prepare: signed_in,
        act: |house, token| house.private_tokens(token, ""),
        well: 200,
        whole: "SELECT 1",
    },
    Story {
        name: "take a portal token",
        prepare: administrates_from_elsewhere,
        act: |house, _| house.portal_login(&json!({ "username": "ada", "password": PASSWORD })),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM tokens) = (SELECT count(*) FROM audit WHERE act = 'create_token')
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM networks)
                   AND (SELECT count(*) FROM tokens) = (SELECT count(*) FROM outbox WHERE kind = 'new_place')
                   AND (SELECT count(*) FROM tokens) + (SELECT count(*) FROM attempts) <= 1",
    },
    Story {
        name: "ask for a second portal token",
        prepare: |house| {
            house.administrator("ada");
            house.portal_token("ada")
        },
        act: |house, _| house.portal_login(&json!({ "username": "ada", "password": PASSWORD })),
        well: 403,
        // The right password is no failure, and that it was refused is on the record, or neither.
        whole: "SELECT (SELECT count(*) FROM tokens) = 1
                   AND (SELECT count(*) FROM attempts) + (SELECT count(*) FROM audit WHERE outcome = 'token_held') <= 1",
    },
    Story {
        name: "give a portal token back",
        prepare: |house| {
            house.administrator("ada");
            house.portal_token("ada")
        },
        act: |house, token| house.portal_logout(token),
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Story {
        name: "make a key with a key",
        prepare: holds_a_key,
        act: |house, key| house.create_key(&basic(key), &json!({ "expired": EXPIRED })),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Story {
        name: "make a key too many",
        prepare: |house| {
            let key = holds_a_key(house);
            (0..4).for_each(|_| drop(house.make_key(&basic(&key))));
            key
        },
        act: |house, key| house.create_key(&basic(key), &json!({ "expired": EXPIRED })),
        well: 400,
        whole: "SELECT count(*) = 5 FROM tokens",
    },
    Story {
        name: "delete a key and what it made",
        prepare: |house| {
            let key = holds_a_key(house);
            house.make_key(&basic(&key));
            key
        },
        act: |house, key| house.delete_key(&basic(key), key),
        well: 204,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = 2 * (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Story {
        name: "look at keys on their page",
        prepare: looks_at_keys,
        act: |house, cookies| Browser::with(house, cookies).get("/account/keys"),
        well: 200,
        whole: "SELECT count(*) = 2 FROM tokens WHERE ended_at IS NULL",
    },
    Story {
        name: "make a key on a page",
        prepare: looks_at_keys,
        act: |house, cookies| Browser::with(house, cookies).press("/account/keys/api", &[("life", "90")]),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Story {
        name: "wish for a private token without a name on a page",
        prepare: looks_at_keys,
        act: |house, cookies| Browser::with(house, cookies).press("/account/keys/private", &[("life", "90")]),
        well: 400,
        whole: "SELECT count(*) = 2 FROM tokens",
    },
    Story {
        name: "regenerate the key of the portal",
        prepare: looks_at_keys,
        act: |house, cookies| Browser::with(house, cookies).press("/account/keys/portal", &[]),
        well: 200,
        whole: EACH_TOKEN_IS_TOLD,
    },
    Story {
        name: "delete a key on a page",
        prepare: looks_at_keys,
        act: |house, cookies| {
            let id: String = house.world.ask("SELECT id FROM tokens WHERE made_by IS NULL");
            Browser::with(house, cookies).press("/account/keys/delete", &[("kind", "api_key"), ("id", &id)])
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM tokens WHERE ended_at IS NOT NULL)
                     = 2 * (SELECT count(*) FROM audit WHERE act = 'end_token')",
    },
    Story {
        name: "ask who I am with a key",
        prepare: holds_a_key,
        act: |house, key| house.me_with(&basic(key)),
        well: 200,
        whole: "SELECT count(*) = 1 FROM tokens WHERE ended_at IS NULL",
    },
];

fn check(story: &Story, house: &House, reply: &Reply, trouble: &str) {
    let name = story.name;
    if reply.status.as_u16() != story.well {
        assert_eq!(reply.status, 503, "{name}, {trouble}: {}", reply.text());
        assert_eq!(reply.header("retry-after"), "5", "{name}, {trouble}");
        // In dialect S a word, in the others a sentence.
        let told = ["\"unavailable\"", "The fault is ours"].iter().any(|words| reply.text().contains(words));
        assert!(told, "{name}, {trouble}: {}", reply.text());
        assert!(!house.world.log.borrow().is_empty(), "{name}, {trouble}: nothing was logged");
        assert!(!reply.text().contains("made to fail"), "{name}, {trouble}: told to the client");
    }
    assert!(house.world.ask::<bool>(story.whole), "{name}, {trouble}: half done\n{}", house.world.dump());
}

#[test]
fn a_failing_database_gives_503_or_the_right_answer_and_nothing_half_done() {
    for story in STORIES {
        for when in [When::Before, When::After] {
            let mut turn = 0;
            loop {
                let house = House::with(&[CODES, ("AUTH_REDIRECT_URIS", APP)]);
                let token = (story.prepare)(&house);
                house.world.trouble.set(Trouble { database: Some((turn, when)), ..Trouble::default() });
                let reply = (story.act)(&house, &token);
                let came_to_pass = house.world.trouble.get().database.is_none();
                house.world.trouble.set(Trouble::default());
                check(story, &house, &reply, &format!("call {turn} failing {when:?}"));
                if !came_to_pass {
                    break;
                }
                turn += 1;
            }
            assert!(turn > 0, "{} never asks the database", story.name);
        }
    }
}

#[test]
fn a_dead_database_is_never_a_wrong_password() {
    let house = House::new();
    house.user("ada");
    house.world.tell("ALTER TABLE users RENAME TO gone");
    house.login("ada", PASSWORD).refused(503, "unavailable");
    house.login("ada", "wrong").refused(503, "unavailable");
    house.login("nobody", "wrong").refused(503, "unavailable");
}

#[test]
fn a_failing_kv_stops_codes_and_a_failing_provider_nothing() {
    for trouble in [
        Trouble { kv: Some(When::Before), ..Trouble::default() },
        Trouble { kv: Some(When::After), ..Trouble::default() },
        Trouble { mail: Some(When::Before), ..Trouble::default() },
        Trouble { mail: Some(When::After), ..Trouble::default() },
    ] {
        for story in STORIES {
            let house = House::with(&[CODES, ("AUTH_REDIRECT_URIS", APP)]);
            let token = (story.prepare)(&house);
            house.world.trouble.set(trouble);
            let reply = (story.act)(&house, &token);
            // A code lives in KV: without it there is none to make or to believe.
            let well = if trouble.kv.is_some() && story.name.contains("code") { 503 } else { story.well };
            assert_eq!(reply.status.as_u16(), well, "{}, {trouble:?}: {}", story.name, reply.text());
            assert!(house.world.ask::<bool>(story.whole), "{}, {trouble:?}: half done", story.name);
        }
    }
}

#[test]
fn a_gateway_is_not_let_through_while_kv_cannot_be_asked() {
    let house = House::new();
    let tokens: Tokens = house.signed_in("ada");
    house.world.trouble.set(Trouble { kv: Some(When::Before), ..Trouble::default() });
    let reply = house.verify(&tokens.access);
    reply.refused(503, "unavailable");
    assert!(reply.headers.get("x-auth-user").is_none());
}
