//! What addresses and login names are: which two are one, which may be chosen, and where they are shown.

use serde_json::{Value, json};

use crate::house::{CODES, House, PASSWORD, UNCOUNTED};

const TYPED: &str = "Ada@Bücher.example";
/// As Chromium sends what is typed into a field for addresses.
const ROUTED: &str = "Ada@xn--bcher-kva.example";

impl House {
    /// Somebody with an account under an address.
    fn user_at(&self, login: &str, email: &str) {
        self.register(login, email).granted();
        self.activate(&self.last_link_token()).granted();
    }

    /// To whom the letters went, and about what.
    fn posted(&self) -> Vec<(String, String)> {
        let part = |letter: &Value, name: &str| letter[name].as_str().unwrap_or_default().to_owned();
        let to = |letter: &Value| letter["to"][0].as_str().unwrap().to_owned();
        self.letters().iter().map(|letter| (to(letter), part(letter, "subject"))).collect()
    }
}

#[test]
fn a_mailbox_is_one_in_both_spellings_of_its_domain() {
    for (first, second) in [(TYPED, ROUTED), (ROUTED, TYPED)] {
        let house = House::with(&[CODES]);
        house.user_at("ada", first);
        for address in [TYPED, ROUTED, "ada@bu\u{308}cher.EXAMPLE", "ada@XN--bcher-KVA.example", "ada@ｂücher。example"]
        {
            house.login(address, PASSWORD).granted();
        }
        house.register("eve", second).granted();
        house.recover(second).granted();
        let code = house.code_for(second);
        house.verify_code(first, &code).granted();
        let posted = house.posted();
        assert!(posted.iter().all(|(to, _)| to == ROUTED), "the envelope has it as the DNS does: {posted:?}");
        let subjects: Vec<_> = posted.iter().map(|(_, subject)| subject.replace(&code, "N")).collect();
        let expected = [
            "Activate your Gatehouse account",
            "You already have a Gatehouse account",
            "Choose a new Gatehouse password",
            "N is your Gatehouse code",
        ];
        assert_eq!(subjects, expected);
        let shown = house.me(&house.sign_in("ada").access).granted().json();
        assert_eq!(shown["email"], first, "its owner sees what they have typed");
    }
}

#[test]
fn limits_count_both_spellings_as_one() {
    let house = House::with(&UNCOUNTED);
    house.user_at("ada", TYPED);
    for address in [TYPED, ROUTED, TYPED, ROUTED, TYPED, ROUTED, TYPED] {
        house.recover(address).granted();
    }
    let recoveries = house.posted().iter().filter(|(_, subject)| subject.starts_with("Choose")).count();
    assert_eq!(recoveries, 5);
    for address in [TYPED, ROUTED].repeat(5) {
        house.login(address, "wrong").refused(401, "invalid_credentials");
    }
    house.login(TYPED, "wrong").refused(429, "rate_limited");
}

#[test]
fn a_list_of_domains_admits_an_address_in_both_spellings() {
    for listed in ["Bücher.example", "xn--bcher-kva.example", "example.com, bücher.example"] {
        let house = House::with(&[("AUTH_REGISTRATION", listed)]);
        house.register("ada", TYPED).granted();
        house.register("eve", ROUTED).granted();
        house.register("bob", "bob@bucher.example").refused(403, "forbidden");
        let page = house.get("/account/register").text();
        let shown = listed.to_lowercase();
        assert!(page.contains(&shown), "the page says it as its operator did: {page}");
    }
}

#[test]
fn an_account_from_before_is_found_by_both_spellings_once_cron_has_seen_it() {
    let house = House::new();
    house.user_at("ada", TYPED);
    house.user_at("eve", "eve@example.com");
    house.world.tell("UPDATE users SET email_folded = 'ada@bücher.example' WHERE login = 'ada'");
    house.login(TYPED, PASSWORD).refused(401, "invalid_credentials");
    house.cron();
    house.login(TYPED, PASSWORD).granted();
    house.login(ROUTED, PASSWORD).granted();
    // Two accounts of one mailbox, from when its spellings were two: both stay, and the address is the newer one's.
    house
        .world
        .tell("UPDATE users SET email = 'ada@bücher.example', email_folded = 'ada@bücher.example' WHERE login = 'eve'");
    house.cron();
    let folded = "SELECT group_concat(email_folded, ' ') FROM (SELECT email_folded FROM users ORDER BY login)";
    assert_eq!(house.world.ask::<String>(folded), "ada@xn--bcher-kva.example ada@bücher.example");
    house.login("eve", PASSWORD).granted();
}

#[test]
fn an_address_that_cannot_be_written_to_is_refused_at_once() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let said = "We cannot send email to this address: before the @ there may only be a to z, digits and signs. Use another one.";
    for reply in [house.register("jörg", "jörg@example.com"), house.change_email(&ada.access, "jörg@example.com")] {
        reply.refused(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "email");
    }
    let sdk = House::with(&[("AUTH_RESPONSE_ENVELOPE", "fastschema")]);
    assert_eq!(sdk.register("jörg", "jörg@example.com").json()["error"]["message"], said);
    assert_eq!(house.world.count("registrations"), 1);

    let mailgun = House::with(&[("MAIL_PROVIDER", "mailgun")]);
    mailgun.register("jörg", "jörg@Bücher.example").granted();
    let sent = mailgun.world.sent.borrow_mut().pop().unwrap().into_body();
    let to = form_urlencoded::parse(&sent).find(|(name, _)| name == "to").unwrap().1.into_owned();
    assert_eq!(to, "jörg@xn--bcher-kva.example");
}

#[test]
fn a_login_name_is_chosen_by_a_rule_and_kept_whatever_the_rule_is() {
    let house = House::with(&UNCOUNTED);
    for (number, name) in ["สมชาย", "लक्ष्मी", "İbrahim", "דָּוִד", "홍길동", "田中-Tanaka"].into_iter().enumerate()
    {
        house.user_at(name, &format!("{number}@example.com"));
        house.login(name, PASSWORD).granted();
    }
    for name in ["pаypal", "αdmin", "a\u{3164}b", "\u{115f}", "a\u{34f}b", "a\u{200d}b"] {
        let reply = house.register(name, "eve@example.com");
        reply.refused(400, "invalid_request");
        assert_eq!(reply.json()["data"]["field"], "login");
    }
    // Somebody whose name another rule has let through.
    house.user_at("eve", "eve@example.com");
    house.world.tell("UPDATE users SET login = 'pаypal' WHERE login = 'eve'");
    for typed in ["pаypal", "PАYPAL "] {
        house.login(typed, PASSWORD).granted();
    }
}

#[test]
fn no_letter_to_somebody_who_asked_for_nothing_names_who_did() {
    let house = House::new();
    house.register("evil.example", "victim@example.org").granted();
    house.post("/api/auth/local/activate/send", &json!({ "email": "victim@example.org" })).granted();
    house.user_at("thief.example", "thief@example.com");
    let thief = house.sign_in("thief.example");
    house.change_email(&thief.access, "victim@example.org").granted();
    house.recover("victim@example.org").granted();
    let letters: Vec<_> =
        house.letters().into_iter().filter(|letter| letter["to"][0] == "victim@example.org").collect();
    assert_eq!(letters.len(), 3);
    for letter in letters {
        let told = letter.to_string();
        assert!(!told.contains("evil.example") && !told.contains("thief.example"), "{told}");
    }
    let page = house.get(&format!("/account/email?token={}", house.last_link_token())).text();
    assert!(page.contains("thief.example"), "the page says whose account it is");
}
