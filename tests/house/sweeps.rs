use crate::browser::Browser;
use crate::house::{CODES, House, PASSWORD, Tokens};

const DAY: u64 = 86_400;

/// A house with a row of every kind.
fn lived_in() -> (House, Tokens) {
    let house = House::with(&[CODES]);
    let tokens = house.signed_in("ada");
    house.register("bob", "bob@example.com").granted();
    house.recover("ada@example.com").granted();
    house.request_code("ada@example.com").granted();
    house.change_email(&tokens.access, "new@example.com").granted();
    house.confirm_email(&house.last_link_token()).granted();
    house.change_email(&tokens.access, "newer@example.com").granted();
    house.login("nobody", "wrong").refused(401, "invalid_credentials");
    Browser::of(&house, "ada");
    let carol = house.signed_in("carol");
    assert_eq!(house.delete_account(&carol.access).status, 204);
    (house, tokens)
}

#[test]
fn what_lives_is_not_swept() {
    let (house, tokens) = lived_in();
    let tables = [
        "registrations",
        "recoveries",
        "codes",
        "attempts",
        "networks",
        "departures",
        "email_changes",
        "email_undos",
        "sessions",
        "outbox",
        "audit",
        "users",
    ];
    let before = tables.map(|table| house.world.count(table));
    house.pass_seconds(299);
    house.cron();
    assert_eq!(tables.map(|table| house.world.count(table)), before);
    house.me(&tokens.access).granted();
}

#[test]
fn what_is_over_is_swept_each_in_its_time() {
    let (house, _) = lived_in();
    house.pass_seconds(DAY + 1);
    house.cron();
    assert_eq!(
        (house.world.count("registrations"), house.world.count("recoveries"), house.world.count("codes")),
        (0, 0, 0)
    );
    assert_eq!((house.world.count("email_changes"), house.world.count("email_undos")), (0, 1));
    assert_eq!(house.world.count("submissions"), 0);
    assert_eq!(
        (house.world.count("attempts"), house.world.count("departures"), house.world.count("networks")),
        (0, 0, 1)
    );
    assert!(house.world.count("sessions") == 2 && house.world.count("outbox") > 0 && house.world.count("audit") > 0);
    house.pass_seconds(6 * DAY);
    house.cron();
    assert_eq!(house.world.count("email_undos"), 0);
    house.pass_seconds(23 * DAY);
    house.cron();
    assert_eq!(house.world.count("outbox"), 0);
    house.pass_seconds(30 * DAY);
    house.cron();
    assert_eq!((house.world.count("sessions"), house.world.count("audit") > 0), (0, true));
    assert_eq!(house.world.count("networks"), 0);
    house.pass_seconds(305 * DAY);
    house.cron();
    assert_eq!((house.world.count("audit"), house.world.count("users")), (0, 1));
    house.login("ada", PASSWORD).granted();
}

#[test]
fn the_log_is_kept_as_long_as_the_setting_says() {
    let house = House::with(&[("AUDIT_RETENTION_DAYS", "7")]);
    house.user("ada");
    house.pass_seconds(7 * DAY);
    house.cron();
    assert_eq!(house.world.count("audit"), 2);
    house.pass_seconds(1);
    house.cron();
    assert_eq!(house.world.count("audit"), 0);
    assert!(House::with(&[("AUDIT_RETENTION_DAYS", "0")]).get("/health/ready").text().contains("AUDIT_RETENTION_DAYS"));
}

#[test]
fn letters_that_wait_are_not_swept() {
    let house = House::with(&[("MAIL_PROVIDER", "outbox")]);
    house.register("ada", "ada@example.com").granted();
    house.pass_seconds(40 * DAY);
    house.cron();
    assert_eq!(house.world.count("outbox"), 1);
}

#[test]
fn a_run_takes_a_bounded_bite() {
    let house = House::new();
    house.world.tell(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
         INSERT INTO codes (id, subject, created_at, expires_at)
         SELECT printf('%036d', i), printf('%036d', i), 1, 2 FROM n",
    );
    for left in [3000, 1000, 0] {
        house.cron();
        assert_eq!(house.world.count("codes"), left);
    }
}
