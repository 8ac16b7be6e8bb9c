//! What somebody without an account can have written: so much from one block, so much from everywhere, and then nothing.

use gatehouse::domain::policy;
use http::Method;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::house::{CODES, House, PASSWORD, Reply};

/// What asks for an email, each with the address it is asked for.
const ASKS: [&str; 4] =
    ["/api/auth/local/register", "/api/auth/local/activate/send", "/api/auth/local/recover", "/api/auth/otp/request"];

impl House {
    fn ask_from(&self, address: &str, path: &str, email: &str) -> Reply {
        let body = json!({ "login": format!("of-{}", email.split('@').next().unwrap()), "email": email, "password": PASSWORD });
        self.post_from(address, path, &body)
    }

    fn guess(&self, address: &str, login: &str) -> Reply {
        self.post_from(address, "/api/auth/local/login", &json!({ "login": login, "password": "wrong" }))
    }

    /// As if so much had been asked for from all over the world within this hour.
    fn exhaust(&self, what: &str, all: u32) {
        self.world
            .tell(&format!("UPDATE quotas SET spent = {all} WHERE id LIKE '{what} %' AND id NOT LIKE '% from %'"));
        assert_eq!(self.world.ask::<i64>(&format!("SELECT count(*) FROM quotas WHERE spent = {all}")), 1);
    }

    fn all_rows(&self) -> i64 {
        self.world.tables().iter().map(|table| self.world.count(table)).sum()
    }
}

#[track_caller]
fn waits_for_the_hour(house: &House, reply: &Reply) {
    reply.refused(429, "rate_limited");
    let now: i64 = 1_780_000_000 + i64::try_from(house.passed()).unwrap();
    assert_eq!(reply.header("retry-after"), (3600 - now % 3600).to_string());
}

impl House {
    /// Seconds since the house began.
    fn passed(&self) -> u64 {
        use gatehouse::ports::Clock;
        u64::try_from(self.world.now().seconds() - 1_780_000_000).unwrap()
    }
}

/// A provider gives a customer a /48, which is 65,536 networks of 20 a minute each.
#[test]
fn a_block_may_ask_for_so_many_emails_an_hour_however_many_networks_it_has() {
    let house = House::new();
    let from = |block: &str, turn: u32| {
        house.ask_from(
            &format!("2001:db8:{block}:{turn:x}::1"),
            "/api/auth/local/register",
            &format!("u{turn}@x{block}.com"),
        )
    };
    for turn in 0..policy::STRANGERS_LETTERS_OF_A_BLOCK {
        from("a", turn).granted();
    }
    let (before, rows) = (house.world.dump(), house.all_rows());
    waits_for_the_hour(&house, &from("a", 400));
    for path in ASKS.iter().take(3) {
        waits_for_the_hour(&house, &house.ask_from("2001:db8:a:ffff::1", path, "somebody@else.com"));
    }
    assert_eq!((house.world.dump(), house.all_rows()), (before, rows), "nothing is written");
    from("b", 1).granted();
    house.pass_seconds(3600);
    from("a", 401).granted();
}

#[test]
fn the_whole_world_may_ask_for_so_many_and_the_answer_tells_nobody_who_has_an_account() {
    for path in ASKS {
        let house = House::with(&[CODES]);
        house.user("ada");
        house.exhaust("letters", policy::STRANGERS_LETTERS);
        let (before, kv) = (house.world.dump(), house.world.kv_calls.get());
        let known = house.ask_from("198.51.100.1", path, "ada@example.com");
        let unknown = house.ask_from("198.51.100.2", path, "nobody@example.com");
        assert_eq!((known.face(), known.cost), (unknown.face(), unknown.cost), "{path}");
        waits_for_the_hour(&house, &unknown);
        assert_eq!(
            (house.world.dump(), house.world.kv_calls.get()),
            (before, kv),
            "{path} writes nothing, to KV neither"
        );
        // Who has an account is still served.
        house.login("ada", PASSWORD).granted();
    }
}

#[test]
fn kv_is_told_of_no_code_that_is_over_a_budget() {
    let house = House::with(&[CODES]);
    let writes = || {
        let before = house.world.kv_calls.get();
        house.request_code("nobody@example.com").granted();
        house.world.kv_calls.get() - before
    };
    assert_eq!([writes(), writes()], [1, 0], "a second request within the minute");
    for _ in 0..4 {
        house.pass_seconds(61);
        assert_eq!(writes(), 1);
    }
    house.pass_seconds(61);
    assert_eq!(writes(), 0, "the sixth within the hour");
}

#[test]
fn strangers_failures_have_a_ceiling_that_keeps_no_owner_out() {
    let house = House::new();
    house.user("ada");
    house.guess("198.51.100.1", "nobody").refused(401, "invalid_credentials");
    house.exhaust("failures", policy::STRANGERS_FAILURES);
    let before = house.world.dump();
    for login in ["nobody", "another", "ada"] {
        waits_for_the_hour(&house, &house.guess("198.51.100.2", login));
    }
    assert_eq!(house.world.dump(), before);
    house.login("ada", "wrong").refused(401, "invalid_credentials");
    house.login("ada", PASSWORD).granted();
    house.pass_seconds(3600);
    house.guess("198.51.100.2", "nobody").refused(401, "invalid_credentials");
}

