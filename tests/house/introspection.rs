//! `/oauth/introspect` and `/oauth/revoke`: what a token is worth, who may know, and how its holder ends it.

use http::Method;
use serde_json::{Value, json};

use crate::house::{House, ORIGIN, Reply};
use crate::people::FORM;
use crate::programs::{basic, bearer};
use crate::purse::{Purse, Thing, Way};
use crate::world::{Trouble, When};

impl House {
    pub fn introspect(&self, caller: &str, token: &str) -> Reply {
        self.knock(Method::POST, "/oauth/introspect", &[("Authorization", caller), FORM], &form(token))
    }

    pub fn revoke(&self, token: &str) -> Reply {
        self.post_form("/oauth/revoke", form(token))
    }
}

fn form(token: &str) -> String {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("token", token).append_pair("token_type_hint", "a hint is no order").finish()
}

fn inactive() -> Value {
    json!({ "active": false })
}

#[test]
fn an_administrator_learns_what_each_kind_of_token_is_worth() {
    let purse = Purse::new();
    let (house, caller) = (&purse.house, format!("Bearer {}", purse.text(Thing::Access)));
    for (thing, kind, token_type, expires, in_session) in [
        (Thing::Access, "access_token", json!("Bearer"), true, true),
        (Thing::Refresh, "refresh_token", Value::Null, true, true),
        (Thing::Private, "private", json!("Bearer"), true, false),
        (Thing::ApiKey, "api_key", json!("Basic"), true, false),
        (Thing::Portal, "portal", json!("Token"), false, false),
        (Thing::PortalKey, "portal_key", json!("Token"), true, false),
    ] {
        let reply = house.introspect(&caller, purse.text(thing)).granted();
        assert_eq!(reply.header("cache-control"), "no-store");
        let told = reply.json();
        assert_eq!(told["active"], true, "{thing:?}");
        assert_eq!((&told["kind"], &told["token_type"]), (&json!(kind), &token_type));
        assert_eq!((&told["sub"], &told["username"]), (&json!(house.id_of("ada")), &json!("ada")));
        assert_eq!((&told["iss"], &told["role"]), (&json!(ORIGIN), &json!("admin")));
        assert_eq!(told["iat"], 1_780_000_000, "{thing:?}");
        assert_eq!((told["exp"].is_i64(), told["sid"].is_string()), (expires, in_session), "{thing:?}");
        assert!(told["jti"].is_string() && !reply.text().contains(purse.text(thing)), "{thing:?}");
    }
}

#[test]
fn what_is_no_living_token_is_inactive_and_nothing_is_said_of_why() {
    let purse = Purse::new();
    let (house, caller) = (&purse.house, format!("Bearer {}", purse.text(Thing::Access)));
    let tokens = [Thing::Access, Thing::Refresh, Thing::Private, Thing::ApiKey, Thing::Portal, Thing::PortalKey];
    for thing in purse.things().filter(|thing| !tokens.contains(thing)) {
        assert_eq!(house.introspect(&caller, purse.text(thing)).granted().json(), inactive(), "{thing:?}");
    }
    let key = purse.text(Thing::ApiKey);
    house.revoke(key).granted();
    assert_eq!(house.introspect(&caller, key).granted().json(), inactive());
    house.pass_seconds(3600);
    let caller = bearer(&house.sign_in("ada"));
    for expired in [Thing::Access, Thing::PortalKey] {
        assert_eq!(house.introspect(&caller, purse.text(expired)).granted().json(), inactive(), "{expired:?}");
    }
    house.refresh(purse.text(Thing::Refresh)).granted();
    assert_eq!(house.introspect(&caller, purse.text(Thing::Refresh)).granted().json(), inactive(), "spent");
}

#[test]
fn others_learn_about_their_own_tokens_and_about_nobody_elses() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    let key = house.make_key(&bearer(&bob));
    for token in [&bob.access, &bob.refresh, &key] {
        assert_eq!(house.introspect(&bearer(&bob), token).granted().json()["active"], true);
        assert_eq!(house.introspect(&bearer(&ada), token).granted().json(), inactive());
    }
}

