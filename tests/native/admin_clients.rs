//! Administrators register OAuth clients.

use std::cell::RefCell;

use gatehouse::domain::oauth::client::ClientId;
use gatehouse::domain::oauth::client_secret;
use gatehouse::domain::policy;
use gatehouse::ports::Clock;
use http::Method;
use serde_json::{Value, json};

use crate::app::{ORIGIN, PASSWORD, Reply, TestApp, Tokens};
use crate::browser::Browser;
use crate::migrations::CLIENT;

const CLIENTS: &str = "/api/admin/clients";

impl TestApp {
    /// Registers a client directly, and changes its row.
    pub fn has_client(&self, id: &str, change: &str) {
        let row = CLIENT.replace("'shop'", &format!("'{id}'")).replace("'https://api.example.com'", "NULL");
        self.platform.tell(&format!("{row}; UPDATE clients SET {change} WHERE id = '{id}'"));
    }

    /// Act, outcome and client of each entry about a client.
    fn told_of_clients(&self) -> Vec<String> {
        let database = self.platform.database.borrow();
        let sql = "SELECT concat(act, ' ', outcome, ' ', client) FROM audit
                   WHERE act LIKE '%\\_client%' ESCAPE '\\' ORDER BY id";
        let mut query = database.prepare(sql).unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

pub fn website() -> Value {
    json!({ "client_id": "shop", "client_name": "Shop", "redirect_uris": ["https://shop.example.com/callback"] })
}

/// A client with other members.
pub fn with(members: Value) -> Value {
    let mut client = website();
    let changed = members.as_object().unwrap().clone();
    client.as_object_mut().unwrap().extend(changed);
    client
}

fn create(app: &TestApp, admin: &Tokens, client: &Value) -> Reply {
    app.post_as(&admin.access, CLIENTS, client)
}

#[track_caller]
pub fn created(app: &TestApp, admin: &Tokens, client: &Value) -> Value {
    let reply = create(app, admin, client);
    assert_eq!(reply.status, 201, "{}", reply.text());
    reply.json()
}

pub fn act(app: &TestApp, admin: &Tokens, path: &str, body: &Value) -> Reply {
    app.post_as(&admin.access, &format!("{CLIENTS}/{path}"), body)
}

fn delete(app: &TestApp, admin: &Tokens, path: &str) -> Reply {
    app.with_bearer(Method::DELETE, &format!("{CLIENTS}/{path}"), &admin.access)
}

/// The number of the first secret of a client that is registered now.
fn first(app: &TestApp) -> u32 {
    app.platform.now().seconds().try_into().unwrap()
}

/// The number of a client's secret, if it is genuine.
fn number(app: &TestApp, id: &str, secret: &Value) -> Option<u32> {
    client_secret::read(&app.settings().keys, &ClientId::parse(id).unwrap(), secret.as_str().unwrap())
}

#[test]
fn a_client_is_created_with_the_usual_settings_and_its_secret_is_shown_once() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let mut made = created(&app, &ada, &website());
    let secret = made.as_object_mut().unwrap().remove("client_secret").unwrap();
    assert_eq!(number(&app, "shop", &secret), Some(first(&app)));
    let expected = json!({
        "client_id": "shop", "client_name": "Shop", "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code", "refresh_token"],
        "redirect_uris": ["https://shop.example.com/callback"], "post_logout_redirect_uris": [],
        "backchannel_logout_uri": null,
        "scope": "openid profile email offline_access", "first_party": false, "require_pkce": true,
        "id_token_claims": false, "jwks": null, "id_token_signed_response_alg": null, "resource": null, "resource_scopes": "", "resource_open": false,
        "created_at": "2026-05-28T20:26:40.123Z", "updated_at": "2026-05-28T20:26:40.123Z", "disabled_at": null,
        "previous_secret_until": null,
    });
    assert_eq!(made, expected);
    assert_eq!(app.look(&ada, "clients/shop"), expected);
    assert_eq!(app.look(&ada, "clients"), json!({ "clients": [expected], "next": null }));
    assert!(!app.platform.dump().contains(secret.as_str().unwrap()), "it is stored");
    assert_eq!(app.told_of_clients(), ["create_client ok shop", "view_client ok shop", "list_clients ok "]);
}

