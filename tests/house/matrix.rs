//! Everything the house hands out, at every door, in every way: what belongs there is let in, and nothing else.

use gatehouse::domain::policy;
use http::Method;

use crate::doors::{DOORS, GUARDED};
use crate::purse::{Purse, Thing, Way, in_body};

/// Whether somebody presented this way with this thing is somebody at all.
fn is_known(path: &str, way: Way, thing: Thing) -> bool {
    if path == "/fpc/api/auth/tokenlogout" {
        return way == Way::Token && matches!(thing, Thing::Portal | Thing::PortalKey);
    }
    match way {
        Way::Bearer | Way::AuthToken => matches!(thing, Thing::Access | Thing::Private),
        Way::Authentication => path.starts_with("/api/v1/") && matches!(thing, Thing::Access | Thing::Private),
        Way::Cookie => thing == Thing::Access,
        Way::Basic => thing == Thing::ApiKey,
        Way::Token => matches!(thing, Thing::Portal | Thing::PortalKey),
        Way::SessionCookie => thing == Thing::BrowserSession,
        Way::BasicAsName | Way::Raw => false,
    }
}

/// What somebody who is known may not do, for being no person, or for holding a portal token only.
fn may_not(method: &Method, path: &str, thing: Thing) -> bool {
    let portal = matches!(thing, Thing::Portal | Thing::PortalKey);
    let for_everybody =
        ["/api/auth/verify", "/api/manage/v1/UserProfile", "/oauth/introspect", "/fpc/api/auth/tokenlogout"];
    let manages_tokens = path.starts_with("/api/manage/") || path.starts_with("/api/v1/auth/private_tokens");
    match thing {
        Thing::Access | Thing::BrowserSession => false,
        _ if for_everybody.contains(&path) || (path == "/api/auth/me" && method == Method::GET) => false,
        _ if manages_tokens => portal,
        _ => true,
    }
}

/// These end what they are asked with; they come last, each with a purse of its own.
fn is_last(method: &Method, path: &str) -> bool {
    path.starts_with("/api/auth/logout")
        || path.ends_with("tokenlogout")
        || (path == "/api/auth/me" && method == Method::DELETE)
}

#[test]
fn nothing_is_let_in_anywhere_but_as_what_it_is_and_in_its_own_way() {
    let purse = Purse::new();
    let mut tried = 0;
    for (method, path) in DOORS.iter().filter(|(_, path)| GUARDED.contains(path)) {
        for way in Way::ALL {
            for thing in purse.things().filter(|thing| !is_known(path, way, *thing)) {
                let reply = purse.try_at(method, path, way, thing);
                assert_eq!(reply.status, 401, "{method} {path} {way:?} {thing:?}: {}", reply.text());
                assert!(reply.headers.contains_key("www-authenticate"), "{method} {path} {way:?} {thing:?}");
                tried += 1;
            }
        }
    }
    assert!(tried > 4000, "{tried}");
    let nobody_was_put_out = ["sessions", "tokens"]
        .map(|table| purse.house.world.ask::<i64>(&format!("SELECT count(*) FROM {table} WHERE ended_at IS NOT NULL")));
    assert_eq!(nobody_was_put_out, [0, 0]);
}

#[test]
fn what_machines_may_not_do_they_cannot_and_everything_else_every_credential_can() {
    let mut purse = Purse::new();
    let guarded: Vec<_> = DOORS.iter().filter(|(_, path)| GUARDED.contains(path)).collect();
    let (last, first): (Vec<_>, Vec<_>) = guarded.into_iter().partition(|(method, path)| is_last(method, path));
    let mut tried = 0;
    for (method, path) in first.into_iter().chain(last) {
        for way in Way::ALL {
            for thing in purse.things().filter(|thing| is_known(path, way, *thing)).collect::<Vec<_>>() {
                let reply = purse.try_at(method, path, way, thing);
                let status = reply.status.as_u16();
                assert_eq!(status == 403, may_not(method, path, thing), "{method} {path} {way:?} {thing:?}: {status}");
                assert!(status != 401 && status < 500, "{method} {path} {way:?} {thing:?}: {}", reply.text());
                tried += 1;
                if is_last(method, path) && status != 403 {
                    purse = Purse::new();
                }
            }
        }
    }
    assert!(tried > 200, "{tried}");
}

#[test]
fn a_refusal_for_being_no_person_says_so_and_changes_nothing() {
    let purse = Purse::new();
    let before = purse.house.world.dump();
    for thing in [(Way::Basic, Thing::ApiKey), (Way::Bearer, Thing::Private), (Way::Token, Thing::Portal)] {
        let ask = |method, path: &str| purse.try_at(&method, path, thing.0, thing.1);
        ask(Method::POST, "/api/auth/password").refused(403, "reauthentication_required");
        ask(Method::DELETE, "/api/auth/me").refused(403, "reauthentication_required");
        ask(Method::GET, "/api/admin/users").refused(403, "reauthentication_required");
        ask(Method::POST, "/api/auth/logout").refused(403, "forbidden");
    }
    assert_eq!(purse.house.world.dump(), before);
}

