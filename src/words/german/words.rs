//! German.

use crate::words::catalogue::Words;
use crate::words::german::{devices, errors, frame, keys, letters, portal, signin};
use crate::words::language::Language;

pub const WORDS: Words = Words {
    language: Language::German,
    frame: frame::FRAME,
    fields: frame::FIELDS,
    notices: frame::NOTICES,
    errors: errors::ERRORS,
    signin: signin::SIGNIN,
    letters: letters::LETTERS,
    devices: devices::DEVICES,
    keys: keys::KEYS,
    portal: portal::PORTAL,
};
