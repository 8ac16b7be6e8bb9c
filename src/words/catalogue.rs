//! What every language must have words for. One that has none for something does not compile.

use crate::words::account::Account;
use crate::words::activation::Activation;
use crate::words::address_links::AddressLinks;
use crate::words::admin::Admin;
use crate::words::admin_user::AdminUser;
use crate::words::audit::Audit;
use crate::words::confirm::Confirm;
use crate::words::devices::Devices;
use crate::words::errors::Errors;
use crate::words::fields::Fields;
use crate::words::frame::Frame;
use crate::words::keys::Keys;
use crate::words::language::Language;
use crate::words::leaving::Leaving;
use crate::words::letters::Letters;
use crate::words::notices::Notices;
use crate::words::portal::Portal;
use crate::words::recovery::Recovery;
use crate::words::register::Register;
use crate::words::sessions::Sessions;
use crate::words::signin::Signin;
use crate::words::{english, german};

/// Everything people read, in one language.
pub struct Words {
    pub language: Language,
    pub frame: Frame,
    pub fields: Fields,
    pub notices: Notices,
    pub errors: Errors,
    pub signin: Signin,
    pub letters: Letters,
    pub devices: Devices,
    pub keys: Keys,
    pub portal: Portal,
    pub account: Account,
    pub sessions: Sessions,
    pub confirm: Confirm,
    pub leaving: Leaving,
    pub admin: Admin,
    pub admin_user: AdminUser,
    pub audit: Audit,
    pub address_links: AddressLinks,
    pub recovery: Recovery,
    pub activation: Activation,
    pub register: Register,
}

impl Words {
    /// What a field is called where people fill it in, by the name that programs know.
    pub fn label(&self, field: &str) -> Option<&'static str> {
        match field {
            "login" => Some(self.fields.login),
            "email" => Some(self.fields.email),
            "password" => Some(self.fields.password),
            "current_password" => Some(self.fields.current_password),
            "code" => Some(self.fields.code),
            "language" => Some(self.account.language.title),
            "name" => Some(self.keys.name),
            "life" => Some(self.keys.life),
            "q" => Some(self.admin.find),
            "from" => Some(self.audit.from),
            "until" => Some(self.audit.until),
            _ => None,
        }
    }
}

/// The words of a language.
pub const fn of(language: Language) -> &'static Words {
    match language {
        Language::English => &english::WORDS,
        Language::German => &german::WORDS,
    }
}
