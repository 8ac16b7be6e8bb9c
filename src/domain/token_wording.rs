//! What a letter says that a new key sends.

use crate::domain::wording::Form;

pub const TOKEN_CREATED: Form = Form {
    subject_variable: "MAIL_TOKEN_CREATED_SUBJECT",
    body_variable: "MAIL_TOKEN_CREATED_BODY",
    subject: "A new key to your {{.AppName}} account",
    body: "\
A key for programs was made for your {{.AppName}} account at {{.CreatedAt}} from {{.Address}}: {{.Key}}, which works until \
{{.WorksUntil}}. Whoever has it can act as you.

If this was you, or a program of yours, you need not do anything.

If it was not, delete the key and ask for a new password at once.",
    button: "",
    of_letter: &["AppName", "Key", "CreatedAt", "Address", "WorksUntil"],
    of_link: &[],
    required: &[],
};