#[test]
fn everything_about_a_client_can_be_chosen_and_replaced() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let all = json!({
        "client_name": "Läden", "token_endpoint_auth_method": "none",
        "grant_types": ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
        "redirect_uris": ["http://127.0.0.1/cb", "com.example.app:/cb"],
        "post_logout_redirect_uris": ["https://shop.example.com/"],
        "backchannel_logout_uri": "https://shop.example.com/logout", "scope": "openid files:read", "first_party": true,
        "require_pkce": true, "id_token_claims": true, "resource": "https://api.example.com/v1",
        "resource_scopes": "files:read files:write", "resource_open": true,
    });
    let made = created(&app, &ada, &all);
    let id = made["client_id"].as_str().unwrap();
    assert!(id.starts_with("l-den-") && id.len() == 14, "{id}");
    assert_eq!(made.get("client_secret"), None, "it is public");
    for (member, value) in all.as_object().unwrap() {
        assert_eq!(&made[member], value, "{member}");
    }
    app.pass_seconds(1);
    for other in [json!("other"), json!({})] {
        let reply = act(&app, &ada, id, &with(json!({ "client_id": other })));
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "client_id", "it never changes");
    }
    let reply = act(&app, &ada, id, &with(json!({ "client_id": id }))).assert_ok();
    assert_eq!(reply.json(), json!({ "message": "Client changed successfully" }));
    let shown = app.look(&ada, &format!("clients/{id}"));
    assert_eq!((&shown["client_id"], &shown["client_name"]), (&json!(id), &json!("Shop")));
    assert_eq!((&shown["resource"], &shown["first_party"]), (&json!(null), &json!(false)));
    assert_eq!(shown["token_endpoint_auth_method"], "client_secret_basic");
    assert_ne!(shown["created_at"], shown["updated_at"]);
    let told = format!("change_client ok {id}");
    assert!(app.told_of_clients().contains(&told));
}

