//! English: the texts of emails.

use crate::words::emails::{Emails, Fillings, Text};

pub const EMAILS: Emails = Emails {
    activation: Text {
        subject: "Activate your {{.AppName}} account",
        body: "\
Someone, probably you, registered for {{.AppName}} with this email address.

To activate the account, open the link and confirm on the page. Do this only if you registered yourself: the account has \
the password that was chosen at registration, if any. The page shows the username.

Requested at {{.AskedAt}} from {{.Address}}. The link works until {{.WorksUntil}}.
{{.Link}}

If this wasn't you, you don't need to do anything. Without the link, no account will be created.",
        button: Some("Activate account"),
    },
    account_exists: Text {
        subject: "You already have a {{.AppName}} account",
        body: "\
Someone, perhaps you, tried to register for {{.AppName}} with this email address, requested an activation email for it, or \
tried to use it for another account.

There is already an account with this address, and it hasn't been changed. Sign in to it as usual.

If this wasn't you, you don't need to do anything. We haven't revealed that you have an account.",
        button: None,
    },
    refresh_token_reused: Text {
        subject: "We ended one of your {{.AppName}} sessions",
        body: "\
We ended the session that started at {{.SignedInAt}} ({{.Device}}), because someone may have copied one of its tokens: an old \
token was used after it had been replaced by a newer one.

The tokens of this session no longer work.

If the device is yours, sign in there again. If this happens more than once, change your password.",
        button: None,
    },
    recovery: Text {
        subject: "Choose a new {{.AppName}} password",
        body: "\
Someone, probably you, asked to choose a new password for the {{.AppName}} account with this email address.

Requested from {{.Address}}. The link works once, until {{.WorksUntil}}.
{{.Link}}

If this wasn't you, you don't need to do anything. Your password stays the same.",
        button: Some("Choose a new password"),
    },
    code: Text {
        subject: "{{.Code}} is your {{.AppName}} code",
        body: "\
Your code is {{.Code}}.

Someone, probably you, requested it from {{.Address}}. It works once, until {{.WorksUntil}}.

Don't share this code with anyone. We will never ask you for it. If this wasn't you, you don't need to do anything.",
        button: None,
    },
    password_changed: Text {
        subject: "Your {{.AppName}} password was changed",
        body: "\
The password of your {{.AppName}} account was changed at {{.ChangedAt}} from {{.Address}}. All other sessions have ended. \
Keys for programs that still work: {{.Keys}}.

If this wasn't you, reset your password now. This ends all sessions. Then remove what you didn't add on the page “Security”.",
        button: None,
    },
    new_place: Text {
        subject: "New sign-in to your {{.AppName}} account",
        body: "\
Someone, probably you, signed in to your {{.AppName}} account from a new location: at {{.SignedInAt}} from {{.Address}} \
({{.Device}}).

If this was you, you don't need to do anything.

If this wasn't you, reset your password now. This ends all sessions.",
        button: None,
    },
    email_changing: Text {
        subject: "Confirm your new {{.AppName}} email",
        body: "\
Someone, probably you, wants to use this email address for a {{.AppName}} account.

If the account is yours, open the link and confirm on the page, which shows the account. Requested from {{.Address}}. The \
link works once, until {{.WorksUntil}}.
{{.Link}}

If this wasn't you, you don't need to do anything. Without the link, nothing changes.",
        button: Some("Confirm email"),
    },
    email_changed: Text {
        subject: "The email of your {{.AppName}} account was changed",
        body: "\
The email of the {{.AppName}} account {{.Login}} was changed at {{.ChangedAt}}. We now send emails about the account to the \
new address. The change was confirmed from {{.Address}}.

If this was you, you don't need to do anything.

If this wasn't you, recover your account. The link restores this address, lets you choose a new password and ends all \
sessions. It works once, until {{.WorksUntil}}, even if the account is changed again.
{{.Link}}",
        button: Some("Recover account"),
    },
    email_went_back: Text {
        subject: "Your {{.AppName}} account uses a previous email again",
        body: "\
At {{.ChangedAt}}, the email of the {{.AppName}} account {{.Login}} was changed back to a previous address. We no longer send \
emails about the account to this address. The change was confirmed from {{.Address}}.

If this was you, you don't need to do anything. If this wasn't you, contact the people who run {{.AppName}}: you can't undo \
this change from this address.",
        button: None,
    },
    factor_added: Text {
        subject: "Something was added to your {{.AppName}} sign-in",
        body: "\
At {{.ChangedAt}}, this was added to the sign-in of your {{.AppName}} account from {{.Address}}: {{.Factor}}.

If this was you, you don't need to do anything.

If this wasn't you, someone else has used your account. Reset your password now. Then remove what you didn't add on the \
page “Security”.

If you can't sign in any more, recover your account. The link turns two-step sign-in off, removes all passkeys, security keys \
and recovery codes, disconnects other providers, lets you choose a new password and ends all sessions. It works once, until {{.WorksUntil}}, even if the account is \
changed again.
{{.Link}}",
        button: Some("Recover account"),
    },
    factor_removed: Text {
        subject: "Something was removed from your {{.AppName}} sign-in",
        body: "\
At {{.ChangedAt}}, this was removed from the sign-in of your {{.AppName}} account from {{.Address}}: {{.Factor}}.

If this was you, you don't need to do anything.

If this wasn't you, someone else has used your account. Reset your password now. Then check the page “Security”.",
        button: None,
    },
    account_deleted: Text {
        subject: "Your {{.AppName}} account was deleted",
        body: "\
The {{.AppName}} account with this email address was deleted at {{.DeletedAt}} from {{.Address}}, together with everything \
that belonged to it. It can't be restored.

You can register again at any time.

If this wasn't you, someone else knows your password or can read your email. Change that password everywhere you use it, \
and change the password of your mailbox.",
        button: None,
    },
    account_disabled: Text {
        subject: "Your {{.AppName}} account was disabled",
        body: "\
An administrator of {{.AppName}} disabled the account with this email address at {{.ChangedAt}}. You can no longer sign in \
to it, and all its sessions have ended.

If you think this is a mistake, contact the people who run {{.AppName}}.",
        button: None,
    },
    account_enabled: Text {
        subject: "Your {{.AppName}} account was enabled",
        body: "\
An administrator of {{.AppName}} enabled the account with this email address at {{.ChangedAt}}. You can sign in as usual.",
        button: None,
    },
    role_changed: Text {
        subject: "The role of your {{.AppName}} account was changed",
        body: "\
An administrator of {{.AppName}} changed the role of the account with this email address to {{.Role}} at {{.ChangedAt}}. All \
its sessions have ended. Please sign in again.

If you didn't expect this, contact the people who run {{.AppName}}.",
        button: None,
    },
    reset_started: Text {
        subject: "Choose a new {{.AppName}} password",
        body: "\
An administrator of {{.AppName}} asks you to choose a new password for the account with this email address. Your current \
password no longer works, and all sessions have ended.

The link works once, until {{.WorksUntil}}. After that, use “Forgot your password?” on the sign-in page to get a new one.
{{.Link}}

Only you will know the password you choose. We will never ask you for it.",
        button: Some("Choose a new password"),
    },
    factors_reset: Text {
        subject: "Two-step sign-in of your {{.AppName}} account was reset",
        body: "\
An administrator of {{.AppName}} reset the account with this email address at {{.ChangedAt}}: two-step sign-in is off, and all \
passkeys, security keys, recovery codes and connected accounts at other providers were removed. All sessions have ended.

Sign in with your password, then turn two-step sign-in on again on the page “Security”. If you don't have a password, reset it \
first.

If you didn't ask for this, contact the people who run {{.AppName}}.",
        button: None,
    },
    token_created: Text {
        subject: "A new key for your {{.AppName}} account",
        body: "\
A key for programs was created for your {{.AppName}} account at {{.CreatedAt}} from {{.Address}}: {{.Key}}, valid until \
{{.WorksUntil}}. Anyone who has it can act on your behalf.

If this was you or one of your programs, you don't need to do anything.

If this wasn't you, delete the key and reset your password now.",
        button: None,
    },
    recovery_code_used: Text {
        subject: "A {{.AppName}} recovery code was used",
        body: "\
A recovery code of your {{.AppName}} account was used as the second step of a sign-in, at {{.UsedAt}} from {{.Address}}. \
That code no longer works. Unused codes: {{.Left}}.

If this was you, create new recovery codes on your account page. If you have lost the device with your authenticator app or \
your security key, remove it there as well.

If this wasn't you, someone has your password and one of your codes. Choose a new password and create new recovery codes now.",
        button: None,
    },
    passkey_counter: Text {
        subject: "A sign-in with a passkey was refused",
        body: "\
Someone tried to sign in to your {{.AppName}} account with one of your passkeys or security keys, at {{.TriedAt}} from \
{{.Address}} with {{.Device}}. We refused it, because the counter of that key was not as expected. There may be a copy of it.

If this was you and it happens again, remove that key on your account page and add it again.

If this wasn't you, remove that key now.",
        button: None,
    },
    password_removed: Text {
        subject: "Your {{.AppName}} password was removed",
        body: "\
The password of your {{.AppName}} account was removed at {{.ChangedAt}} from {{.Address}}. You sign in with your passkey now, \
and all other devices have been signed out.

If this was you, you don't need to do anything.

If this wasn't you, someone else has access to your account. Choose “Forgot your password?” on the sign-in page now and set a \
new password. Then remove the passkeys you didn't add on the page “Security”.",
        button: None,
    },
    device_signed_in: Text {
        subject: "A device was signed in to your {{.AppName}} account",
        body: "\
At {{.ApprovedAt}}, a device was signed in to your {{.AppName}} account: the application {{.Client}} on {{.Device}}, from \
{{.Address}}. The code that the device showed was entered in one of your sessions and allowed there.

If this was you, and the device is yours, you don't need to do anything.

If it isn't your device, for instance because someone sent you the code, end its session on your account page now. If you didn't \
enter a code at all, change your password as well.",
        button: None,
    },
    withheld: Text {
        subject: "Some emails from {{.AppName}} were not sent",
        body: "\
In the last hour, more emails from {{.AppName}} were requested for this address than we send in an hour: {{.What}}. We sent \
the first ones and held back the rest.

If you requested one of them, please request it again now.

If you didn't, someone else entered your email address repeatedly. You don't need to do anything. We haven't revealed \
anything about you.",
        button: None,
    },
    fillings: Fillings {
        unknown_address: "an unknown address",
        no_keys: "none",
        older_keys: "and older ones",
        user: "user",
        admin: "administrator",
        factors: ["an authenticator app", "new recovery codes", "a passkey", "a security key", "the sign-in with another provider"],
        withheld: [
            "links to activate an account",
            "links to choose a new password",
            "one-time codes",
            "links to confirm an address",
            "notifications about your account",
        ],
    },
};
