//! German: tokens for programs.

use crate::words::tokens::{Section, TokenTexts, Tokens};

pub const TOKENS: Tokens = Tokens {
    api_key: TokenTexts { kind: "API-Schlüssel", described: |shown| format!("API-Schlüssel {shown}"), unnamed: None },
    private: TokenTexts {
        kind: "Privates Token",
        described: |created_at| format!("privates Token vom {created_at}"),
        unnamed: None,
    },
    portal: TokenTexts {
        kind: "Portal-Token",
        described: |created_at| format!("Portal-Token vom {created_at}"),
        unnamed: Some("Portal-Token aus einer Anmeldung"),
    },
    portal_key: TokenTexts {
        kind: "Portal-Schlüssel",
        described: |created_at| format!("Portal-Token vom {created_at}"),
        unnamed: Some("API Key von dieser Seite"),
    },
    api_keys: Section {
        title: "API-Schlüssel",
        about: "Ein Programm mit einem API-Schlüssel kann in Ihrem Namen handeln, bis der Schlüssel abläuft oder Sie \
                ihn löschen.",
        none: "Sie haben keine API-Schlüssel. Erstellen Sie für jedes Programm einen eigenen, damit Sie ihn einzeln \
               löschen können.",
        create: "API-Schlüssel erstellen",
        new: "Ihr neuer API-Schlüssel",
        header: "Authorization: Basic base64(apikey:SCHLÜSSEL)",
    },
    private_tokens: Section {
        title: "Private Tokens",
        about: "Wie API-Schlüssel, für Programme, die ein JWT benötigen.",
        none: "Sie haben keine privaten Tokens. Erstellen Sie für jedes Programm, das ein JWT benötigt, ein eigenes.",
        create: "Privates Token erstellen",
        new: "Ihr neues privates Token",
        header: "Authorization: Bearer TOKEN",
    },
    portal_keys: Section {
        title: "API Key für das Portal",
        about: "Für Administratoren. Ein neuer Schlüssel gilt eine Stunde, und vorhandene Schlüssel gelten weiter. Sie \
                können immer nur ein Portal-Token haben. Wenn Sie es verloren haben, löschen Sie es hier.",
        none: "Sie haben weder einen API Key noch ein Portal-Token. Erstellen Sie hier einen API Key, oder melden Sie \
               sich im Portal an, um ein Portal-Token zu erhalten.",
        create: "Neu erzeugen",
        new: "Ihr neuer API Key für das Portal",
        header: "Authorization: Token SCHLÜSSEL",
    },
};
