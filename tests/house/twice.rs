//! Forms that are sent twice: by a double click, a second Enter, whoever finds the page slow.

use std::cell::RefCell;
use std::collections::BTreeSet;

use http::Method;

use crate::browser::{Browser, filled_in, hidden};
use crate::doors::DOORS;
use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Reply, UNCOUNTED};
use crate::programs::bearer;

/// A form that somebody has filled in.
struct Filled {
    browser: Browser<'static>,
    action: String,
    fields: Vec<(String, String)>,
}

impl Filled {
    /// On a page at `path`.
    #[track_caller]
    fn at(mut browser: Browser<'static>, path: &str, action: &str, fields: &[(&str, &str)]) -> Self {
        let page = browser.get(path).granted();
        Self::on(browser, &page, action, fields)
    }

    #[track_caller]
    fn on(browser: Browser<'static>, page: &Reply, action: &str, fields: &[(&str, &str)]) -> Self {
        Self { browser, action: action.to_owned(), fields: filled_in(page, action, fields) }
    }

    /// Sends it with the cookies its browser had when the form was filled in, as a second click does.
    fn send(&self) -> Answer {
        let mut browser = self.browser.clone();
        let reply = browser.post(&self.action, &self.fields);
        let kept = |name: &str| browser.cookie(name).map(str::to_owned);
        let kept = ["__Host-session", "__Host-device", "__Host-notice"].map(kept);
        let (status, _, text) = reply.face();
        Answer { kept, status: status.as_u16(), location: reply.header("location").to_owned(), text }
    }
}

/// What comes of a form, for the browser that sent it.
#[derive(Debug, PartialEq, Eq)]
struct Answer {
    kept: [Option<String>; 3],
    status: u16,
    location: String,
    text: String,
}

type Scene = (&'static str, fn(&'static House) -> Filled);

/// Every form of every page, as somebody fills it in who gets what they want.
const SCENES: &[Scene] = &[
    ("/account/signout", |house| Filled::at(of_ada(house), "/account", "/account/signout", &[])),
    ("/account/keys/api", |house| Filled::at(of_ada(house), KEYS, "/account/keys/api", KEY)),
    ("/account/keys/private", |house| Filled::at(of_ada(house), KEYS, "/account/keys/private", KEY)),
    ("/account/keys/portal", |house| Filled::at(of_ada(house), KEYS, "/account/keys/portal", &[])),
    ("/account/keys/delete", |house| {
        let browser = of_ada(house);
        house.make_key(&bearer(&house.sign_in("ada")));
        Filled::at(browser, KEYS, "/account/keys/delete", &[])
    }),
    ("/account/language", |house| Filled::at(of_ada(house), "/account", "/account/language", &[("language", "de")])),
    ("/account/password", |house| {
        let fields = [("current_password", PASSWORD), ("new_password", NEW_PASSWORD)];
        Filled::at(of_ada(house), "/account/password", "/account/password", &fields)
    }),
    ("/account/address", |house| {
        let fields = [("email", "new@example.com"), ("current_password", PASSWORD)];
        Filled::at(of_ada(house), "/account/address", "/account/address", &fields)
    }),
    ("/account/sessions/end", |house| {
        let browser = of_ada(house);
        house.pass_seconds(1);
        house.sign_in("ada");
        Filled::at(browser, "/account/sessions", "/account/sessions/end", &[])
    }),
    ("/account/sessions/others", |house| {
        let browser = of_ada(house);
        house.sign_in("ada");
        Filled::at(browser, "/account/sessions", "/account/sessions/others", &[])
    }),
    ("/account/confirm", |house| {
        Filled::at(of_old_ada(house), "/account/confirm", "/account/confirm", &[("password", PASSWORD)])
    }),
    ("/account/confirm/code", |house| Filled::at(of_old_ada(house), "/account/confirm", "/account/confirm/code", &[])),
    ("/account/confirm/verify", |house| {
        let mut asking = Filled::at(of_old_ada(house), "/account/confirm", "/account/confirm/code", &[]);
        let page = asking.browser.post(&asking.action, &asking.fields).granted();
        Filled::on(asking.browser, &page, "/account/confirm/verify", &[("code", &house.last_code())])
    }),
    ("/account/delete", |house| {
        Filled::at(of_ada(house), "/account/delete", "/account/delete", &[("confirm_login", "ada")])
    }),
    ("/account/signin", |house| {
        house.user("ada");
        let fields = [("login", "ada"), ("password", PASSWORD)];
        Filled::at(Browser::new(house), "/account/signin", "/account/signin", &fields)
    }),
    ("/account/signin/code", asking_for_a_code),
    ("/account/signin/verify", |house| {
        let mut asking = asking_for_a_code(house);
        let page = asking.browser.post(&asking.action, &asking.fields).granted();
        Filled::on(asking.browser, &page, "/account/signin/verify", &[("code", &house.last_code())])
    }),
    ("/account/register", |house| {
        let fields = [("login", "bob"), ("email", "bob@example.com"), ("password", PASSWORD)];
        Filled::at(Browser::new(house), "/account/register", "/account/register", &fields)
    }),
    ("/account/activate", |house| {
        let link = registered(house);
        Filled::at(
            Browser::new(house),
            &format!("/account/activate?token={link}"),
            "/account/activate",
            &[("password", PASSWORD)],
        )
    }),
    ("/account/activate/decline", |house| {
        let link = registered(house);
        Filled::at(Browser::new(house), &format!("/account/activate?token={link}"), "/account/activate/decline", &[])
    }),
    ("/account/activate/send", |house| {
        registered(house);
        let fields = [("email", "bob@example.com")];
        Filled::at(Browser::new(house), "/account/activate", "/account/activate/send", &fields)
    }),
    ("/account/recover", |house| {
        house.user("ada");
        house.recover("ada@example.com").granted();
        let path = format!("/account/recover?token={}", house.last_link_token());
        Filled::at(Browser::new(house), &path, "/account/recover", &[("password", NEW_PASSWORD)])
    }),
    ("/account/recover/send", |house| {
        house.user("ada");
        Filled::at(Browser::new(house), "/account/recover", "/account/recover/send", &[("email", "ada@example.com")])
    }),
    ("/account/email", |house| {
        let link = moving(house);
        Filled::at(Browser::new(house), &format!("/account/email?token={link}"), "/account/email", &[])
    }),
    ("/account/email/undo", |house| {
        let link = moving(house);
        house.confirm_email(&link).granted();
        let path = format!("/account/email/undo?token={}", house.last_link_token());
        Filled::at(Browser::new(house), &path, "/account/email/undo", &[("password", NEW_PASSWORD)])
    }),
    (USER_ACTS[0], |house| administering(house, "", "disable")),
    (USER_ACTS[1], |house| administering(house, "UPDATE users SET disabled_at = 1 WHERE login = 'bea'", "enable")),
    (USER_ACTS[2], |house| administering(house, "", "promote")),
    (USER_ACTS[3], |house| administering(house, "UPDATE users SET role = 'admin' WHERE login = 'bea'", "demote")),
    (USER_ACTS[4], |house| administering(house, "", "reset")),
    (USER_ACTS[5], |house| {
        house.signed_in("bea");
        administering(house, "", "sessions/end")
    }),
    (USER_ACTS[6], |house| {
        house.signed_in("bea");
        let session: String = house.world.ask("SELECT id FROM sessions");
        administering(house, "", &format!("sessions/{session}/end"))
    }),
    (USER_ACTS[7], |house| {
        house.make_key(&bearer(&house.signed_in("bea")));
        let token: String = house.world.ask("SELECT id FROM tokens");
        administering(house, "", &format!("tokens/{token}/end"))
    }),
];