/// Each name that is typed would have a counter and an entry of its own.
#[test]
fn a_block_may_fail_so_often_an_hour_whatever_it_types() {
    let house = House::new();
    let fail = |turn: u32| house.guess(&format!("2001:db8:a:{turn:x}::1"), &format!("name{turn}")).status;
    house.world.tell(&format!(
        "CREATE TRIGGER faster AFTER INSERT ON quotas BEGIN UPDATE quotas SET spent = {}; END",
        policy::STRANGERS_FAILURES_OF_A_BLOCK - 10
    ));
    fail(0);
    house.world.tell("DROP TRIGGER faster");
    let answers: Vec<_> = (1..10).map(|turn| fail(turn).as_u16()).collect();
    // The counter and the entry of each count.
    assert_eq!(answers.iter().filter(|status| **status == 401).count(), 5, "{answers:?}");
    assert_eq!(answers.last(), Some(&429));
    assert!(house.world.count("attempts") <= 6 && house.world.count("audit") <= 6);
}

#[test]
fn a_refusal_beyond_the_ceiling_is_the_same_and_leaves_no_row() {
    let house = House::with(&[CODES]);
    house.register("ada", "ada@example.com").granted();
    let dead = house.last_link_token();
    house.activate(&dead).granted();
    house.activate(&dead).refused(400, "invalid_token");
    house.exhaust("failures", policy::STRANGERS_FAILURES);
    house.pass_seconds(60);
    let before = house.world.dump();
    house.activate(&dead).refused(400, "invalid_token");
    house.verify_code("nobody@example.com", "123456").refused(401, "invalid_code");
    house.register("ada", "other@example.com").refused(409, "login_taken");
    assert_eq!(house.world.dump(), before);
}

#[test]
fn what_strangers_do_shares_a_row_a_minute_for_each_network() {
    let house = House::with(&[CODES]);
    for turn in 0..4 {
        let email = format!("u{turn}@example.com");
        for path in ASKS {
            // One network, whatever address of it.
            house.ask_from(&format!("2001:db8:1:2::{turn}"), path, &email).granted();
        }
    }
    assert_eq!(house.world.count("audit"), 4);
    assert_eq!(house.world.ask::<i64>("SELECT count(*) FROM audit WHERE count = 4 AND identifier IS NULL"), 4);
    house.ask_from("2001:db8:1:3::1", ASKS[2], "u1@example.com").granted();
    house.ask_from("2001:db8:1:3::1", ASKS[2], "u1@example.com").granted();
    let told = "SELECT count(*) FROM audit WHERE count = 2 AND identifier IS NOT NULL";
    assert_eq!(house.world.ask::<i64>(told), 1, "who was meant, where it is the same for all");
}

#[test]
fn of_the_registrations_of_one_address_and_network_five_wait() {
    let house = House::new();
    let register = |address: &str, number: u32| {
        house.pass_seconds(1);
        let body = json!({ "login": format!("u{number}"), "email": "ada@example.com", "password": PASSWORD });
        house.post_from(address, "/api/auth/local/register", &body).granted();
    };
    register("198.51.100.1", 99);
    (0..8).for_each(|number| register("203.0.113.7", number));
    let waiting: String =
        house.world.ask("SELECT group_concat(login) FROM (SELECT login FROM registrations ORDER BY login)");
    assert_eq!(waiting, "u3,u4,u5,u6,u7,u99");
}

#[test]
fn the_sign_in_page_hands_out_so_many_tickets_and_one_entry_a_minute() {
    let house = House::with(&[("AUTH_REDIRECT_URIS", "https://app.example.com/callback")]);
    house.user("ada");
    let mut browser = Browser::of(&house, "ada");
    let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
    let path = format!(
        "/account/signin?r=https://app.example.com/callback&code_challenge={challenge}&code_challenge_method=S256"
    );
    for _ in 0..5 {
        assert_eq!(browser.get(&path).status, 303);
    }
    assert_eq!(house.world.ask::<i64>("SELECT count FROM audit WHERE act = 'issue_ticket'"), 5);
    let answers = (0..300).map(|_| browser.get(&path).status.as_u16());
    assert_eq!(answers.filter(|status| *status == 429).count(), 6, "with the pages of the sign-in before");
}

#[test]
fn a_database_that_will_be_full_is_told_of_before_it_is() {
    let house = House::new();
    let ready = || house.get("/health/ready").json()["checks"]["database"].clone();
    house.world.size.set(policy::DATABASE_NEARLY_FULL - 1);
    house.cron();
    assert_eq!((ready(), house.world.log.borrow().len()), (json!("ok"), 0));
    house.world.size.set(policy::DATABASE_NEARLY_FULL);
    house.cron();
    assert_eq!(ready(), json!("ok; it is nearly full"));
    assert!(house.world.log.borrow()[0].contains("8000000000 of the 10000000000 bytes"), "{:?}", house.world.log);
}

#[test]
fn counters_of_strangers_are_swept_when_their_hour_is_over() {
    let house = House::new();
    house.ask_from("198.51.100.1", ASKS[2], "nobody@example.com").granted();
    house.guess("198.51.100.1", "nobody");
    assert_eq!(house.world.count("quotas"), 4);
    house.cron();
    assert_eq!(house.world.count("quotas"), 4);
    house.pass_seconds(3600);
    house.cron();
    assert_eq!(house.world.count("quotas"), 0);
}

#[test]
fn in_development_nobody_is_counted_where_addresses_are_not() {
    let house = House::with(&crate::house::UNCOUNTED_WITH_CODES);
    house.user("ada");
    for path in ASKS {
        let reply = house.ask_from("198.51.100.1", path, "u@example.com");
        assert_eq!(reply.status, 200, "{path}");
    }
    house.guess("198.51.100.1", "nobody");
    assert_eq!(house.world.count("quotas"), 0);
    let _: Value = house.knock(Method::GET, "/health/ready", &[], "").json();
}
