//! What each kind of letter says, unless `MAIL_<LETTER>_SUBJECT` and `MAIL_<LETTER>_BODY` say it otherwise.
//!
//! A new kind of letter is a `Form`, here or beside its like, with its line in `Wordings`, and a variant of `Letter`, which fills it.

use crate::domain::admin_wording::{ACCOUNT_DISABLED, ACCOUNT_ENABLED, RESET_STARTED, ROLE_CHANGED};
use crate::domain::policy;
use crate::domain::template::{Body, LINK, Line};
use crate::domain::token_wording::TOKEN_CREATED;
use crate::domain::variables::{Variables, short};

/// The words of every kind of letter.
pub struct Wordings {
    pub activation: Wording,
    pub account_exists: Wording,
    pub refresh_token_reused: Wording,
    pub recovery: Wording,
    pub code: Wording,
    pub password_changed: Wording,
    pub new_place: Wording,
    pub email_changing: Wording,
    pub email_changed: Wording,
    pub account_deleted: Wording,
    pub account_disabled: Wording,
    pub account_enabled: Wording,
    pub role_changed: Wording,
    pub reset_started: Wording,
    pub token_created: Wording,
}

impl Wordings {
    pub fn read(read: &mut Variables<'_>) -> Option<Self> {
        let activation = ACTIVATION.read(read);
        let account_exists = ACCOUNT_EXISTS.read(read);
        let refresh_token_reused = REFRESH_TOKEN_REUSED.read(read);
        let recovery = RECOVERY.read(read);
        let code = CODE.read(read);
        let password_changed = PASSWORD_CHANGED.read(read);
        let new_place = NEW_PLACE.read(read);
        let email_changing = EMAIL_CHANGING.read(read);
        let email_changed = EMAIL_CHANGED.read(read);
        let account_deleted = ACCOUNT_DELETED.read(read);
        let account_disabled = ACCOUNT_DISABLED.read(read);
        let account_enabled = ACCOUNT_ENABLED.read(read);
        let role_changed = ROLE_CHANGED.read(read);
        let reset_started = RESET_STARTED.read(read);
        let token_created = TOKEN_CREATED.read(read);
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
            account_deleted: account_deleted?,
            account_disabled: account_disabled?,
            account_enabled: account_enabled?,
            role_changed: role_changed?,
            reset_started: reset_started?,
            token_created: token_created?,
        })
    }
}

/// The words of one kind.
pub struct Wording {
    pub subject: Line,
    pub body: Body,
    /// On the button that is the link; empty where there is none.
    pub button: &'static str,
}

/// A kind's variables, the words it has without them, and the fields there are.
pub struct Form {
    pub subject_variable: &'static str,
    pub body_variable: &'static str,
    pub subject: &'static str,
    pub body: &'static str,
    pub button: &'static str,
    /// Fields of the letter as a whole, for subject and body.
    pub of_letter: &'static [&'static str],
    /// Fields of each of its links, for the body.
    pub of_link: &'static [&'static str],
    /// Fields without which a body would leave its reader unable, or unsafe, to act.
    pub required: &'static [&'static str],
}

const ACTIVATION: Form = Form {
    subject_variable: "MAIL_ACTIVATION_SUBJECT",
    body_variable: "MAIL_ACTIVATION_BODY",
    subject: "Activate your {{.AppName}} account",
    body: "\
Somebody, probably you, registered at {{.AppName}} with this address.

Open the link and press the button there to activate the account. Do so only if you asked for it: \
the password is the one that was chosen then.

Login name {{.Login}}, asked for at {{.AskedAt}} from {{.Address}}. The link works until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: without the link no account comes to be.",
    button: "Activate this account",
    of_letter: &["AppName"],
    of_link: &["Login", "AskedAt", "Address", "WorksUntil", LINK],
    // Somebody else may have registered the same name with this address and a password of their own: when it was asked
    // for tells the links apart.
    required: &["Login", "AskedAt", LINK],
};

const ACCOUNT_EXISTS: Form = Form {
    subject_variable: "MAIL_ACCOUNT_EXISTS_SUBJECT",
    body_variable: "MAIL_ACCOUNT_EXISTS_BODY",
    subject: "You already have a {{.AppName}} account",
    body: "\
Somebody, perhaps you, tried to register at {{.AppName}} with this address, asked for its activation letter, or wanted \
it for another account.

There is an account with this address already, and it stays as it is. Sign in with it as always.

If this was not you, you need not do anything: they have learned nothing about you.",
    button: "",
    of_letter: &["AppName"],
    of_link: &[],
    required: &[],
};

const REFRESH_TOKEN_REUSED: Form = Form {
    subject_variable: "MAIL_REFRESH_TOKEN_REUSED_SUBJECT",
    body_variable: "MAIL_REFRESH_TOKEN_REUSED_BODY",
    subject: "A {{.AppName}} session of yours was ended",
    body: "\
The session you opened at {{.SignedInAt}} ({{.Device}}) was used in a way that can mean its token was copied: \
an old token came back after a newer one had replaced it.

We have ended that session. Whoever holds its tokens can do nothing with them any more.

Sign in again where you use it. If this happens twice, change your password.",
    button: "",
    of_letter: &["AppName", "SignedInAt", "Device"],
    of_link: &[],
    required: &[],
};

