//! German: `/admin`.

use crate::words::admin::Admin;

pub const ADMIN: Admin = Admin {
    users: "Benutzer",
    log: "Protokoll",
    find: "Anmeldename oder E-Mail-Adresse beginnt mit",
    search: "Suchen",
    nobody_found: "So beginnt kein Anmeldename und keine E-Mail-Adresse.",
    columns: ["Anmeldename", "E-Mail-Adresse", "Rolle", "Zustand", "Mitglied seit"],
    user: "Benutzer",
    administrator: "Administrator",
    enabled: "aktiv",
    disabled: "gesperrt",
    first_page: "Zurück zur ersten Seite",
    next_page: "Nächste Seite",
};
