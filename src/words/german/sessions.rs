//! German: `/account/sessions`.

use crate::words::sessions::Sessions;

pub const SESSIONS: Sessions = Sessions {
    title: "Sitzungen",
    what_they_are: "Hier sind Sie angemeldet. Wenn Sie eine Sitzung nicht kennen, beenden Sie sie und ändern Sie das Passwort.",
    this_browser: "Dieser Browser",
    begun: "Angemeldet",
    last_used: "Zuletzt benutzt",
    end: "Beenden",
    end_others: "Alle anderen beenden",
    what_goes_on: "Wer eine der anderen benutzt, muss sich neu anmelden. API-Schlüssel und private Token gelten weiter.",
    no_others: "Sie sind sonst nirgends angemeldet. Jede weitere Anmeldung steht dann hier.",
};
