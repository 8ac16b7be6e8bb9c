//! German: error messages.

use crate::words::errors::{Errors, ProviderErrors, Titles, Weaknesses};

pub const ERRORS: Errors = Errors {
    field: |name| format!("{name}: Diese Angabe fehlt oder ist ungültig."),
    redirect_not_allowed: "Wir können Sie nicht zu der Adresse weiterleiten, die die vorherige Seite angegeben hat. \
                           Gehen Sie zurück und versuchen Sie es noch einmal, oder wenden Sie sich an den Betreiber \
                           der Seite.",
    no_pkce: "Die Anwendung, von der Sie kommen, hat diese Anmeldung nicht abgesichert (code_challenge mit S256). \
              Deshalb können wir Sie nicht dorthin zurückleiten. Wenden Sie sich an den Betreiber der Anwendung.",
    unknown_client: "Die Anwendung, von der Sie kommen, ist hier nicht registriert oder wurde deaktiviert (client_id). \
                     Wenden Sie sich an den Betreiber der Anwendung.",
    unknown_redirect: "Die Anwendung, von der Sie kommen, hat keine Adresse angegeben, die sie registriert hat \
                       (redirect_uri). Deshalb können wir Sie nicht dorthin zurückleiten. Wenden Sie sich an den Betreiber \
                       der Anwendung.",
    client_document: |host, reason| {
        format!(
            "Die Anwendung, die sich unter {host} selbst beschreibt, kann hier nicht verwendet werden: Wir können ihre \
             Beschreibung nicht lesen oder nicht annehmen. Wenden Sie sich an den Betreiber der Anwendung und nennen Sie ihm \
             den Grund: {reason}"
        )
    },
    providers: ProviderErrors {
        expired: |name| {
            format!(
                "Die Anmeldung mit {name} ist abgelaufen, wurde schon verwendet oder in einem anderen Browser begonnen. Beginnen Sie noch einmal."
            )
        },
        declined: |name| {
            format!(
                "{name} hat Sie nicht angemeldet. Versuchen Sie es noch einmal, oder wählen Sie eine andere Möglichkeit."
            )
        },
        taken: |name| {
            format!(
                "Dieses Konto bei {name} lässt sich nicht verbinden: Es gehört zu einem anderen Konto, oder Ihres hat zu viele. Melden Sie sich damit an, um zu sehen, zu welchem."
            )
        },
        unproved: |name| {
            format!(
                "{name} hat nicht bestätigt, dass Sie es gerade waren. Melden Sie sich dort noch einmal mit dem verbundenen Konto an, oder bestätigen Sie auf andere Weise."
            )
        },
        unreachable: |name| {
            format!(
                "{name} ist im Moment nicht erreichbar. Wählen Sie eine andere Möglichkeit, oder versuchen Sie es später noch einmal."
            )
        },
        unacceptable: |name| {
            format!(
                "Die Antwort von {name} ist nicht annehmbar. Wählen Sie eine andere Möglichkeit, oder wenden Sie sich an den Betreiber."
            )
        },
    },
    unknown_request: "Diese Anmeldung ist abgelaufen oder schon abgeschlossen. Kehren Sie zur Anwendung zurück und beginnen Sie \
                      von vorn.",
    invalid_request: "Die Anfrage ist ungültig.",
    unreachable_address: "An diese Adresse können wir keine E-Mails senden. Vor dem @ sind nur die Buchstaben a bis z, \
                          Ziffern und Sonderzeichen erlaubt. Verwenden Sie eine andere Adresse.",
    passwords_differ: "Die Passwörter stimmen nicht überein.",
    login_differs: "Das ist nicht Ihr Benutzername.",
    link: "Dieser Link ist abgelaufen, wurde schon verwendet oder ist unvollständig. Fordern Sie einen neuen an.",
    credentials: "Benutzername oder Passwort ist falsch.",
    password: "Das Passwort ist falsch.",
    unauthorized: "Sie sind nicht angemeldet.",
    session_over: "Ihre Sitzung ist beendet. Melden Sie sich neu an.",
    expired: "Das Token oder der Schlüssel ist abgelaufen.",
    code: "Der Code ist falsch oder abgelaufen.",
    incomplete_code: "Der Code ist unvollständig. Geben Sie alle Ziffern ein.",
    too_many_attempts: |seconds| match seconds {
        120.. => format!("Zu viele Versuche. Versuchen Sie es in {} Minuten wieder.", seconds.div_ceil(60)),
        1 => "Zu viele Versuche. Versuchen Sie es in 1 Sekunde wieder.".to_owned(),
        _ => format!("Zu viele Versuche. Versuchen Sie es in {seconds} Sekunden wieder."),
    },
    not_activated: "Ihr Konto ist noch nicht aktiviert. Öffnen Sie den Link in der E-Mail, die wir Ihnen gesendet \
                    haben.",
    disabled: "Dieses Konto ist gesperrt.",
    forbidden: "Dazu sind Sie nicht berechtigt.",
    no_access: "Sie haben keinen Zugriff auf diese Seite.",
    form_expired: "Dieses Formular ist abgelaufen. Gehen Sie zurück, laden Sie die Seite neu und versuchen Sie es noch \
                   einmal.",
    reauthentication_required: "Bestätigen Sie Ihre Identität und versuchen Sie es dann noch einmal.",
    second_factor_required: "Ihr Konto verlangt einen zweiten Schritt. Melden Sie sich auf der Seite an, oder verwenden Sie ein \
                             Token.",
    enrolment_required: "Dieses Konto braucht einen zweiten Schritt zur Anmeldung. Melden Sie sich auf der Seite an und \
                         richten Sie ihn ein.",
    second_step_over: "Diese Anmeldung ist abgelaufen oder schon abgeschlossen. Melden Sie sich neu an.",
    second_factor_held: "Sie haben schon eine Authenticator-App. Entfernen Sie sie zuerst.",
    recovery_codes_required: "Speichern Sie zuerst Ihre Wiederherstellungscodes.",
    last_way_in: "Danach könnten Sie sich nicht mehr bei Ihrem Konto anmelden. Fügen Sie zuerst eine andere Möglichkeit hinzu.",
    not_found: "Nicht gefunden.",
    page_not_found: "Das gibt es nicht, oder es wurde gelöscht.",
    method_not_allowed: "Diese Aktion wird hier nicht unterstützt.",
    login_taken: "Dieser Benutzername ist schon vergeben.",
    last_admin: "Das ist der letzte Administrator. Machen Sie zuerst jemand anderen zum Administrator.",
    too_many_keys: "Sie haben die maximale Anzahl an Schlüsseln erreicht. Löschen Sie zuerst einen.",
    token_held: "Sie haben schon ein Token. Löschen Sie es zuerst.",
    too_many_clients: "Die maximale Anzahl an Clients ist erreicht. Löschen Sie zuerst einen.",
    client_in_use: "Benutzer haben sich mit diesem Client angemeldet, und ihre Sitzungen sind gespeichert. Sperren Sie ihn stattdessen.",
    client_changed: "Jemand anderes hat diesen Client gerade geändert. Prüfen Sie ihn, bevor Sie es noch einmal versuchen.",
    too_large: "Die Anfrage ist zu groß.",
    media_type: "Die Anfrage muss JSON enthalten.",
    compressed: "Der Inhalt der Anfrage ist komprimiert. Senden Sie ihn unkomprimiert.",
    weak: "Dieses Passwort ist zu schwach.",
    weaknesses: Weaknesses {
        too_short: "Es ist zu kurz.",
        too_long: "Es ist zu lang.",
        context_word: "Es ist von Ihrem Benutzernamen, Ihrer E-Mail-Adresse oder dem Namen dieser Website abgeleitet.",
        common: "Es ist weit verbreitet und leicht zu erraten.",
        breached: "Es ist aus einem Datenleck bekannt.",
    },
    unavailable: "Bei uns ist ein Fehler aufgetreten. Versuchen Sie es gleich noch einmal.",
    titles: Titles {
        link: "Dieser Link funktioniert nicht",
        login_taken: "Benutzername schon vergeben",
        last_admin: "Ein Administrator ist erforderlich",
        forbidden: "Kein Zugriff",
        not_found: "Seite nicht gefunden",
        unavailable: "Ein Fehler ist aufgetreten",
        limit_reached: "Maximale Anzahl erreicht",
        invalid_request: "Ungültige Anfrage",
        form_expired: "Dieses Formular ist abgelaufen",
        not_signed_in: "Sie sind nicht angemeldet",
        not_possible: "Das ist jetzt nicht möglich",
        too_many_attempts: "Zu viele Versuche",
        weak: "Passwort zu schwach",
    },
};
