//! Choosing the language of pages and emails.

use gatehouse::domain::error::Error;
use gatehouse::domain::secret::Secret;
use gatehouse::flows::accounts::language;
use gatehouse::flows::authentication::authenticate;
use gatehouse::flows::authentication::credential::Credential;
use gatehouse::words::language::Language;
use pollster::block_on;
use serde_json::Value;

use crate::app::TestApp;
use crate::platform::{Failure, FailureTiming};

impl TestApp {
    pub fn choose(&self, token: &str, language: Option<Language>) -> Result<(), Error> {
        let ctx = self.context();
        let who = block_on(authenticate::require_session(&ctx, &Credential::Bearer(Secret::new(token))))?;
        block_on(language::choose(&ctx, &who, language))
    }

    fn language_of(&self, login: &str) -> Option<String> {
        self.platform.ask(&format!("SELECT language FROM users WHERE login = '{login}'"))
    }
}

#[test]
fn a_choice_is_kept_on_the_record_and_exported() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.signed_in("bob");
    assert_eq!(app.export(&ada.access).assert_ok().json()["user"]["language"], Value::Null);
    let before = app.me(&ada.access).assert_ok().json();
    app.choose(&ada.access, Some(Language::German)).ok().unwrap();
    assert_eq!(app.language_of("ada").as_deref(), Some("de"));
    assert_eq!(app.language_of("bob"), None);
    assert_eq!(app.me(&ada.access).assert_ok().json(), before);
    assert_eq!(app.export(&ada.access).assert_ok().json()["user"]["language"], "de");
    app.choose(&ada.access, None).ok().unwrap();
    assert_eq!(app.language_of("ada"), None);
    let on_record = "SELECT count(*) FROM audit WHERE act = 'choose_language' AND outcome = 'ok'
                     AND user_id = (SELECT id FROM users WHERE login = 'ada') AND session_id IS NOT NULL";
    assert_eq!(app.platform.ask::<i64>(on_record), 2);
}

#[test]
fn a_session_that_ends_meanwhile_chooses_nothing() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    let end = "UPDATE sessions SET ended_at = 1780000000123, end_reason = 'signed_out', op = 'x'";
    app.platform.before_batch(0, end);
    assert!(matches!(app.choose(&ada.access, Some(Language::German)), Err(Error::TokenRevoked)));
    assert_eq!(app.language_of("ada"), None);
    let outcomes = "SELECT group_concat(outcome) FROM audit WHERE act = 'choose_language'";
    assert_eq!(app.platform.ask::<String>(outcomes), "token_revoked");
}

#[test]
fn a_lost_answer_is_not_a_lost_choice() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    for (when, kept) in [(FailureTiming::Before, None), (FailureTiming::After, Some("de"))] {
        // The session, and then the batch.
        app.platform.trouble.set(Failure { database: Some((1, when)), ..Failure::default() });
        let chosen = app.choose(&ada.access, Some(Language::German));
        assert_eq!(chosen.is_ok(), kept.is_some(), "{when:?}");
        assert_eq!(app.language_of("ada").as_deref(), kept);
        let entries = app.platform.ask::<i64>("SELECT count(*) FROM audit WHERE act = 'choose_language'");
        assert_eq!(entries, i64::from(kept.is_some()));
    }
}

#[test]
fn a_language_that_this_version_does_not_speak_keeps_nobody_out() {
    let app = TestApp::new();
    let ada = app.signed_in("ada");
    app.platform.tell("UPDATE users SET language = 'tlh'");
    app.me(&ada.access).assert_ok();
    assert_eq!(app.export(&ada.access).assert_ok().json()["user"]["language"], Value::Null);
    app.choose(&ada.access, Some(Language::English)).ok().unwrap();
    assert_eq!(app.language_of("ada").as_deref(), Some("en"));
}
