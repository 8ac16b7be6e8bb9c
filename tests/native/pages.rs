//! Common to all pages: their cost, their stylesheet and their script.

use crate::app::{Reply, TestApp};
use crate::browser::Browser;

/// The files a page refers to, in order.
fn assets(page: &Reply) -> Vec<String> {
    let text = page.text();
    let named = |part: &str| format!("/assets/{}", part.split('"').next().unwrap());
    text.split("\"/assets/").skip(1).map(named).collect()
}

#[test]
fn what_a_page_names_is_kept_for_good() {
    let app = TestApp::new();
    let named = assets(&app.get("/account/signin"));
    assert_eq!(named.len(), 3, "{named:?}");
    let script = "text/javascript; charset=utf-8";
    for (path, media_type) in named.iter().zip(["text/css; charset=utf-8", script, script]) {
        let reply = app.get(path).assert_ok();
        assert_eq!(reply.header("cache-control"), "public, max-age=31536000, immutable");
        assert_eq!(reply.header("content-type"), media_type);
        assert!(reply.body.len() > 1000, "{path}");
    }
}

#[test]
fn only_a_page_that_uses_passkeys_has_the_script_for_them() {
    let app = TestApp::new();
    assert_eq!(assets(&app.get("/account/recover")).len(), 2);
    assert_eq!(assets(&TestApp::with(&[("AUTH_PASSKEYS", "off")]).get("/account/signin")).len(), 2);
    let [_, script, passkeys] = assets(&app.get("/account/signin")).try_into().unwrap();
    assert_ne!(app.get(&script).body, app.get(&passkeys).body);
    let allowed = app.get("/account/signin");
    let allowed = allowed.header("permissions-policy");
    assert_eq!(allowed, "publickey-credentials-get=(self), publickey-credentials-create=(self)");
}

#[test]
fn the_name_of_another_version_is_answered_but_not_kept() {
    let app = TestApp::new();
    let current = app.get(&assets(&app.get("/account/signin"))[0]).assert_ok();
    for path in ["/assets/0123456789abcdef-1f5c49.css", "/assets/page.css"] {
        let reply = app.get(path).assert_ok();
        assert_eq!(reply.body, current.body);
        assert_eq!(reply.header("cache-control"), "no-store");
    }
    for path in ["/assets/x", "/assets/", "/assets/page.html", "/assets/a/b.css"] {
        assert_eq!(app.get(path).status, 404, "{path}");
    }
}

#[test]
fn an_operators_colour_and_logo_are_on_every_page_and_the_policy_lets_them_in() {
    let logo = "https://cdn.example.com/logo.svg";
    let app = TestApp::with(&[("APP_ACCENT", "#FFD400"), ("APP_LOGO_URL", logo), ("APP_NAME", "Example & Sons")]);
    let page = app.get("/account/signin").assert_ok();
    assert!(page.text().contains(&format!(r#"<img src="{logo}" alt="""#)), "{}", page.text());
    assert!(page.text().contains("Example &amp; Sons"));
    assert!(page.header("content-security-policy").ends_with("; img-src https://cdn.example.com"));
    let style = &assets(&page)[0];
    assert!(style.ends_with("-ffd400.css"), "{style}");
    assert!(app.get(style).text().starts_with(":root{--accent:#ffd400;--on-accent:#000}"));
    assert!(!TestApp::new().get("/account/signin").header("content-security-policy").contains("img-src"));
}

#[test]
fn a_page_that_is_about_nobody_asks_nobody() {
    let app = TestApp::new();
    for path in
        ["/account/signin", "/account/register", "/account/recover", "/account/activate", "/account/email?token=x"]
    {
        assert_eq!(app.get(path).cost, [0; 3], "{path}");
    }
    let forged = [("Cookie", "__Host-session=ghs_forged")];
    assert_eq!(app.request(http::Method::GET, "/account/signin", &forged, "").cost, [0; 3]);
}

#[test]
fn a_page_of_ones_own_costs_one_look_and_a_list_one_more() {
    let app = TestApp::new();
    app.user("ada");
    let mut browser = Browser::new(&app);
    browser.sign_in("ada", "/account");
    for (path, looks) in [
        ("/account", 1),
        ("/account/password", 1),
        ("/account/address", 1),
        ("/account/export", 1),
        ("/account/delete", 1),
        ("/account/sessions", 2),
        ("/account/keys", 2),
    ] {
        assert_eq!(browser.get(path).assert_ok().cost, [looks, 0, 0], "{path}");
    }
}