#[test]
fn a_body_takes_its_own_kind_of_token_and_no_other() {
    let purse = Purse::new();
    for (path, field, own) in [
        ("/api/auth/token/refresh", "refresh_token", Thing::Refresh),
        ("/api/auth/logout", "refresh_token", Thing::Refresh),
        ("/api/auth/local/activate", "token", Thing::ActivationLink),
        ("/api/auth/local/recover/reset", "token", Thing::RecoveryLink),
        ("/api/auth/email/confirm", "token", Thing::EmailLink),
        ("/api/auth/email/undo", "token", Thing::UndoLink),
        ("/api/auth/otp/verify", "session_id", Thing::CodeSession),
    ] {
        for thing in purse.things().filter(|thing| *thing != own) {
            let calls = purse.house.world.database_calls.get();
            let reply = in_body(&purse.house, path, field, purse.text(thing));
            assert!([400, 401].contains(&reply.status.as_u16()), "{path} {thing:?}: {}", reply.text());
            assert_eq!(purse.house.world.database_calls.get(), calls, "{path} {thing:?}: asked the database");
        }
        let reply = in_body(&Purse::new().house, path, field, "x");
        assert!([400, 401].contains(&reply.status.as_u16()), "{path}");
    }
    // Each of them is good where it belongs, after all that.
    for (path, field, own) in [
        ("/api/auth/local/activate", "token", Thing::ActivationLink),
        ("/api/auth/token/refresh", "refresh_token", Thing::Refresh),
        ("/api/auth/email/confirm", "token", Thing::EmailLink),
    ] {
        in_body(&purse.house, path, field, purse.text(own)).granted();
    }
}

#[test]
fn of_two_credentials_the_first_in_order_is_judged_and_the_other_is_not_asked() {
    let purse = Purse::new();
    let ask = |headers: &[(&str, String)]| {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        purse.house.knock(Method::GET, "/api/auth/me", &headers, "")
    };
    let (access, private) = (purse.text(Thing::Access), purse.text(Thing::Private));
    let good = ("Authorization", format!("Bearer {access}"));
    let cookie = ("Cookie", format!("token={access}"));
    ask(&[("Authorization", "Bearer x".into()), cookie.clone()]).refused(401, "token_invalid");
    ask(&[("Authorization", "Bearer x".into()), ("X-Auth-Token", private.into())]).refused(401, "token_invalid");
    ask(&[("X-Auth-Token", "x".into()), cookie.clone()]).refused(401, "token_invalid");
    ask(&[("X-Auth-Token", private.into()), ("Cookie", "token=x".into())]).granted();
    ask(&[good.clone(), ("Cookie", "token=x".into())]).granted();
    ask(&[good.clone(), good]).refused(400, "invalid_request");
    ask(&[("Authorization", format!("Token {}, Bearer {access}", purse.text(Thing::Portal)))])
        .refused(400, "invalid_request");
    ask(&[("Authorization", String::new()), cookie]).refused(401, "token_invalid");
}

#[test]
fn a_caller_is_the_same_user_by_whatever_credential() {
    let purse = Purse::new();
    let me = purse.try_at(&Method::GET, "/api/auth/me", Way::Bearer, Thing::Access).granted().json();
    for (way, thing, method) in [
        (Way::Bearer, Thing::Access, "pwd"),
        (Way::Cookie, Thing::Access, "pwd"),
        (Way::SessionCookie, Thing::BrowserSession, "pwd"),
        (Way::Bearer, Thing::Private, "private"),
        (Way::Basic, Thing::ApiKey, "api_key"),
        (Way::Token, Thing::Portal, "portal"),
        (Way::Token, Thing::PortalKey, "portal_key"),
    ] {
        assert_eq!(purse.try_at(&Method::GET, "/api/auth/me", way, thing).granted().json(), me, "{thing:?}");
        let glance = purse.try_at(&Method::GET, "/api/auth/verify", way, thing).granted();
        assert_eq!(glance.header("x-auth-user"), me["id"], "{thing:?}");
        assert_eq!((glance.header("x-auth-role"), glance.header("x-auth-method")), ("admin", method));
        let in_session = matches!(thing, Thing::Access | Thing::BrowserSession);
        assert_eq!(glance.header("x-auth-session").is_empty(), !in_session, "{thing:?}");
        assert_eq!(glance.header("cache-control"), "no-store");
        let is_jwt = matches!(thing, Thing::Access | Thing::Private);
        assert_eq!(glance.cost[..2], if is_jwt { [0, 1] } else { [1, 0] }, "{thing:?}: D1 and KV");
        purse.house.world.pass(policy::RECALL);
    }
}

#[test]
fn a_user_who_is_shut_out_is_out_by_every_credential_and_in_again_by_keys() {
    let purse = Purse::new();
    let ways = [(Way::Basic, Thing::ApiKey), (Way::Bearer, Thing::Private)];
    // These are sign-ins, and end.
    let sign_ins = [(Way::Bearer, Thing::Access), (Way::Token, Thing::Portal), (Way::Token, Thing::PortalKey)];
    let bob = purse.house.administrator("bob2");
    purse.house.administer(&bob, "ada", "disable").granted();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, thing) in ways.into_iter().chain(sign_ins) {
            purse.try_at(&Method::GET, path, way, thing).refused(401, "token_revoked");
        }
    }
    purse.house.administer(&bob, "ada", "enable").granted();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, thing) in ways {
            purse.try_at(&Method::GET, path, way, thing).granted();
        }
        for (way, thing) in sign_ins {
            purse.try_at(&Method::GET, path, way, thing).refused(401, "token_revoked");
        }
    }
    purse.house.give_role(&bob, "ada", "user").granted();
    for (way, thing) in ways {
        let glance = purse.try_at(&Method::GET, "/api/auth/verify", way, thing).granted();
        assert_eq!(glance.header("x-auth-role"), "user", "{thing:?}");
    }
    purse.house.delete_account(&purse.house.sign_in("ada").access).done();
    for path in ["/api/auth/me", "/api/auth/verify"] {
        for (way, thing) in ways {
            purse.try_at(&Method::GET, path, way, thing).refused(401, "token_revoked");
        }
    }
}
