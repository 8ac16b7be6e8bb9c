//! English: sign-in with other providers.

use crate::words::identity_providers::IdentityProviders;

pub const IDENTITY_PROVIDERS: IdentityProviders = IdentityProviders {
    go_on_with: |name| format!("Continue with {name}"),
    connections: "Sign-in with other providers",
    about: "Sign in to this account with an account that you have elsewhere.",
    connect_with: |name| format!("Connect {name}"),
    connect: "Connect",
    remove: "Disconnect",
    question: |name| format!("Connect your account with {name}?"),
    account_there: "Account there:",
    account_here: "Account here:",
    unknown: |name| format!("No account here is connected with this {name} account."),
    has_account: |email| {
        format!("There is an account with the address {email}. Sign in to it once, and it will be connected.")
    },
    sign_in_to_connect: "Sign in and connect",
    address: "Email:",
    create_account: "Create account",
    or_connect: "Do you have an account here already?",
    only_if_you: |name| format!("Activate only if you have registered with {name}. You will sign in with it."),
    confirm_with: |name| format!("Confirm with {name}"),
    cancel: "Cancel",
};
