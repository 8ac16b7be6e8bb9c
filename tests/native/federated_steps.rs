//! Random steps of two people with an identity provider that says whatever one of them wants. Neither gets into an account of the
//! other, and no identity of one is ever connected with an account of the other.

use std::collections::{BTreeMap, BTreeSet};

use gatehouse::domain::devices::device::SESSION_TOKEN;
use serde_json::json;

use crate::app::{NEW_PASSWORD, ORIGIN, PASSWORD, Reply, TestApp, UNCOUNTED};
use crate::browser::Browser;
use crate::discord;
use crate::hostile::Dice;

const SEQUENCES: u64 = 200;
const STEPS: usize = 40;

/// Discord, because it signs nothing. The operator trusts it for a domain in which only the attacker has an address.
const PROVIDERS: &str = r#"[{"kind":"discord","client_id":"gatehouse","trusted_domains":["trusted.example"]}]"#;

/// What a person has. The first letter of a subject is whose it is.
struct Has {
    name: &'static str,
    addresses: [&'static str; 2],
    subjects: &'static [&'static str],
    password: &'static str,
}

const PEOPLE: [Has; 2] = [
    Has {
        name: "victim",
        addresses: ["victim@example.com", "second@example.com"],
        subjects: &["victim-1"],
        password: PASSWORD,
    },
    Has {
        name: "attacker",
        addresses: ["mallory@evil.example", "mallory@trusted.example"],
        subjects: &["attacker-1", "attacker-2"],
        password: NEW_PASSWORD,
    },
];
const VICTIM: usize = 0;
const ATTACKER: usize = 1;

struct Person<'h> {
    has: Has,
    browser: Browser<'h>,
    /// Of the sign-ins they have begun.
    states: Vec<String>,
    /// The accounts in which they have had a session.
    entered: BTreeSet<String>,
}

struct World<'h> {
    app: &'h TestApp,
    dice: Dice,
    people: [Person<'h>; 2],
    steps: Vec<String>,
}

impl<'h> World<'h> {
    fn new(app: &'h TestApp, seed: u64) -> Self {
        let person = |has| Person { has, browser: Browser::new(app), states: Vec::new(), entered: BTreeSet::new() };
        Self { app, dice: Dice(seed), people: PEOPLE.map(person), steps: Vec::new() }
    }

    /// Presses the button of a page that posts to `action`, if the page has it.
    fn press(&mut self, who: usize, path: &str, action: &str, fields: &[(&str, &str)]) -> Option<Reply> {
        let browser = &mut self.people[who].browser;
        let page = browser.get(path);
        let has_it = page.status.is_success() && page.text().contains(&format!(r#"action="{action}""#));
        has_it.then(|| browser.submit(&page, action, fields))
    }

    /// An address that the person may name, most often the first of theirs: an attacker names any.
    fn address(&mut self, who: usize) -> &'static str {
        let of = if who == ATTACKER { usize::from(self.dice.roll(3) > 0) } else { VICTIM };
        self.own_address(of)
    }

    fn own_address(&mut self, who: usize) -> &'static str {
        self.people[who].has.addresses[usize::from(self.dice.roll(3) == 0)]
    }

    /// Some begin with accounts.
    fn settle(&mut self) {
        for who in [VICTIM, ATTACKER] {
            if self.dice.roll(2) == 0 {
                let Has { name, addresses, password, .. } = self.people[who].has;
                let typed = json!({ "login": name, "email": addresses[0], "password": password });
                self.app.post("/api/auth/local/register", &typed).assert_ok();
                self.app.activate(&self.app.last_link_token()).assert_ok();
            }
        }
    }

    fn begin(&mut self, who: usize) {
        let state = discord::begin(&mut self.people[who].browser, "");
        self.people[who].states.push(state);
    }

    fn arrive(&mut self, who: usize) {
        self.begin(who);
        self.come_back(who, who);
    }

    /// Comes back with a `state` of somebody, and with an identity of one's own about which the provider says anything.
    fn come_back(&mut self, who: usize, whose: usize) {
        let Some(state) = self.people[whose].states.last().cloned() else { return };
        let subjects = self.people[who].has.subjects;
        let (id, verified) = (subjects[self.dice.roll(subjects.len())], self.dice.roll(2) == 1);
        let said = discord::said(id, self.address(who), verified);
        self.steps.push(format!("    the provider says {said}"));
        discord::come_back(self.app, &mut self.people[who].browser, &state, &said);
    }

