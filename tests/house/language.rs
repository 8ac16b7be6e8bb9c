//! How somebody chooses the language of their pages and letters.

use gatehouse::domain::error::Error;
use gatehouse::domain::secret::Secret;
use gatehouse::flows::accounts::language;
use gatehouse::flows::authentication::authenticate::{self, Credential};
use gatehouse::flows::context::{ClientInfo, RequestContext};
use gatehouse::ports::Clock;
use gatehouse::words::language::Language;
use pollster::block_on;
use serde_json::Value;

use crate::house::House;
use crate::world::{Trouble, When};

impl House {
    pub fn choose(&self, token: &str, language: Option<Language>) -> Result<(), Error> {
        let ctx =
            RequestContext::new(&self.world, self.settings(), self.world.now(), ClientInfo::default(), String::new());
        let who = block_on(authenticate::require_session(&ctx, &Credential::Bearer(Secret::new(token))))?;
        block_on(language::choose(&ctx, &who, language))
    }

    fn language_of(&self, login: &str) -> Option<String> {
        self.world.ask(&format!("SELECT language FROM users WHERE login = '{login}'"))
    }
}

#[test]
fn a_choice_is_kept_on_the_record_and_exported() {
    let house = House::new();
    let ada = house.signed_in("ada");
    house.signed_in("bob");
    assert_eq!(house.export(&ada.access).granted().json()["user"]["language"], Value::Null);
    let before = house.me(&ada.access).granted().json();
    house.choose(&ada.access, Some(Language::German)).ok().unwrap();
    assert_eq!(house.language_of("ada").as_deref(), Some("de"));
    assert_eq!(house.language_of("bob"), None);
    assert_eq!(house.me(&ada.access).granted().json(), before);
    assert_eq!(house.export(&ada.access).granted().json()["user"]["language"], "de");
    house.choose(&ada.access, None).ok().unwrap();
    assert_eq!(house.language_of("ada"), None);
    let on_record = "SELECT count(*) FROM audit WHERE act = 'choose_language' AND outcome = 'ok'
                     AND user_id = (SELECT id FROM users WHERE login = 'ada') AND session_id IS NOT NULL";
    assert_eq!(house.world.ask::<i64>(on_record), 2);
}

#[test]
fn a_session_that_ends_meanwhile_chooses_nothing() {
    let house = House::new();
    let ada = house.signed_in("ada");
    let end = "UPDATE sessions SET ended_at = 1780000000123, end_reason = 'signed_out', op = 'x'";
    house.world.before_batch(0, end);
    assert!(matches!(house.choose(&ada.access, Some(Language::German)), Err(Error::TokenRevoked)));
    assert_eq!(house.language_of("ada"), None);
    let outcomes = "SELECT group_concat(outcome) FROM audit WHERE act = 'choose_language'";
    assert_eq!(house.world.ask::<String>(outcomes), "token_revoked");
}

#[test]
fn a_lost_answer_is_not_a_lost_choice() {
    let house = House::new();
    let ada = house.signed_in("ada");
    for (when, kept) in [(When::Before, None), (When::After, Some("de"))] {
        // Who asks, and then the batch.
        house.world.trouble.set(Trouble { database: Some((1, when)), ..Trouble::default() });
        let chosen = house.choose(&ada.access, Some(Language::German));
        assert_eq!(chosen.is_ok(), kept.is_some(), "{when:?}");
        assert_eq!(house.language_of("ada").as_deref(), kept);
        let entries = house.world.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'choose_language'");
        assert_eq!(entries, i64::from(kept.is_some()));
    }
}

#[test]
fn a_language_that_this_version_does_not_speak_keeps_nobody_out() {
    let house = House::new();
    let ada = house.signed_in("ada");
    house.world.tell("UPDATE users SET language = 'tlh'");
    house.me(&ada.access).granted();
    assert_eq!(house.export(&ada.access).granted().json()["user"]["language"], Value::Null);
    house.choose(&ada.access, Some(Language::English)).ok().unwrap();
    assert_eq!(house.language_of("ada").as_deref(), Some("en"));
}
