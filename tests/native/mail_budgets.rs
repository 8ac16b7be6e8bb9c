//! How many emails a mailbox gets: a limit per network, a limit over all networks, and one email about those withheld.

use serde_json::{Value, json};

use crate::app::{CODES, PASSWORD, TestApp};

const HOME: &str = "203.0.113.7";
const STRANGER: &str = "198.51.100.1";

impl TestApp {
    fn register_from(&self, address: &str, login: &str, email: &str, password: &str) {
        self.pass_seconds(1);
        let body = json!({ "login": login, "email": email, "password": password });
        self.post_from(address, "/api/auth/local/register", &body).assert_ok();
    }

    fn recover_from(&self, address: &str, email: &str) -> usize {
        let before = self.emails().len();
        self.post_from(address, "/api/auth/local/recover", &json!({ "email": email })).assert_ok();
        self.emails().len() - before
    }

    /// The emails sent after the first `sent`.
    fn since(&self, sent: usize) -> Vec<Value> {
        self.emails().split_off(sent)
    }
}

/// Five registrations by a stranger used to suppress the owner's own.
#[test]
fn the_owner_gets_their_email_whatever_a_stranger_has_asked_for() {
    let app = TestApp::new();
    for number in 0..9 {
        app.register_from(STRANGER, &format!("x{number}"), "ada@example.com", "an intruder's");
    }
    let sent = app.emails().len();
    assert_eq!(sent, 5);
    app.register_from(HOME, "ada", "ada@example.com", PASSWORD);
    assert_eq!(app.since(sent).len(), 1);
    app.activate(&app.last_link_token()).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn many_networks_together_cannot_bomb_a_mailbox() {
    let app = TestApp::new();
    app.user("ada");
    let sent: usize = (1..=9)
        .map(|net| (0..9).map(|_| app.recover_from(&format!("198.51.100.{net}"), "ada@example.com")).sum::<usize>())
        .sum();
    assert_eq!(sent, 20);
}

#[test]
fn what_was_withheld_owes_one_email_when_the_window_opens() {
    let app = TestApp::new();
    app.user("ada");
    for _ in 0..9 {
        app.recover_from(STRANGER, "ada@example.com");
    }
    let sent = app.emails().len();
    app.pass_seconds(3599);
    app.cron();
    assert_eq!(app.emails().len(), sent, "not before its time");
    app.pass_seconds(1);
    app.cron();
    app.cron();
    let told = app.since(sent);
    assert_eq!(told.len(), 1);
    let text = told[0]["text"].as_str().unwrap();
    assert!(text.contains("links to choose a new password") && !text.contains("token="), "{text}");
    assert_eq!(told[0]["to"], json!(["ada@example.com"]));
}

/// Strangers in so many networks that even the owner's own email is withheld.
#[test]
fn registrations_that_were_withheld_come_in_one_email_with_the_owners_own_among_them() {
    let app = TestApp::new();
    for net in 1..=4 {
        (0..6).for_each(|n| {
            app.register_from(&format!("198.51.100.{net}"), &format!("x{net}{n}"), "ada@example.com", "an intruder's")
        });
    }
    let sent = app.emails().len();
    app.register_from(HOME, "ada", "ada@example.com", PASSWORD);
    assert_eq!(app.emails().len(), sent, "nothing is left of the mailbox's budget");
    app.pass_seconds(3600);
    app.cron();
    let told = app.since(sent);
    assert_eq!(told.len(), 1);
    let text = told[0]["text"].as_str().unwrap();
    assert_eq!(text.matches("token=").count(), 5, "{text}");
    let (_, mine) = text.split_once(HOME).expect("the owner's own is among them, told by where it was asked for");
    app.activate(mine.split("token=").nth(1).unwrap().split_whitespace().next().unwrap()).assert_ok();
    app.login("ada", PASSWORD).assert_ok();
}

#[test]
fn an_email_withheld_that_has_nothing_left_to_bring_says_so() {
    let app = TestApp::new();
    for number in 0..7 {
        app.register_from(HOME, &format!("ada{number}"), "ada@example.com", PASSWORD);
    }
    app.activate(&app.last_link_token()).assert_ok();
    let sent = app.emails().len();
    app.pass_seconds(3600);
    app.cron();
    let text = app.since(sent)[0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("links to activate an account") && !text.contains("token="), "{text}");
}

#[test]
fn subaddresses_share_the_budget_of_their_mailbox_and_nothing_else() {
    let app = TestApp::new();
    for number in 0..8 {
        app.register_from(HOME, &format!("human{number}"), &format!("human+{number}@example.com"), PASSWORD);
    }
    assert_eq!(app.emails().len(), 5);
    assert_eq!(app.platform.count("registrations"), 8);
    let recipients: std::collections::BTreeSet<_> = app.emails().iter().map(|email| email["to"].to_string()).collect();
    assert_eq!(recipients.len(), 5, "each went to the address that was given");
    app.register_from(HOME, "other", "humane@example.com", PASSWORD);
    assert_eq!(app.emails().len(), 6);
}

#[test]
fn codes_over_the_budget_owe_an_email_too_and_each_network_has_its_own() {
    let app = TestApp::with(&[CODES]);
    app.user("ada");
    let ask = |address: &str| {
        app.pass_seconds(61);
        let before = app.emails().len();
        app.post_from(address, "/api/auth/otp/request", &json!({ "email": "ada@example.com" })).assert_ok();
        app.emails().len() - before
    };
    assert_eq!((0..8).map(|_| ask(STRANGER)).sum::<usize>(), 5);
    assert_eq!(ask("192.0.2.5"), 1, "another network");
    let sent = app.emails().len();
    app.pass_seconds(3600);
    app.cron();
    let told = app.since(sent);
    assert_eq!(told.len(), 1);
    assert!(told[0]["text"].as_str().unwrap().contains("one-time codes"), "{}", told[0]);
}

/// For every kind and number of requests, an address with an account and one without look the same.
#[test]
fn beyond_the_budget_known_and_unknown_addresses_are_answered_alike() {
    let faces = |email: &str| {
        let app = TestApp::with(&[CODES]);
        app.user("ada");
        let ask = |path: &str| {
            app.pass_seconds(61);
            let reply = app.post_from(STRANGER, path, &json!({ "email": email }));
            (reply.observable(), reply.cost)
        };
        (0..8)
            .flat_map(|_| {
                ["/api/auth/local/recover", "/api/auth/otp/request", "/api/auth/local/activate/send"].map(ask)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(faces("ada@example.com"), faces("nobody@example.com"));
}
