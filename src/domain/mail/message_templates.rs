//! What an email is besides its data, and its text: the default in the reader's language, unless the operator sets
//! `MAIL_<NAME>_SUBJECT` and `MAIL_<NAME>_BODY`. `message` has the entry of each email.

use crate::domain::env_reader::{EnvReader, short};
use crate::domain::mail::budget::Budget;
use crate::domain::mail::template::{Body, Line};
use crate::domain::mail::withheld::Withheld;
use crate::domain::policy;
use crate::words::catalogue;
use crate::words::emails::{Emails, Text};
use crate::words::language::{InEach, Language};

/// An email's name, variables, default texts, placeholders and budget.
pub struct EmailSpec {
    /// At rest, and in logs.
    pub kind: &'static str,
    pub subject_variable: &'static str,
    pub body_variable: &'static str,
    pub text: fn(&'static Emails) -> &'static Text,
    /// Placeholders of the email as a whole, for subject and body.
    pub of_email: &'static [&'static str],
    /// Placeholders of each of its links, for the body.
    pub of_link: &'static [&'static str],
    /// Placeholders that a body must have, so that its reader is able to act, and safely.
    pub required: &'static [&'static str],
    pub budget: Budget,
    /// Its name in the notice that replaces it beyond its budget.
    pub withheld: Withheld,
}

/// The texts of one email.
pub struct Template {
    pub subject: Source<Line>,
    pub body: Source<Body>,
    spec: &'static EmailSpec,
}

impl Template {
    /// The label of the button that is the link. Also for an operator's body, although its language is unknown.
    pub fn button(&self, language: Language) -> Option<&'static str> {
        self.spec.text(language).button
    }
}

/// A text before its fields are filled.
pub enum Source<T> {
    Default(InEach<T>),
    /// The operator's, for readers of every language.
    Custom(T),
}

impl<T> Source<T> {
    pub const fn for_language(&self, language: Language) -> &T {
        match self {
            Self::Default(words) => words.get(language),
            Self::Custom(words) => words,
        }
    }

    /// The language of the text, if known.
    pub const fn language(&self, readers: Language) -> Option<Language> {
        match self {
            Self::Default(_) => Some(readers),
            Self::Custom(_) => None,
        }
    }
}

impl EmailSpec {
    /// An email without links, whose budget is the usual one.
    pub const fn new(
        kind: &'static str,
        [subject_variable, body_variable]: [&'static str; 2],
        text: fn(&'static Emails) -> &'static Text,
        of_email: &'static [&'static str],
    ) -> Self {
        let (budget, withheld) = (Budget::USUAL, Withheld::Notice);
        Self { kind, subject_variable, body_variable, text, of_email, of_link: &[], required: &[], budget, withheld }
    }

    pub const fn with_links(self, of_link: &'static [&'static str]) -> Self {
        Self { of_link, ..self }
    }

    pub const fn requiring(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    pub const fn within(self, budget: Budget) -> Self {
        Self { budget, ..self }
    }

    pub const fn withheld_as(self, withheld: Withheld) -> Self {
        Self { withheld, ..self }
    }

    pub fn text(&self, language: Language) -> &'static Text {
        (self.text)(&catalogue::of(language).emails)
    }

    pub fn read(&'static self, read: &mut EnvReader<'_>) -> Option<Template> {
        let subject = InEach::try_of(|language| self.parse_subject(self.text(language).subject));
        let body = InEach::try_of(|language| self.parse_body(self.text(language).body));
        let subject = read.parsed(self.subject_variable, subject.ok().map(Source::Default), |text| {
            self.parse_subject(text).map(Source::Custom)
        });
        let body = read.parsed(self.body_variable, body.ok().map(Source::Default), |text| {
            self.parse_body(text).map(Source::Custom)
        });
        Some(Template { subject: subject?, body: body?, spec: self })
    }

    /// One line: a second one would be a header of its own.
    fn parse_subject(&self, text: &str) -> Result<Line, String> {
        Line::parse(&short(policy::MAIL_SUBJECT_MAX_CHARS)(text)?, self.of_email)
    }

    fn parse_body(&self, text: &str) -> Result<Body, String> {
        let max = policy::MAIL_BODY_MAX_CHARS;
        if text.chars().count() > max || text.lines().any(|line| line.chars().any(char::is_control)) {
            return Err(format!("must have at most {max} characters and no control characters but line breaks"));
        }
        let body = Body::parse(text, self.of_email, self.of_link)?;
        match self.required.iter().find(|field| !body.uses(field)) {
            Some(missing) => Err(format!("must have {{{{.{missing}}}}} in it")),
            None => Ok(body),
        }
    }
}
