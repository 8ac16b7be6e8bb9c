//! German: what letters say.

use crate::words::german::{letters_account as account, letters_signin as signin};
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
    unknown_address: "einer unbekannten Adresse",
    no_keys: "keine",
    older_keys: "und ältere",
    api_key: |shown| format!("API-Schlüssel {shown}"),
    private_token: |made_at| format!("privates Token vom {made_at}"),
    portal_token: |made_at| format!("Portal-Token vom {made_at}"),
    user: "Benutzer",
    admin: "Administrator",
    withheld: [
        "Links, die ein Konto freischalten",
        "Links, um ein neues Passwort zu wählen",
        "Einmalcodes",
        "Links, die eine Adresse bestätigen",
        "Hinweise zu Ihrem Konto",
    ],
};