    /// One of the last links of a kind in the mailboxes of somebody.
    fn link(&mut self, whose: usize, page: &str) -> Option<String> {
        let addresses = self.people[whose].has.addresses;
        let start = format!("{ORIGIN}/account/{page}?token=");
        let emails = self.app.emails();
        let theirs =
            emails.iter().rev().filter(|email| addresses.iter().any(|own| email["to"].to_string().contains(own)));
        let rests = theirs.filter_map(|email| email["text"].as_str().unwrap().split_once(&start));
        let links = rests.map(|(_, rest)| format!("/account/{page}?token={}", rest.split_whitespace().next().unwrap()));
        links.take(2).nth(self.dice.roll(2))
    }

    /// Opens the link of somebody, and presses what its page has: by an identity, or else with one's own password.
    fn activate(&mut self, who: usize, whose: usize) {
        let Some(link) = self.link(whose, "activate") else { return };
        let password = self.people[who].has.password;
        if self.press(who, &link, "/account/activate/identity", &[]).is_none() {
            self.press(who, &link, "/account/activate", &[("password", password)]);
        }
    }

    fn login(&mut self, who: usize) -> String {
        format!("{}{}", self.people[who].has.name, self.dice.roll(4))
    }

    fn sign_up(&mut self, who: usize) {
        let (login, email) = (self.login(who), self.address(who));
        let fields = [("login", login.as_str()), ("email", email)];
        self.press(who, "/account/connect", "/account/connect/register", &fields);
    }

    fn register(&mut self, who: usize) {
        let (login, email, password) = (self.login(who), self.address(who), self.people[who].has.password);
        let typed = json!({ "login": login, "email": email, "password": password });
        self.app.post("/api/auth/local/register", &typed);
    }

    fn sign_in(&mut self, who: usize) {
        let email = self.own_address(who);
        if self.one("SELECT id FROM users WHERE email_folded = ?", email).is_none() {
            return;
        }
        let fields = [("login", email), ("password", self.people[who].has.password)];
        self.press(who, "/account/signin", "/account/signin", &fields);
    }

    fn change_email(&mut self, who: usize) {
        let (email, present) = (self.address(who), self.people[who].has.password);
        let fields = [("email", email), ("current_password", present)];
        self.press(who, "/account/address", "/account/address", &fields);
    }

    /// Of an account that one has been in: the page names it.
    fn confirm_address(&mut self, who: usize) {
        let Some(link) = self.link(who, "email") else { return };
        let page = self.people[who].browser.get(&link).text();
        let logins =
            self.people[who].entered.iter().filter_map(|user| self.one("SELECT login FROM users WHERE id = ?", user));
        if logins.into_iter().any(|login| page.contains(&format!("<bdi>{login}</bdi>"))) {
            self.press(who, &link, "/account/email", &[]);
        }
    }

    fn delete(&mut self, who: usize) {
        if let Some(user) = self.session_of(who) {
            let login = self.one("SELECT login FROM users WHERE id = ?", &user).unwrap();
            self.press(who, "/account/delete", "/account/delete", &[("confirm_login", &login)]);
        }
    }

    fn pass(&mut self) {
        self.app.pass_seconds(60 * (1 + self.dice.roll(25) as u64));
        self.app.cron();
    }

