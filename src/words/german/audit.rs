//! German: `/admin/audit`.

use crate::words::audit::Audit;

pub const AUDIT: Audit = Audit {
    conditions: "Nur solche Einträge",
    user: "Von oder über (Name, E-Mail, Kennung)",
    act: "Vorgang",
    any_act: "jeder",
    outcome: "Ergebnis (ok oder ein Fehlerwort)",
    address: "IP-Adresse",
    from: "Ab (UTC)",
    until: "Vor (UTC)",
    show: "Anzeigen",
    clear: "Alles anzeigen",
    nobody: "Diesen Anmeldenamen oder diese E-Mail-Adresse hat niemand. Einträge über ein gelöschtes Konto finden Sie über \
             seine Kennung.",
    none: "Solche Einträge gibt es nicht. Alte werden nach der Zeit gelöscht, die der Betreiber bestimmt hat.",
    none_here: "Bis hierher gibt es keinen solchen Eintrag. Die nächste Seite durchsucht ältere.",
    columns: ["Wann", "Was", "Wer", "Betrifft", "Woher", "Anfrage"],
    unknown: "nicht angemeldet",
    gone: "(kein Konto mehr)",
};
