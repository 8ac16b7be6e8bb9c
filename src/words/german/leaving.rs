//! German: `/account/export` and `/account/delete`.

use crate::words::leaving::{Delete, Export, Leaving};

pub const LEAVING: Leaving = Leaving {
    export: Export {
        title: "Ihre Daten",
        what: "Eine Datei mit allem, was hier über Sie aufbewahrt wird.",
        way: "Daten mitnehmen",
        what_is_in_it: |rows| {
            format!(
                "In der Datei (JSON) stehen Ihr Profil, Sitzungen, Namen von Schlüsseln und Tokens, die Netze, aus denen Sie \
                 sich angemeldet haben, Mails an Sie und Ihre Einträge im Protokoll: von jeder Art die neuesten {rows}. \
                 Passwörter und Schlüssel stehen nicht darin."
            )
        },
        download: "Datei herunterladen",
    },
    delete: Delete {
        title: "Konto löschen",
        what: "Ihr Konto und alles, was dazugehört. Das lässt sich nicht rückgängig machen.",
        way: "Konto löschen …",
        no_way_back: "Das lässt sich nicht rückgängig machen: weder von Ihnen noch von uns.",
        goes: "Was gelöscht wird",
        what_goes: "Ihr Anmeldename und Ihre E-Mail-Adresse, das Passwort, alle Sitzungen, API-Schlüssel und Tokens, und \
                    alle Links und Codes, die zu Ihnen unterwegs sind.",
        stays: "Was bleibt",
        what_stays: |days| {
            format!(
                "Einträge im Protokoll darüber, was wann und von welcher IP-Adresse aus geschah, unter einer Kennung, die \
                 zu niemandem mehr führt, höchstens {days} Tage lang. Was eine Anwendung über Sie gespeichert hat, behält \
                 sie: Fragen Sie dort."
            )
        },
        type_login: "Wenn Sie sicher sind, geben Sie Ihren Anmeldenamen ein:",
        delete: "Konto endgültig löschen",
        done: "Ihr Konto ist gelöscht",
        goodbye: "Sie sind überall abgemeldet; eine Mail an Ihre Adresse sagt es auch.",
    },
};
