//! English: `/account/sessions`.

use crate::words::sessions::Sessions;

pub const SESSIONS: Sessions = Sessions {
    title: "Sessions",
    what_they_are: "Where you are signed in. If you do not recognise one of them, end it and change your password.",
    this_browser: "This browser",
    begun: "Signed in",
    last_used: "Last used",
    end: "End",
    end_others: "End all others",
    what_goes_on: "You will have to sign in again on your other devices. API keys and private tokens keep working.",
    no_others: "You are signed in nowhere else. Every further sign-in will be listed here.",
};