#[test]
fn each_wrong_member_is_named() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &with(json!({ "resource": "https://api.example.com" })));
    let service = json!({ "client_name": "x", "grant_types": ["client_credentials"] });
    for (wrong, field) in [
        (json!({ "client_id": "Shop 1" }), "client_id"),
        (json!({ "client_id": "new" }), "client_id"),
        (json!({ "client_id": 7 }), "client_id"),
        (json!({ "client_id": "shop" }), "client_id"),
        (json!({ "client_name": "" }), "client_name"),
        (json!({ "client_name": null }), "client_name"),
        (json!({ "client_name": "a\u{7}b" }), "client_name"),
        (json!({ "client_name": "a".repeat(65) }), "client_name"),
        (json!({ "redirect_uris": [] }), "redirect_uris"),
        (json!({ "redirect_uris": null }), "redirect_uris"),
        (json!({ "redirect_uris": "https://shop.example.com/" }), "redirect_uris"),
        (json!({ "redirect_uris": [7] }), "redirect_uris"),
        (json!({ "redirect_uris": ["http://shop.example.com/"] }), "redirect_uris"),
        (json!({ "redirect_uris": ["https://shop.example.com/#x"] }), "redirect_uris"),
        (
            json!({ "redirect_uris": (0..21).map(|n| format!("https://a.example/{n}")).collect::<Vec<_>>() }),
            "redirect_uris",
        ),
        (json!({ "grant_types": ["client_credentials"] }), "redirect_uris"),
        (json!({ "post_logout_redirect_uris": ["javascript:x"] }), "post_logout_redirect_uris"),
        (json!({ "backchannel_logout_uri": "http://shop.example.com/" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": "http://127.0.0.1/" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": "https://localhost/" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": "https://[::1]:8443/" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": "com.example.app:/logout" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": "https://shop.example.com/#x" }), "backchannel_logout_uri"),
        (json!({ "backchannel_logout_uri": ["https://shop.example.com/"] }), "backchannel_logout_uri"),
        (json!({ "grant_types": ["implicit"] }), "grant_types"),
        (json!({ "grant_types": "authorization_code" }), "grant_types"),
        (json!({ "grant_types": ["refresh_token"], "redirect_uris": [] }), "grant_types"),
        (json!({ "grant_types": [], "redirect_uris": [] }), "grant_types"),
        (
            json!({ "grant_types": ["client_credentials"], "redirect_uris": [], "token_endpoint_auth_method": "none" }),
            "grant_types",
        ),
        (json!({ "scope": "a\"b" }), "scope"),
        (json!({ "scope": ["openid"] }), "scope"),
        (json!({ "token_endpoint_auth_method": "tls_client_auth" }), "token_endpoint_auth_method"),
        (json!({ "token_endpoint_auth_method": "private_key_jwt" }), "jwks"),
        (json!({ "first_party": "yes" }), "first_party"),
        (json!({ "require_pkce": 0 }), "require_pkce"),
        (json!({ "require_pkce": false, "token_endpoint_auth_method": "none" }), "require_pkce"),
        (json!({ "id_token_claims": 1 }), "id_token_claims"),
        (json!({ "resource": "api" }), "resource"),
        (json!({ "resource": "https://api.example.com" }), "resource"),
        (json!({ "resource_scopes": "files:read" }), "resource_scopes"),
        (json!({ "resource": "https://b.example", "resource_scopes": "openid" }), "resource_scopes"),
        (json!({ "resource_open": true }), "resource_open"),
    ] {
        let client = with(json!({ "client_id": "other" }));
        let mut client = client.as_object().unwrap().clone();
        client.extend(wrong.as_object().unwrap().clone());
        let reply = create(&app, &ada, &Value::Object(client));
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], field, "{wrong}");
    }
    assert_eq!(app.platform.count("clients"), 1);
    created(&app, &ada, &service);
    // What another client is, this one cannot become.
    act(&app, &ada, "shop", &with(json!({ "resource": "https://api.example.com" }))).assert_ok();
    created(&app, &ada, &with(json!({ "client_id": "other" })));
    let reply = act(&app, &ada, "other", &with(json!({ "client_id": "other", "resource": "https://api.example.com" })));
    reply.assert_error(400, "invalid_request");
    assert_eq!(reply.json()["data"]["field"], "resource");
    for overlap in [json!(-1), json!(604_801), json!(1.5), json!("60"), json!(true)] {
        let reply = act(&app, &ada, "shop/secret", &json!({ "overlap_seconds": overlap }));
        reply.assert_error(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "overlap_seconds");
    }
}

#[test]
fn a_client_is_no_audience_of_ours() {
    for audience in ["shop", "https://api.example.com"] {
        let app = TestApp::with(&[("AUTH_AUDIENCE", audience)]);
        let ada = app.administrator("ada");
        let userinfo = json!({ "client_id": "other", "resource": format!("{ORIGIN}/oauth/userinfo") });
        let own = match audience {
            "shop" => json!({}),
            _ => json!({ "client_id": "other", "resource": audience }),
        };
        for (members, field) in
            [(userinfo, "resource"), (own, if audience == "shop" { "client_id" } else { "resource" })]
        {
            let reply = create(&app, &ada, &with(members));
            reply.assert_error(400, "invalid_request");
            assert_eq!(reply.json()["data"]["field"], field);
        }
        created(&app, &ada, &with(json!({ "client_id": "other" })));
        let resource = format!("{ORIGIN}/oauth/userinfo");
        let change = with(json!({ "client_id": "other", "resource": resource }));
        assert_eq!(act(&app, &ada, "other", &change).json()["data"]["field"], "resource");
    }
}

