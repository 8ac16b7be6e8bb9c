//! English: passkeys and security keys.

use crate::words::passkeys::Passkeys;

pub const PASSKEYS: Passkeys = Passkeys {
    title: "Passkeys and security keys",
    needs_script: "To use passkeys or security keys here, you need JavaScript and a browser that supports them.",
    sign_in: "Sign in with a passkey",
    confirm: "Confirm with a passkey",
    second: "Use a passkey or security key",
    refused: "This passkey or security key can't be used here, or the request has expired. Try again or use another way to \
              sign in.",
    failed: "That didn't work. Try again or choose another way.",
    held: "This device or key has already been added to your account.",
    manage: "Manage passkeys",
    about_passkeys: "A passkey is stored on your phone, your computer or in a password manager. You confirm it with your \
                     fingerprint, your face or a PIN, and sign in without a password.",
    add_passkey: "Add a passkey",
    about_security_keys: "A security key is a small device that you plug in or hold to your phone. It is a second step after \
                          your password. If two-step sign-in is off, adding one turns it on and ends all your other sessions.",
    add_security_key: "Add a security key",
    codes_first: "Before you add a security key, create recovery codes",
    synced: "Synced between devices",
    one_device: "On one device only",
    name: "Name of the passkey or key",
    rename: "Rename",
    remove: "Remove",
    what_removing_does: "You can no longer sign in with it. Delete it on your device too. If it was your last second step, \
                         two-step sign-in is turned off, and your recovery codes are deleted.",
    set_password: "Set a password",
    remove_password: "Remove password",
    what_removing_password_does: "You will sign in with your passkeys only. All your other sessions will end. If you lose all \
                                  passkeys, you need access to your email to set a new password.",
};
