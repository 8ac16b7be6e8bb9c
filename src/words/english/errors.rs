//! English: error messages.

use crate::words::errors::{Errors, ProviderErrors, Titles, Weaknesses};

pub const ERRORS: Errors = Errors {
    field: |name| format!("{name} is missing or invalid."),
    redirect_not_allowed: "We can't send you to the address that the previous page asked for. Go back and try again, \
                           or contact the people who run that page.",
    no_pkce: "The application you came from didn't protect this sign-in (code_challenge with S256), so we can't send \
              you back to it. Please contact the people who run it.",
    unknown_client: "The application you came from isn't registered here, or it has been disabled (client_id). Please \
                     contact the people who run it.",
    unknown_redirect: "The application you came from didn't give an address that it has registered (redirect_uri), so we \
                       can't send you back to it. Please contact the people who run it.",
    client_document: |host, reason| {
        format!(
            "The application that describes itself at {host} can't be used here, because we can't read or accept its \
             description. Please contact the people who run it. They will want to know the reason: {reason}"
        )
    },
    providers: ProviderErrors {
        expired: |name| {
            format!(
                "The sign-in with {name} has expired, was already used, or was started in another browser. Start it again."
            )
        },
        declined: |name| format!("{name} didn't sign you in. Try again, or choose another way to sign in."),
        taken: |name| {
            format!(
                "This {name} account can't be connected: it belongs to another account here, or yours has too many. Sign in with it to see which."
            )
        },
        unproved: |name| {
            format!(
                "{name} didn't confirm that it was you just now. Sign in there again with the account that is connected, or confirm in another way."
            )
        },
        unreachable: |name| {
            format!("{name} can't be reached at the moment. Choose another way to sign in, or try again later.")
        },
        unacceptable: |name| {
            format!(
                "The answer of {name} can't be accepted. Choose another way to sign in, or tell the operator of this site."
            )
        },
    },
    unknown_request: "This sign-in has expired, or it has already been answered. Go back to the application and start again.",
    invalid_request: "The request is invalid.",
    unreachable_address: "We can't send email to this address. The part before the @ may only contain the letters a to \
                          z, digits and symbols. Use a different address.",
    passwords_differ: "The passwords don't match.",
    login_differs: "This isn't your username.",
    link: "This link has expired, has already been used or is incomplete. Request a new one.",
    credentials: "Incorrect username or password.",
    password: "Incorrect password.",
    unauthorized: "You're not signed in.",
    session_over: "Your session has ended. Sign in again.",
    expired: "The token or key has expired.",
    code: "The code is incorrect or has expired.",
    incomplete_code: "The code is incomplete. Enter all its digits.",
    too_many_attempts: |seconds| match seconds {
        120.. => format!("Too many attempts. Try again in {} minutes.", seconds.div_ceil(60)),
        1 => "Too many attempts. Try again in 1 second.".to_owned(),
        _ => format!("Too many attempts. Try again in {seconds} seconds."),
    },
    not_activated: "Your account isn't activated yet. Open the link in the email we sent you.",
    disabled: "This account is disabled.",
    forbidden: "You don't have permission to do this.",
    no_access: "You don't have access to this page.",
    form_expired: "This form has expired. Go back, reload the page and try again.",
    reauthentication_required: "Confirm your identity, then try again.",
    second_factor_required: "Your account asks for a second step. Sign in on the page, or use a token.",
    enrolment_required: "This account needs a second step to sign in. Sign in on the page and set it up.",
    second_step_over: "This sign-in has expired or is already complete. Sign in again.",
    second_factor_held: "You already have an authenticator app. Remove it first.",
    recovery_codes_required: "Save your recovery codes first.",
    last_way_in: "Without this, you could no longer sign in to your account. Add another way to sign in first.",
    not_found: "Not found.",
    page_not_found: "This doesn't exist, or it has been deleted.",
    method_not_allowed: "This action isn't supported here.",
    login_taken: "This username is already taken.",
    last_admin: "This is the last administrator. Make someone else an administrator first.",
    too_many_keys: "You've reached the maximum number of keys. Delete one first.",
    token_held: "You already have a token. Delete it first.",
    too_many_clients: "There is no room for another client. Delete one first.",
    client_in_use: "Users have signed in with this client, and their sessions are on record. Disable it instead.",
    client_changed: "Someone else has just changed this client. Check it before you try again.",
    too_large: "The request is too large.",
    media_type: "The request must be JSON.",
    compressed: "The request body is compressed. Send it uncompressed.",
    weak: "This password is too weak.",
    weaknesses: Weaknesses {
        too_short: "It's too short.",
        too_long: "It's too long.",
        context_word: "It's based on your username, your email or the name of this site.",
        common: "It's a common password that is easy to guess.",
        breached: "It has appeared in a data breach.",
    },
    unavailable: "Something went wrong on our side. Try again in a moment.",
    titles: Titles {
        link: "This link doesn't work",
        login_taken: "Username already taken",
        last_admin: "An administrator is required",
        forbidden: "Access denied",
        not_found: "Page not found",
        unavailable: "Something went wrong",
        limit_reached: "Limit reached",
        invalid_request: "Invalid request",
        form_expired: "This form has expired",
        not_signed_in: "You're not signed in",
        not_possible: "This isn't possible now",
        too_many_attempts: "Too many attempts",
        weak: "Password too weak",
    },
};