#[test]
fn a_new_secret_leaves_the_one_before_for_a_while_or_not() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    let first = first(&app);
    let rotated = act(&app, &ada, "shop/secret", &json!({})).assert_ok().json();
    assert_eq!(number(&app, "shop", &rotated["client_secret"]), Some(first + 1));
    assert_eq!(rotated["previous_secret_until"], "2026-05-29T20:26:40.123Z", "a day");
    let rotated = act(&app, &ada, "shop/secret", &json!({ "overlap_seconds": 604_800 })).assert_ok().json();
    assert_eq!(rotated["previous_secret_until"], "2026-06-04T20:26:40.123Z");
    assert_eq!(delete(&app, &ada, "shop/secret").status, 204);
    assert_eq!(app.look(&ada, "clients/shop")["previous_secret_until"], json!(null));
    assert_eq!(delete(&app, &ada, "shop/secret").status, 204, "it has ended already");
    let rotated = act(&app, &ada, "shop/secret", &json!({ "overlap_seconds": 0 })).assert_ok().json();
    assert_eq!(number(&app, "shop", &rotated["client_secret"]), Some(first + 3));
    assert_eq!(rotated["previous_secret_until"], json!(null));
    act(&app, &ada, "shop/secret", &json!({ "overlap_seconds": 60 })).assert_ok();
    app.pass_seconds(60);
    assert_eq!(app.look(&ada, "clients/shop")["previous_secret_until"], json!(null), "it is over");
    let told = app.told_of_clients();
    assert_eq!(told.iter().filter(|told| *told == "rotate_client_secret ok shop").count(), 4);
    assert_eq!(told.iter().filter(|told| *told == "end_client_secret ok shop").count(), 1);
}

#[test]
fn of_two_new_secrets_at_once_there_is_one() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    app.platform.before_batch(0, "UPDATE clients SET secret_number = 2, op = 'of somebody else'");
    act(&app, &ada, "shop/secret", &json!({})).assert_error(409, "client_changed");
    assert_eq!(app.platform.ask::<i64>("SELECT secret_number FROM clients"), 2);
    assert_eq!(app.told_of_clients().pop().unwrap(), "rotate_client_secret client_changed shop");
}

#[test]
fn two_administrators_who_create_one_client_create_it_once() {
    let app: &'static TestApp = Box::leak(Box::new(TestApp::new()));
    let (ada, bea) = (app.administrator("ada"), app.administrator("bea"));
    let other: &'static RefCell<Option<u16>> = Box::leak(Box::default());
    // Bea is quicker, between Ada's look at her rights and the act.
    app.platform.before_call(1, move || *other.borrow_mut() = Some(create(app, &bea, &website()).status.as_u16()));
    let reply = create(app, &ada, &website());
    reply.assert_error(400, "invalid_request");
    assert_eq!((reply.json()["data"]["field"].as_str(), other.take()), (Some("client_id"), Some(201)));
    assert_eq!(app.platform.count("clients"), 1);
}

#[test]
fn a_public_client_has_no_secret_and_one_that_becomes_public_loses_its_own() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    let public = with(json!({ "token_endpoint_auth_method": "none" }));
    created(&app, &ada, &public);
    let reply = act(&app, &ada, "shop/secret", &json!({}));
    reply.assert_error(400, "invalid_request");
    assert_eq!(reply.json()["data"]["field"], "token_endpoint_auth_method");
    act(&app, &ada, "shop", &website()).assert_ok();
    let shown = act(&app, &ada, "shop/secret", &json!({})).assert_ok().json();
    assert_eq!(number(&app, "shop", &shown["client_secret"]), Some(first(&app) + 2));
    act(&app, &ada, "shop/secret", &json!({})).assert_ok();
    act(&app, &ada, "shop", &public).assert_ok();
    assert_eq!(app.look(&ada, "clients/shop")["previous_secret_until"], json!(null));
    act(&app, &ada, "shop", &website()).assert_ok();
    // Nobody has seen this one.
    assert_eq!(app.platform.ask::<u32>("SELECT secret_number FROM clients"), first(&app) + 5);
}

#[test]
fn a_client_is_disabled_and_enabled_once() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    for (path, disabled) in [("disable", true), ("disable", true), ("enable", false), ("enable", false)] {
        act(&app, &ada, &format!("shop/{path}"), &json!({})).assert_ok();
        assert_eq!(app.look(&ada, "clients/shop")["disabled_at"].is_string(), disabled);
    }
    let changes = ["disable_client ok shop", "enable_client ok shop"];
    assert_eq!(
        app.told_of_clients().into_iter().filter(|told| changes.contains(&&**told)).collect::<Vec<_>>(),
        changes
    );
}

