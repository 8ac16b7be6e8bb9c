//! One of everything the house hands out, and every way to present it.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::Method;
use serde_json::json;

use crate::browser::Browser;
use crate::house::{CODES, House, NEW_PASSWORD, PASSWORD, Reply, UNCOUNTED};
use crate::programs::{basic, bearer, mask};

/// What somebody may try to get in with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thing {
    Access,
    Refresh,
    BrowserSession,
    Device,
    Ticket,
    ApiKey,
    MaskedApiKey,
    Private,
    Portal,
    PortalKey,
    ActivationLink,
    RecoveryLink,
    EmailLink,
    UndoLink,
    CodeSession,
    Code,
    SessionId,
    UserId,
    Password,
    Junk,
}

/// A house in which an administrator holds one of everything.
pub struct Purse {
    pub house: House,
    held: Vec<(Thing, String)>,
}

/// What there would not be one of everything without.
const SETTINGS: [(&str, &str); 5] =
    [("AUTH_RESPONSE_ENVELOPE", "fastschema"), ("AUTH_REDIRECT_URIS", APP), CODES, UNCOUNTED[0], UNCOUNTED[1]];

/// Where a browser carries a ticket.
pub const APP: &str = "https://app.example.com/in";

impl Purse {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(changes: &[(&str, &str)]) -> Self {
        let house = House::with(&[&SETTINGS, changes].concat());
        house.administrator("ada");
        let undo = undo_link(&house);
        // Bringing nothing back: the link is held, not pressed.
        let session = house.sign_in("ada");
        let key = house.make_key(&bearer(&session));
        let private = house.private(&session.access, "n").data;
        let portal = house.portal_token("ada");
        let portal_key = house.regenerate(&session.access).unwrap();
        house.register("bob", "bob@example.com").granted();
        let activation = house.last_link_token();
        house.change_email(&session.access, "third@example.com").granted();
        let email = house.last_link_token();
        house.recover("other@example.com").granted();
        let recovery = house.last_link_token();
        let code_session = house.code_session("other@example.com");
        let code = house.last_code();

        let mut browser = Browser::new(&house);
        let ticket = browser.sign_in_for("ada", APP);
        let browser_session = browser.cookie("__Host-session").unwrap().to_owned();
        let device = browser.cookie("__Host-device").unwrap().to_owned();

        let held = vec![
            (Thing::Access, session.access.clone()),
            (Thing::Refresh, session.refresh.clone()),
            (Thing::BrowserSession, browser_session),
            (Thing::Device, device),
            (Thing::Ticket, ticket),
            (Thing::MaskedApiKey, mask(&key)),
            (Thing::ApiKey, key),
            (Thing::Private, private),
            (Thing::Portal, portal),
            (Thing::PortalKey, portal_key),
            (Thing::ActivationLink, activation),
            (Thing::RecoveryLink, recovery),
            (Thing::EmailLink, email),
            (Thing::UndoLink, undo),
            (Thing::CodeSession, code_session),
            (Thing::Code, code),
            (Thing::SessionId, house.world.ask("SELECT id FROM sessions ORDER BY created_at DESC LIMIT 1")),
            (Thing::UserId, house.id_of("ada")),
            (Thing::Password, PASSWORD.to_owned()),
            (Thing::Junk, "x".to_owned()),
        ];
        Self { house, held }
    }

    pub fn redeploy(&mut self, changes: &[(&str, &str)]) {
        self.house.redeploy(&[&SETTINGS, changes].concat());
    }

    pub fn things(&self) -> impl Iterator<Item = Thing> {
        self.held.iter().map(|(thing, _)| *thing)
    }

    pub fn text(&self, thing: Thing) -> &str {
        &self.held.iter().find(|(held, _)| *held == thing).unwrap().1
    }

    pub fn try_at(&self, method: &Method, path: &str, way: Way, thing: Thing) -> Reply {
        let (name, value) = way.header(self.text(thing));
        let request =
            House::request(method.clone(), path).header(name, value.as_bytes()).header("Origin", crate::house::ORIGIN);
        self.house.send(request.body(Vec::new()).unwrap())
    }
}

/// A change of address, confirmed: what its letter to the old one carries.
fn undo_link(house: &House) -> String {
    let session = house.sign_in("ada");
    house.change_email(&session.access, "other@example.com").granted();
    house.confirm_email(&house.last_link_token()).granted();
    house.last_link_token()
}

/// Where a request may carry something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    Bearer,
    Basic,
    BasicAsName,
    Token,
    AuthToken,
    Authentication,
    Cookie,
    SessionCookie,
    Raw,
}

impl Way {
    pub const ALL: [Self; 9] = [
        Self::Bearer,
        Self::Basic,
        Self::BasicAsName,
        Self::Token,
        Self::AuthToken,
        Self::Authentication,
        Self::Cookie,
        Self::SessionCookie,
        Self::Raw,
    ];

    pub fn header(self, text: &str) -> (&'static str, String) {
        match self {
            Self::Bearer => ("Authorization", format!("Bearer {text}")),
            Self::Basic => ("Authorization", basic(text)),
            Self::BasicAsName => ("Authorization", format!("Basic {}", STANDARD.encode(format!("{text}:{PASSWORD}")))),
            Self::Token => ("Authorization", format!("Token {text}")),
            Self::AuthToken => ("X-Auth-Token", text.to_owned()),
            Self::Authentication => ("Authentication", format!("Bearer {text}")),
            Self::Cookie => ("Cookie", format!("token={text}")),
            Self::SessionCookie => ("Cookie", format!("__Host-session={text}")),
            Self::Raw => ("Authorization", text.to_owned()),
        }
    }
}

/// What a body carries to a door that reads tokens there.
pub fn in_body(house: &House, path: &str, field: &str, text: &str) -> Reply {
    let mut body = json!({ "password": NEW_PASSWORD, "code": "000000" });
    body[field] = json!(text);
    house.post(path, &body)
}
