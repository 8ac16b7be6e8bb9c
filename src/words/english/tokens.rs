//! English: tokens for programs.

use crate::words::tokens::{Section, TokenTexts, Tokens};

pub const TOKENS: Tokens = Tokens {
    api_key: TokenTexts { kind: "API key", described: |shown| format!("API key {shown}"), unnamed: None },
    private: TokenTexts {
        kind: "Private token",
        described: |created_at| format!("private token created at {created_at}"),
        unnamed: None,
    },
    portal: TokenTexts {
        kind: "Portal token",
        described: |created_at| format!("portal token created at {created_at}"),
        unnamed: Some("Portal token from a sign-in"),
    },
    portal_key: TokenTexts {
        kind: "Portal key",
        described: |created_at| format!("portal token created at {created_at}"),
        unnamed: Some("API Key from this page"),
    },
    api_keys: Section {
        title: "API keys",
        about: "A program with an API key can act on your behalf until the key expires or you delete it.",
        none: "You don't have any API keys. Create one for each program, so that you can delete them separately.",
        create: "Create API key",
        new: "Your new API key",
        header: "Authorization: Basic base64(apikey:KEY)",
    },
    private_tokens: Section {
        title: "Private tokens",
        about: "Like API keys, for programs that need a JWT.",
        none: "You don't have any private tokens. Create one for each program that needs a JWT.",
        create: "Create private token",
        new: "Your new private token",
        header: "Authorization: Bearer TOKEN",
    },
    portal_keys: Section {
        title: "API Key for the portal",
        about: "For administrators. A new key is valid for one hour, and existing keys keep working. You can have only \
                one portal token at a time. If you've lost it, delete it here.",
        none: "You don't have an API Key or a portal token. Create an API Key here, or get a portal token by signing \
               in to the portal.",
        create: "Regenerate",
        new: "Your new API Key for the portal",
        header: "Authorization: Token KEY",
    },
};