#[test]
fn a_client_with_sessions_stays_and_another_goes() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    app.platform.tell("UPDATE sessions SET client = 'shop', client_name = 'Shop'");
    delete(&app, &ada, "shop").assert_error(409, "client_in_use");
    app.platform.tell("UPDATE sessions SET client = NULL");
    assert_eq!(delete(&app, &ada, "shop").status, 204);
    assert_eq!(app.platform.count("clients"), 0);
    delete(&app, &ada, "shop").assert_error(404, "not_found");
    let told = app.told_of_clients();
    assert_eq!(
        told[1..],
        ["delete_client client_in_use shop", "delete_client ok shop", "delete_client not_found shop"]
    );
}

#[test]
fn what_does_not_exist_is_not_found_and_recorded() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    act(&app, &ada, "shop", &website()).assert_error(404, "not_found");
    for path in ["shop/secret", "shop/disable", "shop/enable", "No%20Id/disable"] {
        act(&app, &ada, path, &json!({})).assert_error(404, "not_found");
    }
    for path in ["shop", "shop/secret"] {
        delete(&app, &ada, path).assert_error(404, "not_found");
    }
    app.with_bearer(Method::GET, &format!("{CLIENTS}/shop"), &ada.access).assert_error(404, "not_found");
    assert_eq!(app.told_of_clients().iter().filter(|told| told.ends_with("not_found shop")).count(), 6);
}

#[test]
fn there_is_room_for_so_many_clients_and_they_are_listed_by_pages() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    for number in 1..policy::CLIENTS_MAX {
        app.has_client(&format!("client-{number:04}"), "op = 'x'");
    }
    created(&app, &ada, &website());
    create(&app, &ada, &with(json!({ "client_id": "other" }))).assert_error(400, "too_many_clients");
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = app.look(&ada, &format!("clients?cursor={cursor}"));
        seen += page["clients"].as_array().unwrap().len();
        match page["next"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!((seen, cursor.as_str()), (1000, "client-0900"));
}

