//! Scenarios of `faults` about OAuth clients.

use crate::app::{Reply, TestApp};
use crate::browser::Browser;
use crate::faults::Scenario;
use crate::oauth_client::OAuthClient;
use crate::oauth_device::{enter, tv, user_code};

/// The cookies of a browser whose user has not been asked about a client, which the database has.
fn unasked(app: &TestApp) -> String {
    app.user("ada");
    OAuthClient::new(app).registered();
    Browser::of(app, "ada").cookies()
}

fn allowed(app: &TestApp) -> String {
    let cookies = unasked(app);
    OAuthClient::new(app).code(&mut Browser::with(app, &cookies), &[]);
    app.platform.tell("DELETE FROM authorizations; DELETE FROM audit");
    cookies
}

fn holds_a_code(app: &TestApp) -> String {
    let cookies = unasked(app);
    OAuthClient::new(app).code(&mut Browser::with(app, &cookies), &[])
}

fn tokens(app: &TestApp, name: &str) -> String {
    let code = holds_a_code(app);
    OAuthClient::new(app).redeem(&code).assert_ok().json()[name].as_str().unwrap().to_owned()
}

fn shows_a_code(app: &TestApp) -> (String, String) {
    app.user("ada");
    let device = tv(app).device(&[]);
    (Browser::of(app, "ada").cookies(), user_code(&device).to_owned())
}

fn service(app: &TestApp) -> String {
    OAuthClient::api(app, API, "files:read").registered();
    OAuthClient::service(app).registered();
    String::new()
}

const API: &str = "https://files.example.com";

/// Opens the question about a client, and answers it.
fn decide(app: &TestApp, cookies: &str, decision: &str) -> Reply {
    let mut browser = Browser::with(app, cookies);
    let page = browser.get(&OAuthClient::new(app).request(&[]));
    if page.status == 200 { browser.submit(&page, "/oauth/consent", &[("decision", decision)]) } else { page }
}

const EACH_SESSION_IS_RECORDED: &str = "
    SELECT (SELECT count(*) FROM sessions WHERE client IS NOT NULL)
         = (SELECT count(*) FROM audit WHERE act IN ('redeem_code', 'redeem_device_code') AND outcome = 'ok')";

const EACH_CODE_IS_RECORDED: &str = "
    SELECT (SELECT count(*) FROM authorizations) = (SELECT count(*) FROM audit WHERE act = 'authorize' AND outcome = 'ok')";

pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "be asked about a client",
        prepare: unasked,
        act: |app, cookies| Browser::with(app, cookies).get(&OAuthClient::new(app).request(&[])),
        well: 200,
        whole: "SELECT count(*) = 0 FROM authorizations",
    },
    Scenario {
        name: "allow a client",
        prepare: unasked,
        act: |app, cookies| decide(app, cookies, "allow"),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM authorizations) = (SELECT count(*) FROM consents)
                   AND (SELECT count(*) FROM authorizations) = (SELECT count(*) FROM audit WHERE act = 'authorize')",
    },
    Scenario {
        name: "refuse a client",
        prepare: unasked,
        act: |app, cookies| decide(app, cookies, "deny"),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM authorizations) + (SELECT count(*) FROM consents) = 0",
    },
    Scenario {
        name: "come back to a client that was allowed",
        prepare: allowed,
        act: |app, cookies| Browser::with(app, cookies).get(&OAuthClient::new(app).request(&[])),
        well: 303,
        whole: EACH_CODE_IS_RECORDED,
    },
    Scenario {
        name: "redeem an authorization",
        prepare: holds_a_code,
        act: |app, code| OAuthClient::new(app).redeem(code),
        well: 200,
        whole: EACH_SESSION_IS_RECORDED,
    },
    Scenario {
        name: "refresh as a client",
        prepare: |app| tokens(app, "refresh_token"),
        act: |app, token| OAuthClient::new(app).refresh(token),
        well: 200,
        whole: "SELECT count(*) = 1 FROM sessions WHERE client IS NOT NULL AND ended_at IS NULL AND generation <= 2",
    },
    Scenario {
        name: "tell a client about its user",
        prepare: |app| tokens(app, "access_token"),
        act: |app, token| app.userinfo(token),
        well: 200,
        whole: "SELECT count(*) = 1 FROM sessions WHERE client IS NOT NULL AND ended_at IS NULL",
    },
    Scenario {
        name: "introspect as a client",
        prepare: |app| tokens(app, "access_token"),
        act: |app, token| OAuthClient::new(app).send("/oauth/introspect", &[("token", token)]),
        well: 200,
        whole: "SELECT count(*) = 1 FROM sessions WHERE client IS NOT NULL AND ended_at IS NULL",
    },
    Scenario {
        name: "revoke as a client",
        prepare: |app| tokens(app, "refresh_token"),
        act: |app, token| OAuthClient::new(app).revoke(token),
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'sign_out' AND outcome = 'ok')",
    },
    Scenario {
        name: "sign a client itself in",
        prepare: service,
        act: |app, _| OAuthClient::service(app).own_token(API),
        well: 200,
        whole: "SELECT count(*) = 0 FROM sessions",
    },
    Scenario {
        name: "push a request",
        prepare: unasked,
        act: |app, _| {
            let client = OAuthClient::new(app);
            client.send("/oauth/par", &client.parameters(&[]))
        },
        well: 201,
        whole: "SELECT count(*) <= 1 FROM authorizations",
    },
    Scenario {
        name: "begin on a device",
        prepare: |app| tv(app).id.to_owned(),
        act: |app, _| OAuthClient { id: "tv-app", ..OAuthClient::public(app) }.send("/oauth/device_authorization", &[]),
        well: 200,
        whole: "SELECT count(*) <= 1 FROM authorizations",
    },
    Scenario {
        name: "allow a device",
        prepare: |app| {
            let (cookies, shown) = shows_a_code(app);
            format!("{shown} {cookies}")
        },
        act: |app, held| {
            let (shown, cookies) = held.split_once(' ').unwrap();
            let mut browser = Browser::with(app, cookies);
            let page = browser.get("/account/device");
            if page.status != 200 {
                return page;
            }
            let entered = browser.submit(&page, "/account/device", &[("user_code", shown)]);
            if entered.status != 303 {
                return entered;
            }
            let question = browser.follow(&entered);
            if question.status == 200 {
                browser.submit(&question, "/account/device/consent", &[("decision", "allow")])
            } else {
                question
            }
        },
        well: 303,
        whole: "SELECT (SELECT count(*) FROM authorizations WHERE approved_at IS NOT NULL)
                     = (SELECT count(*) FROM audit WHERE act = 'approve_device')
                   AND (SELECT count(*) FROM authorizations WHERE approved_at IS NOT NULL)
                     = (SELECT count(*) FROM outbox WHERE kind = 'device_signed_in')",
    },
    Scenario {
        name: "redeem on a device",
        prepare: |app| {
            app.user("ada");
            let device = tv(app).device(&[]);
            let mut browser = Browser::of(app, "ada");
            let question = enter(&mut browser, user_code(&device));
            browser.submit(&question, "/account/device/consent", &[("decision", "allow")]);
            device.to_string()
        },
        act: |app, device| {
            OAuthClient { id: "tv-app", ..OAuthClient::public(app) }.poll(&serde_json::from_str(device).unwrap())
        },
        well: 200,
        whole: EACH_SESSION_IS_RECORDED,
    },
    Scenario {
        name: "take a client's access away",
        prepare: |app| {
            tokens(app, "access_token");
            let mut browser = Browser::new(app);
            browser.sign_in("ada", "/account/apps");
            browser.get("/account/apps").assert_ok();
            browser.cookies()
        },
        act: |app, cookies| Browser::with(app, cookies).press("/account/apps/remove", &[("client_id", "shop")]),
        well: 303,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE end_reason = 'access_withdrawn')
                     = (SELECT count(*) FROM audit WHERE act = 'withdraw_consent')
                   AND (SELECT count(*) FROM consents) + (SELECT count(*) FROM audit WHERE act = 'withdraw_consent') = 1",
    },
    Scenario {
        name: "sign out at a client's request",
        prepare: |app| {
            let cookies = unasked(app);
            let client = OAuthClient::new(app);
            let mut browser = Browser::with(app, &cookies);
            let tokens = client.tokens(&mut browser, &[]);
            format!("{} {cookies}", tokens["id_token"].as_str().unwrap())
        },
        act: |app, held| {
            let (hint, cookies) = held.split_once(' ').unwrap();
            Browser::with(app, cookies).get(&format!("/oauth/logout?id_token_hint={hint}"))
        },
        well: 200,
        whole: "SELECT (SELECT count(*) FROM sessions WHERE ended_at IS NOT NULL)
                     = 2 * (SELECT count(*) FROM audit WHERE act = 'sign_out')",
    },
];