const RECOVERY: Form = Form {
    subject_variable: "MAIL_RECOVERY_SUBJECT",
    body_variable: "MAIL_RECOVERY_BODY",
    subject: "Choose a new {{.AppName}} password",
    body: "\
Somebody, probably you, asked to choose a new password for the {{.AppName}} account with this address.

Asked for from {{.Address}}. The link works once, until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: your password stays as it is.",
    button: "Choose a new password",
    of_letter: &["AppName", "Address", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const CODE: Form = Form {
    subject_variable: "MAIL_CODE_SUBJECT",
    body_variable: "MAIL_CODE_BODY",
    subject: "{{.Code}} is your {{.AppName}} code",
    body: "\
Your code is {{.Code}}.

Somebody, probably you, asked for it from {{.Address}}. It works once, until {{.WorksUntil}}.

Nobody of ours will ever ask you for it. If this was not you, you need not do anything.",
    button: "",
    of_letter: &["AppName", "Code", "Address", "WorksUntil"],
    of_link: &[],
    required: &["Code"],
};

const PASSWORD_CHANGED: Form = Form {
    subject_variable: "MAIL_PASSWORD_CHANGED_SUBJECT",
    body_variable: "MAIL_PASSWORD_CHANGED_BODY",
    subject: "Your {{.AppName}} password was changed",
    body: "\
The password of your {{.AppName}} account was changed at {{.ChangedAt}} from {{.Address}}. All other sessions have been \
ended. Keys of programs that go on working: {{.Keys}}.

If this was not you, ask for a new password at once: that ends every session.",
    button: "",
    of_letter: &["AppName", "ChangedAt", "Address", "Keys"],
    of_link: &[],
    required: &[],
};

const NEW_PLACE: Form = Form {
    subject_variable: "MAIL_NEW_PLACE_SUBJECT",
    body_variable: "MAIL_NEW_PLACE_BODY",
    subject: "A sign-in to {{.AppName}} from a new place",
    body: "\
Somebody, probably you, signed in to your {{.AppName}} account from a place it had not been used from lately: at \
{{.SignedInAt}} from {{.Address}} ({{.Device}}).

If this was you, you need not do anything.

If it was not, ask for a new password at once: that ends every session.",
    button: "",
    of_letter: &["AppName", "SignedInAt", "Address", "Device"],
    of_link: &[],
    required: &[],
};

const EMAIL_CHANGING: Form = Form {
    subject_variable: "MAIL_EMAIL_CHANGING_SUBJECT",
    body_variable: "MAIL_EMAIL_CHANGING_BODY",
    subject: "Confirm your new {{.AppName}} address",
    body: "\
Somebody, probably you, wants the {{.AppName}} account {{.Login}} to have this address.

Open the link and press the button there if the account is yours. Asked for from {{.Address}}. The link works once, \
until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: without the link nothing changes.",
    button: "Confirm this address",
    of_letter: &["AppName", "Login", "Address", "WorksUntil"],
    of_link: &[LINK],
    // Whose account it is tells a reader who was written to by mistake from the one who asked.
    required: &["Login", LINK],
};

const EMAIL_CHANGED: Form = Form {
    subject_variable: "MAIL_EMAIL_CHANGED_SUBJECT",
    body_variable: "MAIL_EMAIL_CHANGED_BODY",
    subject: "Your {{.AppName}} account has another address now",
    body: "\
The {{.AppName}} account {{.Login}} has had another address since {{.ChangedAt}}, and letters about it go there. The \
change was confirmed from {{.Address}}.

If this was you, you need not do anything.

If it was not you, take the account back. The link brings this address back, lets you choose a new password and ends \
every session. It works once, until {{.WorksUntil}}, whatever else is done to the account until then.
{{.Link}}",
    button: "Take the account back",
    of_letter: &["AppName", "Login", "ChangedAt", "Address", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};

const ACCOUNT_DELETED: Form = Form {
    subject_variable: "MAIL_ACCOUNT_DELETED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_DELETED_BODY",
    subject: "Your {{.AppName}} account was deleted",
    body: "\
The {{.AppName}} account with this address was deleted at {{.DeletedAt}} from {{.Address}}, and all that was its own \
with it. It cannot be brought back.

You can register again at any time.

If this was not you, somebody else knows your password or reads your mail. Change that password wherever you use it, \
and the one of this mailbox.",
    button: "",
    of_letter: &["AppName", "DeletedAt", "Address"],
    of_link: &[],
    required: &[],
};

impl Form {
    fn read(&self, read: &mut Variables<'_>) -> Option<Wording> {
        let subject = read.worded(self.subject_variable, self.subject, |text| self.parse_subject(text));
        let body = read.worded(self.body_variable, self.body, |text| self.parse_body(text));
        Some(Wording { subject: subject?, body: body?, button: self.button })
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
