//! English.

use crate::words::catalogue::Words;
use crate::words::english::{
    account, activation, address_links, admin, admin_user, audit, confirm, devices, errors, frame, keys, leaving,
    letters, portal, recovery, register, sessions, signin,
};
use crate::words::language::Language;

pub const WORDS: Words = Words {
    language: Language::English,
    frame: frame::FRAME,
    fields: frame::FIELDS,
    notices: frame::NOTICES,
    errors: errors::ERRORS,
    signin: signin::SIGNIN,
    letters: letters::LETTERS,
    devices: devices::DEVICES,
    keys: keys::KEYS,
    portal: portal::PORTAL,
    account: account::ACCOUNT,
    sessions: sessions::SESSIONS,
    confirm: confirm::CONFIRM,
    leaving: leaving::LEAVING,
    admin: admin::ADMIN,
    admin_user: admin_user::ADMIN_USER,
    audit: audit::AUDIT,
    address_links: address_links::ADDRESS_LINKS,
    recovery: recovery::RECOVERY,
    activation: activation::ACTIVATION,
    register: register::REGISTER,
};