#[test]
fn who_the_settings_name_learns_about_everybodys_tokens_with_a_key_as_well() {
    let mut house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    let id: String = house.world.ask("SELECT id FROM users WHERE login = 'ada'");
    house.redeploy(&[("AUTH_INTROSPECT_CLIENTS", &format!("00000000-0000-4000-8000-000000000001, {id}"))]);
    let key = house.make_key(&bearer(&ada));
    let told = house.introspect(&basic(&key), &bob.access).granted().json();
    assert_eq!((&told["active"], &told["username"]), (&json!(true), &json!("bob")));
    assert_eq!(house.introspect(&bearer(&bob), &ada.access).granted().json(), inactive());
}

/// The account of a name may be deleted, and the name be anybody's who registers next.
#[test]
fn an_introspector_is_named_by_id_and_not_by_a_name_somebody_can_take() {
    for wrong in
        ["gateway", "a@b.com", "", "6A0F3C1E-0000-4000-8000-000000000001", "6a0f3c1e-0000-4000-8000-000000000001;x"]
    {
        let ready = House::with(&[("AUTH_INTROSPECT_CLIENTS", wrong)]).get("/health/ready");
        let told = ready.json()["checks"]["AUTH_INTROSPECT_CLIENTS"].as_str().unwrap_or_default().to_owned();
        assert_eq!(told.contains("npm run admin -- list"), !wrong.is_empty(), "{wrong}: {told}");
    }
}

#[test]
fn introspection_asks_d1_so_what_has_ended_is_inactive_at_once() {
    let mut house = House::new();
    house.world.kv_lag.set(std::time::Duration::from_secs(60));
    let (ada, bob) = (house.administrator("ada"), house.signed_in("bob"));
    house.elsewhere(|house| house.logout(&bob.access)).granted();
    house.verify(&bob.access).granted();
    assert_eq!(house.introspect(&bearer(&ada), &bob.access).granted().json(), inactive());
    let bob = house.sign_in("bob");
    let key = house.make_key(&bearer(&bob));
    house.administer(&ada, "bob", "disable").granted();
    for token in [&bob.access, &bob.refresh, &key] {
        assert_eq!(house.introspect(&bearer(&ada), token).granted().json(), inactive());
    }
}

#[test]
fn whoever_holds_a_token_can_end_it_and_what_it_belongs_to() {
    for thing in [Thing::Access, Thing::Refresh, Thing::Private, Thing::ApiKey, Thing::Portal, Thing::PortalKey] {
        let purse = Purse::new();
        let house = &purse.house;
        let reply = house.revoke(purse.text(thing)).granted();
        assert!(reply.body.is_empty());
        let mut ended = 0;
        for (way, other) in [
            (Way::Bearer, Thing::Access),
            (Way::Bearer, Thing::Private),
            (Way::Basic, Thing::ApiKey),
            (Way::Token, Thing::Portal),
            (Way::Token, Thing::PortalKey),
        ] {
            let same = other == thing || (thing == Thing::Refresh && other == Thing::Access);
            let reply = purse.try_at(&Method::GET, "/api/auth/me", way, other);
            assert_eq!(reply.status == 401, same, "{thing:?} ended, {other:?}");
            let glance = purse.try_at(&Method::GET, "/api/auth/verify", way, other);
            assert_eq!(glance.status == 401, same, "{thing:?} ended, {other:?} at verify");
            ended += usize::from(same);
        }
        assert_eq!(ended, 1);
        let refreshed = house.refresh(purse.text(Thing::Refresh)).status == 200;
        assert_eq!(refreshed, !matches!(thing, Thing::Access | Thing::Refresh), "{thing:?}");
        let act = house.world.ask::<String>("SELECT act || ' ' || outcome FROM audit ORDER BY id DESC LIMIT 1");
        if refreshed {
            assert_eq!(act, "end_token ok");
            let user = house.world.ask::<String>("SELECT user_id FROM audit ORDER BY id DESC LIMIT 1");
            assert_eq!(user, house.id_of("ada"));
        }
    }
}