    /// One step; an attacker takes more of them.
    fn step(&mut self) -> &'static str {
        let who = if self.dice.roll(5) < 2 { VICTIM } else { ATTACKER };
        let name = self.people[who].has.name;
        let kind = self.dice.roll(28);
        let step = match kind {
            0..=5 => "arrive",
            6 => "begin",
            7 => "come back",
            8 => "come back with the state of the other",
            9..=11 => "connect",
            12..=14 => "sign up",
            15 => "register",
            16..=18 => "activate",
            19 => "activate with the link of the attacker",
            20..=21 => "sign in",
            22 => "sign out",
            23 => "disconnect",
            24 => "change the address",
            25 => "confirm the address",
            26 => "delete",
            _ => "wait",
        };
        self.steps.push(format!("{name}: {step}"));
        self.take(who, step);
        step
    }

    fn take(&mut self, who: usize, step: &str) {
        match step {
            "arrive" => self.arrive(who),
            "begin" => self.begin(who),
            "come back" => self.come_back(who, who),
            "come back with the state of the other" => self.come_back(who, 1 - who),
            "connect" => drop(self.press(who, "/account/connect", "/account/connect", &[])),
            "sign up" => self.sign_up(who),
            "register" => self.register(who),
            "activate" => self.activate(who, who),
            // Which the attacker has sent on. Nobody reads the mailbox of a victim.
            "activate with the link of the attacker" => self.activate(VICTIM, ATTACKER),
            "sign in" => self.sign_in(who),
            "sign out" => drop(self.press(who, "/account", "/account/signout", &[])),
            "disconnect" => drop(self.press(who, "/account/security", "/account/security/identities/remove", &[])),
            "change the address" => self.change_email(who),
            "confirm the address" => self.confirm_address(who),
            "delete" => self.delete(who),
            _ => self.pass(),
        }
    }

    /// The account of a person's session, if they have one.
    fn session_of(&self, who: usize) -> Option<String> {
        let token = self.people[who].browser.cookie("__Host-session")?;
        let session = SESSION_TOKEN.read(&self.app.settings().keys, token)?;
        self.one("SELECT user_id FROM sessions WHERE id = ?", &session.to_string())
    }

    fn one(&self, sql: &str, value: &str) -> Option<String> {
        self.app.platform.database.borrow().query_row(sql, [value], |row| row.get(0)).ok()
    }

    /// Subject, user and address of each connected identity.
    fn connected(&self) -> Vec<[String; 3]> {
        const ALL: &str = "SELECT subject, user_id, email_folded FROM identities JOIN users ON users.id = user_id";
        let database = self.app.platform.database.borrow();
        let mut rows = database.prepare(ALL).unwrap();
        let rows = rows.query_map([], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap();
        rows.map(Result::unwrap).collect()
    }

    /// The number of connected identities, after none is found where it must not be.
    fn check(&mut self, seed: u64) -> usize {
        for who in 0..2 {
            let Some(user) = self.session_of(who) else { continue };
            let email = self.one("SELECT email_folded FROM users WHERE id = ?", &user).unwrap();
            let others = self.people[1 - who].has.addresses;
            let is_others = others.contains(&email.as_str());
            assert!(!is_others, "seed {seed}: in the account of {email}\n{}", self.steps.join("\n"));
            self.people[who].entered.insert(user);
        }
        let connected = self.connected();
        for [subject, user, email] in &connected {
            let other = &self.people[usize::from(subject.starts_with('v'))];
            let is_others = other.has.addresses.contains(&email.as_str()) || other.entered.contains(user);
            assert!(!is_others, "seed {seed}: {subject} is connected with {email}\n{}", self.steps.join("\n"));
        }
        connected.len()
    }
}

#[test]
fn no_sequence_of_steps_connects_an_identity_with_the_account_of_another() {
    let changes = [UNCOUNTED[0], UNCOUNTED[1], ("AUTH_PROVIDERS", PROVIDERS), ("AUTH_PROVIDER_DISCORD_SECRET", "s")];
    // How often which step changed which identities are connected, and began a session.
    let (mut connects, mut enters) = (BTreeMap::<_, usize>::new(), BTreeMap::<_, usize>::new());
    for seed in 0..SEQUENCES {
        let app = TestApp::with(&changes);
        let mut world = World::new(&app, seed);
        world.settle();
        let (mut identities, mut sessions) = (0, app.platform.count("sessions"));
        for _ in 0..STEPS {
            let step = world.step();
            let (connected, begun) = (world.check(seed), app.platform.count("sessions"));
            *connects.entry(step).or_default() += usize::from(connected != identities);
            *enters.entry(step).or_default() += usize::from(begun > sessions);
            (identities, sessions) = (connected, begun);
        }
    }
    let all = format!("{connects:?} {enters:?}");
    assert!(["arrive", "connect", "sign up", "activate", "disconnect"].iter().all(|step| connects[step] > 0), "{all}");
    assert!(["arrive", "sign up", "sign in"].iter().all(|step| enters[step] > 0), "{all}");
    for hostile in ["come back with the state of the other", "activate with the link of the attacker"] {
        assert_eq!((connects[hostile], enters[hostile]), (0, 0), "{hostile}");
    }
}