#[test]
fn the_log_is_searched_by_client() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    created(&app, &ada, &with(json!({ "client_id": "other" })));
    let log = app.look(&ada, "audit?client=shop");
    let entries = log["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((&entries[0]["act"], &entries[0]["client"]), (&json!("create_client"), &json!("shop")));
    let page = Browser::of(&app, "ada").get("/admin/audit?client=shop").assert_ok().text();
    assert!(page.contains(r#"<a href="/admin/clients/shop">"#), "{page}");
}

#[test]
fn who_stopped_administering_meanwhile_registers_nothing() {
    let app = TestApp::new();
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    let acts: [(&str, Value); 4] = [
        ("", with(json!({ "client_id": "other" }))),
        ("/shop", website()),
        ("/shop/disable", json!({})),
        ("/shop/secret", json!({})),
    ];
    for (path, body) in acts {
        app.platform.before_batch(0, "UPDATE users SET role = 'user' WHERE login = 'ada'");
        let reply = app.post_as(&ada.access, &format!("{CLIENTS}{path}"), &body);
        assert!(matches!(reply.status.as_u16(), 403 | 409), "{path}: {}", reply.text());
        app.platform.tell("UPDATE users SET role = 'admin'");
    }
    let untouched = "SELECT count(*) = 1 AND max(disabled_at) IS NULL FROM clients";
    assert!(app.platform.ask::<bool>(untouched));
    assert_eq!(app.platform.ask::<u32>("SELECT secret_number FROM clients"), first(&app));
}

#[test]
fn the_pages_show_what_was_entered_and_what_is_wrong() {
    let app = TestApp::new();
    app.administrator("ada");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/admin/clients/new").assert_ok();
    let typed = [
        ("client_name", "Shop"),
        ("kind", "website"),
        ("client_id", "shop"),
        ("redirect_uris", "https://shop.example.com/a\r\n\r\n https://shop.example.com/b "),
        ("scope", "openid"),
        ("require_pkce", "yes"),
        ("first_party", "yes"),
    ];
    let mut wrong = typed;
    wrong[3].1 = "http://shop.example.com/a";
    let refused = browser.submit(&page, "/admin/clients/new", &wrong);
    assert_eq!(refused.status, 400);
    assert!(refused.text().contains("Redirect addresses, one per line is missing or invalid."), "{}", refused.text());
    assert!(refused.text().contains("http://shop.example.com/a</textarea>"), "{}", refused.text());
    let shown = browser.submit(&page, "/admin/clients/new", &typed).assert_ok().text();
    let secret = shown.split("ghcs_").nth(1).unwrap().split('<').next().unwrap();
    assert_eq!(number(&app, "shop", &json!(format!("ghcs_{secret}"))), Some(first(&app)));
    let stored: String = app.platform.ask("SELECT concat(redirect_uris, ' ', first_party, ' ', scopes) FROM clients");
    assert_eq!(stored, r#"["https://shop.example.com/a","https://shop.example.com/b"] 1 openid"#);

    let page = browser.get("/admin/clients/shop").assert_ok();
    assert!(!page.text().contains("ghcs_"), "it is shown again");
    let app_now =
        [("client_name", "Shop app"), ("kind", "app"), ("redirect_uris", "com.example:/cb"), ("require_pkce", "yes")];
    let landed = browser.submit(&page, "/admin/clients/shop", &app_now);
    let landed = browser.follow(&landed).text();
    assert!(landed.contains("Shop app") && landed.contains("The changes have been saved."), "{landed}");
    assert!(!landed.contains("/admin/clients/shop/secret"), "a public client is offered a secret");
}

#[test]
fn the_form_keeps_grants_that_it_cannot_choose() {
    let app = TestApp::new();
    app.administrator("ada");
    app.has_client("shop", "grants = 'authorization_code client_credentials'");
    let mut browser = Browser::of(&app, "ada");
    let page = browser.get("/admin/clients/shop").assert_ok();
    assert!(page.text().contains(r#"value="other" checked"#), "{}", page.text());
    let typed = [
        ("client_name", "Shop"),
        ("kind", "other"),
        ("redirect_uris", "https://shop.example.com/a"),
        ("require_pkce", "yes"),
    ];
    assert_eq!(browser.submit(&page, "/admin/clients/shop", &typed).status, 303);
    assert_eq!(app.platform.ask::<String>("SELECT grants FROM clients"), "authorization_code client_credentials");
    let new = browser.get("/admin/clients/new").assert_ok();
    assert!(!new.text().contains(r#"value="other""#));
    assert_eq!(browser.submit(&new, "/admin/clients/new", &typed).status, 400);
    // A TV has no redirect address.
    let tv =
        [("client_name", "TV"), ("kind", "app"), ("device", "yes"), ("require_pkce", "yes"), ("client_id", "tele")];
    assert_eq!(browser.submit(&new, "/admin/clients/new", &tv).status, 303);
    let grants: String = app.platform.ask("SELECT grants FROM clients WHERE id = 'tele'");
    assert_eq!(grants, "refresh_token urn:ietf:params:oauth:grant-type:device_code");
    assert!(browser.get("/admin/clients/tele").text().contains(r#"value="app" checked"#));
}

#[test]
fn a_secret_needs_a_recent_proof_and_so_does_the_form() {
    let app = TestApp::with(&[("AUTH_ACCESS_TOKEN_LIFETIME", "7200")]);
    let ada = app.administrator("ada");
    created(&app, &ada, &website());
    let mut browser = Browser::of(&app, "ada");
    app.pass_seconds(901);
    act(&app, &ada, "shop/secret", &json!({})).assert_error(403, "reauthentication_required");
    assert_eq!(app.told_of_clients().len(), 1, "it is asked again, and not refused");
    let reply = browser.get("/admin/clients/new");
    assert!(reply.header("location").contains("/account/confirm"), "{}", reply.header("location"));
    browser.get("/admin/clients/shop").assert_ok();
    app.reauthenticate(&ada.access, PASSWORD).assert_ok();
    act(&app, &ada, "shop/secret", &json!({})).assert_ok();
}
