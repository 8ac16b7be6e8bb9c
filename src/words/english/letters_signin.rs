//! English: what letters say about signing in.

use crate::words::letters::Text;

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
