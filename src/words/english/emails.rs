//! English: the texts of emails.

use crate::words::emails::{Emails, Fillings, Text};

pub const EMAILS: Emails = Emails {
    activation: ACTIVATION,
    account_exists: ACCOUNT_EXISTS,
    refresh_token_reused: REFRESH_TOKEN_REUSED,
    recovery: RECOVERY,
    code: CODE,
    password_changed: PASSWORD_CHANGED,
    new_place: NEW_PLACE,
    email_changing: EMAIL_CHANGING,
    email_changed: EMAIL_CHANGED,
    email_went_back: EMAIL_WENT_BACK,
    account_deleted: ACCOUNT_DELETED,
    account_disabled: ACCOUNT_DISABLED,
    account_enabled: ACCOUNT_ENABLED,
    role_changed: ROLE_CHANGED,
    reset_started: RESET_STARTED,
    token_created: TOKEN_CREATED,
    withheld: WITHHELD,
    fillings: FILLINGS,
};

const FILLINGS: Fillings = Fillings {
    unknown_address: "an unknown address",
    no_keys: "none",
    older_keys: "and older ones",
    api_key: |shown| format!("API key {shown}"),
    private_token: |made_at| format!("private token made at {made_at}"),
    portal_token: |made_at| format!("portal token made at {made_at}"),
    user: "user",
    admin: "admin",
    withheld: [
        "links that activate an account",
        "links for choosing a new password",
        "one-time codes",
        "links that confirm an address",
        "notices about your account",
    ],
};

pub const ACTIVATION: Text = Text {
    subject: "Activate your {{.AppName}} account",
    body: "\
Somebody, probably you, registered at {{.AppName}} with this address.

Open the link and press the button there to activate the account. Do so only if you asked for it: \
the password is the one that was chosen then. The page shows the login name.

Asked for at {{.AskedAt}} from {{.Address}}. The link works until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: without the link no account comes to be.",
    button: Some("Activate this account"),
};

pub const RECOVERY: Text = Text {
    subject: "Choose a new {{.AppName}} password",
    body: "\
Somebody, probably you, asked to choose a new password for the {{.AppName}} account with this address.

Asked for from {{.Address}}. The link works once, until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: your password stays as it is.",
    button: Some("Choose a new password"),
};

pub const CODE: Text = Text {
    subject: "{{.Code}} is your {{.AppName}} code",
    body: "\
Your code is {{.Code}}.

Somebody, probably you, asked for it from {{.Address}}. It works once, until {{.WorksUntil}}.

Nobody of ours will ever ask you for it. If this was not you, you need not do anything.",
    button: None,
};

pub const PASSWORD_CHANGED: Text = Text {
    subject: "Your {{.AppName}} password was changed",
    body: "\
The password of your {{.AppName}} account was changed at {{.ChangedAt}} from {{.Address}}. All other sessions have been \
ended. Keys of programs that go on working: {{.Keys}}.

If this was not you, ask for a new password at once: that ends every session.",
    button: None,
};

pub const NEW_PLACE: Text = Text {
    subject: "A sign-in to {{.AppName}} from a new place",
    body: "\
Somebody, probably you, signed in to your {{.AppName}} account from a place it had not been used from lately: at \
{{.SignedInAt}} from {{.Address}} ({{.Device}}).

If this was you, you need not do anything.

If it was not, ask for a new password at once: that ends every session.",
    button: None,
};

pub const REFRESH_TOKEN_REUSED: Text = Text {
    subject: "A {{.AppName}} session of yours was ended",
    body: "\
The session you opened at {{.SignedInAt}} ({{.Device}}) was used in a way that can mean its token was copied: \
an old token came back after a newer one had replaced it.

We have ended that session. Whoever holds its tokens can do nothing with them any more.

Sign in again where you use it. If this happens twice, change your password.",
    button: None,
};

pub const ACCOUNT_EXISTS: Text = Text {
    subject: "You already have a {{.AppName}} account",
    body: "\
Somebody, perhaps you, tried to register at {{.AppName}} with this address, asked for its activation letter, or wanted \
it for another account.

There is an account with this address already, and it stays as it is. Sign in with it as always.

If this was not you, you need not do anything: they have learned nothing about you.",
    button: None,
};