#[test]
fn revocation_says_yes_to_everything_that_is_no_fault_of_ours() {
    let purse = Purse::new();
    let house = &purse.house;
    let before = house.world.count("audit");
    for nothing in ["", "x", "é", purse.text(Thing::ActivationLink), purse.text(Thing::SessionId)] {
        house.revoke(nothing).granted();
    }
    assert_eq!(house.world.count("audit"), before);
    let key = purse.text(Thing::ApiKey);
    house.revoke(key).granted();
    house.revoke(key).granted();
}

#[test]
fn a_revocation_that_may_not_have_happened_is_a_fault_of_ours() {
    let purse = Purse::new();
    purse.house.world.trouble.set(Trouble { database: Some((0, When::Before)), ..Trouble::default() });
    let reply = purse.house.revoke(purse.text(Thing::Portal));
    assert_eq!((reply.status.as_u16(), reply.json()["error"].as_str()), (503, Some("temporarily_unavailable")));
    purse.try_at(&Method::GET, "/api/auth/me", Way::Token, Thing::Portal).granted();
    purse.house.world.trouble.set(Trouble { database: Some((0, When::After)), ..Trouble::default() });
    purse.house.revoke(purse.text(Thing::Portal)).granted();
    purse.try_at(&Method::GET, "/api/auth/me", Way::Token, Thing::Portal).refused(401, "token_revoked");
}

#[test]
fn a_private_token_that_has_expired_can_still_be_given_up_with_what_it_has_made() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let wish = json!({ "name": "short", "expiration_time": "2026-05-28T20:36:40Z" });
    let short = house.create_private(&ada.access, &wish).json()["data"].as_str().unwrap().to_owned();
    let child = house.private(&short, "made with it");
    house.pass_seconds(700);
    assert_eq!(house.introspect(&bearer(&ada), &short).granted().json(), inactive());
    house.me(&child.data).granted();
    house.revoke(&short).granted();
    house.me(&child.data).refused(401, "token_revoked");
}

#[test]
fn a_field_that_is_there_twice_is_there_once_too_often() {
    let house = House::new();
    let twice = house.post_form("/oauth/revoke", "token=x&token=y".into());
    assert_eq!((twice.status.as_u16(), twice.json()["error"].as_str()), (400, Some("invalid_request")));
}

#[test]
fn errors_are_those_of_oauth() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let no_form = house.post_as(&ada.access, "/oauth/introspect", &json!({ "token": "x" }));
    assert_eq!((no_form.status.as_u16(), no_form.json()["error"].as_str()), (415, Some("invalid_request")));
    let no_token = house.post_form("/oauth/revoke", "token_type_hint=x".into());
    assert_eq!((no_token.status.as_u16(), no_token.json()["error"].as_str()), (400, Some("invalid_request")));
    let stranger = house.post_form("/oauth/introspect", form(&ada.access));
    assert_eq!((stranger.status.as_u16(), stranger.json()["error"].as_str()), (401, Some("invalid_client")));
    assert_eq!(stranger.header("www-authenticate"), r#"Bearer realm="api""#);
    assert_eq!(house.get("/oauth/introspect").json()["error"], "method_not_allowed");
}

/// A refusal's status, word, description and challenge. RFC 6749 §5.2 says which characters a description may have.
fn refusal(reply: &Reply) -> (u16, String, String, String) {
    let body = reply.json();
    let [error, description] = ["error", "error_description"].map(|name| body[name].as_str().unwrap().to_owned());
    assert!(
        description.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\'),
        "{description}"
    );
    (reply.status.as_u16(), error, description, reply.header("www-authenticate").to_owned())
}

