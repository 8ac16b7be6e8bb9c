//! All texts, per language. A language that lacks one doesn't compile.

use crate::words::account::{Account, AccountDeletion, DataExport, Keys, Sessions};
use crate::words::admin::{Admin, AdminUser, Audit};
use crate::words::clients::Clients;
use crate::words::devices::Devices;
use crate::words::emails::Emails;
use crate::words::errors::Errors;
use crate::words::identity_providers::IdentityProviders;
use crate::words::language::Language;
use crate::words::layout::{Fields, Layout, Notices};
use crate::words::oauth::{Applications, Consent, DeviceSignIn, FormPost, Logout};
use crate::words::passkeys::Passkeys;
use crate::words::security::Security;
use crate::words::sign_in::{Activation, Confirm, EmailLinks, Recovery, Register, SecondStep, SignIn};
use crate::words::tokens::Tokens;
use crate::words::{english, german};

/// All texts in one language.
pub struct Words {
    pub language: Language,
    pub layout: Layout,
    pub fields: Fields,
    pub notices: Notices,
    pub errors: Errors,
    pub devices: Devices,
    pub emails: Emails,
    pub identity_providers: IdentityProviders,
    pub sign_in: SignIn,
    pub second_step: SecondStep,
    pub register: Register,
    pub activation: Activation,
    pub recovery: Recovery,
    pub email_links: EmailLinks,
    pub confirm: Confirm,
    pub applications: Applications,
    pub consent: Consent,
    pub device: DeviceSignIn,
    pub logout: Logout,
    pub form_post: FormPost,
    pub security: Security,
    pub passkeys: Passkeys,
    pub account: Account,
    pub sessions: Sessions,
    pub keys: Keys,
    pub tokens: Tokens,
    pub data_export: DataExport,
    pub account_deletion: AccountDeletion,
    pub admin: Admin,
    pub admin_user: AdminUser,
    pub audit: Audit,
    pub clients: Clients,
}

impl Words {
    /// The label of a form field, by its name in the API.
    pub fn label(&self, field: &str) -> Option<&'static str> {
        match field {
            "login" => Some(self.fields.login),
            "email" => Some(self.fields.email),
            "password" => Some(self.fields.password),
            "current_password" => Some(self.fields.current_password),
            "code" => Some(self.fields.code),
            "user_code" => Some(self.device.code),
            "recovery_codes_saved" => Some(self.security.codes.saved),
            "language" => Some(self.account.language.title),
            "credential" => Some(self.security.passkey),
            "name" => Some(self.keys.name),
            "life" => Some(self.keys.life),
            "q" => Some(self.admin.find),
            "client_id" => Some(self.clients.fields.id),
            "client_name" => Some(self.clients.fields.name),
            "kind" | "grant_types" => Some(self.clients.fields.kind),
            "redirect_uris" => Some(self.clients.fields.redirect_uris),
            "post_logout_redirect_uris" => Some(self.clients.fields.post_logout_redirect_uris),
            "backchannel_logout_uri" => Some(self.clients.fields.backchannel_logout_uri),
            "scope" => Some(self.clients.fields.scope),
            "require_pkce" => Some(self.clients.fields.require_pkce),
            "resource" => Some(self.clients.fields.resource),
            "resource_scopes" => Some(self.clients.fields.resource_scopes),
            "resource_open" => Some(self.clients.fields.resource_open),
            "overlap_seconds" => Some(self.clients.secret.overlap),
            "from" => Some(self.audit.from),
            "until" => Some(self.audit.until),
            _ => None,
        }
    }
}

/// The texts of a language.
pub const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::German => &german::WORDS,
    }
}
