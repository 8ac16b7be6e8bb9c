//! English.

use crate::words::catalogue::Words;
use crate::words::english::{
    account, admin, clients, devices, emails, errors, identity_providers, layout, oauth, passkeys, security, sign_in,
    tokens,
};
use crate::words::language::Language;

pub const WORDS: Words = Words {
    language: Language::English,
    layout: layout::LAYOUT,
    fields: layout::FIELDS,
    notices: layout::NOTICES,
    errors: errors::ERRORS,
    devices: devices::DEVICES,
    emails: emails::EMAILS,
    identity_providers: identity_providers::IDENTITY_PROVIDERS,
    sign_in: sign_in::SIGN_IN,
    second_step: sign_in::SECOND_STEP,
    register: sign_in::REGISTER,
    activation: sign_in::ACTIVATION,
    recovery: sign_in::RECOVERY,
    email_links: sign_in::EMAIL_LINKS,
    confirm: sign_in::CONFIRM,
    applications: oauth::APPLICATIONS,
    consent: oauth::CONSENT,
    device: oauth::DEVICE,
    logout: oauth::LOGOUT,
    form_post: oauth::FORM_POST,
    security: security::SECURITY,
    passkeys: passkeys::PASSKEYS,
    account: account::ACCOUNT,
    sessions: account::SESSIONS,
    keys: account::KEYS,
    tokens: tokens::TOKENS,
    data_export: account::DATA_EXPORT,
    account_deletion: account::ACCOUNT_DELETION,
    admin: admin::ADMIN,
    admin_user: admin::ADMIN_USER,
    audit: admin::AUDIT,
    clients: clients::CLIENTS,
};