#[test]
fn a_client_whose_credentials_are_wrong_is_challenged_by_the_scheme_it_has_used() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let key = house.make_key(&bearer(&ada));
    house.revoke(&key).granted();
    for (authorization, challenge) in [
        (basic(&key).as_str(), r#"Basic realm="api""#),
        (basic("x").as_str(), r#"Basic realm="api""#),
        ("basic x", r#"Basic realm="api""#),
        ("Token x", r#"Token realm="api""#),
        ("Digest x", r#"Bearer realm="api""#),
    ] {
        let (status, error, _, challenged) = refusal(&house.introspect(authorization, &ada.access));
        assert_eq!(
            (status, error.as_str(), challenged.as_str()),
            (401, "invalid_client", challenge),
            "{authorization}"
        );
    }
}

#[test]
fn what_is_wrong_with_a_token_is_said_to_a_program_and_not_to_a_person() {
    let house = House::new();
    let (ada, bob) = (house.signed_in("ada"), house.signed_in("bob"));
    let ended = house.sign_in("bob");
    house.logout(&ended.access).granted();
    let with_cookie = |token: &str| {
        let cookie = format!("token={token}");
        house.knock(Method::POST, "/oauth/introspect", &[("Cookie", &cookie), ("Origin", ORIGIN), FORM], &form("x"))
    };
    let judge = |token: &str, says: &str| {
        for reply in [house.introspect(&format!("Bearer {token}"), &ada.access), with_cookie(token)] {
            let (status, error, description, challenge) = refusal(&reply);
            assert_eq!((status, error.as_str()), (401, "invalid_token"));
            assert!(description.contains(says) && !description.contains("ign in"), "{description}");
            assert!(challenge.starts_with(r#"Bearer realm="api", error="invalid_token""#), "{challenge}");
        }
    };
    judge("x", "no credential of this service");
    judge(&ended.access, "taken back");
    house.pass_seconds(900);
    judge(&bob.access, "expired");
}

#[test]
fn a_body_of_another_type_is_told_what_is_wanted() {
    let house = House::new();
    let ada = house.signed_in("ada");
    for path in ["/oauth/introspect", "/oauth/revoke"] {
        let (status, error, description, _) = refusal(&house.post_as(&ada.access, path, &json!({ "token": "x" })));
        assert_eq!((status, error.as_str()), (415, "invalid_request"));
        assert!(description.contains("application/x-www-form-urlencoded"), "{description}");
    }
}

#[test]
fn a_cookie_asks_nothing_for_a_page_of_others() {
    let house = House::new();
    let cookie = format!("token={}", house.signed_in("ada").access);
    for origin in [&[][..], &[("Origin", "https://evil.example")]] {
        let headers = [&[("Cookie", cookie.as_str()), FORM], origin].concat();
        let (status, error, _, _) = refusal(&house.knock(Method::POST, "/oauth/introspect", &headers, &form("x")));
        assert_eq!((status, error.as_str()), (403, "csrf_failed"));
    }
}

#[test]
fn the_metadata_names_what_exists_and_is_where_it_says() {
    let house = House::new();
    let reply = house.get("/.well-known/oauth-authorization-server").granted();
    assert!(reply.header("cache-control").starts_with("public, max-age="));
    let metadata = reply.json();
    assert_eq!(metadata["issuer"], ORIGIN);
    for (endpoint, method) in
        [("jwks_uri", Method::GET), ("introspection_endpoint", Method::POST), ("revocation_endpoint", Method::POST)]
    {
        let path = metadata[endpoint].as_str().unwrap().strip_prefix(ORIGIN).unwrap();
        let status = house.knock(method, path, &[], "").status;
        assert!(status != 404 && status != 405, "{endpoint}: {status}");
    }
    for (name, value) in metadata.as_object().unwrap() {
        assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{name} has no elements (RFC 8414 §3.2)");
    }
}

#[test]
fn a_key_ended_by_its_holder_takes_what_it_has_made_with_it() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let first = house.make_key(&bearer(&ada));
    let second = house.make_key(&basic(&first));
    assert_eq!(house.introspect(&bearer(&ada), &second).granted().json()["active"], true);
    house.revoke(&first).granted();
    assert_eq!(house.introspect(&bearer(&ada), &second).granted().json(), inactive());
}
