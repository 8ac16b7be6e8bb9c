//! English: pages on which a user allows an application to use their account.

use crate::words::oauth::{Applications, Consent, FormPost, ScopeTexts};

pub const CONSENT: Consent = Consent {
    title: |name| format!("Sign in to {name}"),
    signed_in_as: "You're signed in as",
    other_account: "Use a different account",
    may: "This application wants to:",
    at: "At the API",
    scopes: ScopeTexts {
        openid: "recognize you when you come back",
        profile: "see your username and your language",
        email: "see your email address",
        role: "see whether you're an administrator",
        offline_access: "keep this access while you're away, until you remove it",
    },
    sent_to: "Then you'll be sent to",
    sent_to_device: "Then you'll be sent to a program on this device. Only continue if you have just started it yourself.",
    sent_to_app: "Then you'll be sent to an app on this device. Only continue if you have just used it yourself. Its address begins with",
    registered: "An administrator of this site registered the application on",
    describes_itself: "Nobody has registered this application here. It describes itself at",
    registered_itself: "This application has registered itself.",
    unchecked: "Nobody at this site has checked it, and it chose its name itself. Only continue if you have just started it.",
    allow: "Allow",
    deny: "Don't allow",
    remove_later: "You can remove this access at any time on the page \u{201c}Applications\u{201d} of your account.",
};

pub const APPLICATIONS: Applications = Applications {
    title: "Applications",
    what_they_are: "These applications have access to your account.",
    none: "No application has access to your account.",
    since: "Since",
    last_used: "Last used",
    remove: "Remove access",
    what_ends: "An application without access has to ask you again. It may keep what it already knows about you.",
};

pub const FORM_POST: FormPost = FormPost {
    title: |host| format!("Continue to {host}"),
    press: "You're being sent back to the application. If nothing happens, press the button.",
    go_on: "Continue",
};
