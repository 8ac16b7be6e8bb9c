//! German: what went wrong.

use crate::words::errors::{Errors, Titles, Weaknesses};

pub const ERRORS: Errors = Errors {
    field: |name| format!("{name}: Diese Angabe fehlt oder stimmt nicht."),
    leads_elsewhere: "Die Seite, von der Sie kommen, möchte Sie an eine Adresse weiterleiten, an die dieser Dienst niemanden \
                      weiterleitet. Gehen Sie dorthin zurück und versuchen Sie es noch einmal, oder wenden Sie sich an \
                      deren Betreiber.",
    no_challenge: "Die Anwendung, von der Sie kommen, hat diese Anmeldung nicht geschützt (code_challenge mit S256). Deshalb \
                   wird niemand zu ihr zurückgeleitet. Wenden Sie sich an deren Betreiber.",
    unreadable: "Die Anfrage lässt sich nicht lesen.",
    unreachable_address: "An diese Adresse können wir keine E-Mail senden: Vor dem @ dürfen nur a bis z, Ziffern und Zeichen stehen. \
                          Verwenden Sie eine andere.",
    passwords_differ: "Die beiden Passwörter sind nicht gleich.",
    login_differs: "Das ist nicht Ihr Anmeldename.",
    link: "Dieser Link wurde schon benutzt, ist zu alt oder nicht vollständig kopiert. Fordern Sie einen neuen an.",
    credentials: "Anmeldename oder Passwort ist falsch.",
    password: "Das Passwort ist falsch.",
    unauthorized: "Sie sind nicht angemeldet.",
    session_over: "Ihre Sitzung ist beendet. Melden Sie sich neu an.",
    expired: "Was vorgelegt wurde, ist abgelaufen.",
    code: "Der Code ist falsch oder zu alt.",
    no_code: "Das ist kein vollständiger Code. Geben Sie alle seine Ziffern so ein, wie sie in der E-Mail stehen.",
    too_often: |seconds| match seconds {
        120.. => format!("Das wurde zu oft versucht. Versuchen Sie es in {} Minuten wieder.", seconds.div_ceil(60)),
        _ => format!("Das wurde zu oft versucht. Versuchen Sie es in {seconds} Sekunden wieder."),
    },
    not_activated: "Das Konto ist noch nicht freigeschaltet. Öffnen Sie den Link in Ihrer Mail.",
    disabled: "Das Konto ist gesperrt.",
    forbidden: "Dazu sind Sie nicht berechtigt.",
    stale: "Die Seite war zu alt, um sie abzuschicken. Gehen Sie zurück, laden Sie sie neu, und versuchen Sie es noch einmal.",
    not_proved: "Weisen Sie sich noch einmal aus, und versuchen Sie es dann wieder.",
    not_found: "Das gibt es hier nicht.",
    not_done_here: "Das geht hier nicht.",
    login_taken: "Dieser Anmeldename ist vergeben.",
    last_admin: "Dann gäbe es keinen Administrator mehr. Machen Sie zuerst jemand anderen dazu.",
    too_many_keys: "Es gibt schon so viele Schlüssel, wie es geben darf. Löschen Sie zuerst einen.",
    token_held: "Es gibt schon ein Token. Geben Sie es zuerst zurück.",
    too_large: "Die Anfrage ist zu groß.",
    media_type: "Die Anfrage ist kein JSON.",
    compressed: "Der Inhalt der Anfrage ist komprimiert. Er muss unkomprimiert gesendet werden.",
    weak: "Dieses Passwort ist zu schwach.",
    weaknesses: Weaknesses {
        too_short: "Es ist zu kurz.",
        too_long: "Es ist zu lang.",
        context_word: "Es baut auf Ihrem Namen, Ihrer E-Mail-Adresse oder dem Namen dieser Seite auf.",
        common: "Es ist eines der Passwörter, die viele benutzen und die zuerst probiert werden.",
        breached: "Es ist anderswo bekannt geworden und wird deshalb zuerst probiert.",
    },
    unavailable: "Das hat gerade nicht geklappt. Der Fehler liegt bei uns; versuchen Sie es gleich noch einmal.",
    titles: Titles {
        link: "Dieser Link funktioniert nicht",
        login_taken: "Dieser Anmeldename ist vergeben",
        last_admin: "Jemand muss Administrator sein",
        forbidden: "Dazu sind Sie nicht berechtigt",
        not_found: "Diese Seite gibt es nicht",
        unavailable: "Das hat gerade nicht geklappt",
        full: "Mehr dürfen es nicht sein",
        unreadable: "Die Anfrage lässt sich nicht lesen",
        stale: "Diese Seite ist zu alt",
        not_signed_in: "Sie sind nicht angemeldet",
        too_often: "Das wurde zu oft versucht",
        weak: "Dieses Passwort ist zu schwach",
    },
};
