//! An email in the outbox, and how it is rendered for its reader.

use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::base_url::BaseUrl;
use crate::domain::crypto::keyring::Keyring;
use crate::domain::error::Fault;
use crate::domain::mail::message::{Email, Templates};
use crate::domain::mail::placeholders::{Contents, Placeholders};
use crate::domain::mail::rendered::{Frame, RenderedEmail};
use crate::domain::mail::template::plain;
use crate::words::catalogue;
use crate::words::language::Language;

/// The settings that emails need.
pub struct EmailSource<'a> {
    pub app_name: &'a str,
    /// The origin of every link.
    pub base_url: &'a BaseUrl,
    /// The tokens of links are stamped with these.
    pub keys: &'a Keyring,
    pub templates: &'a Templates,
}

/// An email as it is encrypted into the outbox, with the language tag of the client that caused it. A missing or unknown tag
/// comes from another version of the service, older or newer.
#[derive(Serialize)]
pub struct Sealed<E> {
    #[serde(flatten)]
    message: E,
    language: String,
}

impl<'a> Sealed<&'a Email> {
    pub fn new(message: &'a Email, language: Language) -> Self {
        Self { message, language: language.tag().to_owned() }
    }
}

impl Sealed<Email> {
    /// The email in a decrypted row.
    pub fn read(plain: &[u8]) -> serde_json::Result<Self> {
        let mut members: Map<String, Value> = serde_json::from_slice(plain)?;
        let language = members.remove("language").and_then(|tag| tag.as_str().map(str::to_owned)).unwrap_or_default();
        Ok(Self { message: Email::read(&mut members)?, language })
    }

    /// Another email to the same reader.
    pub fn instead(self, message: impl FnOnce(Email) -> Email) -> Self {
        Self { message: message(self.message), ..self }
    }

    /// In its reader's language, if they have chosen one.
    pub fn render(&self, from: &EmailSource<'_>, chosen: Option<Language>) -> Result<RenderedEmail, Fault> {
        let language = chosen.or_else(|| Language::parse(&self.language)).unwrap_or_default();
        let template = from.templates.of(&self.message)?;
        let with = Placeholders { base_url: from.base_url, keys: from.keys, words: catalogue::of(language) };
        let Contents { mut values, links } = self.message.contents(&with);
        values.push(("AppName", from.app_name.to_owned()));
        let (subject, body) = (template.subject.for_language(language), template.body.for_language(language));
        let frame = Frame {
            app_name: from.app_name,
            button: template.button(language),
            language: template.body.language(language),
        };
        Ok(RenderedEmail::render(plain(&subject.fill(&[&values])), &body.fill(&values, &links), &frame))
    }
}
