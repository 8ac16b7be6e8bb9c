//! The text of each kind of email: the default in the reader's language, unless the operator sets `MAIL_<LETTER>_SUBJECT` and
//! `MAIL_<LETTER>_BODY`.
//!
//! A new kind of email needs a `TemplateSpec` with its line in `Templates`, its texts in `words`, and a variant of `Email`.

use crate::domain::env_reader::{EnvReader, short};
use crate::domain::mail::template::{Body, LINK, Line};
use crate::domain::policy;
use crate::words::catalogue;
use crate::words::emails::{Emails, Text};
use crate::words::language::{InEach, Language};

/// The texts of every kind of email.
pub struct Templates {
    pub activation: Template,
    pub account_exists: Template,
    pub refresh_token_reused: Template,
    pub recovery: Template,
    pub code: Template,
    pub password_changed: Template,
    pub new_place: Template,
    pub email_changing: Template,
    pub email_changed: Template,
    pub email_went_back: Template,
    pub account_deleted: Template,
    pub account_disabled: Template,
    pub account_enabled: Template,
    pub role_changed: Template,
    pub reset_started: Template,
    pub token_created: Template,
    pub withheld: Template,
}

impl Templates {
    pub fn read(read: &mut EnvReader<'_>) -> Option<Self> {
        let activation = ACTIVATION.read(read);
        let account_exists = ACCOUNT_EXISTS.read(read);
        let refresh_token_reused = REFRESH_TOKEN_REUSED.read(read);
        let recovery = RECOVERY.read(read);
        let code = CODE.read(read);
        let password_changed = PASSWORD_CHANGED.read(read);
        let new_place = NEW_PLACE.read(read);
        let email_changing = EMAIL_CHANGING.read(read);
        let email_changed = EMAIL_CHANGED.read(read);
        let email_went_back = EMAIL_WENT_BACK.read(read);
        let account_deleted = ACCOUNT_DELETED.read(read);
        let account_disabled = ACCOUNT_DISABLED.read(read);
        let account_enabled = ACCOUNT_ENABLED.read(read);
        let role_changed = ROLE_CHANGED.read(read);
        let reset_started = RESET_STARTED.read(read);
        let token_created = TOKEN_CREATED.read(read);
        let withheld = WITHHELD.read(read);
        Some(Self {
            activation: activation?,
            account_exists: account_exists?,
            refresh_token_reused: refresh_token_reused?,
            recovery: recovery?,
            code: code?,
            password_changed: password_changed?,
            new_place: new_place?,
            email_changing: email_changing?,
            email_changed: email_changed?,
            email_went_back: email_went_back?,
            account_deleted: account_deleted?,
            account_disabled: account_disabled?,
            account_enabled: account_enabled?,
            role_changed: role_changed?,
            reset_started: reset_started?,
            token_created: token_created?,
            withheld: withheld?,
        })
    }
}

/// The texts of one kind.
pub struct Template {
    pub subject: Source<Line>,
    pub body: Source<Body>,
    form: &'static TemplateSpec,
}

impl Template {
    /// The label of the button that is the link. Also for an operator's body, although its language is unknown.
    pub fn button(&self, language: Language) -> Option<&'static str> {
        self.form.text(language).button
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

/// A kind's variables, default texts and fields.
struct TemplateSpec {
    subject_variable: &'static str,
    body_variable: &'static str,
    text: fn(&'static Emails) -> &'static Text,
    /// Fields of the email as a whole, for subject and body.
    of_letter: &'static [&'static str],
    /// Fields of each of its links, for the body.
    of_link: &'static [&'static str],
    /// Fields that a body must have, so that its reader is able to act, and safely.
    required: &'static [&'static str],
}

const ACTIVATION: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ACTIVATION_SUBJECT",
    body_variable: "MAIL_ACTIVATION_BODY",
    text: |letters| &letters.activation,
    of_letter: &["AppName"],
    of_link: &["Login", "AskedAt", "Address", "WorksUntil", LINK],
    // Another person may have registered the same name with this address and a password of their own: the time of the request
    // tells the links apart.
    required: &["AskedAt", LINK],
};

const ACCOUNT_EXISTS: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ACCOUNT_EXISTS_SUBJECT",
    body_variable: "MAIL_ACCOUNT_EXISTS_BODY",
    text: |letters| &letters.account_exists,
    of_letter: &["AppName"],
    of_link: &[],
    required: &[],
};

const REFRESH_TOKEN_REUSED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_REFRESH_TOKEN_REUSED_SUBJECT",
    body_variable: "MAIL_REFRESH_TOKEN_REUSED_BODY",
    text: |letters| &letters.refresh_token_reused,
    of_letter: &["AppName", "SignedInAt", "Device"],
    of_link: &[],
    required: &[],
};

const RECOVERY: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_RECOVERY_SUBJECT",
    body_variable: "MAIL_RECOVERY_BODY",
    text: |letters| &letters.recovery,
    of_letter: &["AppName", "Address", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const CODE: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_CODE_SUBJECT",
    body_variable: "MAIL_CODE_BODY",
    text: |letters| &letters.code,
    of_letter: &["AppName", "Code", "Address", "WorksUntil"],
    of_link: &[],
    required: &["Code"],
};

