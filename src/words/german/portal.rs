//! German: the portal's part of `/account/keys`.

use crate::words::keys::Section;
use crate::words::portal::Portal;

pub const PORTAL: Portal = Portal {
    section: Section {
        title: "API Key für das Portal",
        about: "Für Administratoren. Ein neuer Schlüssel gilt eine Stunde und beendet keinen anderen. Solange ein Portal-Token vergeben ist, gibt es kein zweites: Löschen Sie eines, das verloren ist.",
        none: "Sie haben noch nichts, womit Sie ins Portal kommen. Ein Portal-Token gibt es bei der Anmeldung dort, einen API Key auf dieser Seite.",
        make: "Neu erzeugen",
        new: "Ihr neuer API Key für das Portal",
        header: "Authorization: Token SCHLÜSSEL",
    },
    token: "Portal-Token einer Anmeldung",
    key: "API Key von dieser Seite",
};
