//! English: what letters say.

use crate::words::english::{letters_account as account, letters_signin as signin};
use crate::words::letters::{Fillings, Letters};

pub const LETTERS: Letters = Letters {
    activation: signin::ACTIVATION,
    account_exists: account::ACCOUNT_EXISTS,
    refresh_token_reused: signin::REFRESH_TOKEN_REUSED,
    recovery: signin::RECOVERY,
    code: signin::CODE,
    password_changed: signin::PASSWORD_CHANGED,
    new_place: signin::NEW_PLACE,
    email_changing: account::EMAIL_CHANGING,
    email_changed: account::EMAIL_CHANGED,
    email_went_back: account::EMAIL_WENT_BACK,
    account_deleted: account::ACCOUNT_DELETED,
    account_disabled: account::ACCOUNT_DISABLED,
    account_enabled: account::ACCOUNT_ENABLED,
    role_changed: account::ROLE_CHANGED,
    reset_started: account::RESET_STARTED,
    token_created: account::TOKEN_CREATED,
    withheld: account::WITHHELD,
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