const PASSWORD_CHANGED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_PASSWORD_CHANGED_SUBJECT",
    body_variable: "MAIL_PASSWORD_CHANGED_BODY",
    text: |letters| &letters.password_changed,
    of_letter: &["AppName", "ChangedAt", "Address", "Keys"],
    of_link: &[],
    required: &[],
};

const NEW_PLACE: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_NEW_PLACE_SUBJECT",
    body_variable: "MAIL_NEW_PLACE_BODY",
    text: |letters| &letters.new_place,
    of_letter: &["AppName", "SignedInAt", "Address", "Device"],
    of_link: &[],
    required: &[],
};

const EMAIL_CHANGING: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_EMAIL_CHANGING_SUBJECT",
    body_variable: "MAIL_EMAIL_CHANGING_BODY",
    text: |letters| &letters.email_changing,
    of_letter: &["AppName", "Login", "Address", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const EMAIL_CHANGED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_EMAIL_CHANGED_SUBJECT",
    body_variable: "MAIL_EMAIL_CHANGED_BODY",
    text: |letters| &letters.email_changed,
    of_letter: &["AppName", "Login", "ChangedAt", "Address", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const EMAIL_WENT_BACK: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_EMAIL_WENT_BACK_SUBJECT",
    body_variable: "MAIL_EMAIL_WENT_BACK_BODY",
    text: |letters| &letters.email_went_back,
    of_letter: &["AppName", "Login", "ChangedAt", "Address"],
    of_link: &[],
    required: &[],
};

const ACCOUNT_DELETED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ACCOUNT_DELETED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_DELETED_BODY",
    text: |letters| &letters.account_deleted,
    of_letter: &["AppName", "DeletedAt", "Address"],
    of_link: &[],
    required: &[],
};

const ACCOUNT_DISABLED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ACCOUNT_DISABLED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_DISABLED_BODY",
    text: |letters| &letters.account_disabled,
    of_letter: &["AppName", "ChangedAt"],
    of_link: &[],
    required: &[],
};

const ACCOUNT_ENABLED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ACCOUNT_ENABLED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_ENABLED_BODY",
    text: |letters| &letters.account_enabled,
    of_letter: &["AppName", "ChangedAt"],
    of_link: &[],
    required: &[],
};

const ROLE_CHANGED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_ROLE_CHANGED_SUBJECT",
    body_variable: "MAIL_ROLE_CHANGED_BODY",
    text: |letters| &letters.role_changed,
    of_letter: &["AppName", "Role", "ChangedAt"],
    of_link: &[],
    required: &[],
};

const RESET_STARTED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_RESET_STARTED_SUBJECT",
    body_variable: "MAIL_RESET_STARTED_BODY",
    text: |letters| &letters.reset_started,
    of_letter: &["AppName", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const TOKEN_CREATED: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_TOKEN_CREATED_SUBJECT",
    body_variable: "MAIL_TOKEN_CREATED_BODY",
    text: |letters| &letters.token_created,
    of_letter: &["AppName", "Key", "CreatedAt", "Address", "WorksUntil"],
    of_link: &[],
    required: &[],
};

const WITHHELD: TemplateSpec = TemplateSpec {
    subject_variable: "MAIL_WITHHELD_SUBJECT",
    body_variable: "MAIL_WITHHELD_BODY",
    text: |letters| &letters.withheld,
    of_letter: &["AppName", "What"],
    of_link: &[],
    required: &[],
};

impl TemplateSpec {
    fn text(&self, language: Language) -> &'static Text {
        (self.text)(&catalogue::of(language).emails)
    }

    fn read(&'static self, read: &mut EnvReader<'_>) -> Option<Template> {
        let subject = InEach::try_of(|language| self.parse_subject(self.text(language).subject));
        let body = InEach::try_of(|language| self.parse_body(self.text(language).body));
        let subject = read.parsed(self.subject_variable, subject.ok().map(Source::Default), |text| {
            self.parse_subject(text).map(Source::Custom)
        });
        let body = read.parsed(self.body_variable, body.ok().map(Source::Default), |text| {
            self.parse_body(text).map(Source::Custom)
        });
        Some(Template { subject: subject?, body: body?, form: self })
    }

    /// One line: a second one would be a header of its own.
    fn parse_subject(&self, text: &str) -> Result<Line, String> {
        Line::parse(&short(policy::MAIL_SUBJECT_MAX_CHARS)(text)?, self.of_letter)
    }

    fn parse_body(&self, text: &str) -> Result<Body, String> {
        let max = policy::MAIL_BODY_MAX_CHARS;
        if text.chars().count() > max || text.lines().any(|line| line.chars().any(char::is_control)) {
            return Err(format!("must have at most {max} characters and no control characters but line breaks"));
        }
        let body = Body::parse(text, self.of_letter, self.of_link)?;
        match self.required.iter().find(|field| !body.uses(field)) {
            Some(missing) => Err(format!("must have {{{{.{missing}}}}} in it")),
            None => Ok(body),
        }
    }
}
