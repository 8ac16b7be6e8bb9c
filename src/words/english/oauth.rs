//! English: pages on which a user allows an application to use their account.

use crate::words::oauth::{Applications, Consent, DeviceSignIn, FormPost, Logout, ScopeTexts};

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
    sent_to_device: "Then you'll be sent to a program on this device.",
    sent_to_app: "Then you'll be sent to an app on this device. Its address begins with",
    registered: "An administrator of this site registered the application on",
    describes_itself: "Nobody has registered this application here. It describes itself at",
    registered_itself: "This application has registered itself.",
    unchecked: "Nobody at this site has checked it, and it chose its name itself.",
    beware: "Only continue if you have just started it yourself.",
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

pub const DEVICE: DeviceSignIn = DeviceSignIn {
    title: "Sign in a device",
    what: "Enter the code that your TV, your terminal or another device shows, and the device will be signed in to your account.",
    code: "Code on the device",
    form: "Eight letters, for example WDJB-MJHT.",
    compare: "Compare this code with the one on your device. Continue only if they are the same.",
    warning: "Never enter a code that someone sent you: you would give them access to your account.",
    go_on: "Continue",
    consent_title: |name| format!("Sign in a device to {name}"),
    yours: "Sign in this device only if it's your own and you have it in front of you. If someone sent you the code, you would give \
            them access to your account.",
    program: "Device",
    place: "Location",
    asked_at: "Requested",
    approve: "Sign in the device",
};

pub const FORM_POST: FormPost = FormPost {
    title: |host| format!("Continue to {host}"),
    press: "You're being sent back to the application. If nothing happens, press the button.",
    go_on: "Continue",
};

pub const LOGOUT: Logout = Logout {
    title: "Sign out?",
    what_ends: "Applications that you've signed in to in this browser also lose access to your account, unless you've let them keep it while you're away.",
    stay: "Stay signed in",
    done: "You're signed out",
    sign_in: "Sign in",
};
