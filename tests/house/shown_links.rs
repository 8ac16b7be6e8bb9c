//! An activation link that is shown for a new one, as the FastSchema SDK asks for it.

use gatehouse::domain::accounts::registration;
use serde_json::json;

use crate::house::{House, PASSWORD, Reply};
use crate::world::{Trouble, When};

impl House {
    fn show_link(&self, token: &str) -> Reply {
        self.post("/api/auth/local/activate/send", &json!({ "token": token }))
    }
}

#[test]
fn an_expired_link_that_is_shown_gets_its_registration_a_new_day() {
    let house = House::sdk();
    house.register("ada", "Ada@example.com").granted();
    let link = house.last_link_token();
    house.pass_seconds(3 * 86_400);
    house.cron();
    house.activate(&link).refused(400, "invalid_token");
    house.show_link(&link).granted();
    let letter = house.letters().pop().unwrap();
    assert_eq!(letter["to"], json!(["Ada@example.com"]));
    let text = letter["text"].as_str().unwrap();
    assert!(
        text.contains("Asked for at 2026-05-28T20:26:40Z") && text.contains("until 2026-06-01T20:26:40Z"),
        "{text}"
    );
    house.pass_seconds(86_399);
    house.activate(&house.last_link_token()).granted();
    house.login("ada", PASSWORD).granted();
}

#[test]
fn whatever_became_of_a_links_registration_showing_it_is_answered_alike() {
    let house = House::sdk();
    let link = |login: &str| {
        house.register(login, &format!("{login}@example.com")).granted();
        house.last_link_token()
    };
    let [open, expired, used, voided] = ["open", "expired", "used", "used"].map(link);
    house.activate(&voided).granted();
    house.world.tell("UPDATE registrations SET created_at = 1, expires_at = 2 WHERE login = 'expired'");
    let never =
        registration::TOKEN.spell(&house.settings().keys, "00000000-0000-0000-0000-000000000000".parse().ok().unwrap());

    let sent = house.letters().len();
    let rows = || house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'send_activation'");
    let felt = |link: &str| {
        let before = (house.world.database_calls.get(), rows(), house.letters().len());
        let face = house.show_link(link).granted().face();
        // A letter that is sent is reported as sent once the answer is out.
        let letters = house.letters().len() - before.2;
        let felt = (face, house.world.database_calls.get() - before.0 - letters, rows() - before.1);
        house.pass_seconds(60);
        felt
    };
    let expected = felt(&never);
    for link in [&open, &expired, &used, &voided] {
        assert_eq!(felt(link), expected);
    }
    let subjects: Vec<_> = house.letters()[sent..].iter().map(|letter| letter["subject"].to_string()).collect();
    assert_eq!(subjects.len(), 4, "{subjects:?}");
    assert!(subjects[0].contains("Activate") && subjects[1].contains("Activate"), "{subjects:?}");
    assert!(subjects[2].contains("already have") && subjects[3].contains("already have"), "{subjects:?}");

    let calls = house.world.database_calls.get();
    for forged in ["", "gha_x", &open[..open.len() - 1], &open.replace("gha_", "ghv_")] {
        house.show_link(forged).refused(400, "invalid_token");
    }
    assert_eq!(house.world.database_calls.get(), calls);
}

#[test]
fn a_used_registration_is_not_brought_back_by_its_link() {
    let house = House::sdk();
    house.register("ada", "ada@example.com").granted();
    let link = house.last_link_token();
    house.activate(&link).granted();
    house.world.tell("DELETE FROM users");
    let sent = house.letters().len();
    house.pass_seconds(1);
    house.show_link(&link).granted();
    house.activate(&link).refused(400, "invalid_token");
    assert_eq!(house.letters().len(), sent);
    assert_eq!(house.world.ask::<i64>("SELECT expires_at - created_at FROM registrations"), 86_400_000);
}

#[test]
fn a_shown_link_is_in_the_letter_however_many_came_after_it() {
    let house = House::sdk();
    house.register("ada", "ada@example.com").granted();
    let link = house.last_link_token();
    house.pass_seconds(1);
    for login in ["a", "b", "c", "d", "e", "f"] {
        let body = json!({ "login": login, "email": "ada@example.com", "password": PASSWORD });
        house.post_from("198.51.100.9", "/api/auth/local/register", &body).granted();
    }
    house.pass_seconds(3600);
    house.show_link(&link).granted();
    let letter = house.letters().pop().unwrap()["text"].as_str().unwrap().to_owned();
    assert!(letter.contains(&link));
    assert_eq!(letter.matches("token=").count(), 5);
}

#[test]
fn a_link_gives_time_to_its_own_registration_and_no_other() {
    let house = House::sdk();
    let body = json!({ "login": "eve", "email": "ada@example.com", "password": "an intruder's" });
    house.post("/api/auth/local/register", &body).granted();
    let theirs = house.last_link_token();
    house.register("ada", "ada@example.com").granted();
    let mine = house.last_link_token();
    house.pass_seconds(86_400);
    house.show_link(&mine).granted();
    assert!(!house.letters().pop().unwrap().to_string().contains(&theirs));
    house.activate(&theirs).refused(400, "invalid_token");
    house.activate(&mine).granted();
}

#[test]
fn an_expired_registration_waits_a_week_for_its_link_where_it_can_be_shown_and_nowhere_else() {
    for (house, kept) in [(House::sdk(), 1), (House::plain(), 0)] {
        house.register("ada", "ada@example.com").granted();
        house.pass_seconds(8 * 86_400);
        house.cron();
        assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM registrations"), kept);
        house.pass_seconds(1);
        house.cron();
        assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM registrations"), 0);
    }
}

#[test]
fn a_link_that_is_shown_while_the_database_fails_does_nothing_by_halves() {
    for when in [When::Before, When::After] {
        for call in 0..2 {
            let house = House::sdk();
            house.register("ada", "ada@example.com").granted();
            let link = house.last_link_token();
            house.pass_seconds(86_400);
            house.world.trouble.set(Trouble { database: Some((call, when)), ..Trouble::default() });
            house.show_link(&link).refused(503, "unavailable");
            let whole =
                "SELECT (SELECT count(*) FROM outbox) - 1 = (SELECT count(*) FROM audit WHERE act = 'send_activation')
                AND (SELECT count(*) FROM outbox) - 1 = (SELECT expires_at > created_at + 86400000 FROM registrations)";
            assert!(house.world.ask::<bool>(whole), "call {call} {when:?}");
            house.show_link(&link).granted();
            house.activate(&house.last_link_token()).granted();
        }
    }
}