pub const EMAIL_CHANGING: Text = Text {
    subject: "Confirm your new {{.AppName}} address",
    body: "\
Somebody, probably you, wants a {{.AppName}} account to have this address.

Open the link and press the button there if the account is yours; the page says which it is. Asked for from {{.Address}}. The link works once, \
until {{.WorksUntil}}.
{{.Link}}

If this was not you, you need not do anything: without the link nothing changes.",
    button: Some("Confirm this address"),
};

pub const EMAIL_CHANGED: Text = Text {
    subject: "Your {{.AppName}} account has another address now",
    body: "\
The {{.AppName}} account {{.Login}} has had another address since {{.ChangedAt}}, and letters about it go there. The \
change was confirmed from {{.Address}}.

If this was you, you need not do anything.

If it was not you, take the account back. The link brings this address back, lets you choose a new password and ends \
every session. It works once, until {{.WorksUntil}}, whatever else is done to the account until then.
{{.Link}}",
    button: Some("Take the account back"),
};

pub const EMAIL_WENT_BACK: Text = Text {
    subject: "Your {{.AppName}} account is back at an address it had before",
    body: "\
The {{.AppName}} account {{.Login}} went back to an address it had before, at {{.ChangedAt}}. Emails about it go there and \
no longer here. The change was confirmed from {{.Address}}.

If this was you, you need not do anything. If it was not, ask whoever runs {{.AppName}}: this change cannot be undone from \
here.",
    button: None,
};

pub const ACCOUNT_DELETED: Text = Text {
    subject: "Your {{.AppName}} account was deleted",
    body: "\
The {{.AppName}} account with this address was deleted at {{.DeletedAt}} from {{.Address}}, and all that was its own \
with it. It cannot be brought back.

You can register again at any time.

If this was not you, somebody else knows your password or reads your mail. Change that password wherever you use it, \
and the one of this mailbox.",
    button: None,
};

pub const ACCOUNT_DISABLED: Text = Text {
    subject: "Your {{.AppName}} account was disabled",
    body: "\
An administrator of {{.AppName}} disabled the account with this address at {{.ChangedAt}}. Nobody can sign in with it, \
and all its sessions have been ended.

If you think that this is a mistake, ask whoever runs {{.AppName}}.",
    button: None,
};

pub const ACCOUNT_ENABLED: Text = Text {
    subject: "Your {{.AppName}} account is open again",
    body: "\
An administrator of {{.AppName}} enabled the account with this address at {{.ChangedAt}}. Sign in as always.",
    button: None,
};

pub const ROLE_CHANGED: Text = Text {
    subject: "Your {{.AppName}} account has another role now",
    body: "\
An administrator of {{.AppName}} gave the account with this address the role {{.Role}} at {{.ChangedAt}}. All its \
sessions have been ended: sign in again.

If you did not expect this, ask whoever runs {{.AppName}}.",
    button: None,
};

pub const RESET_STARTED: Text = Text {
    subject: "Choose a new {{.AppName}} password",
    body: "\
An administrator of {{.AppName}} asks you to choose a new password for the account with this address. The one it had \
opens nothing any more, and all its sessions have been ended.

The link works once, until {{.WorksUntil}}. After that, say at the sign-in that you have forgotten the password, and \
you will be sent another.
{{.Link}}

Nobody but you learns the password you choose, and nobody of ours will ever ask you for it.",
    button: Some("Choose a new password"),
};

pub const TOKEN_CREATED: Text = Text {
    subject: "A new key to your {{.AppName}} account",
    body: "\
A key for programs was made for your {{.AppName}} account at {{.CreatedAt}} from {{.Address}}: {{.Key}}, which works until \
{{.WorksUntil}}. Whoever has it can act as you.

If this was you, or a program of yours, you need not do anything.

If it was not, delete the key and ask for a new password at once.",
    button: None,
};

pub const WITHHELD: Text = Text {
    subject: "More emails from {{.AppName}} than we send in an hour",
    body: "\
In the last hour, more emails from {{.AppName}} were due to this address than we send in an hour: {{.What}}. We sent the \
first ones and held the others back.

If you asked for one of them, ask for it again now.

If you did not, somebody else entered your address again and again. You need not do anything, and they have learned nothing \
about you.",
    button: None,
};
