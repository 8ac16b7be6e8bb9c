//! What letters say that an administrator's act sends.

use crate::domain::template::LINK;
use crate::domain::wording::Form;

pub const ACCOUNT_DISABLED: Form = Form {
    subject_variable: "MAIL_ACCOUNT_DISABLED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_DISABLED_BODY",
    subject: "Your {{.AppName}} account was disabled",
    body: "\
An administrator of {{.AppName}} disabled the account with this address at {{.ChangedAt}}. Nobody can sign in with it, \
and all its sessions have been ended.

If you think that this is a mistake, ask whoever runs {{.AppName}}.",
    button: "",
    of_letter: &["AppName", "ChangedAt"],
    of_link: &[],
    required: &[],
};

pub const ACCOUNT_ENABLED: Form = Form {
    subject_variable: "MAIL_ACCOUNT_ENABLED_SUBJECT",
    body_variable: "MAIL_ACCOUNT_ENABLED_BODY",
    subject: "Your {{.AppName}} account is open again",
    body: "\
An administrator of {{.AppName}} enabled the account with this address at {{.ChangedAt}}. Sign in as always.",
    button: "",
    of_letter: &["AppName", "ChangedAt"],
    of_link: &[],
    required: &[],
};

pub const ROLE_CHANGED: Form = Form {
    subject_variable: "MAIL_ROLE_CHANGED_SUBJECT",
    body_variable: "MAIL_ROLE_CHANGED_BODY",
    subject: "Your {{.AppName}} account has another role now",
    body: "\
An administrator of {{.AppName}} gave the account with this address the role {{.Role}} at {{.ChangedAt}}. All its \
sessions have been ended: sign in again.

If you did not expect this, ask whoever runs {{.AppName}}.",
    button: "",
    of_letter: &["AppName", "Role", "ChangedAt"],
    of_link: &[],
    required: &[],
};

pub const RESET_STARTED: Form = Form {
    subject_variable: "MAIL_RESET_STARTED_SUBJECT",
    body_variable: "MAIL_RESET_STARTED_BODY",
    subject: "Choose a new {{.AppName}} password",
    body: "\
An administrator of {{.AppName}} asks you to choose a new password for the account with this address. The one it had \
opens nothing any more, and all its sessions have been ended.

The link works once, until {{.WorksUntil}}. After that, say at the sign-in that you have forgotten the password, and \
you will be sent another.
{{.Link}}

Nobody but you learns the password you choose, and nobody of ours will ever ask you for it.",
    button: "Choose a new password",
    of_letter: &["AppName", "WorksUntil"],
    of_link: &[LINK],
    required: &[LINK],
};