const KEYS: &str = "/account/keys";
const KEY: &[(&str, &str)] = &[("name", "backup"), ("life", "90")];
const USER_ACTS: [&str; 8] = [
    "/admin/users/*/disable",
    "/admin/users/*/enable",
    "/admin/users/*/promote",
    "/admin/users/*/demote",
    "/admin/users/*/reset",
    "/admin/users/*/sessions/end",
    "/admin/users/*/sessions/*/end",
    "/admin/users/*/tokens/*/end",
];

fn of_ada(house: &'static House) -> Browser<'static> {
    house.administrator("ada");
    Browser::of(house, "ada")
}

/// Ada, who signed in a while ago.
fn of_old_ada(house: &'static House) -> Browser<'static> {
    let browser = of_ada(house);
    house.pass_seconds(15 * 60 + 1);
    browser
}

fn asking_for_a_code(house: &'static House) -> Filled {
    house.user("ada");
    let fields = [("login", "ada@example.com"), ("password", "")];
    Filled::at(Browser::new(house), "/account/signin", "/account/signin/code", &fields)
}

fn registered(house: &House) -> String {
    house.register("bob", "bob@example.com").granted();
    house.last_link_token()
}

fn moving(house: &House) -> String {
    let tokens = house.signed_in("ada");
    house.change_email(&tokens.access, "new@example.com").granted();
    house.last_link_token()
}

fn administering(house: &'static House, before: &str, act: &str) -> Filled {
    let browser = of_ada(house);
    if house.world.ask::<i64>("SELECT count(*) FROM users WHERE login = 'bea'") == 0 {
        house.user("bea");
    }
    house.world.tell(before);
    let page = format!("/admin/users/{}", house.id_of("bea"));
    Filled::at(browser, &page, &format!("{page}/{act}"), &[])
}

/// A house that lives as long as the tests, so that one request can come in the middle of another.
fn house() -> &'static House {
    Box::leak(Box::new(House::with(&[CODES, UNCOUNTED[0], UNCOUNTED[1]])))
}

/// How many rows each table has, and how many letters were sent. A try that was spent by who came second is nobody's guess, and
/// stays spent until the next success.
fn lasting(house: &House) -> Vec<(String, i64)> {
    let tables = house.world.tables().into_iter().filter(|table| table != "attempts");
    let rows = tables.map(|table| (house.world.count(&table), table)).map(|(rows, table)| (table, rows));
    rows.chain([("letters".to_owned(), i64::try_from(house.letters().len()).unwrap())]).collect()
}

/// What asks for a code may be sent again, keeps the code of a minute ago, and is on the record each time.
fn is_recorded_twice(form: &str) -> bool {
    matches!(form, "/account/signin/code" | "/account/confirm/code")
}

#[test]
fn every_form_of_every_page_is_sent_twice_here() {
    let nil = "00000000-0000-0000-0000-000000000000";
    let forms = DOORS.iter().filter(|(method, path)| {
        *method == Method::POST && (path.starts_with("/account") || path.starts_with("/admin"))
    });
    let forms: BTreeSet<_> = forms.map(|(_, path)| path.replace(nil, "*")).collect();
    assert_eq!(SCENES.iter().map(|(form, _)| (*form).to_owned()).collect::<BTreeSet<_>>(), forms);
}

#[test]
fn whoever_sends_a_form_again_within_seconds_gets_the_first_outcome() {
    for (form, fill_in) in SCENES {
        let house = house();
        let filled = fill_in(house);
        let first = filled.send();
        assert!(first.status < 400, "{form}: {first:?}");
        let after_one = lasting(house);
        house.pass_seconds(1);
        assert_eq!(filled.send(), first, "{form}");
        if !is_recorded_twice(form) {
            assert_eq!(lasting(house), after_one, "{form}");
        }
    }
}

/// Forms that end each in a way of its own: what is written has a name already, was won by another, or is gone from where it is
/// looked for, before the act or in its midst.
#[test]
fn of_two_at_once_the_loser_sees_what_the_winner_has_done() {
    overtaken(&["/account/keys/api", "/account/keys/private", "/account/password", "/account/delete"]);
}

#[test]
fn of_two_sign_ins_at_once_with_one_form_one_is_a_session() {
    overtaken(&["/account/signin", "/account/signin/verify", "/account/confirm/verify"]);
}

#[test]
fn of_two_uses_of_one_link_at_once_with_one_form_both_are_told_of_the_first() {
    overtaken(&["/account/activate", "/account/activate/decline", "/account/recover", "/account/recover/send"]);
}

#[test]
fn of_two_acts_of_an_administrator_at_once_one_has_an_effect() {
    overtaken(&["/admin/users/*/reset", "/admin/users/*/sessions/*/end"]);
}

/// Sends each form, and has it overtaken by itself before every one of its calls to the database.
fn overtaken(forms: &[&str]) {
    for (form, fill_in) in SCENES.iter().filter(|(form, _)| forms.contains(form)) {
        let once = house();
        fill_in(once).send();
        for turn in 0.. {
            let house = house();
            let filled: &'static Filled = Box::leak(Box::new(fill_in(house)));
            let other: &'static RefCell<Option<Answer>> = Box::leak(Box::default());
            house.world.before_call(turn, || *other.borrow_mut() = Some(filled.send()));
            let own = filled.send();
            let Some(other) = other.take() else {
                assert!(turn > 0, "{form} asks for nothing");
                break;
            };
            assert_eq!(own, other, "{form}, overtaken before its call {turn}");
            assert_eq!(lasting(house), lasting(once), "{form}, overtaken before its call {turn}");
        }
    }
}

#[test]
fn after_some_seconds_a_form_that_is_sent_again_is_another_act() {
    let house = house();
    let filled = Filled::at(of_ada(house), KEYS, "/account/keys/api", KEY);
    let first = filled.send();
    house.pass_seconds(9);
    assert_eq!(filled.send(), first);
    house.pass_seconds(1);
    let second = filled.send();
    assert!(second.status == 200 && second != first, "{second:?}");
    assert_eq!(filled.send(), second, "which is repeated as well");
    assert_eq!(house.world.count("tokens"), 2);
}

#[test]
fn other_fields_another_page_or_another_browser_are_another_act() {
    let house = house();
    let browser = of_ada(house);
    let mut filled = Filled::at(browser.clone(), KEYS, "/account/keys/api", KEY);
    filled.send();
    for (_, value) in filled.fields.iter_mut().filter(|(name, _)| name == "name") {
        *value = "another".to_owned();
    }
    filled.send();
    Filled::at(browser, KEYS, "/account/keys/api", KEY).send();
    Filled::at(Browser::of(house, "ada"), KEYS, "/account/keys/api", KEY).send();
    assert_eq!(house.world.count("tokens"), 4);
}

#[test]
fn whoever_has_seen_a_form_and_none_of_its_cookies_gets_nothing_of_it() {
    let house = house();
    let mut filled = asking_for_a_code(house);
    let page = filled.browser.post(&filled.action, &filled.fields).granted();
    let fields = [("code", house.last_code())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let filled = Filled::on(filled.browser, &page, "/account/signin/verify", &fields);
    assert!(filled.send().kept[0].is_some());
    let mut thief = Browser::new(house);
    thief.get("/account/signin");
    let refused = thief.post(&filled.action, &filled.fields);
    assert_eq!((refused.status.as_u16(), thief.cookie("__Host-session")), (403, None));
    // Nor with a seal of their own: it is another browser's form, and the code is used up.
    let page = thief.get("/account/signin");
    let own = hidden(&page.text()).into_iter().find(|(name, _)| name == "seal").unwrap();
    let fields: Vec<_> =
        filled.fields.iter().map(|field| if field.0 == "seal" { own.clone() } else { field.clone() }).collect();
    let refused = thief.post(&filled.action, &fields);
    assert_eq!((refused.status.as_u16(), thief.cookie("__Host-session")), (401, None));
}

#[test]
fn a_session_that_has_ended_is_given_to_nobody_again() {
    let house = house();
    house.user("ada");
    let fields = [("login", "ada"), ("password", PASSWORD)];
    let filled = Filled::at(Browser::new(house), "/account/signin", "/account/signin", &fields);
    let first = filled.send();
    house.world.tell("UPDATE sessions SET ended_at = 1780000000123, end_reason = 'ended'");
    assert_ne!(filled.send().kept[0], first.kept[0]);
}

#[test]
fn the_same_wrong_guess_sent_twice_is_one_try_until_some_seconds_have_passed() {
    let house = house();
    let mut asking = asking_for_a_code(house);
    let page = asking.browser.post(&asking.action, &asking.fields).granted();
    let code = house.last_code();
    let wrong = if code == "000000" { "000001" } else { "000000" };
    let filled = Filled::on(asking.browser.clone(), &page, "/account/signin/verify", &[("code", wrong)]);
    for _ in 0..20 {
        assert_eq!(filled.send().status, 401);
    }
    let failures = || house.world.ask::<i64>("SELECT sum(failures) FROM attempts");
    assert_eq!((house.world.ask::<i64>("SELECT tries FROM codes"), failures()), (1, 1));
    house.pass_seconds(10);
    filled.send();
    assert_eq!(failures(), 2, "it may be the right one of another code");
    // Other guesses cost what they did: of three tries there are two left.
    for (guess, status) in [("111111", 401), ("222222", 401), (code.as_str(), 429)] {
        let filled = Filled::on(asking.browser.clone(), &page, "/account/signin/verify", &[("code", guess)]);
        assert_eq!(filled.send().status, status, "{guess}");
    }
}

#[test]
fn whoever_succeeds_at_the_last_try_and_sends_it_twice_has_succeeded() {
    let house = house();
    house.user("ada");
    for _ in 0..9 {
        house.login("ada", "wrong").refused(401, "invalid_credentials");
    }
    let fields = [("login", "ada"), ("password", PASSWORD)];
    let filled: &'static Filled =
        Box::leak(Box::new(Filled::at(Browser::new(house), "/account/signin", "/account/signin", &fields)));
    let other: &'static RefCell<Option<Answer>> = Box::leak(Box::default());
    // The other is through before this one has written what it has found.
    house.world.before_call(1, || *other.borrow_mut() = Some(filled.send()));
    let own = filled.send();
    assert_eq!((own.status, own.kept[0].is_some()), (303, true), "{own:?}");
    assert_eq!(other.take(), Some(own));
}

#[test]
fn what_is_sent_twice_while_kv_lags_gives_one_try_back() {
    let house = house();
    let mut asking = asking_for_a_code(house);
    house.world.kv_lag.set(std::time::Duration::from_secs(60));
    let page = asking.browser.post(&asking.action, &asking.fields).granted();
    for _ in 0..5 {
        house.verify_code("ada@example.com", "000000");
    }
    house.world.tell("UPDATE attempts SET failures = 5; UPDATE codes SET tries = 2");
    let filled: &'static Filled =
        Box::leak(Box::new(Filled::on(asking.browser, &page, "/account/signin/verify", &[("code", "000000")])));
    house.world.before_call(1, || drop(filled.send()));
    assert_eq!(filled.send().status, 503);
    assert_eq!(house.world.ask::<i64>("SELECT max(failures) FROM attempts"), 5);
    assert_eq!(house.world.ask::<i64>("SELECT tries FROM codes"), 2);
}
